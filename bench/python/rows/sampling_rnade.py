"""Samples of RNADE, all of the batch at once, with the hidden activation carried from dimension to dimension."""

import torch

from mixtures import draw_gaussians, gaussians_log_density


def samplers(tensors, options):
    W, V, b, c, rescale = (tensors[name] for name in ['W', 'V', 'b', 'c', 'rescale'])
    count, levels, dimensions = options['count'], options['levels'], len(b)
    scales = rescale.tolist()

    def draw(with_log_prob: bool):
        carried, total = c.repeat(count, 1), torch.zeros(count)
        samples = torch.empty(dimensions, count)
        for d in range(dimensions):
            mixture = torch.addmm(b[d], torch.relu(carried * scales[d]), V[d])
            z = draw_gaussians(mixture)
            samples[d] = z
            if with_log_prob:
                total += gaussians_log_density(mixture, z, levels)
            carried.addcmul_(z[:, None], W[d])
        return total if with_log_prob else samples

    return {'vectorised, incremental': draw}
