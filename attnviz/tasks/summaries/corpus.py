"""The files of the corpora: pairs of the opening of an article and its headline, and whole articles."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from attnviz.tasks.subwords import Encoded, encode, normalise, split_words
from attnviz.training.corpora import opened

_COLUMNS = ["id", "date", "source", "case", "cov", "body", "headline"]


@dataclass(frozen=True)
class Pair:
    """case: how the headline is written: "sentence" as in running text, or "title", "upper" or "mixed"."""

    id: str
    case: str
    body: str
    headline: str


def read_pairs(path: Path) -> Iterator[Pair]:
    """The pairs of a corpus file, `.tsv` or `.tsv.xz`, whose first line names the columns."""
    with opened(path) as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, None) != _COLUMNS:
            raise ValueError(f"the columns {', '.join(_COLUMNS)}")
        for id, _, _, case, _, body, headline in rows:
            yield Pair(id, case, body, headline)


@dataclass(frozen=True)
class Article:
    """A whole article, whose text does not repeat the headline."""

    headline: str
    paragraphs: tuple[str, ...]


def read_articles(path: Path) -> Iterator[Article]:
    """The articles of a file, `.jsonl` or `.jsonl.xz`."""
    with opened(path) as lines:
        for line in lines:
            article = json.loads(line)
            yield Article(article["headline"], tuple(article["paragraphs"]))


def encoded(tokenizer: Tokenizer, text: str) -> Encoded:
    """The subwords of an English text."""
    return encode(tokenizer, split_words(normalise(text), "en"))
