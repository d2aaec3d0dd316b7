"""A decoder that can copy a word of the input instead of writing one of its own (See et al. 2017)."""

from dataclasses import dataclass, field
from typing import cast

import torch
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder, State, Step
from attnviz.nn.mechanisms import Mechanism, Memory
from attnviz.nn.precision import precise
from attnviz.nn.rows import COMPUTED_ONCE

GATE = "gate"  # the extra of a step: the share of copying


@dataclass(frozen=True)
class TokenMemory(Memory):
    """A memory that knows which token each key is. tokens: (batch, keys)."""

    tokens: Tensor = field(kw_only=True, metadata=COMPUTED_ONCE)


@dataclass(frozen=True)
class Taught:
    """What forced outputs gave. readouts: (batch, steps, size). gates: (batch, steps), the share of the vocabulary.
    weights: (batch, steps, keys)."""

    readouts: Tensor
    gates: Tensor
    weights: Tensor


class PointerDecoder(Decoder):
    """P(y) = g_t P_vocabulary(y) + (1 - g_t) sum_(j: x_j = y) alpha_tj (See et al. 2017, eq. 9).

    All tokens of the input are in the vocabulary, so that it is not extended by the input's unknown words as in the
    paper. g_t = sigmoid(w r_t + b) reads the readout, which was made from the context, the state and the word before;
    the paper's eq. 8 reads these three themselves. The memory is a `TokenMemory`. `Step.extras["gate"]` is 1 - g_t
    (batch,).
    """

    def __init__(
        self, embedding: nn.Embedding, mechanism: Mechanism, hidden_size: int, key_size: int, dropout: float
    ) -> None:
        super().__init__(embedding, mechanism, hidden_size, key_size, dropout)
        self.gate = nn.Linear(embedding.embedding_dim, 1)

    def step(self, token: Tensor, state: State, *, weights: Tensor | None = None) -> Step:
        """As `Decoder.step`. Where `weights` are given whose sum is not 1, the mixture is divided by its sum."""
        step = super().step(token, state, weights=weights)
        memory, alpha = cast(TokenMemory, state.memory), precise(cast(Tensor, step.weights))
        written = torch.sigmoid(precise(self.gate(step.state.readout)))
        whole = written + (1 - written) * alpha.sum(dim=1, keepdim=True)
        copied = (1 - written) / whole
        mixture = step.log_probs.exp() * (written / whole)
        mixture = mixture.scatter_add(1, memory.tokens, copied * alpha)
        log_probs = torch.log(mixture.clamp_min(torch.finfo(mixture.dtype).tiny))
        return Step(log_probs, step.weights, step.state, {**step.extras, GATE: copied.squeeze(1)})

    def teach_pointing(self, memory: Memory, words_before: Tensor) -> Taught:
        """What all steps give, for the words before each, (batch, steps): for training, as `teach`."""
        readouts, looks = self._taught(memory, words_before)
        weights = torch.stack([cast(Tensor, look.weights) for look in looks], dim=1)
        return Taught(readouts, torch.sigmoid(precise(self.gate(readouts))).squeeze(2), weights)


def pointed(weights: Tensor, tokens: Tensor, answers: Tensor) -> Tensor:
    """How much of the weights (batch, steps, keys) lies on keys that are the answer: (batch, steps).

    tokens: (batch, keys). answers: (batch, steps).
    """
    return (weights * (tokens[:, None] == answers[..., None])).sum(dim=2)


def coverage_loss(weights: Tensor) -> Tensor:
    """sum_j min(alpha_tj, c_tj) for each step, c_t the sum of the weights before it (See et al. 2017, eq. 12): (batch,
    steps). It is high where a step looks again at what was looked at before. weights: (batch, steps, keys)."""
    before = weights.cumsum(dim=1) - weights
    return torch.minimum(weights, before).sum(dim=2)
