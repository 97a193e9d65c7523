"""Causal convolutions in the ways that PyTorch knows. Kernels come as [rows, columns, in, out] and end at their centre's row."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from training import parameter


@dataclass
class Layout:
    name: str
    memory: torch.memory_format
    full: bool = False  # the masked rows below the centre are kept as zeros, so that no padded copy of the input is made
    products: bool = False  # 1 × 1 convolutions as matrix products

    def image(self, x: torch.Tensor) -> torch.Tensor:
        """[B, H, W, C] -> [B, C, H, W] in this layout"""
        return x.permute(0, 3, 1, 2).contiguous(memory_format=self.memory)


LAYOUTS = [
    Layout('NCHW', torch.contiguous_format),
    Layout('NCHW, full kernels', torch.contiguous_format, full=True),
    Layout('channels last', torch.channels_last),
    Layout('channels last, full kernels', torch.channels_last, full=True),
    Layout('channels last, 1 × 1 as products', torch.channels_last, products=True),
]


class Weights:
    """The parameters of a model in one layout, with the masks that are applied again after each update."""

    def __init__(self, tensors, layout: Layout):
        self.tensors, self.layout = tensors, layout
        self.all: list[torch.nn.Parameter] = []
        self.masked: list[torch.nn.Parameter] = []
        self.masks: list[torch.Tensor] = []

    def plain(self, name: str) -> torch.nn.Parameter:
        made = parameter(self.tensors[name])
        self.all.append(made)
        return made

    def kernel(self, name: str, full: bool = False) -> torch.nn.Parameter:
        """[rows, columns, in, out] -> [out, in, rows, columns], masked entries 0"""

        def shaped(tensor):
            tensor = tensor.permute(3, 2, 0, 1)
            tensor = F.pad(tensor, (0, 0, 0, tensor.shape[2] - 1)) if full else tensor
            return tensor.contiguous(memory_format=self.layout.memory)

        weight = self.tensors[name]
        mask = self.tensors.get(f'mask.{name}')
        mask = torch.ones_like(weight) if mask is None else mask.expand_as(weight)
        made = parameter(shaped(weight * mask))
        self.all.append(made)
        if not bool(shaped(mask).all()):
            self.masked.append(made)
            self.masks.append(shaped(mask))
        return made

    @torch.no_grad()
    def after(self):
        if self.masked:
            torch._foreach_mul_(self.masked, self.masks)

    def causal(self, name: str):
        """A masked convolution named so, as a function of the image."""
        rows, columns = self.tensors[f'{name}.weight'].shape[:2]
        if rows == columns == 1:
            return self.pointwise(name)
        full = self.layout.full
        weight, bias = self.kernel(f'{name}.weight', full), self.plain(f'{name}.bias')
        half = columns // 2
        if full:
            return lambda x: F.conv2d(x, weight, bias, padding=half)
        return lambda x: F.conv2d(F.pad(x, (half, half, rows - 1, 0)), weight, bias)

    def pointwise(self, name: str):
        weight, bias = self.kernel(f'{name}.weight'), self.plain(f'{name}.bias')
        if not self.layout.products:
            return lambda x: F.conv2d(x, weight, bias)
        return lambda x: F.linear(x.permute(0, 2, 3, 1), weight[:, :, 0, 0], bias).permute(0, 3, 1, 2)
