"""MADE with ReLU units; weights are [in, out], masks alike."""

import torch

from training import Formulation, bernoulli_nats, parameter


def formulations(tensors, options):
    names = [*(f'hidden.{layer}' for layer in range(options['layers'])), 'output']
    x = tensors['x']
    masks = [tensors[f'mask.{name}'] for name in names]

    def weights(masked: bool):
        matrices = [tensors[f'{name}.weight'] * mask if masked else tensors[f'{name}.weight'] for name, mask in zip(names, masks)]
        return [parameter(matrix) for matrix in matrices], [parameter(tensors[f'{name}.bias']) for name in names]

    def logits(matrices, biases):
        h = x
        for layer, (matrix, bias) in enumerate(zip(matrices, biases)):
            h = torch.addmm(bias, torch.relu(h) if layer else h, matrix)
        return h

    def masked_in_the_graph():
        matrices, biases = weights(False)
        return Formulation([*matrices, *biases], lambda: bernoulli_nats(logits([w * m for w, m in zip(matrices, masks)], biases), x))

    def masked_after_the_update():
        """The masked entries start at 0 and are set back to it after each step, so that no gradient passes the masks."""
        matrices, biases = weights(True)

        @torch.no_grad()
        def after():
            torch._foreach_mul_(matrices, masks)

        return Formulation([*matrices, *biases], lambda: bernoulli_nats(logits(matrices, biases), x), after)

    return {'masks in the graph': masked_in_the_graph, 'masks after the update': masked_after_the_update}
