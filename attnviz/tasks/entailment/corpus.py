"""Texts as words, and the files of the corpora: pairs of a premise and a hypothesis with a label.

Every text is split by the rule by which the corpora were split: `do n't`, `man 's`, hyphens and marks alone.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from attnviz.analysis.ordinary import ordinary, ordinary_by_place
from attnviz.errors import InputError
from attnviz.tasks.entailment.about import LABELS
from attnviz.training.corpora import opened

NO_LABEL = "-"  # what SNLI has where its annotators did not agree

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"'}
    | dict.fromkeys("–—―‐‑", "-")
    | {"…": "...", "\N{VARIATION SELECTOR-15}": "", "\N{VARIATION SELECTOR-16}": ""}
)
_WORD = re.compile(
    r"[^\W\d_]+(?=n't\b)|n't\b|'(?:s|m|d|re|ve|ll)\b|(?:[A-Za-z]\.){2,}|\d+(?:[.,:]\d+)+|[^\W_]+|\.{2,}|[^\s]",
    re.IGNORECASE,
)
_ENDINGS = (".tsv.xz", ".tsv", ".jsonl", ".txt")
_RELATIONS = {"synonym": "entailment", "antonym": "contradiction"}


def normalise(text: str) -> str:
    """The text in NFC with plain quotes and dashes.

    Control characters become spaces, and marks that are never seen (category Cf, such as the zero-width space) go.
    """
    text = unicodedata.normalize("NFC", text).translate(_SAME).replace("``", '"').replace("''", '"')
    kinds = ((c, unicodedata.category(c)) for c in text)
    return "".join(" " if kind in ("Cc", "Cs", "Co") else c for c, kind in kinds if kind != "Cf")


def split_words(text: str) -> list[str]:
    """The words of a text, as they are typed; punctuation marks are words.

    Another apostrophe or minus sign parts words as the ordinary one does.
    """
    text = normalise(text)
    return [text[slice(*match.span())] for match in _WORD.finditer(ordinary_by_place(text))]


def recut(words: Sequence[str]) -> tuple[list[str], list[int]]:
    """Split given words again by this module's rules, in ordinary letters, digits and marks. Returns the parts, and the
    index of the word of each part."""
    parts = [(part, i) for i, word in enumerate(words) for part in split_words(ordinary(word)) or [word]]
    return [part for part, _ in parts], [i for _, i in parts]


@dataclass(frozen=True)
class Pair:
    """Two texts as words, and their label. source: the corpus they are from. split: "train", "dev", "test" or ""."""

    id: str
    premise: tuple[str, ...]
    hypothesis: tuple[str, ...]
    label: str
    source: str = ""
    split: str = ""


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a file, which is a `.tsv` (words parted by spaces), or SNLI as it is published, `.jsonl` or `.txt`.

    Pairs without a label (`-`), and those with nothing on one side, are left out. Raises InputError where a line is not
    a pair.
    """
    form = path.name.removesuffix(".xz").rsplit(".", 1)[-1]
    with opened(path) as lines:
        rows = _objects(lines) if form == "jsonl" else _table(lines)
        for number, row in rows:
            try:
                pair = _published(row) if "gold_label" in row else _prepared(row)
                known = pair.label == NO_LABEL or pair.label in LABELS
            except (KeyError, TypeError, ValueError, AttributeError):
                known = False
            if not known:
                raise InputError(
                    f"Line {number} of {path.name} is no pair: it needs id, premise, hypothesis and one of the labels "
                    f"{', '.join(LABELS)}, or the fields of SNLI as it is published."
                )
            if pair.label != NO_LABEL and pair.premise and pair.hypothesis:
                yield pair


def snli(data: Path, part: str) -> Path:
    """The file of SNLI with a part ("train", "dev", "test"), prepared or as it is published. Raises InputError where
    the folder holds none."""
    path = of_stem(data, f"snli_{part}") or of_stem(data, f"snli_1.0_{part}")
    if path is None:
        raise InputError(
            f"{data} holds no snli_{part}.tsv.xz and no snli_1.0_{part}.jsonl: name the folder of SNLI with --data."
        )
    return path


def of_stem(data: Path, stem: str) -> Path | None:
    """The file of pairs of that name in the folder, whatever its form; None where there is none."""
    return next((path for ending in _ENDINGS if (path := data / f"{stem}{ending}").exists()), None)


def read_relations(path: Path) -> Iterator[Pair]:
    """The word pairs of `lexical_relations` as pairs of texts: synonyms entail each other, and antonyms contradict."""
    with opened(path) as lines:
        for number, row in _table(lines):
            words = (row["word1"],), (row["word2"],)
            yield Pair(f"lexical-{number}", *words, _RELATIONS[row["relation"]], "lexical")


def _objects(lines: IO[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for number, line in enumerate(lines, 1):
        try:
            yield number, json.loads(line)
        except ValueError:
            yield number, {}


def _table(lines: IO[str]) -> Iterator[tuple[int, dict[str, str]]]:
    names = next(lines, "").rstrip("\n").split("\t")
    for number, line in enumerate(lines, 2):
        yield number, dict(zip(names, line.rstrip("\n").split("\t"), strict=False))


def _prepared(row: dict[str, str]) -> Pair:
    return Pair(
        row["id"],
        tuple(row["premise"].split()),
        tuple(row["hypothesis"].split()),
        row["label"],
        row.get("source", ""),
        row.get("split", ""),
    )


def _published(row: dict[str, str]) -> Pair:
    premise, hypothesis = (tuple(split_words(row[name])) for name in ("sentence1", "sentence2"))
    return Pair(row["pairID"], premise, hypothesis, row["gold_label"])
