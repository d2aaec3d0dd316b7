"""The entailment models: two LSTMs on fixed word vectors, and what differs between variants.

    none          conditional encoding alone: the hypothesis is read from where the premise ended
    attention     its last output looks at the premise once
    word_by_word  each word of the hypothesis looks, knowing what the words before it saw
    two_way       word_by_word in both directions, with the same weights
    match         both texts are read apart, and what each hypothesis word sees is matched with it in a second LSTM

The first four are Rocktäschel et al. 2016, the last one is the match-LSTM of Wang and Jiang 2016. All share the
projection of the vectors, both LSTMs, and the additive score. This is how they depart from the papers:

    To each output of an LSTM the word that it has just read is added (a residual connection, He et al. 2016). Words of
    one meaning then find each other after few pairs, and a map tells more of the word itself than of all that came
    before it.

    A word may look at NULL, a learned word, in every variant with attention and not in match alone. Punctuation marks
    are read but are no keys. Where they were keys, half of the weight of word_by_word lay on them.

    Before the first step of training, the score is highest where word and key are alike, see `_additive`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from attnviz.nn.decoder import lstm_cell
from attnviz.nn.focus import Softmax
from attnviz.nn.lstm import reordered
from attnviz.nn.mechanisms import Mechanism, Memory, read
from attnviz.nn.past import Past
from attnviz.nn.precision import precise
from attnviz.nn.scores import Additive
from attnviz.tasks.entailment.about import LABELS

VARIANTS = ("none", "attention", "word_by_word", "two_way", "match")

Rows = Sequence[Tensor | None]

# Of the score before training, see `_additive`. _SPREAD: the standard deviation of x for words of unit variance.
# _HEIGHT: the energy where x is 0, over 2 tanh(1).
_SPREAD, _HEIGHT = 2.5, 3.84


@dataclass(frozen=True)
class Size:
    """Widths of the layers. vector: that of the fixed word vectors. score: that of the score's hidden layer."""

    vector: int = 192
    hidden: int = 192
    score: int = 192


@dataclass(frozen=True)
class Text:
    """Texts as vectors. vectors: (batch, words, vector). mask: (batch, words), true where a word is real; padding
    comes last, and each text has a word at least. marks: (batch, words), true where it is a punctuation mark."""

    vectors: Tensor
    mask: Tensor
    marks: Tensor

    @classmethod
    def of(cls, rows: Sequence[Tensor], marks: Sequence[Sequence[int]] | None = None) -> "Text":
        """Texts of different lengths, each (words, vector). marks: the positions of punctuation marks in each, if there
        are any."""
        lengths = torch.tensor([len(row) for row in rows], device=rows[0].device)
        vectors = pad_sequence(list(rows), batch_first=True)
        mask = torch.arange(vectors.shape[1], device=vectors.device) < lengths[:, None]
        marked = torch.zeros_like(mask)
        for row, places in zip(marked, marks or (), strict=False):
            row[list(places)] = True
        return cls(vectors, mask, marked)

    def words(self) -> Tensor:
        """(batch, words), true where a word is real and no punctuation mark; of a text of marks alone, all are true."""
        words = self.mask & ~self.marks
        return words | (self.mask & ~words.any(dim=1, keepdim=True))


@dataclass(frozen=True)
class Encoded:
    """A pair of texts as the LSTMs have read it.

    memory: the premise's outputs are its keys (NULL's comes first, if there is that word). words: (batch, words,
    hidden), the hypothesis's outputs. mask: (batch, words), true where a word is real. last: (batch, hidden), the
    hypothesis's last output.
    """

    memory: Memory
    words: Tensor
    mask: Tensor
    last: Tensor


@dataclass(frozen=True)
class State:
    """What goes from word to word of the hypothesis.

    seen: (batch, hidden), r_t of word_by_word, or h^m_k of match, whose LSTM has the cell too.
    """

    memory: Memory
    seen: Tensor
    cell: Tensor
    past: Past


