"""How far a map of a headline can be believed: whether a word that stands in the text was looked at there, beside maps
that know nothing of it; whether copying says what it means; and how the headlines compare with a text's first words."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, product
from typing import Any

from attnviz.analysis.bootstrap import SAMPLES
from attnviz.analysis.wording import listed
from attnviz.tasks import differences
from attnviz.tasks.base import Comparison, Evidence, Row
from attnviz.tasks.summaries.about import TASK

SAME = "Same word"
LEAD = "the text's first words"
PREVIOUS, NEXT, CHANCE = "the map of the word before", "the map of the word after", "a word drawn at random"
RANKED_ANEW = "ranked anew (ABS+)"
RANKED = (
    "best headlines were ranked anew by how many words, pairs and triples of words they share with the text (Rush et "
    "al. 2015, section 5)"
)
_FIGURES = {"rouge-1-f": "ROUGE-1", "rouge-2-f": "ROUGE-2", "rouge-l-f": "ROUGE-L"}
TEXTS = {  # of the files of the test sets
    "guardian.test": "The Guardian",
    "newsmix.test": "25 news sites",
    "reuters1987.test": "Reuters in 1987",
    "debian.test": "descriptions of software (Debian)",
    "articles300": "BBC articles",
}
_PARTS = {"first60": "first 60 words", "whole": "whole texts"}
_FALSE = f"A {TASK.output} can be false even if every word of it was copied: read the text."
_HOW = f"""{_FALSE}

A strong cell says that much of what the network had noted at this word of the text went into the word of the
headline. That is **where it looked, not why** it chose the word: a note holds more than its own word. The notes of an
LSTM have read the whole text, and those of “{TASK.called("abs")}” are the mean of a word and its neighbours.

- **{SAME}**: of the words that the model wrote and the text has too, how many have their strongest cell at that very
  word? 1 is best. A map may be right without it: a name can be known from words around it.

