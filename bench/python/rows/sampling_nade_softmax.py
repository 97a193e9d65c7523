"""Samples of NADE-softmax, all of the batch at once, with the hidden activation carried from dimension to dimension."""

import torch

from sequences import drawn


def samplers(tensors, options):
    W, V, b, c = (tensors[name] for name in 'WVbc')
    count, dimensions = options['count'], b.shape[0]

    def draw(with_log_prob: bool):
        carried, total = c.repeat(count, 1), torch.zeros(count)
        samples = torch.empty(dimensions, count, dtype=torch.long)
        for d in range(dimensions):
            x, nats = drawn(torch.addmm(b[d], torch.sigmoid(carried), V[d]))
            samples[d] = x
            total += nats
            carried += W[d, x]
        return -total if with_log_prob else samples

    return {'vectorised, incremental': draw}
