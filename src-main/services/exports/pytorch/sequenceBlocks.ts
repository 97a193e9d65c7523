import type { BlockSource } from './blockSource'

/** Blocks over sequences [B, T, C]. */
export const sequenceBlocks: readonly BlockSource[] = [
  {
    kinds: ['sequence-embedding'],
    source: String.raw`
def sequence_embedding(s, block, w, model):
    """Each step is fed the level before it: a vector of its own, or its amplitude and the mu-law companded one."""
    x, start = s.main, w('start').expand(s.main.shape[0], 1, -1)
    if block.get('of') == 'amplitudes':
        amplitude = 2 * x / (model.levels - 1) - 1
        companded = torch.sign(amplitude) * torch.log1p(255 * amplitude.abs()) / math.log1p(255)
        embedded = torch.stack([amplitude, companded], -1) @ w('weight') + w('bias')
    else:
        embedded = w('weight')[x.long()]
    s.main = torch.cat([start, embedded[:, :-1]], 1) if block['shift'] else embedded


BLOCKS['sequence-embedding'] = sequence_embedding
`,
  },
  {
    kinds: ['position-embedding'],
    source: String.raw`
def position_embedding(s, block, w, model):
    s.main = s.main + w('weight')
    if s.condition is not None:
        s.main = s.main + (s.condition @ w('condition'))[:, None]


BLOCKS['position-embedding'] = position_embedding
`,
  },
  {
    kinds: ['gated-residual'],
    source: String.raw`
def gated_residual(s, block, w, model):
    """A dilated causal convolution with gates, its residual and its skip output (WaveNet, figure 4)."""
    taps = []
    for tap in range(block['kernel']):
        lag = min((block['kernel'] - 1 - tap) * block['dilation'], s.main.shape[1])
        taps.append(F.pad(s.main, (0, 0, lag, 0))[:, : s.main.shape[1]])
    gates = dense(torch.cat(taps, -1), w, 'gates')
    if s.condition is not None:
        added = s.condition @ w('condition.weight')
        gates = gates + (added if added.dim() == 3 else added[:, None])
    z = gate(gates)
    if block['skip'] > 0:
        side = dense(z, w, 'skip')
        s.skip = side if s.skip is None else s.skip + side
    if block['residual']:
        s.main = s.main + dense(z, w, 'residual')


BLOCKS['gated-residual'] = gated_residual
`,
  },
  {
    kinds: ['sequence-head'],
    source: String.raw`
def sequence_head(s, block, w, model):
    s.main = dense(torch.relu(dense(torch.relu(s.skip), w, 'hidden')), w, 'output')
    s.skip = None


BLOCKS['sequence-head'] = sequence_head
`,
  },
  {
    kinds: ['transformer-block'],
    source: String.raw`
def transformer_block(s, block, w, model):
    queries, keys, values = dense(layer_norm(s.main, w, 'attention.norm'), w, 'attention.input').chunk(3, -1)
    attended = s.main + dense(causal_attention(queries, keys, values, block['heads'], False), w, 'attention.output')
    hidden = dense(layer_norm(attended, w, 'feed.norm'), w, 'feed.hidden')
    s.main = attended + dense(hidden * torch.sigmoid(1.702 * hidden), w, 'feed.output')


BLOCKS['transformer-block'] = transformer_block
`,
  },
  {
    kinds: ['bytenet-residual'],
    source: String.raw`
def bytenet_residual(s, block, w, model):
    """ByteNet's block: 1x1, a dilated causal convolution, 1x1, each after layer norm and ReLU (Kalchbrenner et al. 2016, figure 3)."""
    x = dense(torch.relu(layer_norm(s.main, w, 'reduce.norm')), w, 'reduce')
    x = torch.relu(layer_norm(x, w, 'convolve.norm'))
    taps = []
    for tap in range(block['kernel']):
        lag = min((block['kernel'] - 1 - tap) * block['dilation'], x.shape[1])
        taps.append(F.pad(x, (0, 0, lag, 0))[:, : x.shape[1]])
    x = dense(torch.cat(taps, -1), w, 'convolve')
    s.main = s.main + dense(torch.relu(layer_norm(x, w, 'expand.norm')), w, 'expand')


BLOCKS['bytenet-residual'] = bytenet_residual
`,
  },
  {
    kinds: ['causal-residual'],
    source: String.raw`
def causal_residual(s, block, w, model):
    """TCN's block: h <- relu(h + relu(W2 * relu(W1 * h))), both convolutions causal and dilated (Bai et al. 2018)."""
    x, length = s.main, s.main.shape[1]
    for name in ('first', 'second'):
        weight = w(f'{name}.weight')
        if block['weightNorm']:
            weight = weight / weight.square().sum(0).sqrt() * w(f'{name}.gain')
        lags = [min((block['kernel'] - 1 - tap) * block['dilation'], length) for tap in range(block['kernel'])]
        taps = torch.cat([F.pad(x, (0, 0, lag, 0))[:, :length] for lag in lags], -1)
        x = torch.relu(taps @ weight + w(f'{name}.bias'))
    s.main = torch.relu(s.main + x)


BLOCKS['causal-residual'] = causal_residual
`,
  },
  {
    kinds: ['local-transformer'],
    source: String.raw`
def local_transformer(s, block, w, model):
    """A Transformer block over the last steps alone, which fade with their distance (ALiBi, Press et al. 2022)."""
    heads, (batch, length, width) = block['heads'], s.main.shape
    split = lambda x: x.reshape(batch, length, heads, width // heads).transpose(1, 2)
    queries, keys, values = (split(x) for x in dense(layer_norm(s.main, w, 'attention.norm'), w, 'attention.input').chunk(3, -1))
    steps = torch.arange(length, device=s.main.device)
    distance = (steps[:, None] - steps[None, :]).to(s.main.dtype)
    slopes = torch.tensor([2 ** (-8 * (head + 1) / heads) for head in range(heads)]).to(s.main)
    scores = queries @ keys.transpose(2, 3) / math.sqrt(width // heads) - slopes[:, None, None] * distance.clamp(min=0)
    scores = scores.masked_fill((distance < 0) | (distance >= block['window']), -1e9)
    seen = (torch.softmax(scores, -1) @ values).transpose(1, 2).reshape(batch, length, width)
    attended = s.main + dense(seen, w, 'attention.output')
    hidden = dense(layer_norm(attended, w, 'feed.norm'), w, 'feed.hidden')
    s.main = attended + dense(hidden * torch.sigmoid(1.702 * hidden), w, 'feed.output')


BLOCKS['local-transformer'] = local_transformer
`,
  },
  {
    kinds: ['projection-head'],
    source: String.raw`
def projection_head(s, block, w, model):
    s.main = dense(layer_norm(s.main, w, 'norm'), w, 'output')


BLOCKS['projection-head'] = projection_head
`,
  },
  {
    kinds: ['recurrent'],
    source: String.raw`
def recurrent(s, block, w, model):
    """An RNN, GRU or LSTM over the steps of the sequence, rows of its weights of the input, then of the state."""
    cell = block['cell']
    state = memory = s.main.new_zeros(s.main.shape[0], block['hidden'])
    states = []
    for x in s.main.unbind(1):
        both = torch.cat([x, state], -1)
        if cell == 'rnn':
            state = torch.tanh(both @ w('weight') + w('bias'))
        elif cell == 'gru':
            reset, update = torch.sigmoid(dense(both, w, 'gates')).chunk(2, -1)
            candidate = torch.tanh(dense(torch.cat([x, reset * state], -1), w, 'candidate'))
            state = update * state + (1 - update) * candidate
        else:
            i, f, g, o = (both @ w('weight') + w('bias')).chunk(4, -1)
            memory = torch.sigmoid(f) * memory + torch.sigmoid(i) * torch.tanh(g)
            state = torch.sigmoid(o) * torch.tanh(memory)
        states.append(state)
    s.main = torch.stack(states, 1)


BLOCKS['recurrent'] = recurrent
`,
  },
]
