"""At least float32: under autocast sums come in bfloat16, too coarse for weights and probabilities that sum to 1."""

import torch
from torch import Tensor


def precise(values: Tensor) -> Tensor:
    """The same values, in float32 where they are in something coarser."""
    return values.to(torch.promote_types(values.dtype, torch.float32))