Compare it with maps that belong to other words of the same headline, and with chance."""


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How good the headlines of a variant are, on each set, beside the better of two leads; and those of ABS+. scores:
    the content of `scores.json`."""
    own = sets(scores)
    ranked = {name: {"n": figures["n"], **figures["extractive"]} for name, figures in _with_extractive(own)}
    return tuple(
        Row(
            f"{called}{of}",
            name,
            figures["n"],
            figures[figure],
            {LEAD: figures["lead"][better_lead(figures, figure)][figure]},
        )
        for of, named in (("", own), (f" {RANKED_ANEW}", ranked))
        for figure, called in _FIGURES.items()
        for name, figures in named.items()
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    named = sets(scores)
    attentive = about is not None and about.attentive
    rows = tuple(_rows(named)) if attentive else ()
    told = (
        *([_FALSE] if named and not attentive else []),
        *_of_other_words(rows),
        *_against_leads(named),
        *_reranked(named),
        *_copying(named),
    )
    compared = tuple(chain(_beside_leads(named), _beside_variants(variant, named)))
    return Evidence(_HOW if rows else "", rows, told, compared=compared)


def sets(scores: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The figures of each set, with its number of texts as `n`, by what a person calls it; in one order for all
    variants. Whole articles, and their first words, are sets of their own."""
    named: dict[str, Mapping[str, Any]] = {}
    for result in sorted(scores.values(), key=_place):
        parts = {"": result["scores"]} if "rouge-l-f" in result["scores"] else result["scores"]
        for part, figures in parts.items():
            name = ", ".join(filter(None, (TEXTS.get(result["split"], result["split"]), _PARTS.get(part, part))))
            named[name] = {"n": result["n"], **figures}
    return named


def _place(result: Mapping[str, Any]) -> int:
    return list(TEXTS).index(result["split"]) if result["split"] in TEXTS else len(TEXTS)


def better_lead(figures: Mapping[str, Any], figure: str) -> str:
    """The name of the lead whose figure is higher."""
    leads: Mapping[str, Mapping[str, float]] = figures["lead"]
    return max(leads, key=lambda name: leads[name][figure])


def _rows(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    for name, figures in sets.items():
        if check := figures.get("copy_check"):
            baselines = {PREVIOUS: check["previous"], NEXT: check["next"], CHANCE: check["chance"]}
            yield Row(SAME, name, check["n"], check["same"], baselines, counted="words")


def _of_other_words(rows: Sequence[Row]) -> Iterator[str]:
    """Where the map of a neighbouring word points at a word more often than the word's own map does."""
    for whose, written in ((PREVIOUS, "after"), (NEXT, "before")):
        better = [
            f"{row.set} ({other:.2f}, own map {row.value:.2f})"
            for row in rows
            if row.value is not None and (other := row.baselines[whose]) is not None and other > row.value
        ]
        if better:
            yield (
                f"**{SAME}**: {whose} points at a word **more often than the word's own map** on {'; '.join(better)}. "
                f"So a row of this map speaks of the word written {written} it rather than of its own."
            )


def _against_leads(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """On which sets all figures are above those of the better lead, and on which they are not."""
    gains = {
        name: min(figures[figure] - figures["lead"][better_lead(figures, figure)][figure] for figure in _FIGURES)
        for name, figures in sets.items()
    }
    above, below = ([name for name, gain in gains.items() if (gain > 0) == wanted] for wanted in (True, False))
    if above:
        yield f"All three ROUGE figures are **above** those of {LEAD} on {_sets_listed(above)}."
    if below:
        yield f"The three ROUGE figures are **not** all above those of {LEAD} on {_sets_listed(below)}."


def _beside_leads(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[Comparison]:
    """Each ROUGE figure beside that of the better lead."""
    for (figure, called), (name, figures) in product(_FIGURES.items(), sets.items()):
        lead = figures["lead"][better_lead(figures, figure)]
        wins = lead["share_of_wins"][figure]
        yield Comparison(called, name, figures["n"], figures[figure], LEAD, lead[figure], wins, SAMPLES)


def _beside_variants(variant: str, sets: Mapping[str, Mapping[str, Any]]) -> Iterator[Comparison]:
    """Each ROUGE figure beside that of another variant."""
    for figure, called in _FIGURES.items():
        yield from differences.differences(TASK, variant, list(sets.items()), figure, called)


def _with_extractive(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The sets on which ABS+ was scored too."""
    return ((name, figures) for name, figures in sets.items() if "extractive" in figures)


def _reranked(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What ABS+ is, and what it gains."""
    gains = []
    for name, figures in _with_extractive(sets):
        against = figures["extractive"]["against"]["rouge-l-f"]
        gain = figures["extractive"]["rouge-l-f"] - against["value"]
        gains.append(f"{name} {gain:+.1f} ({against['share_of_wins']:.0%})".replace("-", "\N{MINUS SIGN}"))
    if gains:
        yield (
            f"**Ranked anew (ABS+)**: of this variant, the {RANKED}. What it changes of ROUGE-L, and in how many "
            f"random drawings it is higher: {'; '.join(gains)}."
        )


def _copying(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What the share of copying is worth: of words that count as copied, how many stand in the text."""
    gates = [figures["gate"] for figures in sets.values() if figures.get("gate")]
    if gates:
        copied, written = (_span([gate[name] for gate in gates]) for name in ("copied_in_text", "written_not_in_text"))
        yield (
            f"**Copied or written**: {copied} of the words that are marked as copied do stand in the text, depending "
            f"on the set of texts. Of the words without the mark, {written} do not stand there: these the model added."
        )


def _sets_listed(names: Sequence[str]) -> str:
    """The sets as a sentence names them. A part of a set stands in brackets, since commas part the sets."""
    return listed([f"{name} ({part})" if part else name for name, _, part in (name.partition(", ") for name in names)])


def _span(shares: Sequence[float]) -> str:
    """From the least share to the largest one, where these differ."""
    return " to ".join(dict.fromkeys(f"{share:.1%}" for share in (min(shares), max(shares))))
