"""How far a map of a translation can be believed: its agreement with the word links that people drew, beside guesses
that look at nothing; and what the length of a sentence does to the translation."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attnviz.tasks import differences
from attnviz.tasks.base import Bin, ByLength, Evidence, Row
from attnviz.tasks.translation.about import TASK

DIAGONAL = "a straight line from corner to corner"
IBM1 = "a word aligner without a network (IBM model 1, 1993)"

_CLOSE = 0.01  # of AER: a difference that other training sentences would bring about as well
_SETS = {"hansards": "Parliament", "alibi": "Story"}
_TEXTS = {
    "test_multi30k_2016": "picture captions (Multi30k 2016)",
    "test_tatoeba": "everyday sentences (Tatoeba)",
    "test_europarl_bylength": "parliament, as many long as short (Europarl)",
    "test_ted2010": "talks (TED 2010)",
    "test_pud": "news and encyclopedia (PUD)",
    "test_newstest2014": "news (newstest2014)",
}
_HOW = """A strong cell says that much of what the network had noted at this French word went into the English word.
That is **where it looked, not why** it chose the word: a note has already read the whole sentence, so it can speak of
its neighbours too.

How often is the strongest cell the right one? People linked the words of {pairs:,} sentences by hand. The
**alignment error rate** (AER) says how far the strongest cell of each row is from their links: 0 is perfect, 1 is all
wrong. The model did not choose its words here: it had to write the translations that people had linked."""


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How good the translations of a variant are, on each set. scores: the content of `scores.json`."""
    kept = [(result, figures) for result in differences.one_a_set(scores) if "bleu" in (figures := result["scores"])]
    return tuple(
        Row(called, _TEXTS.get(result["split"], result["split"]), result["n"], figures[figure], {})
        for figure, called in (("bleu", "BLEU"), ("chrf", "chrF"))
        for result, figures in sorted(kept, key=lambda one: _place(one[0]["split"]))
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    rows = _rows(scores) if about and about.attentive else ()
    how = _HOW.format(pairs=sum(row.n for row in rows)) if rows else ""
    compared = differences.differences(TASK, variant, differences.kept(scores, _TEXTS), "bleu", "BLEU")
    return Evidence(how, rows, tuple(_comparison(rows)), _by_length(scores), tuple(compared))


def _place(split: str) -> int:
    """Where a set stands among the others, which begin with what the models know best."""
    return list(_TEXTS).index(split) if split in _TEXTS else len(_TEXTS)


def _rows(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """The alignment error rate for each set of links."""
    sets = {name: figures for result in scores.values() for name, figures in _linked(result)}
    return tuple(
        Row(
            figure="AER",
            set=_SETS.get(name, name),
            n=figures["n"],
            value=figures["aer"],
            baselines={
                called: figures[guess]["aer"]
                for guess, called in (("diagonal", DIAGONAL), ("ibm1", IBM1))
                if guess in figures
            },
            better="lower",
        )
        for name, figures in sets.items()
    )


def _linked(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sets of a result that hold links, by name."""
    for name, figures in result.get("scores", {}).items():
        if isinstance(figures, Mapping) and "diagonal" in figures:
            yield name, figures


def _comparison(rows: Sequence[Row]) -> Iterator[str]:
    """A sentence on where a word aligner without a network links words better than the map, where the map does, and
    where the two are so close that it says nothing."""
    both = {row.set.lower(): (row.value, row.baselines.get(IBM1)) for row in rows}
    leads = {name: other - own for name, (own, other) in both.items() if own is not None and other is not None}
    aligner = "the word aligner without a network"
    for names, told in (
        ([name for name, lead in leads.items() if lead < -_CLOSE], f"{aligner} links words **better** than this map"),
        ([name for name, lead in leads.items() if lead > _CLOSE], f"this map links words better than {aligner}"),
        ([name for name, lead in leads.items() if abs(lead) <= _CLOSE], f"this map and {aligner} are equally good"),
    ):
        if names:
            yield f"On {' and '.join(names)} sentences, {told}."


def _by_length(scores: Mapping[str, Any]) -> ByLength | None:
    """BLEU by the number of words, on the set that was made to show what length does."""
    result = next((result for result in scores.values() if str(result.get("split")).endswith("_bylength")), None)
    if result is None:
        return None
    bins = [
        Bin(int(ends[1]), int(ends[2]), figures["n"], figures["bleu"], figures.get("chance"), figures.get("loops"))
        for label, figures in result["scores"]["by_length"].items()
        if (ends := re.fullmatch(r"(\d+)-(\d+)", label))
    ]
    return ByLength(
        figure="BLEU",
        meaning="says how close translations come to those of people (0 to 100, more is better)",
        unit="words of the French sentence",
        set=result["split"],
        n=sum(part.n for part in bins),
        inputs="sentences of the European Parliament that no variant learned from",
        signature=result["scores"].get("bleu_signature", ""),
        bins=tuple(sorted(bins, key=lambda part: part.least)),
    )
