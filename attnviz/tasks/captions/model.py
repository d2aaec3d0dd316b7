"""The caption model: Show, Attend and Tell (Xu et al. 2015) on the shared decoder step, the same for all variants.

As in all tasks the query is the state of the step itself (as in Lu et al. 2017; Xu et al. ask with the state before),
and what was read goes into the word and, fed back, into the next step. The variants differ in what they read:

    none      the photo's mean feature, the same at every step (Vinyals et al. 2015)
    soft      beta_t sum_i alpha_ti a_i (Xu et al. 2015, section 4.2)
    hard      beta_t a_i of one cell i, which is drawn from alpha_t in training (section 4.1) and is the strongest one
              when a photo is read
    adaptive  sum_i alpha_ti a_i + alpha_t,sentinel s_t (Lu et al. 2017, eq. 9 to 13): the sentinel s_t, what
              the decoder knows already, is one more key; its weight is the last
"""

from dataclasses import dataclass, replace
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from attnviz.nn.decoder import Decoder, Layers, Look, State
from attnviz.nn.fused import SharedRows, smoothed_cross_entropy
from attnviz.nn.mechanisms import MECHANISMS, Memory

PAD, UNKNOWN, BEGIN, END = range(4)
VARIANTS = ("none", "soft", "hard", "adaptive")
GATED = ("soft", "hard")
DISTRIBUTION = "distribution"  # the extra of a step of `hard`


@dataclass(frozen=True)
class Size:
    """Widths of the layers, and which mechanism the variants with attention have.

    features: how many channels of a cell the CNN (or its projection) gives.
    """

    vocabulary: int
    features: int
    embedding: int = 256
    hidden: int = 512
    key: int = 512
    score: int = 128
    mechanism: str = "additive"


@dataclass(frozen=True)
class Regularisers:
    """The weights of what is added to the loss.

    doubly_stochastic: lambda of Xu et al. 2015, eq. 14, for `soft` and `hard`. reinforce, entropy: lambda_r and
    lambda_e of the estimator below eq. 11, for `hard`. expected: the chance that all captions of a photo read the
    expected context in place of the sample. contrast: the weight of `told_of_place`, which is taken off the loss, for
    each word of a caption.
    """

    doubly_stochastic: float = 0.2
    reinforce: float = 0.1
    entropy: float = 0.01
    expected: float = 0.5
    contrast: float = 0.0


@dataclass(frozen=True)
class Taught:
    """What forced captions gave. All of it is 0 after a caption's end.

    readouts: (batch, steps, size). weights: (batch, steps, keys), the distributions, or None. sampled: (batch, steps),
    the log-probabilities of the cells that `hard` drew, or None. drawn: (batch,), true for the captions that read the
    cells that were drawn, or None.
    """

    readouts: Tensor
    weights: Tensor | None
    sampled: Tensor | None
    drawn: Tensor | None


