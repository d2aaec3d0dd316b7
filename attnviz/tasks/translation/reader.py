"""Translates a French sentence, or forces a translation, and keeps where the model looked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.analysis.language import doubt
from attnviz.errors import InputError
from attnviz.nn.mechanisms import Memory
from attnviz.tasks import texts
from attnviz.tasks.prepared import Prepared
from attnviz.tasks.subwords import START, Encoded, Word, join_words
from attnviz.tasks.texts import IN_CAPITALS, Text, TextReader, in_small_letters, words_of
from attnviz.tasks.translation.about import TASK
from attnviz.tasks.translation.model import BEGIN, END, PAD, UNKNOWN, Size, TranslationModel
from attnviz.tasks.written import Written

MOST_WORDS = 200  # how many words of a text are read; the longest that the models were trained on have about 70
MOST_SUBWORDS = 1000  # how many subwords these may have; ordinary words have about 2 each


class TranslationReader(TextReader):
    """A trained variant, ready to read.

    It translates one text, which is never split into sentences. A text, French or English, is a string or words that
    are already split: then these are exactly the labels of the map's axis. If a text is too long, only its first words
    are read, and a note says so. A string stays in the Reading as it was given, so it can be read again.
    """

    about = TASK
    task = TASK.name
    begin, end, never = BEGIN, END, (PAD, UNKNOWN, BEGIN)
    rest_key = True  # the end mark of the French text
    names = ("English", "French", "no French word (end mark)")
    most_subwords, ordinary = MOST_SUBWORDS, "give one sentence of ordinary words"
    model: TranslationModel

    @property
    def attentive(self) -> bool:
        return self.model.decoder.mechanism is not None

    def _prepare(self, source: Text) -> Prepared:
        words = words_of(source, "fr", "French text", "Type a French sentence.")
        notes = _notes(words)
        words = words[:MOST_WORDS]
        # Of 100 captions in capitals, this brings the BLEU of `additive` from 0.1 back to the 49.6 that they have in
        # ordinary letters. Small first words, too, would lower it: from 50.4 to 43.0 for 98 sentences of dev_tatoeba
        # and from 48.8 to 46.9 for 11 of dev_multi30k, of whose first words only the small form is a single subword.
        small = in_small_letters(words)
        if small != words:
            notes.append(IN_CAPITALS)
        encoded, unread = _known(self._cut(small, "fr"))
        if unread:
            notes.append(f"The model does not know these characters, and they were not read: {unread}")
        if not encoded.ids:
            raise InputError("The model knows none of these characters. Type a French sentence.")
        return self._read_as(source, words, encoded, notes)

    def _encode(self, rows: Sequence[Sequence[int]]) -> Memory:
        ended = [torch.tensor([*row, END]) for row in rows]
        return self.model.encode(pad_sequence(ended, batch_first=True, padding_value=PAD).to(self.model.device))

    def _places(self, row: Sequence[int]) -> int:
        return len(row) + 1  # with the end mark

    def _longest(self, row: Sequence[int]) -> int:
        return 2 * len(row) + 10

    def _forced(self, target: Text) -> Written:
        words, notes = words_of(target, "en", "English translation", "Type an English translation."), []
        if len(words) > MOST_WORDS:
            notes.append(f"The given translation has {len(words):,} words; only the first {MOST_WORDS} are used.")
        words = words[:MOST_WORDS]
        encoded = self._cut(words, "en")
        if lost := _known(encoded)[1]:
            notes.append(f"The model does not know these characters of the English: {lost}")
        return self._given(words, encoded, notes)


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> TranslationReader:
    """A trained variant, loaded from its bundle under `root`. Raises BundleError."""
    return texts.load(TranslationReader, _model, variant, root, device)


def _model(config: dict[str, Any]) -> TranslationModel:
    return TranslationModel(config["mechanism"], Size(**config["size"]))


def _known(encoded: Encoded) -> tuple[Encoded, str]:
    """The subwords that the tokenizer knows, and the characters that it doesn't know, once each, as they were typed.

    A word without any known character keeps no subword: the mark of its beginning alone would be read as a word.
    """
    subwords = list(zip(encoded.ids, encoded.groups, encoded.units, strict=True))
    worded = {group for token, group, unit in subwords if token != UNKNOWN and unit != START}
    known = [(token, group, unit) for token, group, unit in subwords if token != UNKNOWN and group in worded]
    unknown = "".join(unit for token, _, unit in subwords if token == UNKNOWN)
    ids, groups, units = (list(column) for column in zip(*known, strict=True)) if known else ([], [], [])
    return Encoded(ids, groups, units), "".join(dict.fromkeys(unknown))


def _notes(words: Sequence[Word]) -> list[str]:
    notes = []
    if len(words) > MOST_WORDS:
        notes.append(f"This text has {len(words):,} words; only the first {MOST_WORDS} were read.")
    if reason := doubt(join_words(words), "French"):
        notes.append(f"This text {reason}. It was translated all the same, by a model that knows only French.")
    return notes
