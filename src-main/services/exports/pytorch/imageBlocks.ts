import type { BlockSource } from './blockSource'

/** Blocks over images, maps [B, H, W, C], in the order in which they may stand. */
export const imageBlocks: readonly BlockSource[] = [
  {
    kinds: ['image-input'],
    source: String.raw`
def image_input(s, block, w, model):
    s.image = s.main = torch.cat([2 * s.main / (model.levels - 1) - 1, torch.ones_like(s.main[..., :1])], -1)
    groups = model.network['grid']['groups']
    s.groups = torch.cat([torch.arange(groups), torch.tensor([-1])])


BLOCKS['image-input'] = image_input
`,
  },
  {
    kinds: ['masked-conv'],
    source: String.raw`
def masked_conv(s, block, w, model):
    target = groups_of(block['channels'], model.network['grid']['groups'])
    x = torch.relu(s.main) if block['relu'] else s.main
    s.main = masked_convolution(x, w('weight'), w('bias'), block['mask'], s.groups, target)
    s.groups = target


BLOCKS['masked-conv'] = masked_conv
`,
  },
  {
    kinds: ['masked-residual'],
    source: String.raw`
def masked_residual(s, block, w, model):
    narrow = groups_of(block['bottleneck'], model.network['grid']['groups'])
    h = masked_convolution(torch.relu(s.main), w('reduce.weight'), w('reduce.bias'), 'B', s.groups, narrow)
    h = masked_convolution(torch.relu(h), w('spread.weight'), w('spread.bias'), 'B', narrow, narrow)
    s.main = s.main + masked_convolution(torch.relu(h), w('expand.weight'), w('expand.bias'), 'B', narrow, s.groups)


BLOCKS['masked-residual'] = masked_residual
`,
  },
  {
    kinds: ['image-head'],
    source: String.raw`
def image_head(s, block, w, model):
    groups = model.network['grid']['groups']
    target = groups_of(groups * model.network['parametersPerDimension'], groups)
    s.main = masked_convolution(torch.relu(s.main), w('weight'), w('bias'), 'B', s.groups, target)


BLOCKS['image-head'] = image_head
`,
  },
  {
    kinds: ['gated-input', 'gated-layer'],
    source: String.raw`
def gated_stacks(s, block, w, model):
    """A layer of both stacks of Gated PixelCNN (van den Oord et al. 2016, figure 2)."""
    first = block['kind'] == 'gated-input'
    source, half = s.groups, block['kernel'] // 2
    target = groups_of(block['channels'], model.network['grid']['groups']) if first else source
    if first:
        # It sees the rows above alone: lowered, and the last row left out.
        lowered = F.pad(s.main, (0, 0, half, half, half - 1 + block['shift'], 0))[:, : s.main.shape[1] + half - 1]
        vertical = convolve(lowered, w('vertical.weight'), w('vertical.bias'), 0, 0, 0)
    else:
        vertical = convolve(s.vertical, w('vertical.weight'), w('vertical.bias'), half, half, half)
    if s.condition is not None:
        vertical = vertical + (s.condition @ w('condition.vertical'))[:, None, None]
    weight = w('horizontal.weight')
    kept = torch.ones_like(weight)
    kept[0, -1] = reaches('A' if first else 'B', source, torch.cat([target, target])).to(weight)
    horizontal = convolve(s.main, weight * kept, w('horizontal.bias'), half, 0, 0) + vertical @ w('across.weight')
    if s.condition is not None:
        horizontal = horizontal + (s.condition @ w('condition.horizontal'))[:, None, None]
    projected = masked_convolution(gate(horizontal), w('output.weight'), w('output.bias'), 'B', target, target)
    s.main = projected if first else s.main + projected
    s.vertical = gate(vertical)
    s.groups = target


BLOCKS['gated-input'] = BLOCKS['gated-layer'] = gated_stacks
`,
  },
  {
    kinds: ['causal-attention'],
    source: String.raw`
def attention_over_pixels(s, block, w, model):
    """Each pixel looks at those strictly before it: features, image and coordinates (Chen et al. 2018)."""
    batch, height, width, channels = s.main.shape
    features, image = s.main.reshape(batch, -1, channels), s.image.reshape(batch, height * width, -1)
    along = lambda size: torch.linspace(-1, 1, size) if size > 1 else torch.zeros(1)
    places = torch.cartesian_prod(along(height), along(width)).to(features)
    queries = features[..., : int((s.groups <= 0).sum())] @ w('query.weight') + places @ w('query.coordinates') + w('query.bias')
    memory = features @ w('memory.weight') + image @ w('memory.image') + places @ w('memory.coordinates') + w('memory.bias')
    keys, values = memory.chunk(2, -1)
    seen = causal_attention(queries, keys, values, block['heads'], True)
    s.main = s.main + dense(seen, w, 'output').reshape(s.main.shape)


BLOCKS['causal-attention'] = attention_over_pixels
`,
  },
  {
    kinds: ['row-lstm', 'diagonal-bilstm', 'spatial-lstm'],
    source: String.raw`
def lstm_cell(gates, before):
    i, f, o, g = gates.chunk(4, -1)
    cell = torch.sigmoid(f) * before + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(cell), cell


def masked_matrix(weight, source, target):
    """weight [in, out], or the taps [taps, in, out] of a row's kernel, of which the last is the pixel itself."""
    kept = torch.ones_like(weight)
    kept.view(-1, *weight.shape[-2:])[-1] = reaches('B', source, target).to(weight)
    return (weight * kept).reshape(-1, weight.shape[-1])


def add_upsampled(s, h, w, model):
    units = groups_of(h.shape[-1], model.network['grid']['groups'])
    s.main = s.main + h @ masked_matrix(w('up.weight'), units, s.groups) + w('up.bias')
`,
  },
  {
    kinds: ['row-lstm'],
    source: String.raw`
def row_lstm(s, block, w, model):
    """Row LSTM (van den Oord et al. 2016, PixelRNN): gates from this row to the left and from the states of the row above."""
    hidden, half = block['hidden'], block['kernel'] // 2
    units = groups_of(hidden, model.network['grid']['groups']).repeat(4)
    weight = masked_matrix(w('input.weight'), s.groups, units)
    padded = F.pad(s.main, (0, 0, half, 0))
    width = s.main.shape[2]
    drive = torch.cat([padded[:, :, tap : tap + width] for tap in range(half + 1)], -1) @ weight + w('input.bias')
    state = cell = s.main.new_zeros(s.main.shape[0], width, hidden)
    kernel, rows = w('state.weight').reshape(-1, 4 * hidden), []
    for row in drive.unbind(1):
        above = F.pad(state, (0, 0, half, half))
        seen = torch.cat([above[:, tap : tap + width] for tap in range(block['kernel'])], -1)
        state, cell = lstm_cell(row + seen @ kernel, cell)
        rows.append(state)
    add_upsampled(s, torch.stack(rows, 1), w, model)


BLOCKS['row-lstm'] = row_lstm
`,
  },
  {
    kinds: ['diagonal-bilstm'],
    source: String.raw`
def diagonal_scan(s, hidden, w, direction, model):
    """States of every pixel from the one beside it (left, or right) and the one above."""
    batch, height, width, _ = s.main.shape
    units = groups_of(hidden, model.network['grid']['groups']).repeat(4)
    drive = s.main @ masked_matrix(w(f'{direction}.input.weight'), s.groups, units) + w(f'{direction}.input.bias')
    beside_weight, above_weight = w(f'{direction}.state.weight')
    zeros = s.main.new_zeros(batch, hidden)
    columns = range(width) if direction == 'left' else range(width - 1, -1, -1)
    rows, above = [], [zeros] * width
    for row in range(height):
        state, cell, states = zeros, zeros, [None] * width
        for column in columns:
            gates = drive[:, row, column] + state @ beside_weight + above[column] @ above_weight
            state, cell = lstm_cell(gates, cell)
            states[column] = state
        above = states
        rows.append(torch.stack(states, 1))
    return torch.stack(rows, 1)


def diagonal_bilstm(s, block, w, model):
    left = diagonal_scan(s, block['hidden'], w, 'left', model)
    right = diagonal_scan(s, block['hidden'], w, 'right', model)
    add_upsampled(s, left + F.pad(right, (0, 0, 0, 0, 1, 0))[:, :-1], w, model)


BLOCKS['diagonal-bilstm'] = diagonal_bilstm
`,
  },
  {
    kinds: ['spatial-lstm'],
    source: String.raw`
def spatial_lstm(s, block, w, model):
    """Spatial LSTM (Theis & Bethge 2015): a forget gate for the pixel to the left and one for that above."""
    hidden = block['hidden']
    units = groups_of(hidden, model.network['grid']['groups'])
    drive = masked_convolution(s.main, w('input.weight'), w('input.bias'), block['mask'], s.groups, units.repeat(5))
    left_weight, above_weight = w('state.weight')
    batch, height, width, _ = drive.shape
    zeros = drive.new_zeros(batch, hidden)
    rows, above = [], [(zeros, zeros)] * width
    for row in range(height):
        state, cell, done = zeros, zeros, []
        for column in range(width):
            state_above, cell_above = above[column]
            i, f_left, f_above, o, g = (drive[:, row, column] + state @ left_weight + state_above @ above_weight).chunk(5, -1)
            cell = torch.sigmoid(i) * torch.tanh(g) + torch.sigmoid(f_left) * cell + torch.sigmoid(f_above) * cell_above
            state = torch.tanh(cell * torch.sigmoid(o))
            done.append((state, cell))
        above = done
        rows.append(torch.stack([state for state, _ in done], 1))
    s.main, s.groups = torch.stack(rows, 1), units


BLOCKS['spatial-lstm'] = spatial_lstm
`,
  },
]
