"""ConvNADE on binary images: convolutions over the masked image, its mask and ones, beside a DeepNADE that sees the whole image."""

import torch
import torch.nn.functional as F

from convolution import LAYOUTS, Weights
from rows.deepnade import drawn_mask, masked_nats, masked_net
from training import Formulation, Noise


def pointwise(weights: Weights, name: str, bias: bool):
    """A product [in, out] at every pixel."""
    weight, shift = weights.plain(f'{name}.weight'), weights.plain(f'{name}.bias') if bias else None
    if weights.layout.products:
        return lambda x: F.linear(x.permute(0, 2, 3, 1), weight.t(), shift).permute(0, 3, 1, 2)
    return lambda x: F.conv2d(x, weight.t()[:, :, None, None], shift)


def formulations(tensors, options):
    size, blocks = options['size'], options['blocks']
    x = tensors['x']
    batch = x.shape[0]

    def make(layout):
        def formulation():
            weights = Weights(tensors, layout)
            names = ['input', *(f'blocks.{block}' for block in range(blocks))]
            convolutions = [(weights.kernel(f'{name}.weight'), weights.plain(f'{name}.bias')) for name in names]
            hidden, output, bias = pointwise(weights, 'head', True), pointwise(weights, 'output', False), weights.plain('bias')
            parameters, dense = masked_net(tensors, 'dense.', False)
            noise = Noise(tensors)
            ones = torch.ones_like(x)

            def loss(u, each):
                observed, weight = drawn_mask(u, each)
                shown = x * observed
                planes = layout.image(torch.stack([shown, observed, ones], 2).view(batch, size, size, 3))
                (kernel, shift), *residual = convolutions
                a = F.conv2d(planes, kernel, shift, padding=kernel.shape[-1] // 2)
                for kernel, shift in residual:
                    a = a + F.conv2d(F.relu(a), kernel, shift, padding=kernel.shape[-1] // 2)
                convolved = output(F.relu(hidden(F.relu(a)))).reshape(batch, -1)
                return masked_nats(convolved + dense(shown, observed) + bias, x, observed, weight)

            return Formulation([*weights.all, *parameters], loss, weights.after, lambda: noise.draw((1, 1), tuple(x.shape)))

        return formulation

    return {layout.name: make(layout) for layout in LAYOUTS if not layout.full}
