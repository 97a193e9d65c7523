"""Samples of MADE: the first layer is carried from dimension to dimension, the others are computed anew for each."""

import torch
import torch.nn.functional as F


def samplers(tensors, options):
    count, layers = options['count'], options['layers']
    weights = [tensors[f'hidden.{layer}.weight'] * tensors[f'mask.hidden.{layer}'] for layer in range(layers)]
    biases = [tensors[f'hidden.{layer}.bias'] for layer in range(layers)]
    output, bias = (tensors['output.weight'] * tensors['mask.output']).t().contiguous(), tensors['output.bias']
    dimensions = bias.shape[0]

    def draw(with_log_prob: bool):
        carried, total = biases[0].repeat(count, 1), torch.zeros(count)
        uniforms, samples = torch.rand(dimensions, count), torch.empty(count, dimensions)
        for d in range(dimensions):
            h = torch.relu(carried)
            for weight, shift in zip(weights[1:], biases[1:]):
                h = torch.relu(torch.addmm(shift, h, weight))
            logit = torch.mv(h, output[d]) + bias[d]
            x = (uniforms[d] < torch.sigmoid(logit)).float()
            samples[:, d] = x
            carried.addr_(x, weights[0][d])
            if with_log_prob:
                total += F.binary_cross_entropy_with_logits(logit, x, reduction='none')
        return -total if with_log_prob else samples

    return {'first layer carried': draw}