@dataclass(frozen=True)
class Step:
    """weights: (batch, keys), those that were used. state: after the step."""

    weights: Tensor
    state: State


@dataclass(frozen=True)
class Answer:
    """log_probs: (batch, labels), in the order of LABELS. maps: one for each direction, (batch, queries, keys)."""

    log_probs: Tensor
    maps: tuple[Tensor, ...]


class Recurrence(nn.Module):
    """Each hypothesis word looks at the premise. Its query is [h_t; what the words before it saw], and a subclass says
    what is carried to the next word.

    alpha_t = softmax(w . tanh(W_y Y + W_h h_t + W_r r_(t-1))) (Rocktäschel et al. 2016, eq. 11 and 12; in match the
    same with h^m_(k-1) for r_(t-1)).
    """

    def __init__(self, size: Size) -> None:
        super().__init__()
        self.mechanism = _additive(2 * size.hidden, size)

    def begin(self, memory: Memory) -> State:
        """The state before the first word: nothing seen."""
        nothing = torch.zeros_like(memory.summary)
        return State(memory, nothing, nothing, Past.none(memory.mask, memory.keys.dtype))

    def step(self, word: Tensor, state: State, *, weights: Tensor | None = None) -> Step:
        """Read one word. word: (batch, hidden), h_t. weights: (batch, keys), used in place of the mechanism's own."""
        if weights is None:
            weights = self.mechanism.look(torch.cat([word, state.seen], dim=1), state.memory, state.past)
        seen, cell = self.carry(read(weights, state.memory.keys), word, state)
        return Step(weights, replace(state, seen=seen, cell=cell, past=state.past.then(weights)))

    def carry(self, context: Tensor, word: Tensor, state: State) -> tuple[Tensor, Tensor]:
        """What has been seen after this word, and the cell. context: (batch, hidden), Y alpha_t."""
        raise NotImplementedError


