"""The neural language model of Rush et al. (2015), which knows the last words it wrote alone, and its encoders."""

from dataclasses import dataclass, field
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.decoder import Carried, Layer, Step
from attnviz.nn.mechanisms import Mechanism, Memory, read
from attnviz.nn.past import Past
from attnviz.nn.precision import precise
from attnviz.nn.rows import COMPUTED_ONCE
from attnviz.nn.scores import General


@dataclass(frozen=True)
class WindowState(Carried):
    """What one step hands to the next. values: what can be read, as in `State`. words: (batch, window, size), the
    embeddings of the last words, 0 before the first one. past: where earlier steps looked, for a focus chosen when
    decoding."""

    values: Tensor = field(metadata=COMPUTED_ONCE)
    words: Tensor
    past: Past


class WindowDecoder(nn.Module):
    """P(y_(t+1)) = softmax(V h_t + W enc_t), h_t = tanh(U [E y_(t-C+1); …; E y_t]) (Rush et al. 2015, sec. 3.1).

    enc_t is what the weights read or, without attention, the memory's summary. The query is the C embeddings side by
    side, without a second embedding for it as in the paper. V and W are E A and E B: the output matrix is the embedding
    (Press and Wolf 2017), as in the other decoder, so that all variants are of like size.

    output: computes `logits` in place of the embedding's own product, where it is given (`half.py`).
    """

    output: Layer | None = None

    def __init__(
        self,
        embedding: nn.Embedding,
        mechanism: Mechanism | None,
        hidden_size: int,
        key_size: int,
        window: int,
        dropout: float,
    ) -> None:
        super().__init__()
        size = embedding.embedding_dim
        self.embedding = embedding
        self.mechanism = mechanism
        self.window = window
        self.dropout = nn.Dropout(dropout)
        self.hidden = nn.Linear(window * size, hidden_size)
        self.readout_hidden = nn.Linear(hidden_size, size, bias=False)
        self.readout_values = nn.Linear(key_size, size, bias=False)
        self.output_bias = nn.Parameter(torch.zeros(embedding.num_embeddings))

    def begin(self, memory: Memory) -> WindowState:
        """The state before the first step, in which nothing is written."""
        values = self.readout_values(memory.summary if self.mechanism is None else memory.keys)
        words = values.new_zeros(len(memory.mask), self.window, self.embedding.embedding_dim)
        return WindowState(memory, values, words, Past.none(memory.mask, memory.keys.dtype))

    def step(self, token: Tensor, state: WindowState, *, weights: Tensor | None = None) -> Step:
        """Take one step. token: (batch,), the word before. weights: (batch, keys), used in place of the mechanism's."""
        words = torch.cat([state.words[:, 1:], self.embedding(token).to(state.words.dtype).unsqueeze(1)], dim=1)
        query, past = words.flatten(1), state.past
        context = state.values
        if self.mechanism is None:
            weights = None
        else:
            weights = self.mechanism.look(query, state.memory, past) if weights is None else weights
            context, past = read(weights, state.values), past.then(weights)
        readout = self.readout_hidden(torch.tanh(self.hidden(query))) + context
        log_probs = F.log_softmax(precise(self.logits(readout)), dim=-1)
        return Step(log_probs, weights, WindowState(state.memory, state.values, words, past))

    def logits(self, readout: Tensor) -> Tensor:
        """The scores of all words (…, vocabulary) before the softmax. readout: (…, size)."""
        if self.output is not None:
            return self.output(readout)
        return F.linear(readout, self.embedding.weight, self.output_bias)

    def teach(self, memory: Memory, words_before: Tensor) -> Tensor:
        """The readouts (batch, steps, size) of all steps, given the words before each, (batch, steps): for training."""
        state = self.begin(memory)
        words = F.pad(self.dropout(self.embedding(words_before)), (0, 0, self.window - 1, 0))
        queries = words.unfold(1, self.window, 1).transpose(2, 3).flatten(2)
        if self.mechanism is None:
            context = state.values.unsqueeze(1)
        else:
            context = torch.bmm(self._looks(queries, memory, state.past).to(state.values.dtype), state.values)
        hidden = self.dropout(torch.tanh(self.hidden(queries)))
        return cast(Tensor, self.dropout(self.readout_hidden(hidden) + context))

    def _looks(self, queries: Tensor, memory: Memory, past: Past) -> Tensor:
        """The weights (batch, steps, keys) of all steps. No query depends on where an earlier step looked, so that all
        are asked at once. queries: (batch, steps, query_size)."""
        mechanism, steps = cast(Mechanism, self.mechanism), queries.shape[1]
        scores = cast(General, mechanism.score).many(queries, cast(Tensor, memory.projected))
        mask = memory.mask.repeat_interleave(steps, dim=0)
        looks = mechanism.focus(scores.flatten(0, 1), queries.flatten(0, 1), mask, past)
        return looks.view(-1, steps, looks.shape[1])


class BagOfWords(nn.Module):
    """enc1: the mean of the words' embeddings, wherever they stand (Rush et al. 2015, sec. 3.2)."""

    def forward(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The embeddings themselves (batch, keys, size), and the summary (batch, size). mask: (batch, keys)."""
        real = mask.unsqueeze(2).to(inputs.dtype)
        return inputs, (inputs * real).sum(dim=1) / real.sum(dim=1)


class Neighbours(nn.Module):
    """enc3's values: the mean of a word and its Q neighbours on each side (Rush et al. 2015, sec. 3.2, where their sum
    is divided by Q). At the ends it is the mean of those that there are."""

    reach = 2  # Q, the paper's choice

    def forward(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The means (batch, keys, size), and that of all words (batch, size), which nothing reads."""
        real = mask.unsqueeze(2).to(inputs.dtype)
        around = [self._sum(part) for part in (inputs * real, real)]
        return around[0] / around[1].clamp_min(1), (inputs * real).sum(dim=1) / real.sum(dim=1)

    def _sum(self, values: Tensor) -> Tensor:
        """The sum of each place and its neighbours."""
        padded = F.pad(values, (0, 0, self.reach, self.reach))
        return padded.unfold(1, 2 * self.reach + 1, 1).sum(dim=3)


class Convolutions(nn.Module):
    """enc2: layers of a convolution over 2 Q + 1 places, the maximum of each two places, and tanh; at the end the
    maximum over all places (Rush et al. 2015, sec. 3.2)."""

    reach = 2

    def __init__(self, size: int, layers: int) -> None:
        super().__init__()
        width = 2 * self.reach + 1
        self.layers = nn.ModuleList(nn.Conv1d(size, size, width, padding=self.reach) for _ in range(layers))

    def forward(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The inputs themselves (batch, keys, size), and the summary (batch, size). mask: (batch, keys)."""
        values, real = inputs.transpose(1, 2), mask.unsqueeze(1)
        for place, layer in enumerate(self.layers):
            values = layer(values.masked_fill(~real, 0)).masked_fill(~real, -torch.inf)
            if place < len(self.layers) - 1:
                values = torch.tanh(F.max_pool1d(F.pad(values, (0, values.shape[2] % 2), value=-torch.inf), 2))
                real = F.max_pool1d(F.pad(real.float(), (0, real.shape[2] % 2)), 2) > 0
        return inputs, values.amax(dim=2)
