"""Samples of ConvNADE on binary images: at each step the square around its pixel alone, each convolution taking a border off."""

import torch
import torch.nn.functional as F

from rows.sampling_deepnade import Carried


def samplers(tensors, options):
    count, ordering, size, blocks = options['count'], options['ordering'], options['size'], options['blocks']
    names = ['input', *(f'blocks.{block}' for block in range(blocks))]
    sides = [tensors[f'{name}.weight'].shape[0] for name in names]
    reach = sum(side // 2 for side in sides)
    net, bias = Carried(tensors, 'dense.', count), tensors['bias']
    whole = size + 2 * reach

    def make(memory):
        kernels = [tensors[f'{name}.weight'].permute(3, 2, 0, 1).contiguous(memory_format=memory) for name in names]

        def draw(with_log_prob: bool):
            net.begin()
            planes = torch.zeros(count, 3, whole, whole).contiguous(memory_format=memory)
            planes[:, 2, reach:-reach, reach:-reach] = 1
            total, samples = torch.zeros(count), torch.empty(count, len(ordering))
            uniforms = torch.rand(len(ordering), count)
            for step, d in enumerate(ordering):
                row, column = divmod(d, size)
                square = planes[:, :, row : row + 2 * reach + 1, column : column + 2 * reach + 1]
                radius = reach - sides[0] // 2
                a = F.conv2d(square, kernels[0], tensors['input.bias'])
                for block, kernel in enumerate(kernels[1:]):
                    middle = reach - radius
                    inside = square[:1, 2:, middle : middle + 2 * radius + 1, middle : middle + 2 * radius + 1]
                    half = sides[1 + block] // 2
                    radius -= half
                    update = F.conv2d(F.relu(a) * inside, kernel, tensors[f'blocks.{block}.bias'])
                    a = a[:, :, half : half + 2 * radius + 1, half : half + 2 * radius + 1] + update
                hidden = torch.addmm(tensors['head.bias'], F.relu(a[:, :, 0, 0]), tensors['head.weight']).relu_()
                logit = torch.mv(hidden, tensors['output.weight'][:, 0]) + net.logit(d) + bias[d]
                x = (uniforms[step] < torch.sigmoid(logit)).float()
                samples[:, d] = x
                if with_log_prob:
                    total += F.binary_cross_entropy_with_logits(logit, x, reduction='none')
                planes[:, 0, reach + row, reach + column] = x
                planes[:, 1, reach + row, reach + column] = 1
                net.accept(d, x)
            return -total if with_log_prob else samples

        return draw

    return {'square by square, NCHW': make(torch.contiguous_format), 'square by square, channels last': make(torch.channels_last)}
