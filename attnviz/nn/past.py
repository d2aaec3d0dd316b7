"""Where the earlier steps looked: a value that is passed from step to step."""

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Past:
    """The weights of the last one and the sum of all, each (batch, keys)."""

    previous: Tensor
    total: Tensor

    @classmethod
    def none(cls, mask: Tensor, dtype: torch.dtype) -> "Past":
        """Before the first step. mask: (batch, keys)."""
        nowhere = torch.zeros_like(mask, dtype=dtype)
        return cls(nowhere, nowhere)

    def then(self, weights: Tensor) -> "Past":
        return Past(weights, self.total + weights)

    def select(self, rows: Tensor | slice) -> "Past":
        return Past(self.previous[rows], self.total[rows])
