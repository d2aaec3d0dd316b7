"""Focuses: how scores become weights.

A focus is a module called with scores (batch, keys), the query (batch, query_size), the mask (batch, keys; true
where a key is real) and where the earlier steps looked. It returns weights (batch, keys); the weight of a masked key
is exactly 0.
"""

from typing import Protocol

import torch
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
