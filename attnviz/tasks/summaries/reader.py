"""Reads the opening of an article: its headline is written, or forced, and where the model looked is kept."""

from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.analysis.language import doubt, in_another_script
from attnviz.attention import COPY, WAYS, AttentionMap, Weights, over_words
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.nn.beam import Length, Trace
from attnviz.nn.mechanisms import Memory
from attnviz.nn.pointer import GATE
from attnviz.reading import Hypothesis
from attnviz.tasks import texts
from attnviz.tasks.base import check_search
from attnviz.tasks.prepared import Prepared
from attnviz.tasks.subwords import BYTES, JOIN, START, Word, join_words
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.model import BEGIN, END, PAD, UNKNOWN, Size, SummaryModel
from attnviz.tasks.summaries.openings import MOST_WORDS, MOST_WORDS_OF_WHOLE
from attnviz.tasks.texts import IN_CAPITALS, Text, TextReader, in_small_letters, words_of
from attnviz.tasks.written import Written

MOST_SUBWORDS = 20_000  # of a text
MOST_LETTERS = 300  # of a word: the longest one of an address that was pasted may have as many
MOST_WRITTEN = 60  # subwords of a headline, the end mark included: the longest one of the corpora has fewer
MOST_GIVEN = 200  # words of a headline that a person gives
LEAST, MOST = {"words": 1, "bytes": 20}, {"words": 30, "bytes": 300}  # of a headline's length that is chosen
LONGEST_TOLD = 20  # characters of what is no length
MOST_DOUBTED = 500  # words from which the language of a text is guessed


class SummaryReader(TextReader):
    """A trained variant, ready to read.

    It reads the text as it is given, never only its beginning: `openings.py` says which sentences the models learned to
    read. A text is a string, or words that are already split: then these are exactly the labels of the map's axis. If a
    text is too long, only its first words are read, and one in capitals is read in small letters; a note says so. A
    text that is mostly in another script than the Latin one is refused, since no headline could be written of it. Of
    `pointer`, a second map says how much of each word was copied.
    """

    about = TASK
    task = TASK.name
    begin, end, never = BEGIN, END, (PAD, UNKNOWN, BEGIN)
    rest_key = False
    names = ("headline", "text", "no word")
    most_subwords, ordinary = MOST_SUBWORDS, "paste an ordinary news text"
    model: SummaryModel

    @property
    def attentive(self) -> bool:
        return self.model.attentive

    def n_best(self, texts: Sequence[str], most: int, *, beam: int, length_penalty: float) -> list[list[Hypothesis]]:
        """The best headlines of each of many texts, at most so many, best first, with their maps: for scoring a corpus.
        Raises InputError."""
        check_search(beam, length_penalty)
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise InputError("Many texts are summarised at once: give a list of strings.")
        prepared = [self._prepare(text) for text in texts]
        rows = [text.row for text in prepared]
        lists = self._n_best(rows, beam, length_penalty)
        return [
            [self._hypothesis(trace, self._words(trace), text) for trace in traces[:most]]
            for traces, text in zip(lists, prepared, strict=True)
        ]

    def _prepare(self, source: Text) -> Prepared:
        every = words_of(source, "en", "text", "Paste an English news text.")
        words = _first(every)
        longest = max(len(word.text) for word in words)
        if longest > MOST_LETTERS:
            raise InputError(
                f"This text has a word of {longest:,} letters, and the model reads words of at most {MOST_LETTERS}: "
                "paste an English news text."
            )
        if in_another_script(_beginning(words)):
            raise InputError(
                "This text is not in Latin letters, the only ones that the model can write: paste an English news text."
            )
        notes = _notes(every, words)
        small = in_small_letters(words)
        if small != words:
            notes.append(IN_CAPITALS)
        return self._read_as(source, words, self._cut(small, "en"), notes)

    def _encode(self, rows: Sequence[Sequence[int]]) -> Memory:
        source = pad_sequence([torch.tensor(row) for row in rows], batch_first=True, padding_value=PAD)
        return self.model.encode(source.to(self.model.device))

    def _places(self, row: Sequence[int]) -> int:
        return len(row)

    def _longest(self, row: Sequence[int]) -> int:
        return MOST_WRITTEN

    def _wanted(self, length: str) -> Length | None:
        """The length that a person chose, such as "8 words": exactly so many words, or at most so many bytes.

        A word is what has a space before it, as in `str.split`; a byte is one of UTF-8, spaces included.
        """
        if not length:
            return None
        number, _, unit = length.strip().partition(" ")
        most = int(number) if number.isdecimal() and len(number) < 5 else 0
        if unit not in self.about.lengths or not LEAST[unit] <= most <= MOST[unit]:
            raise InputError(
                f"The length {length[:LONGEST_TOLD]!r} can't be kept: give {LEAST['words']} to {MOST['words']} words, "
                f"such as '8 words', or {LEAST['bytes']} to {MOST['bytes']} bytes, such as '75 bytes'."
            )
        return Length(self._costs(unit).to(self.model.device), most, most if unit == "words" else 0)

    def _costs(self, unit: str) -> Tensor:
        """What each subword adds to a length: (vocabulary,). A mark that touches the word before or after it is no word
        of its own."""
        subwords = [str(self.tokenizer.id_to_token(token)) for token in range(self.tokenizer.get_vocab_size())]
        costs = torch.tensor([float(subword.startswith(START) and JOIN not in subword) for subword in subwords])
        if unit == "bytes":
            spelled = [
                "?" if subword in BYTES else subword.replace(START, "").replace(JOIN, "") for subword in subwords
            ]
            costs += torch.tensor([len(text.encode()) for text in spelled])
        costs[[PAD, UNKNOWN, BEGIN, END]] = 0
        return costs

    def _forced(self, target: Text) -> Written:
        words, notes = words_of(target, "en", "headline", "Type an English headline."), []
        if len(words) > MOST_GIVEN:
            notes.append(f"The given headline has {len(words):,} words; only the first {MOST_GIVEN} are used.")
        words = words[:MOST_GIVEN]
        return self._given(words, self._cut(words, "en"), notes)

    def _maps(self, trace: Trace, weights: Weights, written: Written, prepared: Prepared) -> tuple[AttentionMap, ...]:
        # Where texts are read together, padding comes after them.
        maps = super()._maps(trace, weights[:, : len(prepared.keys)], written, prepared)
        if GATE not in trace.extras:
            return maps
        share = copied(trace, written.tokens, cast(Sequence[int], prepared.row))
        ways = AttentionMap(
            name=f"{COPY}/subwords",
            queries=Words(written.units, written.groups),
            keys=WAYS,
            weights=np.stack([1 - share, share], axis=1),
            rest=np.zeros(len(share), dtype=np.float32),
            query_name="headline",
            key_name="written or copied",
            rest_name="neither",
        )
        return *maps, over_words(ways, written.words, WAYS.labels)


