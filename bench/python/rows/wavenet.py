"""WaveNet's stack of dilated causal convolutions over one window of sound."""

import torch
import torch.nn.functional as F

from training import Formulation, parameter


def formulations(tensors, options):
    dilations, levels = options['dilations'], options['levels']
    x = tensors['x'].view(-1).long()  # one window [T]
    last = len(dilations)

    def named():
        return {name: parameter(tensor) for name, tensor in tensors.items() if name != 'x'}

    def embedded(weights):
        return torch.cat([weights['blocks.0.start'][None], F.embedding(x[:-1], weights['blocks.0.weight'])])  # [T, R]

    def shift_and_product():
        weights = named()
        dense = lambda h, name: torch.addmm(weights[f'{name}.bias'], h, weights[f'{name}.weight'])  # noqa: E731

        def loss():
            h, skip = embedded(weights), None
            for index, dilation in enumerate(dilations):
                name = f'blocks.{1 + index}'
                taps = torch.cat([F.pad(h[:-dilation], (0, 0, dilation, 0)), h], 1)
                filters, gates = dense(taps, f'{name}.gates').chunk(2, 1)
                z = torch.tanh(filters) * torch.sigmoid(gates)
                side = dense(z, f'{name}.skip')
                skip = side if skip is None else skip + side
                if index < last - 1:
                    h = h + dense(z, f'{name}.residual')
            head = f'blocks.{1 + last}'
            logits = dense(F.relu(dense(F.relu(skip), f'{head}.hidden')), f'{head}.output')
            return F.cross_entropy(logits, x, reduction='sum')

        return Formulation(list(weights.values()), loss)

    def convolution():
        weights = {}
        for name, tensor in tensors.items():
            if name == 'x':
                continue
            if name.endswith('gates.weight'):  # [2R, 2R], oldest tap first -> [out, in, taps]
                weights[name] = parameter(tensor.view(2, -1, tensor.shape[1]).permute(2, 1, 0).contiguous())
            elif name.endswith('.weight') and name != 'blocks.0.weight':
                weights[name] = parameter(tensor.t()[:, :, None].contiguous())
            else:
                weights[name] = parameter(tensor)
        pointwise = lambda h, name: F.conv1d(h, weights[f'{name}.weight'], weights[f'{name}.bias'])  # noqa: E731

        def loss():
            h, skip = embedded(weights).t()[None], None  # [1, R, T]
            for index, dilation in enumerate(dilations):
                name = f'blocks.{1 + index}'
                gates = F.conv1d(F.pad(h, (dilation, 0)), weights[f'{name}.gates.weight'], weights[f'{name}.gates.bias'], dilation=dilation)
                filters, gates = gates.chunk(2, 1)
                z = torch.tanh(filters) * torch.sigmoid(gates)
                side = pointwise(z, f'{name}.skip')
                skip = side if skip is None else skip + side
                if index < last - 1:
                    h = h + pointwise(z, f'{name}.residual')
            head = f'blocks.{1 + last}'
            logits = pointwise(F.relu(pointwise(F.relu(skip), f'{head}.hidden')), f'{head}.output')
            return F.cross_entropy(logits[0].t(), x, reduction='sum')

        return Formulation(list(weights.values()), loss)

    return {'shift and product': shift_and_product, 'convolution': convolution}
