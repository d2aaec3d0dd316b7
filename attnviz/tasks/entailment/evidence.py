"""How far a map of entailment can be believed: its agreement with the words that people marked and linked, beside
guesses that need no model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attnviz.tasks import differences
from attnviz.tasks.base import Evidence, Row
from attnviz.tasks.entailment import changes
from attnviz.tasks.entailment.about import TASK

AUPRC, POINTING, AER = "AUPRC", "Pointing", "AER"
RANDOM = "at random"
ONLY_HERE = "by eye: words that the other side lacks"
EQUAL = "by eye: equal words on both sides"
HYPOTHESIS = "from the hypothesis alone"
_TEXTS = {
    "snli_test": "SNLI, picture captions",
    "sick:test": "SICK, picture captions",
    "mnli_dev": "MultiNLI, other texts than it learned from",
    "challenge_dev": "SNLI, changed so that the label changes",
    f"{changes.NAME}:test": "pairs that differ in one thing",
}

_HOW = """A map shows where the model looked, which need not be why it chose the label. How well it agrees with what
people marked was measured on test pairs:

- **AUPRC** (area under the precision-recall curve): people highlighted the words that show a contradiction. Sort all
  words by how much the model looked at them: do the highlighted ones come first? 1 is best. “At random” puts the words
  in a chance order, which is what a map gets that knows nothing.
- **Pointing**: people linked hypothesis words to premise words. For how many of the linked hypothesis words does the
  strongest cell of their row lie on a link? 1 is best.
- **AER** (alignment error rate): take the strongest cell of each row as the map's link. How often do these links
  disagree with the links that people drew? 0 is best.

Compare each figure with what needs no model at all: chance, or a glance at which words are on both sides. Where these
are better, the map tells you less than your own eye. Where there is no figure, this variant's map has none."""


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How often the label of a variant is right, on each set. scores: the content of `scores.json`."""
    return tuple(
        Row(
            "Accuracy",
            _TEXTS.get(result["split"], result["split"]),
            result["n"],
            figures["accuracy"],
            {HYPOTHESIS: figures.get("hypothesis_alone")},
        )
        for result in differences.one_a_set(scores)
        if "accuracy" in (figures := result["scores"])
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    if about is None or not about.attentive:
        return Evidence()
    rows = tuple(row for result in scores.values() for name, figures in _sets(result) for row in _rows(name, figures))
    compared = differences.differences(TASK, variant, differences.kept(scores, _TEXTS), "accuracy", "accuracy")
    told = (*_comparisons(rows), *_changed(scores))
    return Evidence(_HOW if rows else "", rows, told, compared=tuple(compared))


def _sets(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The test sets in a result that have highlights or links, each with its name."""
    for name, figures in result.get("scores", {}).items():
        if isinstance(figures, Mapping) and ("premise" in figures or "pointing" in figures):
            yield name, figures


def _rows(name: str, figures: Mapping[str, Any]) -> Iterator[Row]:
    for side in ("premise", "hypothesis"):
        marked = figures.get(side, {})
        if marked.get("n"):
            baselines = {RANDOM: marked.get("random"), ONLY_HERE: marked.get("only_here")}
            yield Row(AUPRC, f"{side} (e-SNLI {name})", marked["n"], marked.get("auprc"), baselines)
    if "exact" in figures:
        random, exact = figures["random"], figures["exact"]
        if "pointing" in figures:
            baselines = {RANDOM: random.get("pointing"), EQUAL: exact.get("pointing")}
            yield Row(POINTING, name, figures["n"], figures["pointing"], baselines)
        if "aer" in figures:
            baselines = {RANDOM: random.get("aer"), EQUAL: exact.get("aer")}
            yield Row(AER, name, figures["n"], figures["aer"], baselines, "lower")


def _comparisons(rows: Sequence[Row]) -> Iterator[str]:
    """Sentences on where the map is no better than a baseline that needs no model."""
    worse = [row.set for row in rows if row.figure == AUPRC and _below(row, RANDOM)]
    if worse:
        yield (
            f"**{AUPRC}, {' and '.join(worse)}: worse than chance.** The words that this map looks at most are not "
            "those that people named as the reason: it follows what both sides share, and a contradiction lies in what "
            "they don't."
        )
    linked = [row for row in rows if row.figure == POINTING and row.value is not None]
    by_eye = sum(_below(row, EQUAL) for row in linked)
    if by_eye:
        yield f"On {by_eye} of {len(linked)} sets, joining equal words finds **better** links than this map."


def _changed(scores: Mapping[str, Any]) -> Iterator[str]:
    """A sentence on pairs that differ in one thing: how many are labelled rightly, and which kinds are not."""
    for result in differences.one_a_set(scores):
        figures = result.get("scores", {})
        sources = figures.get("by_source", {})
        kinds = {kind.called: sources.get(f"{changes.SOURCE}{name}") for name, kind in changes.KINDS.items()}
        known = {called: kind["accuracy"] for called, kind in kinds.items() if kind}
        if not known:
            continue
        alone = figures.get("hypothesis_alone")
        beside = f"; the hypothesis alone tells {alone:.0%}, and chance a third" if alone is not None else ""
        hardest = ", ".join(f"{called} ({known[called]:.0%})" for called in sorted(known, key=known.__getitem__)[:3])
        yield (
            f"Where both texts differ in one thing alone, {figures['accuracy']:.0%} of {result['n']:,} labels are "
            f"right{beside}. It is weakest on {hardest}."
        )


def _below(row: Row, baseline: str) -> bool:
    """Whether the map's figure is below its baseline; False if either is missing."""
    other = row.baselines.get(baseline)
    return row.value is not None and other is not None and row.value < other
