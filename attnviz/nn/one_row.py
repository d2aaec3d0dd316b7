"""One row of a map that can be replaced: what a model answers at one step for any weights, all else as it was.

Every test of how far a map can be believed asks this one question, see `attnviz/trust/`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from attnviz.nn.beam import OnStep, Stepper
from attnviz.nn.mechanisms import Memory

TOGETHER = 256  # rows that are answered at once: each has the probabilities of a whole vocabulary

Array = NDArray[np.float32]
Logits = NDArray[np.float64]
Answer = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class OneRow:
    """A row of weights at one step of a model whose states, and whose other rows, stay as they were.

    weights: float32 (keys + 1,), as the model itself read with them; the last one is the rest, the weight on a key that
    is no input. keys: the places of the keys that can have weight; masked ones are left out, and so is the rest.
    written: the place of the outcome that was written (a subword, a label) among all outcomes. own: (outcomes,), the
    log-probabilities under `weights`. answer: rows (rows, keys + 1) to log-probabilities (rows, outcomes), all rows in
    one batch; a gradient with regard to the rows can be asked for. device: where it computes.
    """

    weights: Array
    keys: NDArray[np.int64]
    written: int
    own: Logits
    answer: Answer
    device: torch.device

    def log_probs(self, rows: ArrayLike) -> Logits:
        """The log-probabilities (rows, outcomes) under many rows of weights (rows, keys + 1)."""
        given = torch.from_numpy(np.asarray(rows, dtype=np.float32)).to(self.device)
        with torch.inference_mode():
            parts = [self.answer(part).double().cpu().numpy() for part in torch.split(given, TOGETHER)]
        return np.concatenate(parts)

    def gradient(self, outcome: int) -> Logits:
        """The derivative (keys + 1,) of the log-probability of an outcome with regard to each weight, at `weights`."""
        with torch.enable_grad():
            weights = torch.from_numpy(self.weights).to(self.device).requires_grad_()
            (slope,) = torch.autograd.grad(self.answer(weights[None])[0, outcome], weights)
        return slope.double().cpu().numpy()


def row_of(weights: Array, answer: Answer, *, mask: Sequence[bool], written: int, device: torch.device) -> OneRow:
    """The row of these weights (keys + 1,). mask: (keys,), true where a key can have weight."""
    with torch.inference_mode():
        own = answer(torch.from_numpy(weights[None]).to(device))[0].double().cpu().numpy()
    return OneRow(weights, np.flatnonzero(mask), written, own, answer, device)


def step_of(
    decoder: Stepper, memory: Memory, tokens: Sequence[int], place: int, *, begin: int, rest: bool
) -> OneRow | None:
    """The row of the step that writes the token at `place` of an output; None where there is no attention.

    memory: of one input. tokens: those that the decoder is made to write, the end mark included. rest: whether the
    decoder's last key is no input.
    """
    with torch.no_grad():  # not in inference mode, whose tensors no gradient can go through
        state, token = before(decoder, memory, tokens, place, begin=begin)
        weights = decoder.step(token, state).weights
    if weights is None:
        return None

    def answer(rows: Tensor) -> Tensor:
        same = torch.zeros(len(rows), dtype=torch.long, device=rows.device)
        return decoder.step(token[same], state.select(same), weights=rows if rest else rows[:, :-1]).log_probs

    row = weights[0].float().cpu().numpy()
    row = row if rest else np.append(row, np.float32(0))
    return row_of(row, answer, mask=[True] * (len(row) - 1), written=tokens[place], device=token.device)


def before(
    decoder: Stepper,
    memory: Memory,
    tokens: Sequence[int],
    place: int,
    *,
    begin: int,
    on_step: OnStep | None = None,
) -> tuple[Any, Tensor]:
    """The state before the token at `place` of an output is written, and the token before that one, (batch,).

    memory: of one input or of several, on each of which the decoder is made to write the same tokens. on_step: is told
    how many of the steps are done, and whatever it raises ends them.
    """
    state, every = decoder.begin(memory), (begin, *tokens)
    words = [torch.full((len(memory.mask),), token, device=memory.mask.device) for token in every[: place + 1]]
    for done, word in enumerate(words[:-1]):
        if on_step:
            on_step(done, place)
        state = decoder.step(word, state).state
    return state, words[-1]
