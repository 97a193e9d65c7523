"""PixelSNAIL on images of one channel: gated layers as in Gated PixelCNN, and causal attention of the horizontal stack between them."""

import torch
import torch.nn.functional as F

from convolution import LAYOUTS, Weights
from rows.gated import gated_layer
from training import Formulation, bernoulli_nats


def coordinates(size: int) -> torch.Tensor:
    """Row and column of every pixel in −1…1, [N, 2]."""
    along = torch.linspace(-1, 1, size)
    return torch.stack(torch.meshgrid(along, along, indexing='ij'), 2).view(-1, 2)


def placed(tensors, name: str, where: torch.Tensor) -> torch.Tensor:
    return torch.addmm(tensors[f'{name}.bias'], where, tensors[f'{name}.coordinates'])


def formulations(tensors, options):
    size, kinds, heads = options['size'], options['kinds'], options['heads']
    x = tensors['x']
    batch, pixels = x.shape
    image = torch.stack([2 * x - 1, torch.ones_like(x)], 2)  # [B, N, 2]
    where = coordinates(size)
    # Pixels before alone; the first row, which sees nothing, is set to zeros afterwards.
    later = torch.full((pixels, pixels), float('-inf')).triu(0)
    later[0] = 0
    not_first = (torch.arange(pixels) > 0).float()[:, None]

    def with_softmax(q, k, v):
        return torch.matmul(torch.softmax(torch.matmul(q / q.shape[-1] ** 0.5, k.transpose(-1, -2)) + later, -1), v)

    def with_kernel(q, k, v):
        return F.scaled_dot_product_attention(q, k, v, attn_mask=later)

    def make(layout, attend):
        def formulation():
            weights = Weights(tensors, layout)

            def attention(name: str):
                names = ['query.weight', 'query.coordinates', 'query.bias', 'memory.weight', 'memory.image', 'memory.coordinates', 'memory.bias']
                own = {key: weights.plain(f'{name}.{key}') for key in [*names, 'output.weight', 'output.bias']}

                def apply(v, h):
                    features = h.permute(0, 2, 3, 1).reshape(batch, pixels, -1)
                    queries = torch.matmul(features, own['query.weight']) + placed(own, 'query', where)
                    memory = torch.matmul(features, own['memory.weight']) + torch.matmul(image, own['memory.image']) + placed(own, 'memory', where)
                    keys, values = memory.chunk(2, 2)
                    q, k, u = (part.view(batch, pixels, heads, -1).transpose(1, 2) for part in (queries, keys, values))
                    seen = attend(q, k, u).transpose(1, 2).reshape(batch, pixels, -1) * not_first
                    added = torch.matmul(seen, own['output.weight']) + own['output.bias']
                    return v, h + added.view(batch, size, size, -1).permute(0, 3, 1, 2)

                return apply

            stack = []
            for index, kind in enumerate(kinds):
                name = f'blocks.{1 + index}'
                stack.append(attention(name) if kind == 'attention' else gated_layer(tensors, weights, name, index == 0))
            hidden, output = weights.causal(f'blocks.{len(kinds) + 1}'), weights.causal(f'blocks.{len(kinds) + 2}')
            data = layout.image(image.view(batch, size, size, 2))

            def loss():
                v = h = data
                for apply in stack:
                    v, h = apply(v, h)
                return bernoulli_nats(output(F.relu(hidden(F.relu(h)))).reshape(x.shape), x)

            return Formulation(weights.all, loss, weights.after)

        return formulation

    ways = {'explicit softmax': with_softmax, 'scaled_dot_product_attention': with_kernel}
    return {f'{layout.name}, {way}': make(layout, attend) for layout in LAYOUTS if not layout.full for way, attend in ways.items()}
