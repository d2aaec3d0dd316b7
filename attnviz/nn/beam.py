"""Beam search and forced replay for any decoder with a `step`. The weights and extras of every step are kept."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz.analysis.tree import Branch, Level
from attnviz.nn.decoder import Carried, Step
from attnviz.nn.mechanisms import Memory

ALTERNATIVES = 5
TOGETHER = 64  # steps of a search whose weights lie in one array, see `_Kept`
MOST_GOING = 0.75  # the share of a batch's inputs up to which those that are done leave it; copying takes time too

Array = NDArray[np.float32]
Numbers = NDArray[np.int64]
Inside = Callable[[Any, Step], Mapping[str, Tensor]]  # further extras of a step, from the state before it
OnStep = Callable[[int, int], None]  # it is called before each step with how many are done and how many there can be
OnLevel = Callable[[int, Level], None]  # it is called after each step: an input's row, and what is held of it


class Stepper(Protocol):
    """The step protocol, see `decoder.py`. Each decoder has a kind of state of its own."""

    def begin(self, memory: Memory) -> Carried: ...

    def step(self, token: Tensor, state: Any, *, weights: Tensor | None = None) -> Step: ...


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
    """One step of a search, as arrays with a row for each output that was live before it.

    weights: (rows, keys), None without attention. extras: each (rows, …). best, best_logprobs: (rows, alternatives),
    the tokens that a row would best go on with. parents, tokens, logprobs: (rows of the next step,): the row that each
    output of the next step comes from, and what was written in this step, with its log-probability.
    """

    weights: Array | None
    extras: Mapping[str, Array]
    best: Numbers
    best_logprobs: Array
    parents: Numbers
    tokens: Numbers
    logprobs: Array


@dataclass(frozen=True)
class _Candidates:
    """The ways in which the outputs of each input may go on, best first; all are (inputs, candidates).

    sums: of all log-probabilities of an output with what it would go on with. parents: the row that it is in. tokens,
    logprobs: what it would go on with.
    """

    sums: Array
    parents: Numbers
    tokens: Numbers
    logprobs: Array


@dataclass(frozen=True)
class _Finished:
    """An output that ended at a step: the row that it comes from, and the end mark's log-probability."""

    step: int
    row: int
    logprob: float


@dataclass(frozen=True)
class Length:
    """How long an output has to be, in units that a token adds to: words, bytes.

    costs: (vocabulary,), what each token adds; the end mark adds 0. least, most: of the sum over an output. It can only
    be reached from below where some token adds nothing, so a `least` needs such tokens.
    """

    costs: Tensor
    most: float
    least: float = 0.0


