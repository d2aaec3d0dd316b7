"""Beam search and forced replay for any decoder with a `step`. The weights and extras of every step are kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz.nn.decoder import State, Step
from attnviz.nn.mechanisms import Memory

ALTERNATIVES = 5
TOGETHER = 64  # steps of a search whose weights lie in one array, see `_Kept`

Array = NDArray[np.float32]
OnStep = Callable[[int, int], None]  # it is called before each step with how many are done and how many there can be


class Stepper(Protocol):
    """The step protocol, see `decoder.py`."""

    def begin(self, memory: Memory) -> State: ...

    def step(self, token: Tensor, state: State, *, weights: Tensor | None = None) -> Step: ...


@dataclass(frozen=True)
class Trace:
    """One output, token by token, the end mark last if it was reached.

    logprobs: one for each token. weights: (tokens, keys), None without attention. alternatives: for each token the best
    tokens at that place with their log-probabilities, best first. score: sum of logprobs / tokens ^ length penalty.
    extras: the extras of the steps by name, each (tokens, …).
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    weights: Array | None
    alternatives: tuple[tuple[tuple[int, float], ...], ...]
    score: float
    extras: Mapping[str, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class _Moment:
    """One step of a search: where each live row came from, what it wrote, and what its parent saw in doing so."""

    parents: Any
    tokens: Any
    logprobs: Any
    weights: Array | None
    extras: Mapping[str, Array]
    best: Any
    best_logprobs: Any


class _Kept:
    """Keeps the weights of the steps of a search in a few large arrays.

    With an array for each step, memory would fill with gaps: each of these small arrays would lie where a large tensor
    of a step had been, so that the next step's no longer fits there. At a thousand steps this takes gigabytes.
    """

    def __init__(self) -> None:
        self._count = 0
        self._together: Array = np.zeros(0, dtype=np.float32)

    def __call__(self, weights: Tensor) -> Array:
        """The weights (rows, keys) of a step as an array; all steps have the same shape."""
        place = self._count % TOGETHER
        if place == 0:
            self._together = np.empty((TOGETHER, *weights.shape), dtype=np.float32)
        self._together[place] = _array(weights)
        self._count += 1
        kept: Array = self._together[place]
        return kept


def normalised(total: float, tokens: int, length_penalty: float) -> float:
    """sum of log-probabilities / tokens ^ length penalty: the plain sum with 0, the mean with 1 (Wu et al. 2016 use a
    penalty of this kind)."""
    return float(total / tokens**length_penalty)


def search(
    decoder: Stepper,
    memory: Memory,
    *,
    begin: int,
    end: int,
    never: tuple[int, ...] = (),
    beam: int = 5,
    length_penalty: float = 1.0,
    max_tokens: Sequence[int],
    on_step: OnStep | None = None,
) -> list[list[Trace]]:
    """The best outputs for each row of the memory, at most `beam`, best first.

    At every step the search looks at the best 2 * beam continuations of an input: those among the best `beam` that end
    are finished, and the best `beam` that go on stay live. An input is done when `beam` outputs are finished. The last
    of a row's `max_tokens` can only be the end mark; each row has its own limit, so that an output does not depend on
    what is searched beside it. Tokens in `never` are not written.
    """
    inputs = len(memory.mask)
    device = memory.mask.device
    rows = torch.arange(inputs, device=device).repeat_interleave(beam)
    state = decoder.begin(memory).select(rows)
    totals = torch.full((inputs, beam), -torch.inf, device=device)
    totals[:, 0] = 0.0
    token = torch.full((inputs * beam,), begin, dtype=torch.long, device=device)
    moments, kept_weights = list[_Moment](), _Kept()
    finished: list[list[Trace]] = [[] for _ in range(inputs)]
    offsets = torch.arange(inputs, device=device)[:, None] * beam
    last = torch.tensor(max_tokens, device=device).repeat_interleave(beam) - 1
    for place in range(max(max_tokens)):
        if on_step:
            on_step(place, max(max_tokens))
        step = decoder.step(token, state)
        log_probs = step.log_probs
        if never:
            log_probs[:, list(never)] = -torch.inf
        ends = log_probs[:, end].clone()
        log_probs.masked_fill_((last == place)[:, None], -torch.inf)
        log_probs[:, end] = ends
        vocabulary = log_probs.shape[1]
        each = min(max(2 * beam, ALTERNATIVES), vocabulary)
        values, tokens = log_probs.topk(each, dim=1)
        sums = (totals.view(-1, 1) + values).view(inputs, beam * each)
        best, places = sums.topk(min(2 * beam, sums.shape[1]), dim=1)
        parents = places // each + offsets
        written = tokens.view(inputs, -1).gather(1, places)
        gained = values.view(inputs, -1).gather(1, places)
        now = _Moment(
            parents.cpu().numpy(),
            written.cpu().numpy(),
            gained.cpu().numpy(),
            None if step.weights is None else kept_weights(step.weights),
            {name: _array(extra) for name, extra in step.extras.items()},
            tokens[:, :ALTERNATIVES].cpu().numpy(),
            values[:, :ALTERNATIVES].cpu().numpy(),
        )
        sums_now = best.cpu().numpy()
        keep = np.zeros((inputs, beam), dtype=np.int64)
        alive = np.zeros((inputs, beam), dtype=bool)
        for i in range(inputs):
            live = 0
            for j in range(sums_now.shape[1]):
                if sums_now[i, j] == -np.inf:
                    break
                if now.tokens[i, j] == end:
                    if j < beam and len(finished[i]) < beam:
                        finished[i].append(_trace(moments, now, i, j, length_penalty))
                elif live < beam:
                    keep[i, live], alive[i, live] = j, True
                    live += 1
        done = np.array([len(outputs) >= beam for outputs in finished]) | ~alive.any(axis=1)
        if done.all():
            break
        kept = torch.from_numpy(keep).to(device)
        totals = best.gather(1, kept).masked_fill(torch.from_numpy(~alive | done[:, None]).to(device), -torch.inf)
        token = written.gather(1, kept).view(-1)
        chosen = parents.gather(1, kept).view(-1)
        moments.append(
            _Moment(
                chosen.cpu().numpy(),
                token.cpu().numpy(),
                gained.gather(1, kept).view(-1).cpu().numpy(),
                now.weights,
                now.extras,
                now.best,
                now.best_logprobs,
            )
        )
        state = step.state.reorder(chosen)
    return [sorted(outputs, key=lambda trace: -trace.score) for outputs in finished]


def _trace(moments: list[_Moment], last: _Moment, row: int, candidate: int, length_penalty: float) -> Trace:
    """Walk back from a finished candidate to the first step."""
    tokens, logprobs = [int(last.tokens[row, candidate])], [float(last.logprobs[row, candidate])]
    row = int(last.parents[row, candidate])
    seen = [(last, row)]
    for moment in reversed(moments):
        tokens.append(int(moment.tokens[row]))
        logprobs.append(float(moment.logprobs[row]))
        row = int(moment.parents[row])
        seen.append((moment, row))
    seen.reverse()
    weights = [moment.weights[row] for moment, row in seen if moment.weights is not None]
    extras = {name: np.stack([moment.extras[name][row] for moment, row in seen]) for name in last.extras}
    alternatives = tuple(
        tuple(
            (token, value)
            for token, value in zip(moment.best[row].tolist(), moment.best_logprobs[row].tolist(), strict=True)
            if value > -np.inf  # what may not be written is no alternative
        )
        for moment, row in seen
    )
    score = normalised(sum(logprobs), len(tokens), length_penalty)
    stacked = np.stack(weights) if weights else None
    return Trace(tuple(reversed(tokens)), tuple(reversed(logprobs)), stacked, alternatives, score, extras)


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.float().cpu().numpy()
    return array


def replay(
    decoder: Stepper,
    memory: Memory,
    tokens: Sequence[int],
    *,
    begin: int,
    never: tuple[int, ...] = (),
    length_penalty: float = 1.0,
    weights: Tensor | None = None,
    on_step: OnStep | None = None,
) -> Trace:
    """Make the decoder write `tokens` (end mark included) on a memory of one row, and keep what it saw in doing so.

    Tokens in `never` are no alternatives. weights: (steps, keys), used in place of the mechanism's own at the first
    `steps` steps, which may be fewer than there are tokens; the mechanism chooses the weights of the others.
    """
    tokens, state, device = tuple(tokens), decoder.begin(memory), memory.mask.device
    steps: list[Step] = []
    for place, before in enumerate((begin, *tokens[:-1])):
        if on_step:
            on_step(place, len(tokens))
        given = weights[place : place + 1] if weights is not None and place < len(weights) else None
        step = decoder.step(torch.tensor([before], device=device), state, weights=given)
        state = step.state
        steps.append(step)
    logprobs = tuple(float(step.log_probs[0, token]) for step, token in zip(steps, tokens, strict=True))
    seen = [_array(step.weights[0]) for step in steps if step.weights is not None]
    extras = {name: np.stack([_array(step.extras[name][0]) for step in steps]) for name in steps[0].extras}
    others = torch.tensor([i for i in range(steps[0].log_probs.shape[1]) if i not in never], device=device)
    best = [step.log_probs[0, others].topk(min(ALTERNATIVES, len(others))) for step in steps]
    return Trace(
        tokens,
        logprobs,
        np.stack(seen) if seen else None,
        tuple(tuple(zip(others[b.indices].tolist(), b.values.tolist(), strict=True)) for b in best),
        normalised(sum(logprobs), len(tokens), length_penalty),
        extras,
    )
