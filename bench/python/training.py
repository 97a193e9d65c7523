"""What every training row shares: Adam's step, and the losses in nats."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F

LEARNING_RATE = 1e-4  # as on the other side


@dataclass
class Formulation:
    """One way to write a model: the parameters and a loss of them."""

    parameters: list[torch.nn.Parameter]
    loss: Callable[..., torch.Tensor]
    after: Callable[[], None] | None = None  # after each update
    inputs: Callable[[], tuple[torch.Tensor, ...]] | None = None  # of the loss, drawn anew for each step


def parameter(tensor: torch.Tensor) -> torch.nn.Parameter:
    return torch.nn.Parameter(tensor.clone(memory_format=torch.preserve_format))


class Noise:
    """Uniform numbers for a stochastic loss: those of the first steps as the other side drew them, so that losses can be compared; then PyTorch's own."""

    def __init__(self, tensors):
        self.tensors, self.step = tensors, 0

    def draw(self, *shapes: tuple[int, ...]) -> tuple[torch.Tensor, ...]:
        """The numbers of one step, a tensor for each shape."""
        self.step += 1
        given = (self.tensors.get(f'noise.{self.step}.{call}') for call in range(len(shapes)))
        return tuple(torch.rand(shape) if known is None else known for known, shape in zip(given, shapes))


class Trainer:
    """Steps of Adam, fused into one kernel: the fastest that PyTorch has on a processor."""

    def __init__(self, formulation: Formulation, compiled: bool = False):
        self.formulation = formulation
        self.loss = torch.compile(formulation.loss) if compiled else formulation.loss
        self.optimizer = torch.optim.Adam(formulation.parameters, lr=LEARNING_RATE, fused=True)

    def step(self) -> float:
        """One update; answers the loss before it, in nats."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(*(self.formulation.inputs() if self.formulation.inputs else ()))
        loss.backward()
        self.optimizer.step()
        if self.formulation.after:
            self.formulation.after()
        return loss.item()


def bernoulli_nats(logits: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Mean over the examples of −log p(x)."""
    return F.binary_cross_entropy_with_logits(logits, x, reduction='sum') / x.shape[0]
