"""Scores: how well does key j fit the query of this step?

A score is a module with `project(keys)`, run once per input, and `forward(query, projected, past)`, run at every step.

Shapes: query (batch, query_size), keys (batch, keys, key_size), scores (batch, keys).
"""

import math
from typing import Protocol, cast

import torch
import torch.nn.functional as F
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
        return _energies(self.energy, self.query(query).unsqueeze(1) + projected)


class Covered(Additive):
    """e_ij = v . tanh(W s_i + U h_j + w c_ij), c_i the sum of all weights before (See et al. 2017, eq. 10 and 11): what
    was looked at before can be looked at less."""

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__(query_size, key_size, size)
        self.coverage = nn.Linear(1, size, bias=False)

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        return super().forward(query, projected + self.coverage(past.total.unsqueeze(2)), past)


class General(nn.Module):
    """score(h_t, h_s) = h_t . W h_s (Luong et al. 2015, sec. 3.1, general)."""

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__()
        self.key = nn.Linear(key_size, query_size, bias=False)

    def project(self, keys: Tensor) -> Tensor:
        return cast(Tensor, self.key(keys))

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        return torch.bmm(projected, query.unsqueeze(2)).squeeze(2)

    def many(self, queries: Tensor, projected: Tensor) -> Tensor:
        """Scores (batch, queries, keys) of many queries (batch, queries, query_size) of one input: a large product in
        place of many small ones."""
        return torch.bmm(queries, projected.transpose(1, 2))


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


class Location(nn.Module):
    """e_ij = w . tanh(W s_i + U f_ij + b), f_i = F * alpha_(i-1) (Chorowski et al. 2015, eq. 8, and 9 without V h_j).

    The weights of the step before, convolved, say where to look next; what the keys hold says nothing. Before the first
    step they are taken to lie on the first key, where a sound begins: the paper leaves this open. As in `Additive`, the
    query is the state of the step itself.
    """

    filters = 10  # k, the paper's choice
    width = 51  # r, in keys: the paper's 201 frames of 10 ms are as long as these at 40 ms

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__()
        self.query = nn.Linear(query_size, size)
        self.filter = nn.Linear(self.width, self.filters, bias=False)
        self.place = nn.Linear(self.filters, size, bias=False)
        self.energy = nn.Linear(size, 1, bias=False)

    def project(self, keys: Tensor) -> Tensor:
        """Nothing of the keys, (batch, keys, 0)."""
        return keys[:, :, :0]

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        return _energies(self.energy, self._asked(query, past))

    def _asked(self, query: Tensor, past: Past) -> Tensor:
        """W s_i + U f_ij + b, (batch, keys, size)."""
        unmoved = (past.total.sum(dim=1) == 0).to(past.previous.dtype)
        before = past.previous + F.pad(unmoved[:, None], (0, past.previous.shape[1] - 1))
        around = F.pad(before, (self.width // 2, self.width // 2)).unfold(1, self.width, 1)
        return cast(Tensor, self.query(query).unsqueeze(1) + self.place(self.filter(around)))


class Hybrid(Location):
    """e_ij = w . tanh(W s_i + V h_j + U f_ij + b), f_i = F * alpha_(i-1) (Chorowski et al. 2015, eq. 8 and 9): what the
    keys hold and where the step before looked, together."""

    def __init__(self, query_size: int, key_size: int, size: int) -> None:
        super().__init__(query_size, key_size, size)
        self.key = nn.Linear(key_size, size, bias=False)

    def project(self, keys: Tensor) -> Tensor:
        return cast(Tensor, self.key(keys))

    def forward(self, query: Tensor, projected: Tensor, past: Past) -> Tensor:
        return _energies(self.energy, self._asked(query, past) + projected)


def _energies(layer: nn.Linear, asked: Tensor) -> Tensor:
    """w . tanh(asked), (batch, keys), of asked (batch, keys, size), which nobody else needs: without gradients it is
    written over, because of a long input it is large. A product with a vector is done sooner than one with a matrix of
    one row; but not its gradient, so that training takes the layer itself."""
    if torch.is_grad_enabled():
        return cast(Tensor, layer(torch.tanh(asked))).squeeze(2)
    return torch.matmul(asked.tanh_(), layer.weight[0])
