"""Samples of Gated PixelCNN or PixelSNAIL on images of one channel: the vertical stack once a row, the horizontal one a pixel at a time,
with the keys and values of earlier pixels kept where there is attention."""

import torch
import torch.nn.functional as F

from rows.gated import gate
from rows.pixelsnail import coordinates, placed
from sequences import drawn


class Gated:
    """Two stacks; each keeps what it reads with a border of zeros, channels last."""

    def __init__(self, tensors, name: str, first: bool, count: int, size: int):
        vertical = tensors[f'{name}.vertical.weight']  # [rows, columns, in, 2C]
        horizontal = tensors[f'{name}.horizontal.weight'].clone()  # [1, taps, in, 2C]
        if first:
            horizontal[:, -1, :-1] = 0  # mask A: of its own pixel the channel of ones alone
        self.first, self.size = first, size
        self.rows, self.half, self.taps = vertical.shape[0], vertical.shape[1] // 2, horizontal.shape[1]
        self.vertical = vertical.permute(3, 2, 0, 1).contiguous(memory_format=torch.channels_last)
        self.vertical_bias = tensors[f'{name}.vertical.bias']
        self.across = tensors[f'{name}.across.weight']
        self.horizontal, self.horizontal_bias = horizontal.flatten(0, 2), tensors[f'{name}.horizontal.bias']
        self.output, self.output_bias = tensors[f'{name}.output.weight'][0, 0], tensors[f'{name}.output.bias']
        self.map = torch.zeros(count, size + self.rows, size + 2 * self.half, vertical.shape[2])
        self.line = torch.zeros(count, self.taps - 1 + size, horizontal.shape[2])

    def clear(self):
        self.map.zero_()

    def begin(self, row: int, v):
        """One row of the vertical stack, [B, W, C] -> [B, W, C]; the first layer sees the rows above alone."""
        if not self.first:
            self.map[:, row + self.rows - 1, self.half : self.half + self.size] = v
        above = self.map[:, row : row + self.rows].permute(0, 3, 1, 2)
        features = F.conv2d(above, self.vertical, self.vertical_bias).permute(0, 2, 3, 1)[:, 0]  # [B, W, 2C]
        self.crossed = torch.matmul(features, self.across) + self.horizontal_bias
        self.line.zero_()
        if self.first:
            self.line[:, self.taps - 1 :, -1] = 1
        filters, gates = features.chunk(2, 2)
        return torch.tanh(filters) * torch.sigmoid(gates)

    def at(self, row: int, column: int, h):
        if not self.first:
            self.line[:, column + self.taps - 1] = h
        taps = self.line[:, column : column + self.taps].flatten(1)
        projected = torch.addmm(self.output_bias, gate(torch.addmm(self.crossed[:, column], taps, self.horizontal)), self.output)
        return projected if self.first else h + projected

    def drawn(self, row: int, column: int, pixel):
        if self.first:
            self.line[:, column + self.taps - 1] = pixel
            self.map[:, row + self.rows, self.half + column] = pixel


class Attention:
    """Keys and values of the pixels before."""

    def __init__(self, tensors, name: str, heads: int, count: int, size: int):
        self.own = {key.removeprefix(f'{name}.'): tensor for key, tensor in tensors.items() if key.startswith(f'{name}.')}
        self.heads, self.count, self.size = heads, count, size
        where = coordinates(size)
        self.query_at, self.memory_at = placed(self.own, 'query', where), placed(self.own, 'memory', where)
        width = self.own['query.bias'].shape[0]
        self.keys = torch.empty(count, heads, size * size, width // heads)
        self.values = torch.empty_like(self.keys)

    def clear(self):
        pass

    def begin(self, row: int, v):
        return v

    def at(self, row: int, column: int, h):
        t = row * self.size + column
        self.features = h
        if t == 0:
            return h + self.own['output.bias']
        q = torch.addmm(self.query_at[t], h, self.own['query.weight']).view(self.count, self.heads, -1, 1)
        scores = torch.matmul(self.keys[:, :, :t], q / q.shape[2] ** 0.5).transpose(2, 3)  # [B, h, 1, t]
        seen = torch.matmul(torch.softmax(scores, 3), self.values[:, :, :t]).view(self.count, -1)
        return h + torch.addmm(self.own['output.bias'], seen, self.own['output.weight'])

    def drawn(self, row: int, column: int, pixel):
        t = row * self.size + column
        memory = torch.addmm(self.memory_at[t], self.features, self.own['memory.weight']) + torch.matmul(pixel, self.own['memory.image'])
        keys, values = memory.view(self.count, 2, self.heads, -1).unbind(1)
        self.keys[:, :, t], self.values[:, :, t] = keys, values


def samplers(tensors, options):
    count, size, levels = options['count'], options['size'], options['levels']
    kinds = options.get('kinds') or ['gated'] * (options['layers'] + 1)
    names = [f'blocks.{1 + index}' for index in range(len(kinds))]
    stack = [
        Attention(tensors, name, options['heads'], count, size) if kind == 'attention' else Gated(tensors, name, index == 0, count, size)
        for index, (name, kind) in enumerate(zip(names, kinds))
    ]
    dense = lambda h, name: torch.addmm(tensors[f'{name}.bias'], h, tensors[f'{name}.weight'][0, 0])  # noqa: E731

    def draw(with_log_prob: bool):
        total, image = torch.zeros(count), torch.empty(size, size, count, dtype=torch.long)
        for part in stack:
            part.clear()
        for row in range(size):
            v = None
            for part in stack:
                v = part.begin(row, v)
            for column in range(size):
                h = None
                for part in stack:
                    h = part.at(row, column, h)
                x, nats = drawn(dense(torch.relu(dense(torch.relu(h), f'blocks.{len(kinds) + 1}')), f'blocks.{len(kinds) + 2}'))
                image[row, column] = x
                total += nats
                pixel = torch.stack([x * (2 / (levels - 1)) - 1, torch.ones(count)], 1)
                for part in stack:
                    part.drawn(row, column, pixel)
        return -total if with_log_prob else image

    return {'row by row, pixel by pixel': draw}
