"""Samples of FVSBN: a drawn 1 adds its row of weights to the logits of the later dimensions."""

import torch
import torch.nn.functional as F


def samplers(tensors, options):
    weight, bias, count = torch.triu(tensors['weight'], 1), tensors['bias'], options['count']

    def draw(with_log_prob: bool):
        logits = bias.repeat(count, 1)
        uniforms = torch.rand(bias.shape[0], count)
        samples = torch.empty(count, bias.shape[0])
        for d in range(bias.shape[0]):
            x = (uniforms[d] < torch.sigmoid(logits[:, d])).float()
            samples[:, d] = x
            logits[:, d + 1 :].addr_(x, weight[d, d + 1 :])
        if with_log_prob:  # a logit stays as it was when its own dimension was drawn
            return -F.binary_cross_entropy_with_logits(logits, samples, reduction='none').sum(1)
        return samples

    return {'incremental': draw}
