"""PixelCNN: a masked convolution, residual blocks of 1 × 1, masked and 1 × 1 convolutions, two 1 × 1 convolutions."""

import torch
import torch.nn.functional as F

from convolution import LAYOUTS, Weights
from training import Formulation, bernoulli_nats


def formulations(tensors, options):
    size = options['size']
    x = tensors['x']
    image = x.view(-1, size, size, 1)
    # The image in −1…1, and a channel of ones that shows where it ends.
    inputs = torch.cat([2 * image - 1, torch.ones_like(image)], 3)

    def make(layout):
        def formulation():
            weights = Weights(tensors, layout)
            first = weights.causal('blocks.1')
            residual = [[weights.causal(f'blocks.{2 + block}.{part}') for part in ('reduce', 'spread', 'expand')] for block in range(options['blocks'])]
            hidden, output = (weights.causal(f'blocks.{2 + options["blocks"] + index}') for index in range(2))
            data = layout.image(inputs)

            def loss():
                h = first(data)
                for reduce, spread, expand in residual:
                    h = h + expand(F.relu(spread(F.relu(reduce(F.relu(h))))))
                return bernoulli_nats(output(F.relu(hidden(F.relu(h)))).reshape(x.shape), x)

            return Formulation(weights.all, loss, weights.after)

        return formulation

    return {layout.name: make(layout) for layout in LAYOUTS}
