"""DeepNADE on binary data: h = relu((x ⊙ m) W + m M + c) and deeper layers, a logit for every dimension, those not observed counted."""

import torch
import torch.nn.functional as F

from training import Formulation, Noise, parameter


def drawn_mask(u: torch.Tensor, each: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Uniform numbers [1, 1] and [B, D] -> observed dimensions [B, D], and what the loss of each example is multiplied by [B, 1]."""
    batch, dimensions = each.shape
    turns = u + torch.arange(batch)[:, None] / batch
    observed = (each < turns - torch.floor(turns)).float()
    missing = dimensions - observed.sum(1, keepdim=True)
    return observed, (dimensions + 1) / missing.clamp(min=1)


def masked_nats(logits: torch.Tensor, x: torch.Tensor, observed: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    nats = F.binary_cross_entropy_with_logits(logits, x, reduction='none')
    return (nats * ((1 - observed) * weight)).sum() / x.shape[0]


def masked_net(tensors, prefix: str, together: bool):
    """Parameters and a function of (x ⊙ m, m) -> [B, D] without the last bias; `together`: of the first layer both products as one."""
    names = [name for name in tensors if name.startswith(prefix) and name.removeprefix(prefix).startswith(('hidden', 'mask', 'output.weight'))]
    own = {name.removeprefix(prefix): parameter(tensors[name]) for name in names}
    layers = sum(name.endswith('.bias') for name in own)

    def apply(shown, observed):
        if together:
            first = torch.cat([own['hidden.0.weight'], own['mask.weight']])
            h = torch.relu(torch.addmm(own['hidden.0.bias'], torch.cat([shown, observed], 1), first))
        else:
            h = torch.relu(torch.addmm(torch.addmm(own['hidden.0.bias'], shown, own['hidden.0.weight']), observed, own['mask.weight']))
        for layer in range(1, layers):
            h = torch.relu(torch.addmm(own[f'hidden.{layer}.bias'], h, own[f'hidden.{layer}.weight']))
        return torch.mm(h, own['output.weight'].t())

    return list(own.values()), apply


def formulations(tensors, options):
    x = tensors['x']

    def make(together: bool):
        def formulation():
            parameters, net = masked_net(tensors, '', together)
            bias = parameter(tensors['output.bias'])
            noise = Noise(tensors)

            def loss(u, each):
                observed, weight = drawn_mask(u, each)
                return masked_nats(net(x * observed, observed) + bias, x, observed, weight)

            return Formulation([*parameters, bias], loss, inputs=lambda: noise.draw((1, 1), tuple(x.shape)))

        return formulation

    return {'two products in the first layer': make(False), 'one product of both': make(True)}
