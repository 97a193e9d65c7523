"""Samples of WaveNet with a queue for each layer, so that a time step costs one column of the network."""

import torch
import torch.nn.functional as F


def samplers(tensors, options):
    dilations, count, length = options['dilations'], options['count'], options['length']
    dense = lambda h, name: torch.addmm(tensors[f'{name}.bias'], h, tensors[f'{name}.weight'])  # noqa: E731
    table, start = tensors['blocks.0.weight'], tensors['blocks.0.start']
    channels, last = table.shape[1], len(dilations)
    head = f'blocks.{1 + last}'

    def draw(with_log_prob: bool):
        queues = [torch.zeros(dilation, count, channels) for dilation in dilations]
        levels = torch.empty(length, count, dtype=torch.long)
        nats = torch.zeros(count)
        h = start.expand(count, channels)
        for t in range(length):
            skip = None
            for index, dilation in enumerate(dilations):
                name, queue = f'blocks.{1 + index}', queues[index]
                before = queue[t % dilation]
                gates = dense(torch.cat([before, h], 1), f'{name}.gates')
                before.copy_(h)
                filters, openings = gates.chunk(2, 1)
                z = torch.tanh(filters) * torch.sigmoid(openings)
                side = dense(z, f'{name}.skip')
                skip = side if skip is None else skip.add_(side)
                if index < last - 1:
                    h = h + dense(z, f'{name}.residual')
            logits = dense(torch.relu(dense(torch.relu(skip), f'{head}.hidden')), f'{head}.output')
            drawn = torch.multinomial(torch.softmax(logits, 1), 1)[:, 0]
            levels[t] = drawn
            h = table[drawn]
            if with_log_prob:
                nats += F.cross_entropy(logits, drawn, reduction='none')
        return -nats if with_log_prob else levels

    return {'queues, all samples at once': draw}
