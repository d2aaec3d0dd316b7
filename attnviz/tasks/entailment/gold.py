"""What people marked: words that show a contradiction (e-SNLI), and which words of two texts belong together."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attnviz.analysis.alignment import Link, Links
from attnviz.errors import InputError
from attnviz.training.corpora import opened


@dataclass(frozen=True)
class Highlights:
    """A pair as tokens, and the positions of the highlighted ones."""

    id: str
    split: str
    label: str
    premise: tuple[str, ...]
    hypothesis: tuple[str, ...]
    premise_marked: frozenset[int]
    hypothesis_marked: frozenset[int]


@dataclass(frozen=True)
class AlignedPair:
    """A pair as tokens, and the links (premise position, hypothesis position) between them."""

    id: str
    corpus: str
    split: str
    premise: tuple[str, ...]
    hypothesis: tuple[str, ...]
    links: Links


def read_gold(path: Path) -> Iterator[Highlights | AlignedPair]:
    """The pairs of `esnli_highlights` or `alignments`. Raises InputError where a line is neither."""
    with opened(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                yield _highlights(row) if "premise_hl" in row else _aligned(row)
            except (KeyError, TypeError, ValueError) as problem:
                raise InputError(
                    f"Line {number} of {path.name} is no gold: it needs premise and hypothesis (tokens), and "
                    "premise_hl and hypothesis_hl (positions) or sure and poss (pairs of positions), from 0."
                ) from problem


def _highlights(row: dict[str, Any]) -> Highlights:
    premise, hypothesis = tuple(map(str, row["premise"])), tuple(map(str, row["hypothesis"]))
    marked = frozenset(map(int, row["premise_hl"])), frozenset(map(int, row["hypothesis_hl"]))
    if not (marked[0] <= set(range(len(premise))) and marked[1] <= set(range(len(hypothesis)))):
        raise ValueError("positions inside the texts")
    return Highlights(str(row["id"]), str(row["split"]), str(row["label"]), premise, hypothesis, *marked)


def _aligned(row: dict[str, Any]) -> AlignedPair:
    premise, hypothesis = tuple(map(str, row["premise"])), tuple(map(str, row["hypothesis"]))
    sure, possible = (frozenset((int(p), int(h)) for p, h in row[name]) for name in ("sure", "poss"))
    if not all(0 <= p < len(premise) and 0 <= h < len(hypothesis) for p, h in sure | possible):
        raise ValueError("positions inside the texts")
    return AlignedPair(
        str(row["id"]), str(row["corpus"]), str(row["split"]), premise, hypothesis, Links(sure, possible)
    )


def average_precision(scores: ArrayLike, marked: Iterable[int], chance: np.random.Generator | None = None) -> float:
    """The area under precision and recall of scores against the marked positions, of which there is at least one.

    The sum over thresholds of precision times the gain in recall. Tied scores are one threshold, or with `chance` come
    in random order.
    """
    values = np.asarray(scores, dtype=np.float64)
    gold = np.isin(np.arange(len(values)), list(marked))
    order = np.lexsort((np.zeros(len(values)) if chance is None else chance.random(len(values)), -values))
    values, gold = values[order], gold[order]
    hits, precision = np.cumsum(gold), np.cumsum(gold) / np.arange(1, len(gold) + 1)
    ends = np.append(values[1:] != values[:-1], True) if chance is None else np.ones(len(values), dtype=bool)
    gained = np.diff(hits[ends], prepend=0)
    return float((precision[ends] * gained).sum() / gold.sum())


def only_here(words: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
    """1 for each word that does not occur among the others, in lower case, else 0. Marks are not words."""
    there = {word.lower() for word in others}
    return np.array([float(word.lower() not in there and any(c.isalnum() for c in word)) for word in words])


def exact_matches(pair: AlignedPair) -> set[Link]:
    """The links between equal words, in lower case."""
    return {
        (p, h)
        for h, word in enumerate(pair.hypothesis)
        for p, other in enumerate(pair.premise)
        if word.lower() == other.lower()
    }


@dataclass(frozen=True)
class Guess:
    """A guess that needs no model, over a whole set. pointing: how often, in expectation, the premise word chosen for a
    hypothesis word that has links is linked to it. aer, f1: of all the guess's links; nan if they are drawn."""

    pointing: float
    aer: float
    f1: float


def guess_at_random(pairs: Sequence[AlignedPair]) -> Guess:
    """Guess any premise word for each hypothesis word. AER is computed from the expected numbers of hits."""
    hits, words = _pointing(pairs, [set() for _ in pairs])
    total = sure = good = 0.0
    for pair in pairs:
        total, sure = total + len(pair.hypothesis), sure + len(pair.links.sure)
        good += (len(pair.links.sure) + len(pair.links.all)) / len(pair.premise)
    return Guess(hits / words, 1 - good / (total + sure), float("nan"))


def guess_exact(pairs: Sequence[AlignedPair]) -> Guess:
    """Link equal words. For pointing, one of them is drawn, or any premise word where there is none."""
    guesses = [exact_matches(pair) for pair in pairs]
    hits, words = _pointing(pairs, guesses)
    links, sure = sum(map(len, guesses)), sum(len(pair.links.sure) for pair in pairs)
    right = sum(len(guess & pair.links.sure) for guess, pair in zip(guesses, pairs, strict=True))
    possible = sum(len(guess & pair.links.all) for guess, pair in zip(guesses, pairs, strict=True))
    return Guess(hits / words, 1 - (right + possible) / (links + sure), 2 * right / (links + sure))


def _pointing(pairs: Sequence[AlignedPair], guesses: Sequence[set[Link]]) -> tuple[float, int]:
    """Expected hits, and the number of hypothesis words that have links. Words without a guess point anywhere."""
    hits, words = 0.0, 0
    for pair, guess in zip(pairs, guesses, strict=True):
        for h in {h for _, h in pair.links.all}:
            linked = {p for p, other in pair.links.all if other == h}
            chosen = {p for p, other in guess if other == h} or set(range(len(pair.premise)))
            hits, words = hits + len(chosen & linked) / len(chosen), words + 1
    return hits, words
