"""How far a map of a headline can be believed: whether a word that stands in the text was looked at there, beside maps
that know nothing of it; whether copying says what it means; and how the headlines compare with a text's first words."""

from collections.abc import Iterator, Mapping
from typing import Any

from attnviz.tasks.base import Evidence, Row
from attnviz.tasks.summaries.about import TASK

SAME = "Same word"
LEAD = "the text's first words"
PREVIOUS, NEXT, CHANCE = "the map of the word before", "the map of the word after", "a word drawn at random"
_FIGURES = {"rouge-1-f": "ROUGE-1", "rouge-2-f": "ROUGE-2", "rouge-l-f": "ROUGE-L"}
_LEADS = {"prefix75": "as many first words as 75 letters hold", "first12": "its first 12 words"}

EXTRACTIVE = "ABS+"
RANKED = (
    "best headlines were ranked anew by how many words, pairs and triples of words they share with the text (Rush et "
    "al. 2015, section 5)"
)

_HOW = """A strong cell says that much of what the network had noted at this word of the text went into the word of the
headline. That is **where it looked, not why** it chose the word: a note has already read the whole text.

- **Same word**: of the words that the model wrote and the text has too, how many have their strongest cell at that very
  word? 1 is best. A map may be right without it: a name can be known from words around it.

Compare it with maps that belong to other words of the same headline, and with chance."""


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How good the headlines of a variant are, on each set, beside the better of two leads. scores: the content of
    `scores.json`."""
    return tuple(
        Row(called, name, figures["n"], figures[figure], {LEAD: figures["lead"][better_lead(figures, figure)][figure]})
        for figure, called in _FIGURES.items()
        for name, figures in dict(sets(scores)).items()
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    named = dict(sets(scores))
    told = [sentence for name, figures in named.items() for sentence in _against_lead(name, figures)]
    if any("extractive" in figures for figures in named.values()):
        told.append(f"**{EXTRACTIVE}** is this variant, whose {RANKED}.")
    rows = tuple(_rows(named)) if about and about.attentive else ()
    return Evidence(_HOW if rows else "", rows, (*told, *_copying(named)))


def sets(scores: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The figures of each set, with its number of texts as `n`, by its name. Whole articles, and their first words, are
    sets of their own, and so is what ABS+ makes of a set."""
    for result in scores.values():
        parts = {"": result["scores"]} if "rouge-l-f" in result["scores"] else result["scores"]
        for part, figures in parts.items():
            name = ", ".join(filter(None, (result["split"], part)))
            yield name, {"n": result["n"], **figures}
            if "extractive" in figures:
                yield f"{name}, {EXTRACTIVE}", {"n": result["n"], **figures["extractive"]}


def _rows(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    for name, figures in sets.items():
        if check := figures.get("copy_check"):
            baselines = {PREVIOUS: check["previous"], NEXT: check["next"], CHANCE: check["chance"]}
            yield Row(SAME, name, check["n"], check["same"], baselines)


def _against_lead(name: str, figures: Mapping[str, Any]) -> Iterator[str]:
    """Which of the three ROUGE figures are above those of the better lead, by how much, and how surely."""
    parts, wins = [], []
    for figure, called in _FIGURES.items():
        best = better_lead(figures, figure)
        gain = figures[figure] - figures["lead"][best][figure]
        parts.append(
            f"{called} {figures[figure]:.1f}, {abs(gain):.1f} {'above' if gain > 0 else 'below'} {_LEADS[best]}"
        )
        wins.append(f"{figures['lead'][best]['share_of_wins'][figure]:.0%}")
    yield (
        f"**{name}** ({figures['n']:,} texts): {'; '.join(parts)}. Where texts are drawn at random again and again "
        f"(paired bootstrap), the three are above in {wins[0]}, {wins[1]} and {wins[2]} of the drawings."
    )


def better_lead(figures: Mapping[str, Any], figure: str) -> str:
    """The name of the lead whose figure is higher."""
    leads: Mapping[str, Mapping[str, float]] = figures["lead"]
    return max(leads, key=lambda name: leads[name][figure])


def _copying(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What the share of copying is worth: of words that count as copied, how many stand in the text."""
    for name, figures in sets.items():
        if gate := figures.get("gate"):
            yield (
                f"**Copied or written, {name}**: of {gate['copied']:,} words that count as copied, "
                f"{gate['copied_in_text']:.0%} stand in the text; of {gate['written']:,} others, "
                f"{gate['written_not_in_text']:.0%} don't."
            )
