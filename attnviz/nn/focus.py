"""Focuses: how scores become weights.

A focus is a module called with scores (batch, keys), the query (batch, query_size), the mask (batch, keys; true
where a key is real) and where the earlier steps looked. It returns weights (batch, keys); the weight of a masked key
is exactly 0.

A refocus changes a mechanism's own focus while it decodes: it is a value in the Memory, chosen for one reading, so
that the mechanism itself stays as it was trained.
"""

from dataclasses import dataclass
from functools import partial
from typing import Protocol

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.past import Past
from attnviz.nn.precision import precise


class Focus(Protocol):
    def __call__(self, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor: ...


class Softmax(nn.Module):
    """alpha_ij = exp(e_ij) / sum_k exp(e_ik) (Bahdanau et al. 2015, eq. 6). Rows sum to 1."""

    def __init__(self, query_size: int) -> None:
        super().__init__()

    def forward(self, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        return torch.softmax(precise(scores).masked_fill(~mask, -torch.inf), dim=1)


class Smooth(nn.Module):
    """alpha_ij = sigmoid(e_ij) / sum_k sigmoid(e_ik) (Chorowski et al. 2015, sec. 2.3, smoothing). Rows sum to 1.

    It looks at several keys at once where a softmax settles on one.
    """

    def __init__(self, query_size: int) -> None:
        super().__init__()

    def forward(self, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        # the softmax of log sigmoid(e) is sigmoid(e) over its sum, and can't divide by 0
        return torch.softmax(F.logsigmoid(precise(scores)).masked_fill(~mask, -torch.inf), dim=1)


class Entmax(nn.Module):
    """1.5-entmax: alpha_ij = max(e_ij / 2 - tau, 0)^2, with tau such that the row sums to 1 (Peters et al. 2019,
    algorithm 2).

    It is sharper than a softmax: a key whose score is well below the best one weighs exactly 0.
    """

    def __init__(self, query_size: int) -> None:
        super().__init__()

    def forward(self, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        halves = precise(scores).masked_fill(~mask, -torch.inf) / 2
        # the best one is moved to 0, so that tau is at least -1, and what is not above -1 weighs nothing
        halves = (halves - halves.detach().amax(dim=1, keepdim=True)).clamp_min(-1)
        support = _support(halves.detach()) & (halves > -1)
        count = support.sum(dim=1, keepdim=True)
        mean = halves.where(support, 0).sum(dim=1, keepdim=True) / count
        spread = (halves - mean).where(support, 0).square().sum(dim=1, keepdim=True)
        tau = mean - torch.sqrt((1 - spread) / count)
        return (halves - tau).where(support, 0).square()


def _support(halves: Tensor) -> Tensor:
    """Which keys weigh something in 1.5-entmax: the k best ones, for the largest k whose tau is below the k-th one."""
    ordered = halves.sort(dim=1, descending=True).values
    count = torch.arange(1, halves.shape[1] + 1, device=halves.device, dtype=halves.dtype)
    mean = ordered.cumsum(dim=1) / count
    spread = ordered.square().cumsum(dim=1) - count * mean.square()
    tau = mean - torch.sqrt((1 - spread).clamp_min(0) / count)
    last = (tau <= ordered).sum(dim=1, keepdim=True) - 1
    return halves >= ordered.gather(1, last)


class LocalGaussian(nn.Module):
    """local-p, predictive alignment (Luong et al. 2015, eq. 9 and 10).

    p_t = S sigmoid(v . tanh(W h_t)), S the number of real keys, which sit at positions 1 to S. Within the window
    [p_t - D, p_t + D] weights are softmax(scores) * exp(-(s - p_t)^2 / (2 (D/2)^2)), outside it 0. They are not
    renormalised: rows sum to at most 1.
    """

    half_width = 10  # D, the paper's choice

    def __init__(self, query_size: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(query_size, query_size, bias=False)
        self.position = nn.Linear(query_size, 1, bias=False)

    def forward(self, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        scores = precise(scores)
        count = mask.sum(dim=1, keepdim=True).to(scores.dtype)
        centre = count * torch.sigmoid(self.position(torch.tanh(self.hidden(query))))
        distance = torch.arange(1, scores.shape[1] + 1, device=scores.device) - centre.to(scores.dtype)
        window = mask & (distance.abs() <= self.half_width)
        weights = torch.softmax(scores.masked_fill(~window, -torch.inf), dim=1)
        return weights * torch.exp(-2 * (distance / self.half_width) ** 2)


class Refocus(Protocol):
    def __call__(self, focus: Focus, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        """The weights (batch, keys) in place of `focus(scores, query, mask, past)`."""
        ...


@dataclass(frozen=True)
class Smoothed:
    """sigmoid(e_ij) in place of exp(e_ij), whatever the mechanism's own focus is (Chorowski et al. 2015, sec. 2.3)."""

    def __call__(self, focus: Focus, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        weights: Tensor = Smooth(0)(scores, query, mask, past)
        return weights


@dataclass(frozen=True)
class Sharpened:
    """Scores times an inverse temperature beta > 1 (Chorowski et al. 2015, sec. 2.3, sharpening): the strongest keys
    get more of the weight."""

    beta: float = 2.0

    def __call__(self, focus: Focus, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        return focus(scores * self.beta, query, mask, past)


@dataclass(frozen=True)
class Windowed:
    """Only the keys from p - behind to p + ahead - 1 are looked at, p the median of the weights of the step before: the
    first key up to which they hold at least half of their sum. In Chorowski et al. 2015, sec. 2.3 (windowing), `behind`
    and `ahead` are equal.

    Before the first step p is the first key. Without a real key in the window, all are looked at.
    """

    behind: int
    ahead: int

    def __call__(self, focus: Focus, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        summed = precise(past.previous).cumsum(dim=1)
        median = (summed < summed[:, -1:] / 2).sum(dim=1, keepdim=True)
        distance = torch.arange(mask.shape[1], device=mask.device) - median
        near = mask & (distance >= -self.behind) & (distance < self.ahead)
        return focus(scores, query, torch.where(near.any(dim=1, keepdim=True), near, mask), past)


@dataclass(frozen=True)
class Chained:
    """Several, one within another. The first one decides what reaches the second, and so on; the last one changes the
    mechanism's own focus."""

    refocuses: tuple[Refocus, ...]

    def __call__(self, focus: Focus, scores: Tensor, query: Tensor, mask: Tensor, past: Past) -> Tensor:
        for refocus in reversed(self.refocuses):
            focus = partial(refocus, focus)
        return focus(scores, query, mask, past)
