"""PixelCNN++ on RGB images: two streams of gated residual nets over several resolutions, all maps weight-normalised, a mixture of logistics."""

import torch
import torch.nn.functional as F

from convolution import LAYOUTS, Weights
from mixtures import centred, colours_log_prob
from training import Formulation


def concat_elu(x: torch.Tensor) -> torch.Tensor:
    return F.elu(torch.cat([x, -x], 1))


def shifted(x: torch.Tensor, down: int, right: int) -> torch.Tensor:
    height, width = x.shape[2:]
    return F.pad(x, (right, 0, down, 0))[:, :, :height, :width]


def norm_fused(v: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
    return torch._weight_norm(v, gain.view(-1, 1, 1, 1), 0)


def norm_written(v: torch.Tensor, gain: torch.Tensor) -> torch.Tensor:
    return v * (gain * torch.rsqrt((v * v).sum((1, 2, 3)))).view(-1, 1, 1, 1)


class Maps:
    """The weight-normalised maps of the net by name."""

    def __init__(self, weights: Weights, names: list[str], normalised):
        self.own = {name: (weights.kernel(f'{name}.weight'), weights.plain(f'{name}.gain'), weights.plain(f'{name}.bias')) for name in names}
        self.normalised, self.products = normalised, weights.layout.products

    def convolve(self, name: str, x: torch.Tensor, padding: tuple[int, int, int], stride: int = 1) -> torch.Tensor:
        """padding: left, right, top"""
        v, gain, bias = self.own[name]
        left, right, top = padding
        return F.conv2d(F.pad(x, (left, right, top, 0)) if any(padding) else x, self.normalised(v, gain), bias, stride)

    def pointwise(self, name: str, x: torch.Tensor) -> torch.Tensor:
        v, gain, bias = self.own[name]
        weight = self.normalised(v, gain)
        if not self.products:
            return F.conv2d(x, weight, bias)
        return F.linear(x.permute(0, 2, 3, 1), weight[:, :, 0, 0], bias).permute(0, 3, 1, 2)

    def transposed(self, name: str, x: torch.Tensor, above: bool) -> torch.Tensor:
        v, gain, bias = self.own[name]
        beyond = (0, 1) if above else 0
        return F.conv_transpose2d(x, self.normalised(v, gain).transpose(0, 1), bias, 2, beyond, beyond)


def net(maps: Maps, nodes, image: torch.Tensor) -> torch.Tensor:
    lowered, delayed = shifted(image, 1, 0), shifted(image, 0, 1)
    outputs: list[torch.Tensor] = []
    rectified: dict[int, torch.Tensor] = {}

    def elu(node: int) -> torch.Tensor:
        if node not in rectified:
            rectified[node] = concat_elu(outputs[node])
        return rectified[node]

    for node in nodes:
        name, above = f'nodes.{node["name"]}', node['stream'] == 'above'
        around = (1, 1, 1) if above else (1, 0, 1)
        if node['kind'] == 'first':
            if above:
                outputs.append(maps.convolve(name, lowered, around))
            else:
                outputs.append(maps.convolve(f'{name}.row', lowered, (1, 1, 0)) + maps.convolve(f'{name}.column', delayed, (0, 0, 1)))
        elif node['kind'] == 'residual':
            hidden = maps.convolve(f'{name}.first', elu(node['input']), around)
            if node['sides']:
                sides = [elu(side) for side in node['sides']]
                hidden = hidden + maps.pointwise(f'{name}.sides', sides[0] if len(sides) == 1 else torch.cat(sides, 1))
            filters, gates = maps.convolve(f'{name}.second', concat_elu(hidden), around).chunk(2, 1)
            outputs.append(outputs[node['input']] + filters * torch.sigmoid(gates))
        elif node['kind'] == 'down':
            outputs.append(maps.convolve(name, outputs[node['input']], around, 2))
        else:
            outputs.append(maps.transposed(name, outputs[node['input']], above))
    return maps.pointwise('head', F.elu(outputs[-1]))


def formulations(tensors, options):
    size, levels, nodes = options['size'], options['levels'], options['nodes']
    x = tensors['x']
    batch = x.shape[0]
    colours = x.view(batch, size, size, 3)
    image = torch.cat([centred(colours, levels), torch.ones(batch, size, size, 1)], 3)
    names = [name.removesuffix('.gain') for name in tensors if name.endswith('.gain')]

    def make(layout, normalised):
        def formulation():
            weights = Weights(tensors, layout)
            maps = Maps(weights, names, normalised)
            data = layout.image(image)

            def loss():
                pixels = net(maps, nodes, data).permute(0, 2, 3, 1)
                return -colours_log_prob(pixels, colours, levels).sum() / batch

            return Formulation(weights.all, loss, weights.after)

        return formulation

    ways = {'': norm_fused, ', norms written out': norm_written}
    return {layout.name + way: make(layout, normalised) for layout in LAYOUTS if not layout.full for way, normalised in ways.items()}
