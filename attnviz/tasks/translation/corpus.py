"""The files of the corpora."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from attnviz.training.corpora import opened


@dataclass(frozen=True)
class Pair:
    """A sentence of a corpus in both languages."""

    id: str
    french: str
    english: str


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a corpus file, `.tsv` or `.tsv.xz`, whose lines are `id <TAB> French <TAB> English`."""
    with opened(path) as lines:
        for line in lines:
            yield Pair(*line.rstrip("\n").split("\t"))
