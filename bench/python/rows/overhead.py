"""What one small operation costs."""

import torch

REPEATS = 10_000


def operations():
    a, b = torch.ones(4), torch.ones(4)

    def add():
        for _ in range(REPEATS):
            a + b

    return {'add': add}
