"""RNADE: W [D, H], V [D, H, P], b [D, P], c [H], ρ [D]; h_i = relu(ρ_i (c + Σ_{j<i} W_j z_j)), a mixture of Gaussians b_i + V_i h_i."""

import torch

from mixtures import gaussians_log_density
from training import Formulation, Noise, parameter


def formulations(tensors, options):
    x, levels = tensors['x'], options['levels']
    batch, dimensions = x.shape

    def make(sums):
        def formulation():
            W, V, b, c, rescale = (parameter(tensors[name]) for name in ['W', 'V', 'b', 'c', 'rescale'])
            noise = Noise(tensors)

            def loss(u):
                z = ((x + u) * (2 / levels) - 1).t()  # [D, B]
                h = torch.relu(sums(z[:, :, None] * W[:, None], c) * rescale[:, None, None])  # [D, B, H]
                return -gaussians_log_density(torch.baddbmm(b[:, None], h, V), z, levels).sum() / batch

            return Formulation([W, V, b, c, rescale], loss, inputs=lambda: noise.draw((batch, dimensions)))

        return formulation

    def cumulative(terms, c):
        return torch.cat([c.expand(1, batch, -1), terms[:-1].cumsum(0) + c])

    def blocks(size):
        lower = torch.tril(torch.ones(size, size), -1)

        def sums(terms, c):
            carried, parts = c.expand(batch, -1), []
            for at in range(0, dimensions, size):
                block = terms[at : at + size]
                inside = torch.mm(lower[: len(block), : len(block)], block.reshape(len(block), -1)).view_as(block)
                parts.append(inside + carried)
                carried = carried + block.sum(0)
            return torch.cat(parts)

        return sums

    return {'cumulative sum': make(cumulative), 'blocks of 28': make(blocks(28)), 'blocks of 56': make(blocks(56))}
