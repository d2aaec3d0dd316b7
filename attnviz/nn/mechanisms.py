"""Attention mechanisms: recipes of a score (does key j fit the query?) and a focus (how scores become weights).

A mechanism holds parameters only. What it knows of an input is the Memory that `prepare` returns, so that one loaded
model serves many threads at once.

To add a mechanism, write a class in `scores.py` or `focus.py` and a line in MECHANISMS.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.focus import Entmax, Focus, LocalGaussian, Refocus, Smooth, Softmax
from attnviz.nn.past import Past
from attnviz.nn.rows import Rows, select
from attnviz.nn.scores import Additive, Covered, Dot, General, Hybrid, Location, ScaledDot, Score


@dataclass(frozen=True)
class Memory:
    """What an encoder made of an input. A subclass may add tensors of its own, with the batch first.

    keys: (batch, keys, key_size). mask: (batch, keys), true where a key is real. summary: (batch, key_size), the last
    states of both directions. projected: the keys as the mechanism's score wants them, or None for `none`. refocus:
    what changes the mechanism's own focus for this reading, or None.
    """

    keys: Tensor
    mask: Tensor
    summary: Tensor
    projected: Tensor | None = None
    refocus: Refocus | None = None

    def select(self, rows: Rows) -> Self:
        """The memory of these inputs; they may repeat."""
        return select(self, rows)


class Mechanism(nn.Module):
    """A score and a focus, on one input's Memory."""

    def __init__(self, score: Score, focus: Focus) -> None:
        super().__init__()
        self.score = score
        self.focus = focus

    def prepare(self, keys: Tensor, mask: Tensor, summary: Tensor) -> Memory:
        """The memory of an input, with its keys projected. It is called once per input."""
        return Memory(keys, mask, summary, self.score.project(keys))

    def look(self, query: Tensor, memory: Memory, past: Past, extra: Tensor | None = None) -> Tensor:
        """Weights (batch, keys) for a query (batch, query_size). Masked keys weigh exactly 0.

        `past` is for scores and focuses that go on from where they looked before (Chorowski et al. 2015). `extra`:
        (batch, key_size), one more key that belongs to this step alone (a sentinel, Lu et al. 2017). Its weight is then
        the last one, and the weights are (batch, keys + 1).
        """
        scores, mask = self.score(query, cast(Tensor, memory.projected), past), memory.mask
        if extra is not None:
            own = self.score(query, self.score.project(extra.unsqueeze(1)), past)
            scores, mask = torch.cat([scores, own], dim=1), F.pad(mask, (0, 1), value=True)
        if memory.refocus is not None:
            return memory.refocus(self.focus, scores, query, mask, past)
        return self.focus(scores, query, mask, past)


def read(weights: Tensor, values: Tensor) -> Tensor:
    """What the weights (batch, keys) read of the values (batch, keys, size): sum_j alpha_j v_j, (batch, size)."""
    return torch.bmm(weights.to(values.dtype).unsqueeze(1), values).squeeze(1)


@dataclass(frozen=True)
class Recipe:
    """How a mechanism is made: its score from the sizes of query, key and hidden layer, its focus from the query's."""

    score: Callable[[int, int, int], nn.Module]
    focus: Callable[[int], nn.Module]

    def build(self, query_size: int, key_size: int, size: int) -> Mechanism:
        """`size` is the width of the hidden layer of scores that have one."""
        return Mechanism(cast(Score, self.score(query_size, key_size, size)), cast(Focus, self.focus(query_size)))


# None stands for no attention: the decoder gets the last states of both directions at every step (Cho et al. 2014).
MECHANISMS: dict[str, Recipe | None] = {
    "none": None,
    "additive": Recipe(Additive, Softmax),
    "additive_entmax": Recipe(Additive, Entmax),
    "covered": Recipe(Covered, Softmax),
    "dot": Recipe(Dot, Softmax),
    "general": Recipe(General, Softmax),
    "scaled_dot": Recipe(ScaledDot, Softmax),
    "local": Recipe(General, LocalGaussian),
    "location": Recipe(Location, Softmax),
    "hybrid": Recipe(Hybrid, Softmax),
    "hybrid_smooth": Recipe(Hybrid, Smooth),
}
