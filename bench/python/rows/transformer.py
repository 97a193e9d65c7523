"""A decoder-only Transformer over the dimensions: embedding of the value before, position, blocks with the norm first, a head."""

import torch
import torch.nn.functional as F

from sequences import dense, embedded, head, nats, norm
from training import Formulation, parameter


def gelu(h):
    return h * torch.sigmoid(1.702 * h)


def formulations(tensors, options):
    x, layers, heads = tensors['x'], options['layers'], options['heads']
    batch, length = x.shape

    def with_kernel(q, k, v):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)

    future = torch.full((length, length), float('-inf')).triu(1)

    def with_softmax(q, k, v):
        scores = torch.matmul(q / q.shape[-1] ** 0.5, k.transpose(-1, -2)) + future
        return torch.matmul(torch.softmax(scores, -1), v)

    def make(attend):
        def formulation():
            weights = {name: parameter(tensor) for name, tensor in tensors.items() if name != 'x'}

            def loss():
                h = embedded(weights, x)
                for layer in range(layers):
                    name = f'blocks.{2 + layer}'
                    inputs = dense(weights, f'{name}.attention.input', norm(weights, f'{name}.attention.norm', h))
                    q, k, v = (part.view(batch, length, heads, -1).transpose(1, 2) for part in inputs.chunk(3, 2))
                    seen = attend(q, k, v).transpose(1, 2).reshape(h.shape)
                    h = h + dense(weights, f'{name}.attention.output', seen)
                    hidden = gelu(dense(weights, f'{name}.feed.hidden', norm(weights, f'{name}.feed.norm', h)))
                    h = h + dense(weights, f'{name}.feed.output', hidden)
                return nats(head(weights, f'blocks.{2 + layers}', h), x) / batch

            return Formulation(list(weights.values()), loss)

        return formulation

    return {'scaled_dot_product_attention': make(with_kernel), 'explicit softmax': make(with_softmax)}
