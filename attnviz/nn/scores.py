"""Scores: how well does key j fit the query of this step?

A score is a module with `project(keys)`, run once per input, and `forward(query, projected, past)`, run at every step.

Shapes: query (batch, query_size), keys (batch, keys, key_size), scores (batch, keys).
"""

import math
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from attnviz.nn.past import Past


class Score(Protocol):
    def project(self, keys: Tensor) -> Tensor:
        """The part of the score that depends on the keys alone, (batch, keys, size)."""
        ...

    def __call__(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        """Scores (batch, keys)."""
        ...


class Additive(nn.Module):
    """e_ij = v . tanh(W s_i + U h_j) (Bahdanau et al. 2015, appendix A.1.2).

    The query of the paper is s_(i-1), the state before the step; here it is s_i, so that one decoder serves all
    variants (Luong et al. 2015 discuss the difference in section 3.1).
    """

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_size, size, bias=False)
        self.key = nn.Linear(key_size, size)
        self.energy = nn.Linear(size, 1, bias=False)

    def project(self, keys: Tensor) -> Tensor:
        return cast(Tensor, self.key(keys))

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        fit = torch.tanh(self.query(query).unsqueeze(1) + projected)
        return cast(Tensor, self.energy(fit)).squeeze(2)


class General(nn.Module):
    """score(h_t, h_s) = h_t . W h_s (Luong et al. 2015, sec. 3.1, general)."""

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__()
        self.key = nn.Linear(key_size, query_size, bias=False)

    def project(self, keys: Tensor) -> Tensor:
        return cast(Tensor, self.key(keys))

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        return torch.bmm(projected, query.unsqueeze(2)).squeeze(2)


class Dot(nn.Module):
    """score(h_t, h_s) = h_t . h_s (Luong et al. 2015, sec. 3.1, dot).

    Raises ValueError where query and keys differ in size: the product has no weights that could bridge them.
    """

    scale = 1.0

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__()
        if query_size != key_size:
            raise ValueError(f"dot needs queries and keys of one size, but they are {query_size} and {key_size}")

    def project(self, keys: Tensor) -> Tensor:
        return keys

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        return torch.bmm(projected, query.unsqueeze(2)).squeeze(2) * self.scale


class ScaledDot(Dot):
    """score(q, k) = q . k / sqrt(d) (Vaswani et al. 2017, eq. 1)."""

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__(query_size, key_size, size)
        self.scale = 1 / math.sqrt(key_size)
