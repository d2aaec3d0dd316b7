"""The text decoder that all variants of a task share, and the step protocol.

    begin(memory) -> state
    step(token, state, *, weights=None) -> Step(log_probs, weights, state, extras)

Memory, past and state are values that are passed; the module holds parameters only. `weights=` replaces what the
mechanism would have chosen for this step. What-if, permutation, uniform, adversarial and erasure all use this argument.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.fused import SharedLinear, SharedRead
from attnviz.nn.mechanisms import Mechanism, Memory, read
from attnviz.nn.past import Past
from attnviz.nn.precision import precise
from attnviz.nn.rows import COMPUTED_ONCE, Rows, reorder, select

Layer = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Carried:
    """What one step hands to the next. The first dimension of each tensor is the batch, also in subclasses."""

    memory: Memory = field(metadata=COMPUTED_ONCE)

    def select(self, rows: Rows) -> Self:
        """The state of these rows, with their memory; they may repeat."""
        return select(self, rows)

    def reorder(self, rows: Tensor) -> Self:
        """The state in which row i continues from row rows[i] of the same input. What is computed once is shared."""
        return reorder(self, rows)


@dataclass(frozen=True)
class State(Carried):
    """What one step of `Decoder` hands to the next.

    values: the memory, multiplied by the readout's matrix once and for all: (batch, keys, readout), or (batch, readout)
    where there is no attention. hidden, cell: (batch, hidden). readout: (batch, readout), input to the next step.
    """

    values: Tensor = field(metadata=COMPUTED_ONCE)
    hidden: Tensor
    cell: Tensor
    readout: Tensor
    past: Past


@dataclass(frozen=True)
class Step:
    """What a step returns.

    log_probs: (batch, vocabulary). weights: (batch, keys), the attention weights of this step, or None without
    attention; if the step has an extra key, its weight is the last one. state: the state after the step, a `Carried` of
    the decoder's own kind. extras: other tensors of the step that a Reading keeps, by name; their first dimension is
    the batch.
    """

    log_probs: Tensor
    weights: Tensor | None
    state: Any
    extras: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Look:
    """Where a step looked: `weights` and `extras` as in Step."""

    weights: Tensor | None
    extras: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True)
class Layers:
    """What a step applies: one layer to the readout and the state before it, one to the state after it, and one to the
    weights."""

    recurrent_gates: Layer
    readout_state: Layer
    read: Layer


class Decoder(nn.Module):
    """s_t = LSTM(s_(t-1), [E y_(t-1); r_(t-1)]), r_t = tanh(W [s_t; c_t]) (Luong et al. 2015, eq. 5, input feeding).

    r_t is the paper's attentional hidden state (h tilde). Word probabilities are softmax(E r_t + b): the output
    matrix is the embedding (Press and Wolf 2017). Without attention c_t is the summary at every step (Cho et al.
    2014). W [s; c] is computed as W_s s + sum_j alpha_j (W_c h_j), W_c h_j once per input: the same number, cheaper.

    output: computes `logits` in place of the embedding's own product, where it is given (`half.py`).
    """

    output: Layer | None = None

    def __init__(
        self, embedding: nn.Embedding, mechanism: Mechanism | None, hidden_size: int, key_size: int, dropout: float
    ) -> None:
        super().__init__()
        size = embedding.embedding_dim
        self.embedding = embedding
        self.mechanism = mechanism
        self.dropout = nn.Dropout(dropout)
        self.start = nn.Linear(key_size, hidden_size)
        self.input_gates = nn.Linear(size, 4 * hidden_size)
        self.recurrent_gates = nn.Linear(hidden_size + size, 4 * hidden_size)
        self.readout_state = nn.Linear(hidden_size, size)
        self.readout_values = nn.Linear(key_size, size, bias=False)
        self.output_bias = nn.Parameter(torch.zeros(embedding.num_embeddings))

    def begin(self, memory: Memory) -> State:
        """The state before the first step: s_0 = tanh(W summary)."""
        hidden = torch.tanh(self.start(memory.summary))
        readout = hidden.new_zeros(len(hidden), self.embedding.embedding_dim)
        values = self.readout_values(memory.summary if self.mechanism is None else memory.keys)
        return State(
            memory, values, hidden, torch.zeros_like(hidden), readout, Past.none(memory.mask, memory.keys.dtype)
        )

    def step(self, token: Tensor, state: State, *, weights: Tensor | None = None) -> Step:
        """Take one step. token: (batch,), the word before. weights: (batch, keys), used in place of the mechanism's."""
        word = self.embedding(token)
        look, state = self._advance(self.input_gates(word), word, state, weights, self._layers(state))
        log_probs = F.log_softmax(precise(self.logits(state.readout)), dim=-1)
        return Step(log_probs, look.weights, state, look.extras)

    def inside(self, before: State, step: Step) -> dict[str, Tensor]:
        """What a step that was taken from the state `before` computed on its way, for who wants to see it.

        "energies" (batch, keys): e_tj, the mechanism's scores before they became weights. "queries" (batch, hidden):
        s_t, which asked. "contexts" (batch, key_size): c_t = sum_j alpha_tj h_j, with the weights that were used.
        Raises ValueError where there is no attention.
        """
        if self.mechanism is None or step.weights is None:
            raise ValueError("without attention there are no energies")
        memory, query = before.memory, step.state.hidden
        energies = self.mechanism.score(query, cast(Tensor, memory.projected), before.past)
        return {"energies": energies, "queries": query, "contexts": read(step.weights, memory.keys)}

    def teach(self, memory: Memory, words_before: Tensor) -> Tensor:
        """The readouts (batch, steps, size) of all steps, given the words before each, (batch, steps): for training.

        Their `logits` are what `step` would give: the sums are the same, but arranged for speed.
        """
        return self._taught(memory, words_before)[0]

    def _taught(self, memory: Memory, words_before: Tensor) -> tuple[Tensor, list[Look]]:
        """The readouts as in `teach`, and where each step looked."""
        state = self.begin(memory)
        words = self.dropout(self.embedding(words_before))
        layers, readouts, looks = self._shared_layers(state), [], []
        for gates, word in zip(self.input_gates(words).unbind(1), words.unbind(1), strict=True):
            look, state = self._advance(gates, word, state, None, layers)
            readouts.append(state.readout)
            looks.append(look)
        return cast(Tensor, self.dropout(torch.stack(readouts, dim=1))), looks

    def logits(self, readout: Tensor) -> Tensor:
        """The scores of all words (…, vocabulary) before the softmax. readout: (…, size)."""
        if self.output is not None:
            return self.output(readout)
        return F.linear(readout, self.embedding.weight, self.output_bias)

    def _layers(self, state: State) -> Layers:
        """The layers of a step that is taken by itself."""
        return Layers(self.recurrent_gates, self.readout_state, lambda weights: read(weights, state.values))

    def _shared_layers(self, state: State) -> Layers:
        """All steps' layers for a sequence that begins with `state`, for training."""
        return Layers(SharedLinear(self.recurrent_gates), SharedLinear(self.readout_state), SharedRead(state.values))

    def _advance(
        self, gates: Tensor, word: Tensor, state: State, weights: Tensor | None, layers: Layers
    ) -> tuple[Look, State]:
        """Where a step looked, and the state after it. word: (batch, size); `gates` were computed from it."""
        state = self._write(gates, state, layers)
        past = state.past
        if self.mechanism is None:
            context, weights = state.values, None
        else:
            if weights is None:
                weights = self.mechanism.look(state.hidden, state.memory, past)
            context = layers.read(weights)
            past = past.then(weights)
        readout = torch.tanh(layers.readout_state(state.hidden) + context)
        return Look(weights), replace(state, readout=readout, past=past)

    def _write(self, gates: Tensor, state: State, layers: Layers) -> State:
        """The LSTM's own step, which gives the query. gates: (batch, 4 * hidden), from the word and the biases."""
        recurrent = layers.recurrent_gates(torch.cat([state.readout, state.hidden], dim=1))
        hidden, cell = lstm_cell(gates + recurrent, state.cell)
        return replace(state, hidden=hidden, cell=cell)


def lstm_cell(gates: Tensor, cell: Tensor) -> tuple[Tensor, Tensor]:
    """The hidden state and the cell, each (batch, hidden), after a step of an LSTM.

    gates: (batch, 4 * hidden), summed, in torch's order: input, forget, new, output. cell: (batch, hidden), before.
    """
    let_in, keep, new, let_out = gates.chunk(4, dim=1)
    cell = torch.sigmoid(keep) * cell + torch.sigmoid(let_in) * torch.tanh(new)
    return torch.sigmoid(let_out) * torch.tanh(cell), cell
