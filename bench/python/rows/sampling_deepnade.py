"""Samples of DeepNADE on binary data: the first layer is carried from dimension to dimension, the deeper ones are computed for each."""

import torch
import torch.nn.functional as F


class Carried:
    """A masked net whose first layer is carried: `logit` of one dimension for all samples, `accept` what was drawn."""

    def __init__(self, tensors, prefix: str, count: int):
        self.tensors = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        self.layers = sum(name.startswith('hidden') and name.endswith('.bias') for name in self.tensors)
        self.count = count

    def begin(self):
        self.carried = self.tensors['hidden.0.bias'].repeat(self.count, 1)

    def logit(self, d: int) -> torch.Tensor:
        h = torch.relu(self.carried)
        for layer in range(1, self.layers):
            h = torch.addmm(self.tensors[f'hidden.{layer}.bias'], h, self.tensors[f'hidden.{layer}.weight']).relu_()
        return torch.mv(h, self.tensors['output.weight'][d])

    def accept(self, d: int, x: torch.Tensor):
        self.carried.addr_(x, self.tensors['hidden.0.weight'][d]).add_(self.tensors['mask.weight'][d])


def samplers(tensors, options):
    count, ordering = options['count'], options['ordering']
    net, bias = Carried(tensors, '', count), tensors['output.bias']

    def draw(with_log_prob: bool):
        net.begin()
        total, samples = torch.zeros(count), torch.empty(count, len(ordering))
        uniforms = torch.rand(len(ordering), count)
        for step, d in enumerate(ordering):
            logit = net.logit(d) + bias[d]
            x = (uniforms[step] < torch.sigmoid(logit)).float()
            samples[:, d] = x
            if with_log_prob:
                total += F.binary_cross_entropy_with_logits(logit, x, reduction='none')
            net.accept(d, x)
        return -total if with_log_prob else samples

    return {'first layer carried': draw}
