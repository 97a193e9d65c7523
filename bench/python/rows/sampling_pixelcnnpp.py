"""Samples of PixelCNN++ on RGB images: the stream of the rows above a row at a time, the other a pixel, coarser levels where they have a position."""

import torch
import torch.nn.functional as F

from mixtures import centred, colours_log_prob, draw_colours


def concat_elu(x: torch.Tensor) -> torch.Tensor:
    return F.elu(torch.cat([x, -x], -1))


class Map:
    """Features of one node, with a border of zeros: a row above, a column on either side. Row r lies at r + 1, column c at c + 1."""

    def __init__(self, count: int, size: int, channels: int):
        self.values, self.size = torch.zeros(count, size + 1, size + 2, channels), size

    def covered(self, row: int, column: int, above: bool) -> torch.Tensor:
        """What a kernel standing at a pixel covers, [B, 2 · columns · C]."""
        return self.values[:, row : row + 2, column : column + (3 if above else 2)].flatten(1)

    def rows(self, row: int, stride: int = 1) -> torch.Tensor:
        """The same of the wider kernel at every (second) pixel of a row, [B, W, 6C]."""
        parts = [self.values[:, row + up, tap : tap + self.size : stride] for up in range(2) for tap in range(3)]
        return torch.cat(parts, 2)

    def at(self, row: int, column: int | slice) -> torch.Tensor:
        return self.values[:, row + 1, column if isinstance(column, slice) else column + 1]


def samplers(tensors, options):
    count, size, levels, nodes = options['count'], options['size'], options['levels'], options['nodes']
    matrices, biases = {}, {}
    for name in (name.removesuffix('.gain') for name in tensors if name.endswith('.gain')):
        v = tensors[f'{name}.weight']
        matrices[name] = (v * (tensors[f'{name}.gain'] * torch.rsqrt((v * v).sum((0, 1, 2))))).flatten(0, 2)
        biases[name] = tensors[f'{name}.bias']
    filters = biases['nodes.0.above'].shape[0]
    image = Map(count, size, 4)
    make = lambda node, wide: Map(count, size >> node['level'], wide * filters)  # noqa: E731
    plain, rectified, inner = ([make(node, wide) for node in nodes] for wide in (1, 2, 2))
    inside = slice(1, -1)

    def product(name: str, x: torch.Tensor) -> torch.Tensor:
        if x.dim() == 2:
            return torch.addmm(biases[name], x, matrices[name])
        return torch.addmm(biases[name], x.reshape(-1, x.shape[2]), matrices[name]).view(*x.shape[:2], -1)

    def keep(index: int, row: int, column, value: torch.Tensor):
        plain[index].at(row, column).copy_(value)
        rectified[index].at(row, column).copy_(concat_elu(value))

    def compute(index: int, row: int, column):
        """A node at one of its pixels, or (the stream of the rows above) in a whole row."""
        node = nodes[index]
        name, above = f'nodes.{node["name"]}', node['stream'] == 'above'
        seen = (lambda of: of.rows(row)) if above else (lambda of: of.covered(row, column, False))
        if node['kind'] == 'first':
            if above:  # rows r − 2 and r − 1
                parts = [
                    image.values[:, max(0, row - 1 + up), tap : tap + size] * float(row + up > 0) for up in range(2) for tap in range(3)
                ]
                value = product(name, torch.cat(parts, 2))
            else:
                value = product(f'{name}.row', image.values[:, row, column : column + 3].flatten(1))
                value += product(f'{name}.column', image.values[:, row : row + 2, column].flatten(1))
        elif node['kind'] == 'residual':
            hidden = product(f'{name}.first', seen(rectified[node['input']]))
            if node['sides']:
                hidden = hidden + product(f'{name}.sides', torch.cat([rectified[side].at(row, column) for side in node['sides']], -1))
            inner[index].at(row, column).copy_(concat_elu(hidden))
            a, b = product(f'{name}.second', seen(inner[index])).chunk(2, -1)
            value = plain[node['input']].at(row, column) + a * torch.sigmoid(b)
        elif node['kind'] == 'down':
            below = plain[node['input']]
            value = product(name, below.rows(2 * row, 2) if above else below.covered(2 * row, 2 * column, False))
        else:
            coarse, odd = plain[node['input']], row & 1
            columns = 3 if above else 2
            taps = matrices[name].view(2, columns, filters, filters)[odd]
            if above:
                own, following = coarse.at(row >> 1, inside), coarse.at(row >> 1, slice(2, None))
                evens = torch.matmul(own, taps[1])
                odds = torch.matmul(own, taps[2]) + torch.matmul(following, taps[0])
                value = torch.stack([evens, odds], 2).flatten(1, 2) + biases[name]
            else:
                value = torch.addmm(biases[name], coarse.at(row >> 1, column >> 1), taps[column & 1])
        keep(index, row, column, value)

    def draw(with_log_prob: bool):
        for kept in [image, *plain, *rectified, *inner]:
            kept.values.zero_()
        total, drawn = torch.zeros(count), torch.empty(size, size, count, 3)
        for row in range(size):
            for index, node in enumerate(nodes):
                if node['stream'] == 'above' and row % (1 << node['level']) == 0:
                    compute(index, row >> node['level'], inside)
            for column in range(size):
                for index, node in enumerate(nodes):
                    stride = 1 << node['level']
                    if node['stream'] == 'left' and row % stride == 0 and column % stride == 0:
                        compute(index, row >> node['level'], column >> node['level'])
                pixels = product('head', F.elu(plain[-1].at(row, column)))
                colours = draw_colours(pixels, levels)
                drawn[row, column] = colours
                if with_log_prob:
                    total += colours_log_prob(pixels, colours, levels)
                image.at(row, column).copy_(torch.cat([centred(colours, levels), torch.ones(count, 1)], 1))
        return total if with_log_prob else drawn

    return {'row by row, pixel by pixel': draw}
