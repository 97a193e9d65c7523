"""Samples of the Transformer with kept keys and values, all of the batch at once."""

import torch

from rows.transformer import gelu
from sequences import dense, drawn, head, norm, step_embedded


def samplers(tensors, options):
    count, layers, heads = options['count'], options['layers'], options['heads']
    length, channels = tensors['blocks.1.weight'].shape
    size = channels // heads

    def draw(with_log_prob: bool):
        keys = torch.empty(layers, count, heads, length, size)
        values = torch.empty(layers, count, heads, length, size)
        levels = torch.empty(length, count, dtype=torch.long)
        total, x = torch.zeros(count), None
        for t in range(length):
            h = step_embedded(tensors, x, t, count)
            for layer in range(layers):
                name = f'blocks.{2 + layer}'
                inputs = dense(tensors, f'{name}.attention.input', norm(tensors, f'{name}.attention.norm', h))
                q, k, v = inputs.view(count, 3, heads, size).unbind(1)
                keys[layer, :, :, t], values[layer, :, :, t] = k, v
                scores = torch.matmul(keys[layer, :, :, : t + 1], (q / size**0.5)[..., None])  # [B, h, t + 1, 1]
                seen = torch.matmul(torch.softmax(scores, 2).transpose(2, 3), values[layer, :, :, : t + 1])
                h = h + dense(tensors, f'{name}.attention.output', seen.reshape(count, channels))
                hidden = gelu(dense(tensors, f'{name}.feed.hidden', norm(tensors, f'{name}.feed.norm', h)))
                h = h + dense(tensors, f'{name}.feed.output', hidden)
            x, nats = drawn(head(tensors, f'blocks.{2 + layers}', h))
            levels[t] = x
            total += nats
        return -total if with_log_prob else levels

    return {'kept keys and values': draw}