def copied(trace: Trace, tokens: Sequence[int], row: Sequence[int]) -> NDArray[np.float32]:
    """What share of each token's probability came from copying it, float32 (tokens,): (1 - g) sum over the keys that
    are the token of their weights, over P(token).

    row: the tokens of the text, of which each is a key.
    """
    assert trace.weights is not None
    same = np.array(tokens)[:, None] == np.array(row)
    pointed = (trace.weights[: len(tokens), : len(row)] * same).sum(axis=1)
    likelihood = np.exp(np.array(trace.logprobs[: len(tokens)]))
    share: NDArray[np.float32] = np.clip(trace.extras[GATE][: len(tokens)] * pointed / likelihood, 0, 1)
    return share.astype(np.float32)


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> SummaryReader:
    """A trained variant, loaded from its bundle under `root`. Raises BundleError."""
    return texts.load(SummaryReader, _model, variant, root, device)


def _model(config: dict[str, Any]) -> SummaryModel:
    return SummaryModel(config["mechanism"], Size(**config["size"]))


def _first(words: Sequence[Word]) -> list[Word]:
    """The first MOST_WORDS_OF_WHOLE words, as white space parts them, with the marks that touch these."""
    counts = accumulate(word.space_before for word in words)
    return [word for word, count in zip(words, counts, strict=True) if count <= MOST_WORDS_OF_WHOLE]


def _beginning(words: Sequence[Word]) -> str:
    """The text from which its language is told."""
    return join_words(words[:MOST_DOUBTED])


def _notes(every: Sequence[Word], words: Sequence[Word]) -> list[str]:
    """What is to be said of a text. words: those of `every` that are read."""
    notes = []
    if len(words) < len(every):
        count = sum(word.space_before for word in every)
        notes.append(f"This text has {count:,} words; only the first {MOST_WORDS_OF_WHOLE:,} were read.")
    if sum(word.space_before for word in words) > MOST_WORDS:
        notes.append(f"The model learned from texts of at most {MOST_WORDS} words: a longer one is beyond what it saw.")
    if reason := doubt(_beginning(words), "English"):
        notes.append(f"This text {reason}. It was summarised all the same, by a model that knows only English.")
    return notes