class _Kept:
    """Keeps the weights of the steps of a search in a few large arrays.

    With an array for each step, memory would fill with gaps: each of these small arrays would lie where a large tensor
    of a step had been, so that the next step's no longer fits there. At a thousand steps this takes gigabytes.
    """

    def __init__(self) -> None:
        self._count = 0
        self._together: Array = np.zeros((0, 0, 0), dtype=np.float32)

    def __call__(self, weights: Tensor) -> Array:
        """The weights (rows, keys) of a step as an array."""
        if self._count == len(self._together) or weights.shape != self._together.shape[1:]:
            self._together, self._count = np.empty((TOGETHER, *weights.shape), dtype=np.float32), 0
        kept: Array = self._together[self._count]
        kept[:] = _array(weights)
        self._count += 1
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
    length: Length | None = None,
    on_step: OnStep | None = None,
    on_level: OnLevel | None = None,
) -> list[list[Trace]]:
    """The best outputs for each row of the memory, at most `beam`, best first.

    At every step the search looks at the best 2 * beam continuations of an input: those among the best `beam` that end
    are finished, and the best `beam` that go on stay live. An input is done when `beam` outputs are finished. The last
    of a row's `max_tokens` can only be the end mark; each row has its own limit, so that an output does not depend on
    what is searched beside it. Tokens in `never` are not written. length: what the outputs have to keep to, see there;
    an output that is cut by `max_tokens` may be shorter. on_level: for the tree of the search (`analysis/tree.py`), of
    which nothing is kept otherwise.
    """
    device = memory.mask.device
    inputs = np.arange(len(memory.mask))  # the inputs that have rows in the batch
    rows = torch.from_numpy(inputs.repeat(beam)).to(device)
    state = decoder.begin(memory).select(rows)
    token = torch.full_like(rows, begin)
    totals = np.full(len(rows), -np.inf, dtype=np.float32)
    totals[::beam] = 0.0
    last, banned = np.array(max_tokens) - 1, torch.tensor(never, dtype=torch.long, device=device)
    moments, kept_weights = list[_Moment](), _Kept()
    used = torch.zeros(len(rows), device=device)  # of the length that an output may have
    finished: list[list[_Finished]] = [[] for _ in inputs]
    for place in range(max(max_tokens)):
        if on_step:
            on_step(place, max(max_tokens))
        step = decoder.step(token, state)
        if never:
            step.log_probs.index_fill_(1, banned, -torch.inf)
        if length is not None:
            goes_on = torch.from_numpy((last[inputs] > place).repeat(beam)).to(device)
            _keep_to(length, step.log_probs, used, goes_on, end)
        if (last[inputs] == place).any():
            _only_end(step.log_probs, torch.from_numpy((last[inputs] == place).repeat(beam)).to(device), end)
        each = min(max(2 * beam, ALTERNATIVES), step.log_probs.shape[1])
        logprobs, tokens = (best.cpu().numpy() for best in step.log_probs.topk(each, dim=1))
        found = _candidates(totals, tokens, logprobs, beam)
        going: dict[int, list[int]] = {}  # by the place of an input, the candidates that stay live
        for i, number in enumerate(inputs.tolist()):
            ended, live = _parted(found.sums[i].tolist(), (found.tokens[i] == end).tolist(), beam)
            ended = ended[: beam - len(finished[number])]
            finished[number] += [_Finished(place, int(found.parents[i, j]), float(found.logprobs[i, j])) for j in ended]
            if live and len(finished[number]) < beam:
                going[i] = live
            if on_level and (ended or live):
                links = (found.parents[i] % beam, found.tokens[i], found.logprobs[i])
                on_level(number, Level(_branches(going.get(i, ()), *links), _branches(ended, *links)))
        leave = len(going) <= MOST_GOING * len(inputs)
        stay = np.array(list(going) if leave else range(len(inputs)), dtype=np.int64)
        picked, alive = _picked([going.get(i, []) for i in stay.tolist()], beam)
        chosen = (stay[:, None], picked)
        moments.append(
            _Moment(
                None if step.weights is None else kept_weights(step.weights),
                {name: _array(extra) for name, extra in step.extras.items()},
                tokens[:, :ALTERNATIVES],
                logprobs[:, :ALTERNATIVES],
                found.parents[chosen].ravel(),
                found.tokens[chosen].ravel(),
                found.logprobs[chosen].ravel(),
            )
        )
        if not going:
            break
        rows = torch.from_numpy(moments[-1].parents).to(device)
        state = step.state.select(rows) if leave else step.state.reorder(rows)
        token = torch.from_numpy(moments[-1].tokens).to(device)
        used = used if length is None else used[rows] + length.costs[token]
        totals = np.where(alive, found.sums[chosen], -np.inf).astype(np.float32).ravel()
        inputs = inputs[stay]
    return [
        sorted((_trace(moments, output, end, length_penalty) for output in outputs), key=lambda trace: -trace.score)
        for outputs in finished
    ]


def _keep_to(length: Length, log_probs: Tensor, used: Tensor, goes_on: Tensor, end: int) -> None:
    """Leave each row (rows, vocabulary) the tokens with which its output keeps to a length.

    used: (rows,), the length that it has. goes_on: (rows,), false where only the end mark can come.
    """
    log_probs.masked_fill_(used[:, None] + length.costs > length.most, -torch.inf)
    log_probs[:, end].masked_fill_((used < length.least) & goes_on, -torch.inf)


def _candidates(totals: Array, best: Numbers, best_logprobs: Array, beam: int) -> _Candidates:
    """The best 2 * beam candidates of each input. totals: the sum of each row, (rows,). best, best_logprobs: the tokens
    that each row would best go on with, (rows, tokens)."""
    each = best.shape[1]
    sums = (totals[:, None] + best_logprobs).reshape(-1, beam * each)
    order = np.argsort(-sums, axis=1, kind="stable")[:, : 2 * beam]
    own = np.arange(len(sums))[:, None]  # fancy indexing, because take_along_axis is slow
    parents, places = own * beam + order // each, order % each
    return _Candidates(sums[own, order], parents, best[parents, places], best_logprobs[parents, places])


