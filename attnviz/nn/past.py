"""Where the earlier steps looked: a value that is passed from step to step."""

from dataclasses import dataclass

from torch import Tensor


@dataclass(frozen=True)
class Past:
    """The weights of the last one and the sum of all, each (batch, keys)."""

    previous: Tensor
    total: Tensor

    def then(self, weights: Tensor) -> "Past":
        return Past(weights, self.total + weights)
