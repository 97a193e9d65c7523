"""Row LSTM, Diagonal BiLSTM (van den Oord et al. 2016) and spatial LSTM (Theis & Bethge 2015) on binary images, wavefront by wavefront."""

import torch
import torch.nn.functional as F

from convolution import LAYOUTS, Weights
from training import Formulation, bernoulli_nats

Step = tuple[int, int, list[int]]  # first position, positions, shift of each tap into the step before


def rows(height: int, width: int, kernel: int) -> list[Step]:
    return [(row * width, width, [tap - kernel // 2 for tap in range(kernel)]) for row in range(height)]


def diagonals(height: int, width: int, mirrored: bool) -> tuple[list[Step], torch.Tensor]:
    """Steps, and the raster positions in their order."""
    steps, order, top_before = [], [], 0
    for diagonal in range(height + width - 1):
        top = max(0, diagonal - width + 1)
        places = [(row, diagonal - row) for row in range(top, min(height - 1, diagonal) + 1)]
        steps.append((len(order), len(places), [top - top_before, top - top_before - 1]))
        order += [row * width + (width - 1 - column if mirrored else column) for row, column in places]
        top_before = top
    return steps, torch.tensor(order)


def shifted(x: torch.Tensor, size: int, shift: int) -> torch.Tensor:
    """[n, B, C] -> [size, B, C]: place p holds x at p + shift, zeros beyond."""
    first, last = max(0, shift), min(x.shape[0], size + shift)
    front = max(0, -shift)
    back = size - front - (last - first)
    part = x[first:last]
    return F.pad(part, (0, 0, 0, 0, front, back)) if front + back > 0 else part


def scan(drive: torch.Tensor, weight: torch.Tensor, steps: list[Step], carried: list[int], squashed: bool) -> torch.Tensor:
    """drive [P, B, G·H] in the order of the steps, gates i, f …, o, g; weight [taps · H, G·H] -> h [P, B, H]."""
    gates = len(carried) + 3
    columns = weight.shape[1]
    hidden = columns // gates
    states: list[torch.Tensor] = []
    h = c = drive
    for index, (first, size, shifts) in enumerate(steps):
        a = drive[first : first + size]
        if index > 0:
            taps = torch.cat([shifted(h, size, shift) for shift in shifts], 2)
            a = torch.addmm(a.reshape(-1, columns), taps.view(-1, weight.shape[0]), weight).view(size, -1, columns)
        opened = torch.sigmoid(a[:, :, : (gates - 1) * hidden])
        own = opened[:, :, :hidden] * torch.tanh(a[:, :, (gates - 1) * hidden :])
        if index > 0:
            for place, tap in enumerate(carried):
                own = own + opened[:, :, (1 + place) * hidden : (2 + place) * hidden] * shifted(c, size, shifts[tap])
        c = own
        o = opened[:, :, (gates - 2) * hidden :]
        h = torch.tanh(c * o) if squashed else o * torch.tanh(c)
        states.append(h)
    return torch.cat(states, 0)


def positions(x: torch.Tensor) -> torch.Tensor:
    """[B, C, H, W] -> [P, B, C]"""
    return x.flatten(2).permute(2, 0, 1)


def image(h: torch.Tensor, size: int) -> torch.Tensor:
    """[P, B, C] -> [B, C, H, W]"""
    return h.permute(1, 2, 0).unflatten(2, (size, size))


def affine(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    return torch.addmm(bias, x.reshape(-1, x.shape[2]), weight).view(x.shape[0], x.shape[1], -1)


def row_layer(weights: Weights, name: str, size: int, kernel: int):
    own = {key: weights.plain(f'{name}.{key}') for key in ['input.weight', 'input.bias', 'state.weight', 'up.weight', 'up.bias']}
    steps = rows(size, size, kernel)
    half = kernel // 2

    def apply(x):
        padded = F.pad(x, (half, 0))
        seen = torch.cat([padded[:, :, :, lag : lag + size] for lag in range(half + 1)], 1)
        drive = affine(positions(seen), own['input.weight'].flatten(0, 1), own['input.bias'])
        h = scan(drive, own['state.weight'].flatten(0, 1), steps, [half], False)
        return x + image(affine(h, own['up.weight'], own['up.bias']), size)

    return apply


def diagonal_layer(weights: Weights, name: str, size: int):
    names = [f'{direction}.{key}' for direction in ['left', 'right'] for key in ['input.weight', 'input.bias', 'state.weight']]
    own = {key: weights.plain(f'{name}.{key}') for key in [*names, 'up.weight', 'up.bias']}
    ways = {}
    for direction in ['left', 'right']:
        steps, order = diagonals(size, size, direction == 'right')
        ways[direction] = (steps, order, torch.argsort(order))

    def along(x, direction: str):
        steps, order, back = ways[direction]
        drive = affine(x[order], own[f'{direction}.input.weight'], own[f'{direction}.input.bias'])
        return scan(drive, own[f'{direction}.state.weight'].flatten(0, 1), steps, [0], False)[back]

    def apply(x):
        features = positions(x)
        right = F.pad(along(features, 'right')[:-size], (0, 0, 0, 0, size, 0))  # down by one row
        return x + image(affine(along(features, 'left') + right, own['up.weight'], own['up.bias']), size)

    return apply


def spatial_layer(weights: Weights, name: str, size: int):
    rows_of_kernel, columns = weights.tensors[f'{name}.input.weight'].shape[:2]
    kernel, bias = weights.kernel(f'{name}.input.weight'), weights.plain(f'{name}.input.bias')
    state = weights.plain(f'{name}.state.weight')
    half = columns // 2
    steps, order = diagonals(size, size, False)
    back = torch.argsort(order)

    def apply(x):
        drive = positions(F.conv2d(F.pad(x, (half, half, rows_of_kernel - 1, 0)), kernel, bias))
        return image(scan(drive[order], state.flatten(0, 1), steps, [0, 1], True)[back], size)

    return apply


def formulations(tensors, options):
    kind, layers, size = options['kind'], options['layers'], options['size']
    x = tensors['x']
    data = torch.stack([2 * x - 1, torch.ones_like(x)], 2).view(-1, size, size, 2)

    def make(layout):
        def formulation():
            weights = Weights(tensors, layout)
            first = [] if kind == 'spatial' else [weights.causal('blocks.1')]
            start = 1 + len(first)
            names = [f'blocks.{start + index}' for index in range(layers)]
            makers = {
                'row': lambda name: row_layer(weights, name, size, options['kernel']),
                'diagonal': lambda name: diagonal_layer(weights, name, size),
                'spatial': lambda name: spatial_layer(weights, name, size),
            }
            stack = [*first, *(makers[kind](name) for name in names)]
            hidden, output = weights.causal(f'blocks.{start + layers}'), weights.causal(f'blocks.{start + layers + 1}')
            inputs = layout.image(data)

            def loss():
                h = inputs
                for apply in stack:
                    h = apply(h)
                h = hidden(h if kind == 'spatial' else F.relu(h))
                return bernoulli_nats(output(F.relu(h)).reshape(x.shape), x)

            return Formulation(weights.all, loss, weights.after)

        return formulation

    return {layout.name: make(layout) for layout in LAYOUTS if not layout.full}
