/** The nets of dense layers: each defines conditionals(model, x [B, D], condition) -> [B, D, P]. */

export const independent = String.raw`
def conditionals(model, x, condition):
    """p(x) = prod p(x_i)."""
    logits = model.named('logits')
    return logits.expand(x.shape[0], x.shape[1], logits.shape[1])
`

export const fvsbn = String.raw`
def conditionals(model, x, condition):
    """Logit a_i + sum over earlier j of w_ij x_j."""
    weight = model.named('weight')
    return (x @ (weight * earlier(model.network['ordering'], weight)) + model.named('bias')).unsqueeze(2)
`

export const nade = String.raw`
def conditionals(model, x, condition):
    """h_i = sigmoid(c + sum over earlier j of W_j x_j), logit b_i + V_i h_i (+ A_i x)."""
    W, V, b = model.named('W'), model.named('V'), model.named('b')
    activation = model.named('c').expand(x.shape[0], -1)
    logits = [None] * x.shape[1]
    for i in model.network['ordering']:
        logits[i] = torch.sigmoid(activation) @ V[i]
        activation = activation + x[:, i : i + 1] * W[i]
    result = torch.stack(logits, 1) + b
    if model.network['direct']:
        direct = model.named('direct')
        result = result + x @ (direct * earlier(model.network['ordering'], direct))
    return result.unsqueeze(2)
`

export const nadeOutputs = String.raw`
def conditionals(model, x, condition):
    """h_i = g(rho_i (c + sum over earlier j of the contributions of x_j)), parameters b_i + V_i h_i."""
    network = model.network
    W, V, b = model.named('W'), model.named('V'), model.named('b')
    rescale = model.named('rescale') if network['rescale'] else None
    activate = {'sigmoid': torch.sigmoid, 'relu': torch.relu}[network['activation']]
    values = x if network['oneHot'] else x * network['scale'] + network['shift']
    activation = model.named('c').expand(x.shape[0], -1)
    outputs = [None] * x.shape[1]
    for i in network['ordering']:
        outputs[i] = activate(activation if rescale is None else rescale[i] * activation) @ V[i]
        activation = activation + (W[i][x[:, i].long()] if network['oneHot'] else values[:, i : i + 1] * W[i])
    return torch.stack(outputs, 1) + b
`

export const made = String.raw`
def masked(weight, source, target, strict):
    source, target = torch.tensor(source, device=weight.device), torch.tensor(target, device=weight.device)
    kept = source[:, None] < target[None, :] if strict else source[:, None] <= target[None, :]
    return weight * kept.to(weight.dtype)


def conditionals(model, x, condition):
    """An autoencoder whose weights are masked by the degrees of the units they join."""
    network = model.network
    dimensions = x.shape[1]
    ranks = ranks_of(network['ordering'])
    per_input, per_output = model.levels if network['oneHot'] else 1, network['parametersPerDimension']
    # Of an autoencoder without masks, all inputs have degree 1 and all outputs 2.
    degrees_of = lambda repeats, free: (ranks + 1).repeat_interleave(repeats).tolist() if network['masked'] else [free] * (dimensions * repeats)
    degrees, output = [degrees_of(per_input, 1), *network['degrees'][model.member]], degrees_of(per_output, 2)
    if network['oneHot']:
        inputs = F.one_hot(x.long(), model.levels).to(x.dtype).flatten(1)
    else:
        inputs = x * network['scale'] + network['shift']
    activate = {'relu': torch.relu, 'tanh': torch.tanh, 'softplus': F.softplus}[network['activation']]
    h = inputs
    for layer in range(len(degrees) - 1):
        weight = masked(model.named(f'hidden.{layer}.weight'), degrees[layer], degrees[layer + 1], False)
        h = activate(h @ weight + model.named(f'hidden.{layer}.bias'))
    result = h @ masked(model.named('output.weight'), degrees[-1], output, True) + model.named('output.bias')
    if network['direct']:
        result = result + inputs @ masked(model.named('direct.weight'), degrees[0], output, True)
    return result.reshape(-1, dimensions, per_output)
`

export const deepnade = String.raw`
def conditionals(model, x, condition):
    """One net for all orderings under one of them: the first layer is a running sum over what is observed."""
    network = model.network
    dimensions = x.shape[1]
    activate = {'relu': torch.relu, 'tanh': torch.tanh, 'sigmoid': torch.sigmoid}[network['activation']]
    first, mask = model.named('hidden.0.weight'), model.named('mask.weight')
    output = model.named('output.weight').reshape(dimensions, -1, model.named('output.weight').shape[1])  # [D, P, H]
    bias = model.named('output.bias').reshape(dimensions, -1)
    values = x * network['scale'] + network['shift']
    activation = model.named('hidden.0.bias').expand(x.shape[0], -1)
    outputs = [None] * dimensions
    for i in network['ordering']:
        h = activate(activation)
        for layer in range(1, network['layers']):
            h = activate(h @ model.named(f'hidden.{layer}.weight') + model.named(f'hidden.{layer}.bias'))
        outputs[i] = h @ output[i].t() + bias[i]
        shown = first[i * model.levels + x[:, i].long()] if network['oneHot'] else values[:, i : i + 1] * first[i]
        activation = activation + shown + mask[i]
    return torch.stack(outputs, 1)
`

export const tables = String.raw`
def conditionals(model, x, condition):
    """Each conditional is a row of a table, found by the levels of its parents; the first parent is the least significant digit."""
    network = model.network
    logits = model.named('logits').reshape(-1, network['parametersPerDimension'])
    parents, offsets, order = network['parents'], network['offsets'], network['order']
    if parents is None:
        # A chain over sequences of any length: the latest values, and tables of their own for the first ones.
        parents = [range(i - 1, max(-1, i - 1 - order), -1) for i in range(x.shape[1])]
        offsets = [offsets[min(i, order)] for i in range(x.shape[1])]
    levels, rows = x.long(), []
    for own, offset in zip(parents, offsets):
        number = torch.full_like(levels[:, 0], offset)
        for digit, parent in enumerate(own):
            number = number + levels[:, parent] * model.levels**digit
        rows.append(number)
    return logits[torch.stack(rows, 1)]
`
