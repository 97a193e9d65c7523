"""NADE-softmax with one-hot inputs: W [D, K, H], V [D, H, K], b [D, K], c [H]; h_i = σ(c + Σ_{j<i} W_j[x_j]), softmax(b_i + V_i h_i)."""

import torch
import torch.nn.functional as F

from training import Formulation, parameter


def formulations(tensors, options):
    x = tensors['x'].long()
    batch, dimensions = x.shape
    at = torch.arange(dimensions)

    def blocks(size):
        def make():
            W, V, b, c = (parameter(tensors[name]) for name in 'WVbc')
            lower = torch.tril(torch.ones(size, size), -1)

            def loss():
                terms = W[at, x]  # [B, D, H]
                carried, logits = c.expand(batch, -1), []
                for first in range(0, dimensions, size):
                    block = terms[:, first : first + size]
                    rows = lower[: block.shape[1], : block.shape[1]]
                    h = torch.sigmoid(torch.matmul(rows, block) + carried[:, None])
                    logits.append(torch.bmm(h.transpose(0, 1), V[first : first + size]))  # [k, B, K]
                    carried = carried + block.sum(1)
                scores = torch.cat(logits) + b[:, None]
                return F.cross_entropy(scores.flatten(0, 1), x.t().flatten(), reduction='sum') / batch

            return Formulation([W, V, b, c], loss)

        return make

    def cumulative_sum():
        W, V, b, c = (parameter(tensors[name]) for name in 'WVbc')

        def loss():
            terms = W[at, x][:, :-1].cumsum(1)
            h = torch.sigmoid(torch.cat([c.expand(batch, 1, -1), terms + c], 1))
            scores = torch.bmm(h.transpose(0, 1), V) + b[:, None]
            return F.cross_entropy(scores.flatten(0, 1), x.t().flatten(), reduction='sum') / batch

        return Formulation([W, V, b, c], loss)

    return {'blocks of 28': blocks(28), 'cumulative sum': cumulative_sum}
