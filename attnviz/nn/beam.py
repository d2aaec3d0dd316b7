"""Beam search and forced replay over anything that steps, with the weights of every step kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz.nn.decoder import State, Step
from attnviz.nn.mechanisms import Memory

ALTERNATIVES = 5

OnStep = Callable[[int, int], None]  # called before each step: how many are done, and how many there can be


class Stepper(Protocol):
    """The step protocol, see `decoder.py`."""

    def begin(self, memory: Memory) -> State: ...

    def step(self, token: Tensor, state: State, *, weights: Tensor | None = None) -> Step: ...


@dataclass(frozen=True)
class Trace:
    """One output, token by token, the end mark last if it was reached.

    logprobs: one a token. weights: (tokens, keys), None without attention. alternatives: for each token the best
    tokens at that place with their log-probabilities, best first. score: sum of logprobs / tokens ^ length penalty.
    """

    tokens: tuple[int, ...]
    logprobs: tuple[float, ...]
    weights: NDArray[np.float32] | None
    alternatives: tuple[tuple[tuple[int, float], ...], ...]
    score: float


@dataclass(frozen=True)
class _Moment:
    """One step of a search: where each live row came from, what it wrote, and what its parent saw in doing so."""

    parents: Any
    tokens: Any
    logprobs: Any
    weights: Any
    best: Any
    best_logprobs: Any


def normalised(total: float, tokens: int, length_penalty: float) -> float:
    """sum of log-probabilities / tokens ^ length penalty; 0: the plain sum, 1: the mean (Wu et al. 2016 vary this)."""
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
    max_tokens: int = 100,
    on_step: OnStep | None = None,
) -> list[list[Trace]]:
    """The best outputs, at most `beam`, of each row of the memory, best first.

    At every step the best 2 * beam continuations of a sentence are looked at: those among the best `beam` that end
    are finished, the best `beam` that go on stay live. A sentence is done when `beam` outputs are finished; at
    `max_tokens` only the end mark may be written. Tokens in `never` are not written.
    """
    sentences = len(memory.mask)
    device = memory.mask.device
    rows = torch.arange(sentences, device=device).repeat_interleave(beam)
    state = decoder.begin(memory).select(rows)
    totals = torch.full((sentences, beam), -torch.inf, device=device)
    totals[:, 0] = 0.0
    token = torch.full((sentences * beam,), begin, dtype=torch.long, device=device)
    moments: list[_Moment] = []
    finished: list[list[Trace]] = [[] for _ in range(sentences)]
    offsets = torch.arange(sentences, device=device)[:, None] * beam
    for place in range(max_tokens):
        if on_step:
            on_step(place, max_tokens)
        step = decoder.step(token, state)
        log_probs = step.log_probs
        if never:
            log_probs[:, list(never)] = -torch.inf
        if place == max_tokens - 1:
            only_end = torch.full_like(log_probs, -torch.inf)
            only_end[:, end] = log_probs[:, end]
            log_probs = only_end
        vocabulary = log_probs.shape[1]
        each = min(max(2 * beam, ALTERNATIVES), vocabulary)
        values, tokens = log_probs.topk(each, dim=1)
        sums = (totals.view(-1, 1) + values).view(sentences, beam * each)
        best, found = sums.topk(min(2 * beam, sums.shape[1]), dim=1)
        parents = found // each + offsets
        written = tokens.view(sentences, -1).gather(1, found)
        gained = values.view(sentences, -1).gather(1, found)
        now = _Moment(
            parents.cpu().numpy(),
            written.cpu().numpy(),
            gained.cpu().numpy(),
            None if step.weights is None else step.weights.float().cpu().numpy(),
            tokens[:, :ALTERNATIVES].cpu().numpy(),
            values[:, :ALTERNATIVES].cpu().numpy(),
        )
        sums_now = best.cpu().numpy()
        keep = np.zeros((sentences, beam), dtype=np.int64)
        alive = np.zeros((sentences, beam), dtype=bool)
        for i in range(sentences):
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
                now.best,
                now.best_logprobs,
            )
        )
        state = step.state.reorder(chosen)
    return [sorted(outputs, key=lambda trace: -trace.score) for outputs in finished]


def _trace(moments: list[_Moment], last: _Moment, sentence: int, candidate: int, length_penalty: float) -> Trace:
    """Walk back from a finished candidate to the first step."""
    row = int(last.parents[sentence, candidate])
    tokens, logprobs = [int(last.tokens[sentence, candidate])], [float(last.logprobs[sentence, candidate])]
    seen = [(last, row)]
    for moment in reversed(moments):
        tokens.append(int(moment.tokens[row]))
        logprobs.append(float(moment.logprobs[row]))
        row = int(moment.parents[row])
        seen.append((moment, row))
    seen.reverse()
    weights = None if last.weights is None else np.stack([moment.weights[row] for moment, row in seen])
    alternatives = tuple(
        tuple(
            (token, value)
            for token, value in zip(moment.best[row].tolist(), moment.best_logprobs[row].tolist(), strict=True)
            if value > -np.inf  # what may not be written is no alternative
        )
        for moment, row in seen
    )
    score = normalised(sum(logprobs), len(tokens), length_penalty)
    return Trace(tuple(reversed(tokens)), tuple(reversed(logprobs)), weights, alternatives, score)


def replay(
    decoder: Stepper,
    memory: Memory,
    tokens: tuple[int, ...],
    *,
    begin: int,
    never: tuple[int, ...] = (),
    length_penalty: float = 1.0,
    weights: Tensor | None = None,
    on_step: OnStep | None = None,
) -> Trace:
    """Make the decoder write `tokens` (end mark included) on a memory of one row, and keep what it saw in doing so.

    Tokens in `never` are no alternatives. weights: (tokens, keys), used in place of the mechanism's own at every step.
    """
    state = decoder.begin(memory)
    device = memory.mask.device
    steps = []
    for place, before in enumerate((begin, *tokens[:-1])):
        if on_step:
            on_step(place, len(tokens))
        own = None if weights is None else weights[place : place + 1]
        step = decoder.step(torch.tensor([before], device=device), state, weights=own)
        state = step.state
        steps.append(step)
    logprobs = tuple(float(step.log_probs[0, token]) for step, token in zip(steps, tokens, strict=True))
    seen = [step.weights[0].float().cpu().numpy() for step in steps if step.weights is not None]
    others = torch.tensor([i for i in range(steps[0].log_probs.shape[1]) if i not in never], device=device)
    best = [step.log_probs[0, others].topk(min(ALTERNATIVES, len(others))) for step in steps]
    return Trace(
        tokens,
        logprobs,
        np.stack(seen) if seen else None,
        tuple(tuple(zip(others[b.indices].tolist(), b.values.tolist(), strict=True)) for b in best),
        normalised(sum(logprobs), len(tokens), length_penalty),
    )
