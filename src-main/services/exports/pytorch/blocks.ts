/** Nets that are a list of blocks. Maps are [B, H, W, C] and sequences [B, T, C], as the studio has them. */
export const blocks = String.raw`
class Streams:
    """What flows between blocks."""

    def __init__(self, main, condition):
        self.main = main
        self.skip = None
        self.given = condition
        self.condition = None
        self.image = None
        self.vertical = None
        self.groups = None  # the channel group of each channel; -1 is one that every group may see


def groups_of(channels, groups):
    return torch.arange(channels) * groups // channels


def reaches(mask, source, target):
    """[in, out]: which groups see which at the pixel itself."""
    return source[:, None] < target[None, :] if mask == 'A' else source[:, None] <= target[None, :]


def convolve(x, weight, bias, left, right, top):
    """weight [rows, columns, in, out]; nothing below, since kernels end at the row of their centre."""
    y = F.conv2d(F.pad(x.permute(0, 3, 1, 2), (left, right, top, 0)), weight.permute(3, 2, 0, 1), bias)
    return y.permute(0, 2, 3, 1)


def masked_convolution(x, weight, bias, mask, source, target):
    half = weight.shape[1] // 2
    kept = torch.ones_like(weight)
    kept[-1, half + 1 :] = 0
    kept[-1, half] = reaches(mask, source, target).to(weight)
    return convolve(x, weight * kept, bias, half, half, half)


def gate(x):
    filters, opening = x.chunk(2, -1)
    return torch.tanh(filters) * torch.sigmoid(opening)


def layer_norm(x, w, name):
    return F.layer_norm(x, x.shape[-1:], w(f'{name}.gain'), w(f'{name}.bias'), 1e-5)


def dense(x, w, name):
    return x @ w(f'{name}.weight') + w(f'{name}.bias')


def causal_attention(queries, keys, values, heads, strict):
    """softmax(q_i k_j / sqrt d) v_j over j <= i, or with strict over j < i, where the first position gets zeros."""
    batch, positions, width = queries.shape
    split = lambda x: x.reshape(batch, positions, heads, width // heads).transpose(1, 2)
    scores = split(queries) @ split(keys).transpose(2, 3) / math.sqrt(width // heads)
    later = torch.ones(positions, positions, dtype=torch.bool, device=queries.device).triu(0 if strict else 1)
    seen = torch.softmax(scores.masked_fill(later, -1e9), -1) @ split(values)
    joined = seen.transpose(1, 2).reshape(batch, positions, width)
    if strict:
        joined = torch.cat([torch.zeros_like(joined[:, :1]), joined[:, 1:]], 1)
    return joined


BLOCKS = {}


def conditionals(model, x, condition):
    network = model.network
    grid, ordering = network['grid'], network['ordering']
    if network['layout'] == 'image':
        main = x.reshape(-1, grid['height'], grid['width'], grid['groups'])
    else:
        main = x if ordering is None else x[:, torch.tensor(ordering, device=x.device)]
    streams = Streams(main, condition)
    for index, block in enumerate(network['blocks']):
        BLOCKS[block['kind']](streams, block, lambda name: model.named(f'blocks.{index}.{name}'), model)
    result = streams.main.reshape(x.shape[0], x.shape[1], network['parametersPerDimension'])
    if network['layout'] == 'image' or ordering is None:
        return result
    ranks = [0] * len(ordering)
    for step, dimension in enumerate(ordering):
        ranks[dimension] = step
    return result[:, torch.tensor(ranks, device=x.device)]


def upsample(frames, hop, how, length):
    """[B, F, S] -> [B, T, S]: each frame repeated, or interpolated linearly towards the next."""
    repeated = frames.repeat_interleave(hop, 1)
    if how == 'linear':
        share = (torch.arange(repeated.shape[1] - hop, device=frames.device) % hop).to(frames)[:, None] / hop
        repeated = repeated[:, :-hop] * (1 - share) + repeated[:, hop:] * share
    return repeated[:, :length]


def condition_input(s, block, w, model):
    if s.given is None:
        raise ValueError(f'the model is conditioned on a {block["of"]}, but none was given')
    like = next(model.parameters())
    if block['of'] == 'features':
        # The frames of a recording from its start, (h - mean) / deviation, brought to the rate of the samples.
        s.condition = upsample(s.given.to(like), block['hop'], block.get('upsampling', 'repeat'), s.main.shape[1])
        return
    s.condition = F.one_hot(s.given.long(), block['size']).to(like) if block['of'] == 'class' else s.given.to(like)


BLOCKS['condition-input'] = condition_input
`
