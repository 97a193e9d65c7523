"""FVSBN: weight [D, D] from earlier to later dimensions, bias [D]."""

import torch

from training import Formulation, bernoulli_nats, parameter


def formulations(tensors, options):
    x = tensors['x']
    size = x.shape[1]
    mask = torch.triu(torch.ones(size, size), 1)  # 1 where the row comes before the column

    def masked_in_the_graph():
        weight, bias = parameter(tensors['weight']), parameter(tensors['bias'])
        return Formulation([weight, bias], lambda: bernoulli_nats(torch.addmm(bias, x, weight * mask), x))

    def masked_after_the_update():
        weight, bias = parameter(tensors['weight'] * mask), parameter(tensors['bias'])

        @torch.no_grad()
        def after():
            weight.mul_(mask)

        return Formulation([weight, bias], lambda: bernoulli_nats(torch.addmm(bias, x, weight), x), after)

    return {'masks in the graph': masked_in_the_graph, 'masks after the update': masked_after_the_update}
