"""Samples of PixelCNN on binary images: of each layer the new pixel alone is computed, from what its kernel covers."""

import torch

from sequences import drawn


class Causal:
    """
    A masked convolution that keeps what it reads, with a border of zeros; its kernel ends at its centre's row. `strict`: of the image, whose last
    channel is ones inside of it, the centre shows these alone.
    """

    def __init__(self, tensors, name: str, strict: bool, count: int, size: int):
        weight = tensors[f'{name}.weight'].clone()  # [rows, columns, in, out]
        self.rows, self.columns, inputs, outputs = weight.shape
        half = self.columns // 2
        weight[-1, half + 1 :] = 0
        self.strict = strict
        if strict:
            weight[-1, half, :-1] = 0
        self.weight, self.bias, self.half = weight.flatten(0, 2), tensors[f'{name}.bias'], half
        self.map = None if self.rows == self.columns == 1 else torch.zeros(count, size + self.rows - 1, size + 2 * half, inputs)

    def clear(self):
        self.map.zero_()
        if self.strict:
            self.map[:, self.rows - 1 :, self.half : self.map.shape[2] - self.half, -1] = 1

    def store(self, row: int, column: int, h):
        self.map[:, row + self.rows - 1, column + self.half] = h

    def at(self, row: int, column: int, h):
        if self.map is None:
            return torch.addmm(self.bias, h, self.weight)
        if h is not None:
            self.store(row, column, h)
        covered = self.map[:, row : row + self.rows, column : column + self.columns].flatten(1)
        return torch.addmm(self.bias, covered, self.weight)


def samplers(tensors, options):
    count, size, blocks = options['count'], options['size'], options['blocks']
    make = lambda name, strict=False: Causal(tensors, name, strict, count, size)  # noqa: E731
    first = make('blocks.1', True)
    residual = [[make(f'blocks.{2 + block}.{part}') for part in ('reduce', 'spread', 'expand')] for block in range(blocks)]
    hidden, output = (make(f'blocks.{2 + blocks + index}') for index in range(2))

    def draw(with_log_prob: bool):
        for layer in [first, *(spread for _, spread, _ in residual)]:
            layer.clear()
        total, image = torch.zeros(count), torch.empty(size, size, count, dtype=torch.long)
        for row in range(size):
            for column in range(size):
                h = first.at(row, column, None)
                for reduce, spread, expand in residual:
                    inside = torch.relu(spread.at(row, column, torch.relu(reduce.at(row, column, torch.relu(h)))))
                    h = h + expand.at(row, column, inside)
                x, nats = drawn(output.at(row, column, torch.relu(hidden.at(row, column, torch.relu(h)))))
                image[row, column] = x
                total += nats
                first.store(row, column, torch.stack([2.0 * x - 1, torch.ones(count)], 1))
        return -total if with_log_prob else image

    return {'pixel by pixel': draw}
