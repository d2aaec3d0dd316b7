"""What readers of texts have in common: what a person typed as words and subwords, subwords as an output, and maps
over both."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from tokenizers import Tokenizer

from attnviz import bundles
from attnviz.analysis.plain import encodable
from attnviz.attention import SUBWORDS, AttentionMap, Weights, over_words
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.nn.beam import Trace
from attnviz.nn.decoder import Decoder
from attnviz.reading import Pieces
from attnviz.tasks.base import Inside, Probe, check_text
from attnviz.tasks.prepared import Prepared
from attnviz.tasks.subwords import Encoded, Word, bare, decode, encode, join_words, normalise, recut, split_words
from attnviz.tasks.weights import by_name
from attnviz.tasks.writing import WritingModel, WritingReader
from attnviz.tasks.written import Written, by_word

MOST_TOGETHER = 2000  # subwords of texts that are read together, padding included
IN_CAPITALS = "The model hardly knows capitals, so this text was read in small letters."

_CAPITALS = 4  # letters that the longest word of a text in capitals has at least: shorter ones may be abbreviations
_SENTENCE_ENDS = frozenset(".!?…")

Text = str | Sequence[str | Word]
Names = tuple[str, str, str]
Reader = TypeVar("Reader", bound="TextReader")


def words_of(text: Text, language: str, name: str, what_to_do: str) -> list[Word]:
    """The words of a text, or the words that it was split into already. language: "en" or "fr".

    name, what_to_do: of what is asked for, as the message of the InputError has it that is raised where it is neither
    text nor words, or has no word.
    """
    check_text(text, name, (str, Word))
    if isinstance(text, str):
        words = split_words(normalise(text), language)
    else:
        words = _spaced(
            [Word(w, True) if isinstance(w, str) else w for w in text], any(isinstance(w, str) for w in text)
        )
    if not words:
        raise InputError(f"There is nothing to read. {what_to_do}")
    if not any(c.isalnum() for word in words for c in word.text):
        raise InputError(f"There is no word in this text. {what_to_do}")
    return words


def _spaced(words: list[Word], guess: bool) -> list[Word]:
    """Words that came without their spacing get that of ordinary text: no space before a full stop or after `l'`."""
    if not guess or not words:
        return words
    rest = [
        Word(b.text, not (b.text[:1] in set(".,)]-'") or (a.text.endswith("'") and len(a.text) > 1)))
        for a, b in pairwise(words)
    ]
    return [words[0], *rest]


def in_small_letters(words: Sequence[Word]) -> list[Word]:
    """A text in capitals as it stands within a book: in small letters, but for the first one of a sentence.

    Other texts stay as they are, and the first word of a sentence keeps its capital: models know it so.
    """
    lengths = [sum(map(str.isalpha, word.text)) for word in words]
    several = sum(length > 1 for length in lengths) > 1 and max(lengths) >= _CAPITALS
    if not several or not "".join(word.text for word in words).isupper():
        return list(words)
    small, begins = [], True
    for word, length in zip(words, lengths, strict=True):
        small.append(Word(word.text.capitalize() if begins else word.text.lower(), word.space_before))
        begins = word.text[-1:] in _SENTENCE_ENDS or (begins and not length)
    return small


def cut(tokenizer: Tokenizer, words: Sequence[Word], language: str) -> Encoded:
    """The subwords of these words, which a person may have split or typed in other than ordinary characters."""
    parts, owners = recut(words, language)
    encoded = encode(tokenizer, parts)
    return Encoded(encoded.ids, [owners[group] for group in encoded.groups], encoded.units)


def over_subwords(weights: Weights, queries: Words, keys: Words, names: Names) -> AttentionMap:
    """The map of an output over subwords. names: what a person calls the output, the source and the rest.

    weights: (queries, at least keys); the columns beyond the keys, such as that of an end mark, are the rest.
    """
    query_name, key_name, rest_name = names
    return AttentionMap(
        name=SUBWORDS,
        queries=queries,
        keys=keys,
        weights=weights[:, : len(keys)],
        rest=weights[:, len(keys) :].sum(axis=1),
        query_name=query_name,
        key_name=key_name,
        rest_name=rest_name,
    )


def _axis(encoded: Encoded) -> Words:
    return Words(tuple(encoded.units), tuple(encoded.groups))


def probe(
    tokenizer: Tokenizer,
    source: str,
    output: str,
    languages: tuple[str, str],
    names: Names,
) -> Probe:
    """A source and the output that was forced on it while a variant learned, whose map is shown over words.

    languages: of the source and of the output. names: see `over_subwords`. A row beyond the output's subwords is the
    end mark's, which is left out.
    """
    (keys, key_words), (queries, query_words) = (
        (encode(tokenizer, words), [word.text for word in words])
        for words in (
            split_words(normalise(text), language) for text, language in zip((source, output), languages, strict=True)
        )
    )

    def over(kept: Weights) -> AttentionMap:
        subwords = over_subwords(kept[: len(queries.ids)], _axis(queries), _axis(keys), names)
        return over_words(subwords, query_words, key_words)

    return Probe(source, output, f"The model was made to write “{output}”", over)


class TextReader(WritingReader):
    """A trained variant that reads a text and writes another one, both in the subwords of one tokenizer.

    names: see `over_subwords`. most_subwords: that a text may have. ordinary: what to do where it has more, as the
    message says it.
    """

    finest = SUBWORDS
    together = MOST_TOGETHER
    names: Names
    most_subwords: int
    ordinary: str

    def __init__(self, model: WritingModel, tokenizer: Tokenizer, variant: str, digest: str) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.variant = variant
        self.digest = digest

    def inside(self, source: Text, target: Text, weights: Mapping[str, Weights] | None = None) -> Inside:
        """What the model computes step by step while it is made to write `target`.

        weights: see `read`. Raises InputError as `read` does, and for a variant without energies.
        """
        decoder = self.model.decoder
        if not isinstance(decoder, Decoder) or decoder.mechanism is None:
            raise InputError("There are no energies to see inside this variant: choose one whose LSTM pays attention.")
        reading = self.read(source, target=target, weights=weights)
        prepared, written = self._prepare(source), self._forced(target)
        rows = self._given_weights(by_name(weights), written, prepared)
        with torch.inference_mode():
            memory = self._encode([prepared.row])
            trace = self._replay(memory, written.tokens, rows, inside=decoder.inside)
        assert trace.weights is not None
        count = len(written.tokens)
        energies, queries, contexts = (trace.extras[name][:count] for name in ("energies", "queries", "contexts"))
        return Inside(
            reading=reading,
            states=memory.keys[0].float().cpu().numpy(),
            queries=queries,
            energies=energies,
            weights=trace.weights[:count],
            contexts=contexts,
            alternatives=tuple(self._alternatives(trace, place) for place in range(count)),
        )

    def _cut(self, words: Sequence[Word], language: str) -> Encoded:
        """The subwords of words. Raises InputError where there are too many."""
        encoded = cut(self.tokenizer, words, language)
        if len(encoded.ids) > self.most_subwords:
            raise InputError(f"These words are too long to be read: {self.ordinary}.")
        return encoded

    def _read_as(self, source: Text, words: Sequence[Word], encoded: Encoded, notes: Sequence[str]) -> Prepared:
        """A source that is read as these words and subwords. A string stays in the Reading as it was given."""
        text = encodable(source) if isinstance(source, str) else join_words(words)
        units = by_word(encoded.units, encoded.groups, len(words))
        return Prepared(
            row=encoded.ids,
            source=Pieces(text, tuple(word.text for word in words), units),
            keys=_axis(encoded),
            notes=tuple(notes),
        )

    def _without_each_word(self, prepared: Prepared) -> list[list[int]]:
        assert isinstance(prepared.source, Pieces)
        subwords, groups = np.array(prepared.row), np.array(prepared.keys.groups)
        rows = [subwords[groups != word].tolist() for word in range(len(prepared.source.labels))]
        return rows if all(rows) else []  # of a single word, nothing would be left

    def _given(self, words: Sequence[Word], encoded: Encoded, notes: Sequence[str] = ()) -> Written:
        """An output in these words and subwords."""
        return Written(
            text=join_words(words),
            words=tuple(word.text for word in words),
            tokens=tuple(encoded.ids),
            units=tuple(encoded.units),
            groups=tuple(encoded.groups),
            notes=tuple(notes),
        )

    def _written(self, tokens: Sequence[int]) -> Written:
        subwords = [str(self.tokenizer.id_to_token(token)) for token in tokens]
        words, groups = decode(subwords)
        return self._given(words, Encoded(list(tokens), groups, [bare(subword) for subword in subwords]))

    def _spelled(self, token: int) -> str:
        return bare(str(self.tokenizer.id_to_token(token)))

    def _maps(self, trace: Trace, weights: Weights, written: Written, prepared: Prepared) -> tuple[AttentionMap, ...]:
        assert isinstance(prepared.source, Pieces) and isinstance(prepared.keys, Words)
        subwords = over_subwords(weights, Words(written.units, written.groups), prepared.keys, self.names)
        return over_words(subwords, written.words, prepared.source.labels), subwords


def load(reader: type[Reader], build: Callable[[dict[str, Any]], Any], variant: str, root: Path, device: str) -> Reader:
    """A trained variant, loaded from its bundle under `root`. build: makes its model from the bundle's config. Raises
    BundleError."""
    bundle = bundles.read(reader.task, variant, root)
    model = bundles.model_of(bundle, build, device)
    return reader(model, Tokenizer.from_file(str(bundles.tokenizer_of(bundle))), variant, bundle.digest)