class CaptionDecoder(Decoder):
    """The decoder of `attnviz.nn`, with the gate beta_t = sigmoid(w h_t) and the sentinel g_t * tanh(m_t),
    g_t = sigmoid(W_x x_t + W_h h_(t-1)) (Lu et al. 2017, eq. 9 and 10).

    `Step.weights` is what was read. For `hard` that is one cell, unless other weights were given, and the distribution
    that the mechanism chose is the extra "distribution" (batch, keys). For `adaptive` the sentinel has the last weight.
    """

    def __init__(self, variant: str, embedding: nn.Embedding, size: Size, dropout: float) -> None:
        recipe = MECHANISMS["none" if variant == "none" else size.mechanism]
        attention = recipe.build(size.hidden, size.key, size.score) if recipe else None
        super().__init__(embedding, attention, size.hidden, size.key, dropout)
        self.variant = variant
        if variant in GATED:
            self.gate = nn.Linear(size.hidden, 1)
        if variant == "adaptive":
            self.sentinel_input = nn.Linear(2 * size.embedding, size.hidden, bias=False)
            self.sentinel_state = nn.Linear(size.hidden, size.hidden)
            self.sentinel_key = nn.Linear(size.hidden, size.key, bias=False)

    def draw(self, memory: Memory, photo: Tensor, words_before: Tensor, lengths: Tensor, expected: float) -> Taught:
        """Take all steps of captions, given the words before each step (batch, steps): for training.

        photo: (batch,), each caption's row of the memory. lengths: (batch,), the steps of each caption, the longest
        first, so that a caption that has ended costs nothing more. In training, `hard` draws a cell; for a share
        `expected` of the photos it reads the expected context instead. Outside training it reads the strongest cell, as
        `step` does.
        """
        hard, expected = self.variant == "hard", expected if self.training else 0.0
        drawn = (torch.rand(len(memory.mask), device=memory.mask.device) >= expected)[photo] if hard else None
        state = self.begin(memory).select(photo)
        memory, layers = state.memory, self._shared_layers(state)
        projected = None if memory.projected is None else SharedRows(memory.projected)
        inputs = self.dropout(self.embedding(words_before))
        gates = self.input_gates(inputs)
        readouts, weights, sampled = [], [], []
        going = (lengths[:, None] > torch.arange(inputs.shape[1], device=lengths.device)).sum(dim=0)
        for count, word, gate in zip(going.tolist(), inputs.unbind(1), gates.unbind(1), strict=True):
            before = replace(
                state,
                hidden=state.hidden[:count],
                cell=state.cell[:count],
                readout=state.readout[:count],
                past=state.past.select(slice(count)),
            )
            if projected is not None:
                now = replace(memory, mask=memory.mask[:count], projected=projected(count))
                before = replace(before, memory=now)
            else:
                before = replace(before, values=state.values[:count])
            state = self._write(gate[:count], before, layers)
            sentinel = self._sentinel(word[:count], before, state.cell)
            used = None
            if self.mechanism is not None:
                used = self._distribution(state, sentinel)
                weights.append(used)
                if drawn is not None:
                    cell = torch.multinomial(used.detach(), 1) if self.training else used.argmax(dim=1, keepdim=True)
                    sampled.append(torch.log(used.gather(1, cell).clamp_min(1e-12)).squeeze(1))
                    one_hot = F.one_hot(cell.squeeze(1), used.shape[1]).to(used.dtype)
                    used = torch.where(drawn[:count, None], one_hot, used)
            state = self._see(used, sentinel, state, layers)
            readouts.append(state.readout)
        return Taught(
            cast(Tensor, self.dropout(_padded(readouts))),
            _padded(weights) if weights else None,
            _padded(sampled) if sampled else None,
            drawn,
        )

    def _advance(
        self, gates: Tensor, word: Tensor, state: State, weights: Tensor | None, layers: Layers
    ) -> tuple[Look, State]:
        before, state = state, self._write(gates, state, layers)
        if self.mechanism is None:
            return Look(None), self._see(None, None, state, layers)
        sentinel, extras = self._sentinel(word, before, state.cell), {}
        if self.variant == "hard":
            extras[DISTRIBUTION] = distribution = self._distribution(state)
            if weights is None:
                weights = F.one_hot(distribution.argmax(dim=1), distribution.shape[1]).to(distribution.dtype)
        elif weights is None:
            weights = self._distribution(state, sentinel)
        return Look(weights, extras), self._see(weights, sentinel, state, layers)

    def _distribution(self, state: State, sentinel: Tensor | None = None) -> Tensor:
        """alpha_t (batch, keys), for the query of this state; `state.past` is still that before the step."""
        assert self.mechanism is not None
        return self.mechanism.look(state.hidden, state.memory, state.past, sentinel)

    def _sentinel(self, word: Tensor, before: State, cell: Tensor) -> Tensor | None:
        """The sentinel of `adaptive` as a key (batch, key), computed from the LSTM's input and state before the step,
        and from its cell after it. word: (batch, embedding). cell: (batch, hidden)."""
        if self.variant != "adaptive":
            return None
        inputs = torch.cat([word, before.readout], dim=1)
        gate = torch.sigmoid(self.sentinel_input(inputs) + self.sentinel_state(before.hidden))
        return cast(Tensor, self.sentinel_key(gate * torch.tanh(cell)))

    def _see(self, weights: Tensor | None, sentinel: Tensor | None, state: State, layers: Layers) -> State:
        """The state with what the weights (batch, keys) read in its readout, and the cells' weights in its past."""
        past = state.past
        if weights is None:
            context = state.values
        else:
            cells = weights if sentinel is None else weights[:, :-1]
            context, past = layers.read(cells), past.then(cells)
            if sentinel is not None:
                context = context + weights[:, -1:] * self.readout_values(sentinel)
            if self.variant in GATED:
                context = context * torch.sigmoid(self.gate(state.hidden))
        return replace(state, readout=torch.tanh(layers.readout_state(state.hidden) + context), past=past)


