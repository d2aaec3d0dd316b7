"""What the tiny bundles that tests make on the spot have in common, whatever their task is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

# What a training writes into a bundle's config, as far as cards and pages tell it.
TRAINING: dict[str, Any] = {
    "seed": 1,
    "steps": 0,
    "hours": 0.01,
    "precision": "float32",
    "machine": "a test",
    "dev": {"dev": 0.1},
}


def half_learned(model: nn.Module, loss: Callable[[], tuple[Tensor, Tensor, int]], steps: int) -> dict[str, Tensor]:
    """The model's weights after a second or two of training.

    loss: computes the sum of the losses over what the model learns from, its main part, and how many it is over.
    """
    optimiser = torch.optim.Adam(model.parameters(), lr=2e-2)
    for _ in range(steps):
        optimiser.zero_grad()
        total, _, count = loss()
        torch.autograd.backward(total / count)
        optimiser.step()
    return dict(model.state_dict())


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their paths in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
