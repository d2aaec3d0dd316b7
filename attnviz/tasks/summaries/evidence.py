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

_HOW = """A strong cell says that much of what the network had noted at this word of the text went into the word of the
headline. That is **where it looked, not why** it chose the word: a note has already read the whole text.

- **Same word**: of the words that the model wrote and the text has too, how many have their strongest cell at that very
  word? 1 is best. A map may be right without it: a name can be known from words around it.

Compare it with maps that belong to other words of the same headline, and with chance."""


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How good the headlines of a variant are, on each set, beside the better of two leads. scores: the content of
    `scores.json`."""
    return tuple(
        Row(called, name, figures["n"], figures[figure], {LEAD: max(lead[figure] for lead in figures["lead"].values())})
        for figure, called in _FIGURES.items()
        for name, figures in _sets(scores)
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    sets = dict(_sets(scores))
    told = (*(s for name, figures in sets.items() for s in _against_lead(name, figures)), *_copying(sets))
    rows = tuple(_rows(sets)) if about and about.attentive else ()
    return Evidence(_HOW if rows else "", rows, told)


def _sets(scores: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The figures of each set by its name; of whole articles, those of their first words are another set."""
    for result in scores.values():
        figures = result["scores"]
        if "rouge-l-f" in figures:
            yield result["split"], {"n": result["n"], **figures}
        else:
            yield from ((f"{result['split']}, {part}", {"n": result["n"], **of}) for part, of in figures.items())


def _rows(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[Row]:
    for name, figures in sets.items():
        if check := figures.get("copy_check"):
            baselines = {PREVIOUS: check["previous"], NEXT: check["next"], CHANCE: check["chance"]}
            yield Row(SAME, name, check["n"], check["same"], baselines)


def _against_lead(name: str, figures: Mapping[str, Any]) -> Iterator[str]:
    """Which of the three ROUGE figures are above those of the better lead, and by how much."""
    parts = []
    for figure, called in _FIGURES.items():
        lead, best = max((of[figure], which) for which, of in figures["lead"].items())
        gain = figures[figure] - lead
        parts.append(
            f"{called} {figures[figure]:.1f}, {abs(gain):.1f} {'above' if gain > 0 else 'below'} {_LEADS[best]}"
        )
    yield f"**{name}** ({figures['n']:,} texts): {'; '.join(parts)}."


def _copying(sets: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What the share of copying is worth: of words that count as copied, how many stand in the text."""
    for name, figures in sets.items():
        if gate := figures.get("gate"):
            yield (
                f"**Copied or written, {name}**: of {gate['copied']:,} words that count as copied, "
                f"{gate['copied_in_text']:.0%} stand in the text; of {gate['written']:,} others, "
                f"{gate['written_not_in_text']:.0%} don't."
            )