class WordByWord(Recurrence):
    """r_t = Y alpha_t + tanh(W_t r_(t-1)) (Rocktäschel et al. 2016, eq. 13)."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        self.before = nn.Linear(size.hidden, size.hidden, bias=False)

    def carry(self, context: Tensor, word: Tensor, state: State) -> tuple[Tensor, Tensor]:
        return context + torch.tanh(self.before(state.seen)), state.cell


class Match(Recurrence):
    """h^m_k = LSTM(m_k, h^m_(k-1)), m_k = [a_k; h^t_k], a_k = sum_j alpha_kj h^s_j (Wang and Jiang 2016, mLSTM)."""

    def __init__(self, size: Size) -> None:
        super().__init__(size)
        self.input_gates = nn.Linear(2 * size.hidden, 4 * size.hidden)
        self.recurrent_gates = nn.Linear(size.hidden, 4 * size.hidden, bias=False)

    def carry(self, context: Tensor, word: Tensor, state: State) -> tuple[Tensor, Tensor]:
        gates = self.input_gates(torch.cat([context, word], dim=1)) + self.recurrent_gates(state.seen)
        return lstm_cell(gates, state.cell)


class EntailmentModel(nn.Module):
    """A pair of texts to log-probabilities of the labels, and the maps.

    `mark` and `null` are learned vectors in the place of a word: the delimiter before the hypothesis (Rocktäschel et
    al. 2016, fig. 1), which `match` does not have, and the word NULL before the text that is looked at, the first key
    of the map.
    """

    def __init__(self, variant: str, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.variant = variant
        self.has_null = variant != "none"
        self.dropout = nn.Dropout(dropout)
        self.project = nn.Linear(size.vector, size.hidden)
        # This LSTM has no biases, so that padding leaves its state at 0, see `_run`; the projection has one.
        self.premise = nn.LSTM(size.hidden, size.hidden, batch_first=True, bias=False)
        self.hypothesis = nn.LSTM(size.hidden, size.hidden, batch_first=True)
        if variant == "attention":
            self.mechanism = _additive(size.hidden, size)
        elif variant == "match":
            self.recurrence: Recurrence = Match(size)
        elif variant != "none":
            self.recurrence = WordByWord(size)
        if self.has_null:
            self.null = nn.Parameter(torch.randn(size.hidden) / size.hidden**0.5)
        if variant != "match":
            self.mark = nn.Parameter(torch.randn(size.hidden) / size.hidden**0.5)
            self.last = nn.Linear(size.hidden, size.hidden)
            if variant != "none":
                self.attended = nn.Linear(size.hidden, size.hidden, bias=False)
        self.label = nn.Linear(size.hidden * (2 if variant == "two_way" else 1), len(LABELS))

    def forward(
        self, premise: Text, hypothesis: Text, *, weights: Rows | None = None, reverse: Rows | None = None
    ) -> Answer:
        """The answer for a batch of pairs.

        weights: for each query (batch, keys), used in place of what the mechanism would choose, or None; `attention`
        has one query. reverse: the same for the second map of `two_way`, whose queries are the premise's words.
        """
        return self.answer(self.encode_ways(premise, hypothesis), weights, reverse)

    def encode_ways(self, premise: Text, hypothesis: Text) -> tuple[Encoded, ...]:
        """The pair as it is encoded in each direction that the variant matches it in."""
        ways = ((premise, hypothesis), (hypothesis, premise))
        return tuple(self.encode(*way) for way in ways[: 2 if self.variant == "two_way" else 1])

    def answer(self, ways: Sequence[Encoded], weights: Rows | None = None, reverse: Rows | None = None) -> Answer:
        """The answer for a batch of encoded pairs. weights, reverse: see `forward`."""
        every = [self.match(way, given) for way, given in zip(ways, (weights, reverse), strict=False)]
        pairs = torch.cat([pair for pair, _ in every], dim=1)
        maps = tuple(map_ for _, map_ in every if map_ is not None)
        return Answer(F.log_softmax(precise(self.label(self.dropout(pairs))), dim=1), maps)

    def match(self, pair: Encoded, weights: Rows | None = None) -> tuple[Tensor, Tensor | None]:
        """The representation of a pair (batch, hidden), and its map (batch, queries, keys), if there is attention.

        h* = tanh(W_p r + W_x h_N) (Rocktäschel et al. 2016, eq. 10 and 14), without r for `none`; h^m_N for `match`.
        """
        memory, last = pair.memory, pair.last
        if self.variant == "none":
            return torch.tanh(self.last(last)), None
        if self.variant == "attention":
            chosen = weights[0] if weights else None
            used = (
                self.mechanism.look(last, memory, Past.none(memory.mask, memory.keys.dtype))
                if chosen is None
                else chosen
            )
            seen, map_ = read(used, memory.keys), used.unsqueeze(1)
        else:
            seen, map_ = self._word_by_word(memory, pair.words, pair.mask, weights)
        if self.variant == "match":
            return seen, map_
        return torch.tanh(self.attended(seen) + self.last(last)), map_

    def encode(self, premise: Text, hypothesis: Text) -> Encoded:
        """Encode both texts. The word that was just read is added to each output.

        Conditional encoding: the hypothesis's LSTM begins with the cell of the premise's last word and reads the
        delimiter first (Rocktäschel et al. 2016, sec. 2.2). For `match` both texts are read apart.
        """
        first, second = (self.dropout(self.project(text.vectors)) for text in (premise, hypothesis))
        read_mask, keys_mask, words_mask = premise.mask, premise.words(), hypothesis.mask
        if self.has_null:
            first, read_mask = _after(self.null, first, read_mask)
            keys_mask = F.pad(keys_mask, (1, 0), value=True)
        if self.variant != "match":
            second, words_mask = _after(self.mark, second, words_mask)
        keys, hidden, cell = _run(self.premise, first, read_mask)
        start = torch.zeros_like(cell) if self.variant == "match" else cell
        words, _ = self.hypothesis(second, (torch.zeros_like(start)[None], start[None]))
        keys, words = keys + first * read_mask[:, :, None], words + second
        read_words = words[:, -hypothesis.mask.shape[1] :]
        return Encoded(self._memory(keys, keys_mask, hidden), read_words, hypothesis.mask, _last(words, words_mask))

    def _memory(self, keys: Tensor, mask: Tensor, summary: Tensor) -> Memory:
        if self.variant == "none":
            return Memory(keys, mask, summary)
        mechanism = self.mechanism if self.variant == "attention" else self.recurrence.mechanism
        return mechanism.prepare(keys, mask, summary)

    def _word_by_word(self, memory: Memory, words: Tensor, mask: Tensor, weights: Rows | None) -> tuple[Tensor, Tensor]:
        """What was seen after the last real word of each row (batch, hidden), and the map (batch, queries, keys).

        words: (batch, words, hidden), the queries before what was seen. mask: (batch, words).
        """
        state = self.recurrence.begin(memory)
        steps = []
        for i, word in enumerate(words.unbind(1)):
            step = self.recurrence.step(word, state, weights=weights[i] if weights else None)
            state = step.state
            steps.append(step)
        seen = torch.stack([step.state.seen for step in steps], dim=1)
        map_ = torch.stack([step.weights for step in steps], dim=1)
        return _last(seen, mask), map_ * mask[:, :, None]

    @property
    def device(self) -> torch.device:
        return self.label.weight.device


def _additive(query_size: int, size: Size) -> Mechanism:
    """The additive score. Before training, it is highest where word and key are alike.

    Its hidden units come in pairs. Both of a pair see x = k . (key - word), with a random direction k of their own, and
    nothing of what was seen before. With biases of 1 and -1, and with opposite energies, a pair is a bump,
    tanh(x + 1) - tanh(x - 1), which is highest at x = 0.

    Without this start word_by_word hardly found where to look: by the same recipe, but with 50,000 steps and without
    NULL, it had 71.5% of snli_dev right.
    """
    score = Additive(query_size, size.hidden, size.score)
    with torch.no_grad():
        score.query.weight.zero_()
        rows = torch.randn(size.score // 2, size.hidden) * _SPREAD / size.hidden**0.5
        for way, first in ((1.0, 0), (-1.0, 1)):
            there = slice(first, 2 * len(rows), 2)
            score.key.weight[there], score.query.weight[there, : size.hidden] = rows, -rows
            score.key.bias[there], score.energy.weight[0, there] = way, way * _HEIGHT / len(rows)
    return Mechanism(score, Softmax(query_size))


def _after(first: Tensor, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The inputs (batch, words + 1, hidden) and mask (batch, words + 1) with one vector (hidden,) before them all."""
    before = first.to(inputs.dtype).expand(len(inputs), 1, -1)
    return torch.cat([before, inputs], dim=1), F.pad(mask, (1, 0), value=True)


def _last(outputs: Tensor, mask: Tensor) -> Tensor:
    """The output (batch, hidden) at each row's last real word. outputs: (batch, words, hidden)."""
    end = (mask.sum(dim=1) - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, end).squeeze(1)


def _run(lstm: nn.LSTM, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Outputs (batch, words, hidden), and hidden and cell after the last real word, each (batch, hidden).

    inputs: (batch, words, hidden). mask: (batch, words). Each row is rolled so that its padding comes first, as zeros,
    which leave the state of an LSTM without biases at 0.
    """
    words = mask.shape[1]
    places = torch.arange(words, device=mask.device)
    padding = words - mask.sum(dim=1, keepdim=True)
    outputs, (hidden, cell) = lstm(reordered(inputs * mask[:, :, None], (places - padding) % words))
    return reordered(outputs, (places + padding) % words), hidden[0], cell[0]
