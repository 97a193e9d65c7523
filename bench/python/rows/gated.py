"""Gated PixelCNN on RGB or binary images: a vertical and a horizontal stack of gated convolutions (van den Oord et al. 2016, figure 2)."""

import torch
import torch.nn.functional as F

from convolution import LAYOUTS, Weights
from training import Formulation, bernoulli_nats


def gate(x):
    filters, gates = x.chunk(2, 1)
    return torch.tanh(filters) * torch.sigmoid(gates)


def gated_layer(tensors, weights: Weights, name: str, first: bool):
    """A layer of both stacks as a function of their features; the first one has no residual path."""
    layout = weights.layout
    rows, columns = tensors[f'{name}.vertical.weight'].shape[:2]
    half = columns // 2
    vertical, vertical_bias = weights.kernel(f'{name}.vertical.weight'), weights.plain(f'{name}.vertical.bias')
    across = weights.plain(f'{name}.across.weight')  # [2C, 2C], in by out
    horizontal, horizontal_bias = weights.kernel(f'{name}.horizontal.weight'), weights.plain(f'{name}.horizontal.bias')
    project = weights.pointwise(f'{name}.output')

    def apply(v, h):
        if first:  # sees the rows above alone: shifted by one
            above = F.conv2d(F.pad(v, (half, half, half, 0))[:, :, :-1], vertical, vertical_bias)
        else:
            above = F.conv2d(F.pad(v, (half, half, half, 0)), vertical, vertical_bias)
        if layout.products:
            crossed = torch.matmul(above.permute(0, 2, 3, 1), across).permute(0, 3, 1, 2)
        else:
            crossed = F.conv2d(above, across.t()[:, :, None, None])
        row = F.conv2d(F.pad(h, (half, 0)), horizontal, horizontal_bias)
        projected = project(gate(row + crossed))
        return gate(above), projected if first else h + projected

    return apply


def formulations(tensors, options):
    size, levels, layers = options['size'], options['levels'], options['layers']
    x = tensors['x']
    batch = x.shape[0]
    image = x.view(batch, size, size, -1)
    inputs = torch.cat([image * (2 / (levels - 1)) - 1, torch.ones(batch, size, size, 1)], 3)
    targets = x.view(-1).long()

    def make(layout):
        def formulation():
            weights = Weights(tensors, layout)
            stack = [gated_layer(tensors, weights, f'blocks.{1 + index}', index == 0) for index in range(layers + 1)]
            hidden, output = weights.causal(f'blocks.{layers + 2}'), weights.causal(f'blocks.{layers + 3}')
            data = layout.image(inputs)

            def loss():
                v = h = data
                for apply in stack:
                    v, h = apply(v, h)
                logits = output(F.relu(hidden(F.relu(h))))  # [B, 3K, H, W]; binary: [B, 1, H, W]
                if levels == 2:
                    return bernoulli_nats(logits.reshape(x.shape), x)
                logits = logits.permute(0, 2, 3, 1).reshape(-1, levels)
                return F.cross_entropy(logits, targets, reduction='sum') / batch

            return Formulation(weights.all, loss, weights.after)

        return formulation

    return {layout.name: make(layout) for layout in LAYOUTS if not layout.full}
