"""Mixtures as the studio has them: of Gaussians over dequantised values, and the discretised logistics of PixelCNN++ with coupled colours."""

import math

import torch
import torch.nn.functional as F

HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)


def gaussians_log_density(parameters: torch.Tensor, z: torch.Tensor, levels: int) -> torch.Tensor:
    """[.., 3M] (logits, means, log σ), values z in −1…1 [..] -> log density of a level [..], in nats."""
    logits, mean, log_scale = parameters.chunk(3, -1)
    log_scale = log_scale.clamp(-10, 10)
    distance = (z[..., None] - mean) * torch.exp(-log_scale)
    terms = torch.log_softmax(logits, -1) - 0.5 * distance * distance - HALF_LOG_TWO_PI - log_scale
    return torch.logsumexp(terms, -1) - math.log(levels / 2)


def draw_gaussians(parameters: torch.Tensor) -> torch.Tensor:
    """[B, 3M] -> z [B]"""
    logits, mean, log_scale = parameters.chunk(3, -1)
    chosen = torch.multinomial(torch.softmax(logits, 1), 1)
    return (mean.gather(1, chosen) + torch.exp(log_scale.clamp(-10, 10).gather(1, chosen)) * torch.randn(len(logits), 1))[:, 0]


def centred(x: torch.Tensor, levels: int) -> torch.Tensor:
    return x * (2 / (levels - 1)) - 1


def log_mass(x: torch.Tensor, mean: torch.Tensor, log_scale: torch.Tensor, levels: int) -> torch.Tensor:
    """log of what a logistic gives the bin of level x; the outer bins reach to infinity."""
    half = 1 / (levels - 1)
    inverse = torch.exp(-log_scale)
    distance = centred(x, levels) - mean
    not_last, not_first = (x < levels - 1.5).float(), (x > 0.5).float()
    ends = F.softplus(-(distance + half) * inverse) * not_last + F.softplus((distance - half) * inverse) * not_first
    return torch.log(-torch.expm1(inverse * (-2 * half))) * (not_last * not_first) - ends


def colour_parts(pixels: torch.Tensor, colours: torch.Tensor, levels: int):
    """Pixels [.., 10M] and their colours [.., 3] as levels -> logits, then means and log scales of each colour, the means coupled."""
    logits, r, g, b, sr, sg, sb, alpha, beta, gamma = pixels.chunk(10, -1)
    red, green = centred(colours[..., :1], levels), centred(colours[..., 1:2], levels)
    means = [r, g + torch.tanh(alpha) * red, b + torch.tanh(beta) * red + torch.tanh(gamma) * green]
    return logits, means, [scale.clamp(-7, 12) for scale in (sr, sg, sb)]


def colours_log_prob(pixels: torch.Tensor, colours: torch.Tensor, levels: int) -> torch.Tensor:
    """log P of the three colours of each pixel together, [..]"""
    logits, means, log_scales = colour_parts(pixels, colours, levels)
    terms = torch.log_softmax(logits, -1)
    for channel in range(3):
        terms = terms + log_mass(colours[..., channel : channel + 1], means[channel], log_scales[channel], levels)
    return torch.logsumexp(terms, -1)


def draw_colours(pixels: torch.Tensor, levels: int) -> torch.Tensor:
    """[B, 10M] -> levels [B, 3]: one component for the pixel, then its colours in turn."""
    colours = torch.zeros(len(pixels), 3)
    chosen = torch.multinomial(torch.softmax(pixels.chunk(10, -1)[0], 1), 1)
    for channel in range(3):
        _, means, log_scales = colour_parts(pixels, colours, levels)
        u = torch.rand(len(pixels), 1).clamp(1e-7, 1 - 1e-7)
        value = means[channel].gather(1, chosen) + torch.exp(log_scales[channel].gather(1, chosen)) * torch.logit(u)
        colours[:, channel] = torch.round((value[:, 0] + 1) * ((levels - 1) / 2)).clamp(0, levels - 1)
    return colours
