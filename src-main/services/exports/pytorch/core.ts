/** The part of every generated `model.py`: weights from the file, the distributions, and the model around its conditionals. */
export const core = String.raw`
import json
import math
import pathlib
import struct

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).resolve().parent


def read_safetensors(path):
    content = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack('<Q', content[:8])
    header = json.loads(content[8 : 8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == '__metadata__':
            continue
        if entry['dtype'] != 'F32':
            raise ValueError(f'{name} is of type {entry["dtype"]}, not F32')
        first, last = (8 + length + offset for offset in entry['data_offsets'])
        flat = torch.frombuffer(bytearray(content[first:last]), dtype=torch.float32) if last > first else torch.zeros(0)
        tensors[name] = flat.reshape(entry['shape'])
    return tensors


def bernoulli(parameters, x, levels):
    logits = parameters.squeeze(-1)
    return x * logits - F.softplus(logits)


def categorical(parameters, x, levels):
    return torch.log_softmax(parameters, -1).gather(-1, x.long().unsqueeze(-1)).squeeze(-1)


def logistic_mass(value, mean, log_scale, levels):
    """Log of the mass that a logistic distribution gives the bin of a level; the outer bins reach to infinity."""
    half, inverse = 1 / (levels - 1), torch.exp(-log_scale)
    distance = 2 * value / (levels - 1) - 1 - mean
    if levels > 256:  # counted in levels, whose edges float32 then holds
        half, inverse = 0.5, inverse * 2 / (levels - 1)
        distance = value - (mean + 1) * (levels - 1) / 2
    upper, lower = (distance + half) * inverse, (distance - half) * inverse
    not_last, not_first = (value < levels - 1.5).to(value.dtype), (value > 0.5).to(value.dtype)
    width = torch.log(-torch.expm1(-2 * half * inverse))
    return width * not_last * not_first - F.softplus(-upper) * not_last - F.softplus(lower) * not_first


def logistic_mixture(parameters, x, levels):
    """Discretised mixture of logistics (Salimans et al. 2017), every bin exact."""
    logits, mean, log_scale = parameters.chunk(3, -1)
    mass = logistic_mass(x.unsqueeze(-1), mean, log_scale.clamp(-7 - max(0, math.log((levels - 1) / 255)), 12), levels)
    return torch.logsumexp(torch.log_softmax(logits, -1) + mass, -1)


def density_mixture(log_density):
    """A density of dequantised values y in 0...K: give log_prob levels with uniform noise in [0, 1) added."""

    def log_prob(parameters, x, levels):
        logits, location, log_scale = parameters.chunk(3, -1)
        log_scale = log_scale.clamp(-10, 10)
        z = ((2 * x / levels - 1).unsqueeze(-1) - location) * torch.exp(-log_scale)
        return torch.logsumexp(log_density(z) - log_scale + torch.log_softmax(logits, -1), -1) - math.log(levels / 2)

    return log_prob


DISTRIBUTIONS = {
    'bernoulli': bernoulli,
    'categorical': categorical,
    'logistics': logistic_mixture,
    'gaussians': density_mixture(lambda z: -0.5 * z * z - 0.5 * math.log(2 * math.pi)),
    'laplace': density_mixture(lambda z: -z.abs() - math.log(2)),
}


class Model(torch.nn.Module):
    """p(x) = prod p(x_i | x_<i). x holds levels 0...K-1, as [B, D] or in the shape of the data, channels innermost."""

    def __init__(self, document, tensors):
        super().__init__()
        self.document = document
        self.network = document['network']
        self.levels = document['domain']['levels']
        self.member = 0
        for name, tensor in tensors.items():
            # A parameter's name cannot hold a dot.
            self.register_parameter(name.replace('.', '/'), torch.nn.Parameter(tensor))

    def named(self, name):
        return getattr(self, name.replace('.', '/'))

    def conditionals(self, x, condition=None):
        """Parameters of every p(x_i | x_<i), [B, D, P]."""
        return conditionals(self, x.reshape(x.shape[0], -1).to(next(self.parameters()).dtype), condition)

    def log_prob_of_dimensions(self, x, condition=None):
        """log p(x_i | x_<i) in nats, [B, D]; of a mixture of several masks, those of self.member."""
        flat = x.reshape(x.shape[0], -1).to(next(self.parameters()).dtype)
        return DISTRIBUTIONS[self.network['distribution']](self.conditionals(flat, condition), flat, self.levels)

    def log_prob(self, x, condition=None):
        """log p(x) in nats, [B]. A model that is conditioned takes class indices [B], vectors [B, S] or frames of features [B, F, S]."""
        members = self.network.get('members', 1)
        joint = []
        for self.member in range(members):
            joint.append(self.log_prob_of_dimensions(x, condition).sum(1))
        self.member = 0
        return torch.logsumexp(torch.stack(joint), 0) - math.log(members)

    forward = log_prob


def load(weights=None):
    """The model with the weights of a file beside this one: the moving average where there is one."""
    document = json.loads((HERE / 'model.json').read_text(encoding='utf-8'))
    return Model(document, read_safetensors(HERE / (weights or document['files'][-1])))
`

/** What nets of dense layers share. */
export const ordered = String.raw`
def ranks_of(ordering):
    """The step at which each dimension is generated."""
    ranks = [0] * len(ordering)
    for step, dimension in enumerate(ordering):
        ranks[dimension] = step
    return torch.tensor(ranks)


def earlier(ordering, like):
    """[D, D]: 1 where row j is generated before column i."""
    ranks = ranks_of(ordering).to(like.device)
    return (ranks[:, None] < ranks[None, :]).to(like.dtype)
`
