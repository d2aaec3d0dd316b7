"""The adversarial twin of a row: another row, as different as can be, under which the model answers the same."""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from attnviz.nn.beam import OnStep
from attnviz.nn.one_row import Array, OneRow

SAME = 0.05  # the TVD up to which an answer counts as the same
STARTS = 5
STEPS = 200
RATE = 0.1
PENALTY = 500.0


@dataclass(frozen=True, eq=False)
class Twin:
    """weights: float32 (keys + 1,), the rest as it was. distance: the JSD of the row and its twin over ln 2, from 0
    (alike) to 1 (nothing in common). change: the TVD of what the model answers under both, at most `SAME`."""

    weights: Array
    distance: float
    change: float
    runs: int


def twin(row: OneRow, *, steps: int = STEPS, seed: int = 0, on_step: OnStep | None = None) -> Twin:
    """The row alpha' that maximises JSD(alpha', alpha) subject to TVD(y(alpha'), y) <= 0.05 (Jain and Wallace 2019,
    section 4.2.2).

    Gradient descent (Adam) on the logits of alpha' from five starts at once, one of them next to alpha and one on the
    keys that weigh least, with a penalty of 500 on what the answer changes by beyond 0.05. The best feasible row of all
    steps is kept; alpha itself is feasible. The paper takes 500 steps; here a larger rate makes do with 200: the twins
    of ten rows of a trained model that writes were 0.155 away on average, and 0.156 with 500 steps of amsgrad at a rate
    of 0.01 from five random starts, which took twice as long.
    on_step: is told how many of the steps are done, and whatever it raises ends the search.
    """
    keys = torch.from_numpy(row.keys).to(row.device)
    own = torch.from_numpy(row.weights).to(row.device)
    before = torch.from_numpy(row.own).float().to(row.device).exp()
    total = own[keys].sum()
    best, distance, change = own, 0.0, 0.0
    with torch.enable_grad():
        logits = _starts(own[keys] / total, seed).requires_grad_()
        adam = torch.optim.Adam([logits], lr=RATE)
        for step in range(steps):
            if on_step:
                on_step(step, steps)
            shares = torch.softmax(logits, dim=1)
            rows = own.repeat(STARTS, 1).index_copy(1, keys, shares * total)
            apart = divergence(shares, own[keys] / total)
            changed = (row.answer(rows).exp() - before).abs().sum(dim=1) / 2
            found = torch.where(changed <= SAME, apart, 0).detach()
            if found.max() > distance:
                place = int(found.argmax())
                best, distance, change = rows[place].detach(), float(found[place]), float(changed[place].detach())
            loss = (PENALTY * (changed - SAME).clamp_min(0) - apart).sum()
            (logits.grad,) = torch.autograd.grad(loss, logits)
            adam.step()
    return Twin(best.cpu().numpy(), distance, change, steps * STARTS)


def divergence(rows: Tensor, own: Tensor) -> Tensor:
    """The JSD of each of the rows (rows, keys) from one row (keys,), over ln 2: (rows,). All of them sum to 1."""
    between = _entropy((rows + own) / 2)
    apart: Tensor = between - (_entropy(rows) + _entropy(own[None])) / 2
    return (apart / log(2)).clamp(0, 1)


def _entropy(shares: Tensor) -> Tensor:
    entropies: Tensor = torch.special.entr(shares.clamp_min(1e-12)).sum(dim=1)  # at 0 it has no gradient
    return entropies


def _starts(own: Tensor, seed: int) -> Tensor:
    """The logits (starts, keys) to begin with. own: (keys,), which sums to 1."""
    chance = torch.Generator().manual_seed(seed)
    drawn = torch.randn(STARTS, len(own), generator=chance).to(own.device)
    logs = own.clamp_min(1e-4).log()
    near, far = logs + drawn[:1] / 10, -logs + drawn[1:2] / 10
    return torch.cat([near, far, 3 * drawn[2:]])
