"""What the models over a sequence of dimensions share: embedded levels, layer norm, and a head for binary or more levels."""

import torch
import torch.nn.functional as F


def embedded(weights, x: torch.Tensor) -> torch.Tensor:
    """Levels [B, T] -> [B, T, C]: position t holds the row of x_{t−1}, the first one `start`; then each position's own vector is added."""
    table, start = weights['blocks.0.weight'], weights['blocks.0.start']
    before = F.embedding(x[:, :-1].long(), table)
    return torch.cat([start.expand(x.shape[0], 1, -1), before], 1) + weights['blocks.1.weight']


def norm(weights, name: str, h: torch.Tensor) -> torch.Tensor:
    gain = weights[f'{name}.gain']
    return F.layer_norm(h, gain.shape, gain, weights[f'{name}.bias'], 1e-5)


def dense(weights, name: str, h: torch.Tensor) -> torch.Tensor:
    """[.., in] -> [.., out]; weights lie [in, out]"""
    weight, bias = weights[f'{name}.weight'], weights[f'{name}.bias']
    return torch.addmm(bias, h.reshape(-1, weight.shape[0]), weight).view(*h.shape[:-1], -1)


def head(weights, name: str, h: torch.Tensor) -> torch.Tensor:
    """[.., C] -> [.., P]"""
    return dense(weights, f'{name}.output', norm(weights, f'{name}.norm', h))


def nats(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """−log p, summed over all of x: logits [.., 1] of binary values, [.., K] of more levels."""
    if logits.shape[-1] == 1:
        return F.binary_cross_entropy_with_logits(logits[..., 0], x, reduction='sum')
    return F.cross_entropy(logits.reshape(-1, logits.shape[-1]), x.reshape(-1).long(), reduction='sum')


def drawn(logits: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Levels [B] as integers and −log p [B], from logits [B, P]."""
    if logits.shape[-1] == 1:
        logit = logits[:, 0]
        x = (torch.rand_like(logit) < torch.sigmoid(logit)).float()
        return x.long(), F.binary_cross_entropy_with_logits(logit, x, reduction='none')
    x = torch.multinomial(torch.softmax(logits, 1), 1)[:, 0]
    return x, F.cross_entropy(logits, x, reduction='none')


def step_embedded(weights, before: torch.Tensor | None, t: int, count: int) -> torch.Tensor:
    """The embedding of one position, [B, C], from the levels [B] before it."""
    row = weights['blocks.0.start'].expand(count, -1) if before is None else F.embedding(before, weights['blocks.0.weight'])
    return row + weights['blocks.1.weight'][t]