class CaptionModel(nn.Module):
    """`encode` once per photo, then `decoder` word by word."""

    def __init__(self, variant: str, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.baseline: Tensor
        self.variant = variant
        self.key = nn.Linear(size.features, size.key)
        self.norm = nn.LayerNorm(size.key)
        self.dropout = nn.Dropout(dropout)
        embedding = nn.Embedding(size.vocabulary, size.embedding, padding_idx=PAD)
        self.decoder = CaptionDecoder(variant, embedding, size, dropout)
        self.register_buffer("baseline", torch.zeros(()))  # for `hard`, the moving mean of what captions are worth
        for weights in self.parameters():
            if weights.dim() > 1:
                nn.init.xavier_uniform_(weights)
        nn.init.normal_(embedding.weight, std=size.embedding**-0.5)

    def encode(self, features: Tensor) -> Memory:
        """The memory of photos. features: (batch, cells, features). The summary is the mean key."""
        keys = self.dropout(torch.relu(self.norm(self.key(features))))
        mask = torch.ones(keys.shape[:2], dtype=torch.bool, device=keys.device)
        mechanism, summary = self.decoder.mechanism, keys.mean(dim=1)
        return Memory(keys, mask, summary) if mechanism is None else mechanism.prepare(keys, mask, summary)

    def loss(
        self, features: Tensor, photo: Tensor, target: Tensor, smoothing: float, regularisers: Regularisers
    ) -> tuple[Tensor, Tensor, int]:
        """The summed loss of captions, their plain negative log-likelihood, and the number of their words.

        features: (photos, cells, features). photo: (captions,), the photo of each caption. target: (captions, steps +
        1), BEGIN first, END last, padded with PAD.
        """
        lengths, order = (target[:, 1:] != PAD).sum(dim=1).sort(descending=True)
        words_before, answers = target[order, :-1], target[order, 1:]
        real = answers != PAD
        taught = self.decoder.draw(self.encode(features), photo[order], words_before, lengths, regularisers.expected)
        total, plain = smoothed_cross_entropy(
            taught.readouts[real], self.embedding.weight, self.decoder.output_bias, answers[real], smoothing
        )
        if self.variant in GATED and taught.weights is not None:
            covered = (taught.weights * real[..., None]).sum(dim=1)
            total = total + regularisers.doubly_stochastic * ((1 - covered) ** 2).sum()
        if taught.weights is not None:
            words = answers != END
            cells = taught.weights[..., : features.shape[1]] * words[..., None]
            total = total - regularisers.contrast * ((words & real).sum(dim=1) * told_of_place(cells)).sum()
        if taught.sampled is not None and taught.weights is not None and taught.drawn is not None:
            total = total + self._reinforce(taught, answers, real, regularisers)
        return total, plain, int(real.sum())

    def _reinforce(self, taught: Taught, answers: Tensor, real: Tensor, regularisers: Regularisers) -> Tensor:
        """The loss of hard attention (Xu et al. 2015, the estimator below eq. 11).

        The reward of a caption is the mean log-probability of its words. Where it is above the moving baseline, the
        cells that were drawn become likelier. A second term keeps the distribution over cells broad (its entropy).
        """
        assert taught.sampled is not None and taught.weights is not None and taught.drawn is not None
        with torch.no_grad():
            logits = self.decoder.logits(taught.readouts).float()
            words = -F.cross_entropy(logits.transpose(1, 2), answers, ignore_index=PAD, reduction="none")
            worth = words.sum(dim=1) / real.sum(dim=1)
            advantage = torch.where(taught.drawn, worth - self.baseline, 0.0)
            if self.training and bool(taught.drawn.any()):
                self.baseline.mul_(0.9).add_(0.1 * worth[taught.drawn].mean())
        entropy = -(taught.weights * torch.log(taught.weights.clamp_min(1e-12))).sum(dim=2)
        chosen = (advantage[:, None] * taught.sampled)[real].sum()
        return -regularisers.reinforce * chosen - regularisers.entropy * entropy[real].sum()

    @property
    def embedding(self) -> nn.Embedding:
        return self.decoder.embedding

    @property
    def device(self) -> torch.device:
        return self.embedding.weight.device


def told_of_place(weights: Tensor) -> Tensor:
    """How much a word tells of the cell that is looked at, in nats (batch,): the mutual information of the two where
    p(t, i) = alpha_ti / sum alpha. It is 0 if all words look alike, and the larger the sharper and the more different
    their maps are. weights: (batch, words, cells).
    """
    both = weights / weights.sum(dim=(1, 2), keepdim=True).clamp_min(1e-12)
    word, cell = both.sum(dim=2), both.sum(dim=1)
    return _entropy(word) + _entropy(cell) - _entropy(both.flatten(1))


def _entropy(shares: Tensor) -> Tensor:
    return -(shares * torch.log(shares.clamp_min(1e-12))).sum(dim=1)


def _padded(steps: list[Tensor]) -> Tensor:
    """Stack steps (rows, …) into one tensor (batch, steps, …). Later steps have fewer rows, so they are padded."""
    return pad_sequence(steps, batch_first=True).transpose(0, 1)