def _parted(sums: Sequence[float], ends: Sequence[bool], beam: int) -> tuple[list[int], list[int]]:
    """Of an input's candidates, best first, the places of those that are finished and of those that stay live.

    sums: of log-probabilities; what must not be written has minus infinity. ends: whether it is ended by the end mark.
    """
    ended, live = list[int](), list[int]()
    for place, (total, end) in enumerate(zip(sums, ends, strict=True)):
        if total == -np.inf:
            break
        if not end and len(live) < beam:
            live.append(place)
        elif end and place < beam:
            ended.append(place)
    return ended, live


def _picked(live: Sequence[Sequence[int]], beam: int) -> tuple[Numbers, NDArray[np.bool_]]:
    """The candidate that each row goes on with, and whether it has any, both (inputs, beam). A row without one gets the
    first candidate, and counts for nothing. live: the candidates of each input that go on."""
    picked, alive = np.zeros((len(live), beam), dtype=np.int64), np.zeros((len(live), beam), dtype=bool)
    for row, places in enumerate(live):
        picked[row, : len(places)], alive[row, : len(places)] = places, True
    return picked, alive


def _branches(places: Sequence[int], parents: Numbers, tokens: Numbers, logprobs: Array) -> tuple[Branch, ...]:
    """The candidates of an input at these places. parents: counted among its own rows."""
    return tuple(Branch(int(parents[j]), int(tokens[j]), float(logprobs[j])) for j in places)


def _only_end(log_probs: Tensor, rows: Tensor, end: int) -> None:
    """Let these rows, (batch,), be ended by the end mark alone."""
    ends = log_probs[:, end].clone()
    log_probs.masked_fill_(rows[:, None], -torch.inf)
    log_probs[:, end] = ends


def _trace(moments: Sequence[_Moment], output: _Finished, end: int, length_penalty: float) -> Trace:
    """Walk back from where an output ended to the first step."""
    tokens, logprobs, rows = [end], [output.logprob], [output.row]
    for moment in reversed(moments[: output.step]):
        row = rows[-1]
        tokens.append(int(moment.tokens[row]))
        logprobs.append(float(moment.logprobs[row]))
        rows.append(int(moment.parents[row]))
    for backwards in (tokens, logprobs, rows):
        backwards.reverse()
    seen = list(zip(moments, rows, strict=False))
    weights = [moment.weights[row] for moment, row in seen if moment.weights is not None]
    best = zip(
        np.stack([moment.best[row] for moment, row in seen]).tolist(),
        np.stack([moment.best_logprobs[row] for moment, row in seen]).tolist(),
        strict=True,
    )
    return Trace(
        tuple(tokens),
        tuple(logprobs),
        np.stack(weights) if weights else None,
        tuple(
            tuple((token, value) for token, value in zip(*places, strict=True) if value > -np.inf) for places in best
        ),  # what may not be written is no alternative
        normalised(sum(logprobs), len(tokens), length_penalty),
        {name: np.stack([moment.extras[name][row] for moment, row in seen]) for name in moments[0].extras},
    )


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
    inside: Inside | None = None,
    on_step: OnStep | None = None,
) -> Trace:
    """Make the decoder write `tokens` (end mark included) on a memory of one row, and keep what it saw in doing so.

    Tokens in `never` are no alternatives. weights: (steps, keys), used in place of the mechanism's own at the first
    `steps` steps, which may be fewer than there are tokens; the mechanism chooses the weights of the others. inside:
    gives further extras of each step, such as the energies (`Decoder.inside`).
    """
    tokens, state, device = tuple(tokens), decoder.begin(memory), memory.mask.device
    steps: list[Step] = []
    for place, before in enumerate((begin, *tokens[:-1])):
        if on_step:
            on_step(place, len(tokens))
        given = weights[place : place + 1] if weights is not None and place < len(weights) else None
        step = decoder.step(torch.tensor([before], device=device), state, weights=given)
        if inside is not None:
            step = replace(step, extras={**step.extras, **inside(state, step)})
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
