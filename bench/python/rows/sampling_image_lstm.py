"""Samples of Row LSTM, Diagonal BiLSTM and spatial LSTM on binary images: what the row above gives is computed a row at a time, the rest a pixel."""

import torch

from rows.sampling_pixelcnn import Causal
from sequences import drawn


class RowByRow(Causal):
    """A causal convolution whose rows above are summed for the whole row when it begins."""

    def begin(self, row: int):
        if self.rows == 1:
            return
        size = self.map.shape[2] - 2 * self.half
        covered = self.map[:, row : row + self.rows - 1].unfold(2, self.columns, 1)  # [B, rows − 1, W, C, columns]
        covered = covered.permute(0, 2, 1, 4, 3).reshape(len(self.map) * size, -1)
        self.above = torch.addmm(self.bias, covered, self.weight[: covered.shape[1]]).view(len(self.map), size, -1)

    def at(self, row: int, column: int, h):
        if self.rows == 1:
            return super().at(row, column, h)
        if h is not None:
            self.store(row, column, h)
        own = self.map[:, row + self.rows - 1, column : column + self.columns].flatten(1)
        return torch.addmm(self.above[:, column], own, self.weight[-own.shape[1] :])


def lstm(gates: torch.Tensor, before: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Gates [B, 4H] in the order i, f, o, g and the cell before -> h, c"""
    hidden = before.shape[1]
    i, f, o = torch.sigmoid(gates[:, : 3 * hidden]).chunk(3, 1)
    c = f * before + i * torch.tanh(gates[:, 3 * hidden :])
    return o * torch.tanh(c), c


class Layer:
    def __init__(self, tensors, name: str, count: int, size: int):
        self.own = {key.removeprefix(f'{name}.'): tensor for key, tensor in tensors.items() if key.startswith(f'{name}.')}
        self.count, self.size = count, size

    def zeros(self, *shape: int) -> torch.Tensor:
        return torch.zeros(self.count, *shape)


class RowLayer(Layer):
    def __init__(self, tensors, name: str, count: int, size: int):
        super().__init__(tensors, name, count, size)
        self.taps, self.hidden = self.own['state.weight'].shape[:2]
        self.lags, self.channels = self.own['input.weight'].shape[:2]
        self.state, self.input = self.own['state.weight'].flatten(0, 1), self.own['input.weight'].flatten(0, 1)
        self.clear()

    def clear(self):
        half = self.taps // 2
        self.h, self.c = self.zeros(self.size + 2 * half, self.hidden), self.zeros(self.size, self.hidden)
        self.next_h, self.next_c = self.h.clone(), self.c.clone()

    def begin(self, row: int):
        self.h, self.next_h, self.c, self.next_c = self.next_h, self.h, self.next_c, self.c
        self.seen = self.zeros(self.size + self.lags - 1, self.channels)
        taps = self.h.unfold(1, self.taps, 1).permute(0, 1, 3, 2).reshape(self.count * self.size, -1)
        self.above = torch.addmm(self.own['input.bias'], taps, self.state).view(self.count, self.size, -1)

    def at(self, _row: int, column: int, x: torch.Tensor) -> torch.Tensor:
        self.seen[:, column + self.lags - 1] = x
        gates = torch.addmm(self.above[:, column], self.seen[:, column : column + self.lags].flatten(1), self.input)
        h, c = lstm(gates, self.c[:, column])
        self.next_h[:, column + self.taps // 2], self.next_c[:, column] = h, c
        return torch.addmm(x + self.own['up.bias'], h, self.own['up.weight'])


class DiagonalLayer(Layer):
    def __init__(self, tensors, name: str, count: int, size: int):
        super().__init__(tensors, name, count, size)
        self.hidden = self.own['left.state.weight'].shape[1]
        self.clear()

    def clear(self):
        self.x = self.zeros(self.size, self.own['left.input.weight'].shape[0])
        self.left, self.right = self.zeros(self.size, self.hidden), self.zeros(self.size, self.hidden)

    def from_above(self, direction: str, states: torch.Tensor) -> torch.Tensor:
        """What the states of the row above give every pixel of a row, [B, W, 4H]."""
        flat = states.reshape(-1, self.hidden)
        return torch.addmm(self.own[f'{direction}.input.bias'], flat, self.own[f'{direction}.state.weight'][1]).view(self.count, self.size, -1)

    def begin(self, row: int):
        if row > 0:  # of the row above, which is known by now, from right to left
            product = torch.matmul(self.x, self.own['right.input.weight'])
            gates = self.from_above('right', self.right) + product
            h = c = self.zeros(self.hidden)
            states = torch.empty_like(self.right)
            for column in reversed(range(self.size)):
                h, c = lstm(torch.addmm(gates[:, column], h, self.own['right.state.weight'][0]), c)
                states[:, column] = h
            self.right = states
        self.above = self.from_above('left', self.left)
        self.h = self.c = self.zeros(self.hidden)

    def at(self, _row: int, column: int, x: torch.Tensor) -> torch.Tensor:
        self.x[:, column] = x
        gates = torch.addmm(self.above[:, column], x, self.own['left.input.weight'])
        self.h, self.c = lstm(gates.addmm_(self.h, self.own['left.state.weight'][0]), self.c)
        self.left[:, column] = self.h
        return torch.addmm(x + self.own['up.bias'], self.h + self.right[:, column], self.own['up.weight'])


class SpatialLayer(Layer):
    def __init__(self, tensors, name: str, count: int, size: int):
        super().__init__(tensors, name, count, size)
        self.hidden = self.own['state.weight'].shape[1]
        self.input = RowByRow(tensors, f'{name}.input', True, count, size)
        self.clear()

    def clear(self):
        self.input.clear()
        self.h, self.c = self.zeros(self.size, self.hidden), self.zeros(self.size, self.hidden)

    def begin(self, row: int):
        self.input.begin(row)
        self.above = torch.matmul(self.h, self.own['state.weight'][1])
        self.beside_h = self.beside_c = self.zeros(self.hidden)

    def at(self, row: int, column: int, _x) -> torch.Tensor:
        hidden = self.hidden
        gates = torch.addmm(self.input.at(row, column, None), self.beside_h, self.own['state.weight'][0]) + self.above[:, column]
        i, beside, above, o = torch.sigmoid(gates[:, : 4 * hidden]).chunk(4, 1)
        c = i * torch.tanh(gates[:, 4 * hidden :]) + beside * self.beside_c + above * self.c[:, column]
        h = torch.tanh(c * o)
        self.beside_h, self.beside_c = h, c
        self.h[:, column], self.c[:, column] = h, c
        return h


KINDS = {'row': RowLayer, 'diagonal': DiagonalLayer, 'spatial': SpatialLayer}


def samplers(tensors, options):
    count, size, kind, layers = options['count'], options['size'], options['kind'], options['layers']
    spatial = kind == 'spatial'
    start = 1 if spatial else 2
    first = None if spatial else RowByRow(tensors, 'blocks.1', True, count, size)
    stack = [KINDS[kind](tensors, f'blocks.{start + index}', count, size) for index in range(layers)]
    image = stack[0].input if spatial else first
    hidden, output = (Causal(tensors, f'blocks.{start + layers + index}', False, count, size) for index in range(2))

    def draw(with_log_prob: bool):
        for layer in stack if spatial else [first, *stack]:
            layer.clear()
        total, levels = torch.zeros(count), torch.empty(size, size, count, dtype=torch.long)
        for row in range(size):
            if first:
                first.begin(row)
            for layer in stack:
                layer.begin(row)
            for column in range(size):
                h = None if spatial else first.at(row, column, None)
                for layer in stack:
                    h = layer.at(row, column, h)
                h = hidden.at(row, column, h if spatial else torch.relu(h))
                x, nats = drawn(output.at(row, column, torch.relu(h)))
                levels[row, column] = x
                total += nats
                image.store(row, column, torch.stack([2.0 * x - 1, torch.ones(count)], 1))
        return -total if with_log_prob else levels

    return {'row by row, pixel by pixel': draw}
