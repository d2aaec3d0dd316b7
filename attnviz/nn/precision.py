"""Numbers in float32 at least: autocast gives bfloat16, which is too coarse for what has to sum to 1."""

import torch
from torch import Tensor


def precise(values: Tensor) -> Tensor:
    """The same values, brought to float32 if they are coarser."""
    return values if values.dtype.itemsize >= torch.float32.itemsize else values.float()
