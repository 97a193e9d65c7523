"""NADE: W and V [D, H], b [D], c [H]; h_i = σ(c + Σ_{j<i} W_j x_j), logit_i = b_i + V_i · h_i."""

import torch

from training import Formulation, bernoulli_nats, parameter


class BlockProjections(torch.autograd.Function):
    """V_i · h_i of all dimensions in blocks, with the hidden layers kept and the backward pass written out."""

    @staticmethod
    def forward(ctx, x, W, V, c, lower):
        (batch, dimensions), size = x.shape, lower.shape[0]
        carried, logits, kept = c.expand(batch, -1), [], []
        for at in range(0, dimensions, size):
            block, rows = x[:, at : at + size], W[at : at + size]
            before = (block[:, None, :] * lower).reshape(-1, size)
            h = torch.mm(before, rows).view(batch, size, -1).add_(carried[:, None]).sigmoid_()
            logits.append(torch.einsum('bkh,kh->bk', h, V[at : at + size]))
            kept.append(h)
            carried = torch.addmm(carried, block, rows)
        ctx.save_for_backward(x, V, lower, *kept)
        return torch.cat(logits, 1)

    @staticmethod
    def backward(ctx, gradient):
        x, V, lower, *kept = ctx.saved_tensors
        (batch, dimensions), size = x.shape, lower.shape[0]
        to_carried = torch.zeros(batch, V.shape[1])
        to_W, to_V = torch.empty_like(V), torch.empty_like(V)
        for index in reversed(range(len(kept))):
            at, h = index * size, kept[index]
            block, upstream = x[:, at : at + size], gradient[:, at : at + size]
            to_V[at : at + size] = torch.einsum('bkh,bk->kh', h, upstream)
            inside = torch.ops.aten.sigmoid_backward(upstream[:, :, None] * V[at : at + size], h)
            before = (block[:, None, :] * lower).reshape(-1, size)
            to_W[at : at + size] = torch.addmm(torch.mm(block.t(), to_carried), before.t(), inside.view(batch * size, -1))
            to_carried += inside.sum(1)
        return None, to_W, to_V, to_carried.sum(0), None


def formulations(tensors, options):
    x = tensors['x']
    batch, dimensions = x.shape

    def blocks(size):
        def make():
            W, V, b, c = (parameter(tensors[name]) for name in 'WVbc')
            lower = torch.tril(torch.ones(size, size), -1)

            def loss():
                carried, logits = c.expand(batch, -1), []
                for at in range(0, dimensions, size):
                    block, rows = x[:, at : at + size], W[at : at + size]
                    h = torch.sigmoid(torch.matmul(block[:, None, :] * lower, rows) + carried[:, None])
                    logits.append((h * V[at : at + size]).sum(-1))
                    carried = torch.addmm(carried, block, rows)
                return bernoulli_nats(torch.cat(logits, 1) + b, x)

            return Formulation([W, V, b, c], loss)

        return make

    def own_backward(size):
        def make():
            W, V, b, c = (parameter(tensors[name]) for name in 'WVbc')
            lower = torch.tril(torch.ones(size, size), -1)
            return Formulation([W, V, b, c], lambda: bernoulli_nats(BlockProjections.apply(x, W, V, c, lower) + b, x))

        return make

    def cumulative_sum():
        W, V, b, c = (parameter(tensors[name]) for name in 'WVbc')

        def loss():
            terms = (x[:, :-1, None] * W[:-1]).cumsum(1)
            h = torch.sigmoid(torch.cat([c.expand(batch, 1, -1), terms + c], 1))
            return bernoulli_nats(torch.einsum('bdh,dh->bd', h, V) + b, x)

        return Formulation([W, V, b, c], loss)

    return {
        'blocks of 28': blocks(28),
        'blocks of 14, backward written out': own_backward(14),
        'blocks of 28, backward written out': own_backward(28),
        'cumulative sum': cumulative_sum,
    }
