"""Samples of NADE, all of the batch at once, with the hidden activation carried from dimension to dimension."""

import torch
import torch.nn.functional as F


def samplers(tensors, options):
    W, V, b, c = (tensors[name] for name in 'WVbc')
    count, dimensions = options['count'], W.shape[0]
    V_columns = V[:, :, None].contiguous()

    def draw(with_log_prob: bool):
        carried = c.repeat(count, 1)
        uniforms = torch.rand(dimensions, count, 1)
        samples = torch.empty(dimensions, count, 1)
        nats = torch.zeros(count, 1)
        for d in range(dimensions):
            logit = torch.addmm(b[d], torch.sigmoid(carried), V_columns[d])
            x = (uniforms[d] < torch.sigmoid(logit)).float()
            samples[d] = x
            carried.addcmul_(x, W[d])
            if with_log_prob:
                nats += F.binary_cross_entropy_with_logits(logit, x, reduction='none')
        return -nats[:, 0] if with_log_prob else samples

    return {'vectorised, incremental': draw}
