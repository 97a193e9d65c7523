/** Nets with a structure of their own: ConvNADE and PixelCNN++. */

export const convnade = String.raw`
def convolved(x, model, name):
    weight = model.named(f'{name}.weight')
    return F.conv2d(x, weight.permute(3, 2, 0, 1), model.named(f'{name}.bias'), padding='same')


def conditionals(model, x, condition):
    """A convolutional net for all orderings under one of them: masked values, the mask and ones go in anew for every step."""
    network = model.network
    batch, dimensions = x.shape
    height, width, colours = model.document['domain']['shape']
    outputs_each = network['parametersPerDimension']
    values = x * network['scale'] + network['shift']
    observed = torch.zeros_like(x)
    ones = torch.ones(batch, 1, height, width, dtype=x.dtype, device=x.device)
    as_planes = lambda flat: flat.reshape(batch, height, width, colours).permute(0, 3, 1, 2)
    outputs = [None] * dimensions
    if network['dense']:
        first, mask = model.named('dense.hidden.0.weight'), model.named('dense.mask.weight')
        last = model.named('dense.output.weight')
        last = last.reshape(dimensions, outputs_each, last.shape[1])
        activation = model.named('dense.hidden.0.bias').expand(batch, -1)
    for i in network['ordering']:
        a = convolved(torch.cat([as_planes(values * observed), as_planes(observed), ones], 1), model, 'input')
        for block in range(network['blocks']):
            a = a + convolved(torch.relu(a), model, f'blocks.{block}')
        row, column = divmod(i // colours, width)
        h = torch.relu(torch.relu(a[:, :, row, column]) @ model.named('head.weight') + model.named('head.bias'))
        own = (h @ model.named('output.weight')).reshape(batch, colours, outputs_each)[:, i % colours]
        if network['dense']:
            g = torch.relu(activation)
            for layer in range(1, network['dense']):
                g = torch.relu(g @ model.named(f'dense.hidden.{layer}.weight') + model.named(f'dense.hidden.{layer}.bias'))
            own = own + g @ last[i].t()
            activation = activation + values[:, i : i + 1] * first[i] + mask[i]
        outputs[i] = own
        observed = observed.clone()
        observed[:, i] = 1
    return torch.stack(outputs, 1) + model.named('bias').reshape(1, dimensions, outputs_each)
`

export const pixelcnnpp = String.raw`
def normalised(model, name, apply):
    """A weight-normalised map: a direction and a length for each output."""
    weight = model.named(f'{name}.weight')
    direction = weight / weight.square().sum((0, 1, 2)).sqrt()
    return apply(direction * model.named(f'{name}.gain')) + model.named(f'{name}.bias')


def convolve(x, weight, top, left, right, stride=1):
    return F.conv2d(F.pad(x.permute(0, 3, 1, 2), (left, right, top, 0)), weight.permute(3, 2, 0, 1), stride=stride).permute(0, 2, 3, 1)


def concat_elu(x):
    return torch.cat([F.elu(x), F.elu(-x)], -1)


def transposed(x, weight, stream):
    """Every position makes a block of 2 x 2; the kernel of three columns reaches one further on either side."""
    batch, height, width, channels = x.shape
    rows, columns, _, filters = weight.shape
    taps = (x @ weight.permute(2, 0, 1, 3).reshape(channels, -1)).reshape(batch, height, width, rows, columns, filters)
    by_row = taps.permute(0, 1, 3, 2, 4, 5)  # [B, h, 2, w, columns, F]
    if stream == 'left':
        return by_row.reshape(batch, 2 * height, 2 * width, filters)
    following = F.pad(by_row[:, :, :, 1:, 0], (0, 0, 0, 1))
    both = torch.stack([by_row[:, :, :, :, 1], by_row[:, :, :, :, 2] + following], 4)
    return both.reshape(batch, 2 * height, 2 * width, filters)


def conditionals(model, x, condition):
    """PixelCNN++ (Salimans et al. 2017): two streams down the resolutions and up again, joined by short-cuts."""
    network, levels = model.network, model.levels
    height, width, channels = model.document['domain']['shape']
    image = (2 * x / (levels - 1) - 1).reshape(-1, height, width, channels)
    image = torch.cat([image, torch.ones_like(image[..., :1])], -1)
    lowered, delayed = F.pad(image, (0, 0, 0, 0, 1, 0))[:, :height], F.pad(image, (0, 0, 1, 0))[:, :, :width]
    given = network['condition']
    if given is not None:
        h = F.one_hot(condition.long(), given['size']).to(x.dtype) if given['of'] == 'class' else condition.to(x.dtype)
    outputs = []
    for node in network['nodes']:
        name, above = f'nodes.{node["name"]}', node['stream'] == 'above'
        right = 1 if above else 0
        if node['kind'] == 'first' and above:
            y = normalised(model, name, lambda weight: convolve(lowered, weight, 1, 1, 1))
        elif node['kind'] == 'first':
            y = normalised(model, f'{name}.row', lambda weight: convolve(lowered, weight, 0, 1, 1))
            y = y + normalised(model, f'{name}.column', lambda weight: convolve(delayed, weight, 1, 0, 0))
        elif node['kind'] == 'residual':
            source = outputs[node['input']]
            hidden = normalised(model, f'{name}.first', lambda weight: convolve(concat_elu(source), weight, 1, 1, right))
            if node['sides']:
                sides = torch.cat([concat_elu(outputs[side]) for side in node['sides']], -1)
                hidden = hidden + normalised(model, f'{name}.sides', lambda weight: sides @ weight[0, 0])
            gates = normalised(model, f'{name}.second', lambda weight: convolve(concat_elu(hidden), weight, 1, 1, right))
            if given is not None:
                gates = gates + (h @ model.named(f'{name}.condition'))[:, None, None]
            value, opening = gates.chunk(2, -1)
            y = source + value * torch.sigmoid(opening)
        elif node['kind'] == 'down':
            y = normalised(model, name, lambda weight: convolve(outputs[node['input']], weight, 1, 1, right, 2))
        else:
            y = normalised(model, name, lambda weight: transposed(outputs[node['input']], weight, node['stream']))
        outputs.append(y)
    pixels = normalised(model, 'head', lambda weight: F.elu(outputs[-1]) @ weight[0, 0]).reshape(x.shape[0], height * width, -1)
    if channels == 1:
        return pixels
    return coupled(pixels, x.reshape(x.shape[0], -1, 3), levels)


def coupled(pixels, x, levels):
    """The mixture of a pixel as conditionals of red, of green given red, and of blue given both."""
    logits, r, g, b, sr, sg, sb, alpha, beta, gamma = pixels.chunk(10, -1)
    red, green = 2 * x[..., :1] / (levels - 1) - 1, 2 * x[..., 1:2] / (levels - 1) - 1
    means = [r, g + torch.tanh(alpha) * red, b + torch.tanh(beta) * red + torch.tanh(gamma) * green]
    logits, result = torch.log_softmax(logits, -1), []
    for channel, (mean, scale) in enumerate(zip(means, [sr, sg, sb])):
        result.append(torch.cat([logits, mean, scale.clamp(-7, 12)], -1))
        if channel < 2:
            logits = torch.log_softmax(logits + logistic_mass(x[..., channel : channel + 1], mean, scale.clamp(-7, 12), levels), -1)
    return torch.stack(result, 2).reshape(x.shape[0], -1, result[0].shape[-1])
`
