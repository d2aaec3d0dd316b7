"""Where the earlier steps looked: a value that is passed from step to step."""

from dataclasses import dataclass

import torch
from torch import Tensor

from attnviz.nn.rows import Rows, select


@dataclass(frozen=True)
class Past:
    """How much weight the earlier steps gave to each key of the memory. A step's extra key is not counted.

    previous: (batch, keys), the weights of the last step. total: (batch, keys), their sum over all steps. Both are 0
    before the first step.
    """

    previous: Tensor
    total: Tensor

    @classmethod
    def none(cls, mask: Tensor, dtype: torch.dtype) -> "Past":
        """The past before the first step. mask: (batch, keys)."""
        nowhere = torch.zeros_like(mask, dtype=dtype)
        return cls(nowhere, nowhere)

    def then(self, weights: Tensor) -> "Past":
        """The past after a step that read with these weights (batch, keys)."""
        return Past(weights, self.total + weights)

    def select(self, rows: Rows) -> "Past":
        """The past of these rows; they may repeat."""
        return select(self, rows)
