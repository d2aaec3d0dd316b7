"""What a difference between two variants is worth: how often it comes out of drawings of the set (paired bootstrap),
and how far two trainings of one variant lie apart that differ in their seed alone.

Both are kept by `evaluate … --against`: against another variant, and against a second seed of the same one.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any, Literal

from attnviz.tasks.base import Comparison, Task

Kept = Sequence[tuple[str, Mapping[str, Any]]]  # sets by name, with their figures, and the number of inputs as "n"
_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})


def kept(scores: Mapping[str, Any], called: Mapping[str, str] = _AS_THEY_ARE) -> Kept:
    """The sets of a bundle's `scores.json`. called: what a person calls some of them."""
    return [
        (called.get(result["split"], result["split"]), {"n": result["n"], **result["scores"]})
        for result in scores.values()
    ]


def differences(
    task: Task,
    variant: str,
    sets: Kept,
    figure: str,
    called: str,
    better: Literal["higher", "lower"] = "higher",
) -> Iterator[Comparison]:
    """A variant beside each variant that it was compared with in one figure, such as "accuracy", on each set. called:
    the figure's name."""
    for name, figures in sets:
        against = figures.get("against", {})
        if figure in figures and figure in against and not _is_seed(variant, against["variant"]):
            others, wins = _beside(against, figure)
            other, samples = task.called(against["variant"]), against["samples"]
            yield Comparison(called, name, figures["n"], figures[figure], other, others, wins, samples, better)


def spread(variant: str, sets: Kept, figure: str, name: str) -> float | None:
    """By how much a second seed's figure differs at most from the variant's own on a set; None where none is known."""
    apart = [
        abs(figures[figure] - _beside(figures["against"], figure)[0])
        for of, figures in sets
        if of == name and figure in figures and figure in figures.get("against", {})
        if _is_seed(variant, figures["against"]["variant"])
    ]
    return max(apart, default=None)


def one_a_set(scores: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results of a bundle, one for each set: a set was scored again for every variant that it was compared with."""
    results: dict[tuple[Any, Any], Mapping[str, Any]] = {}
    for result in scores.values():
        results.setdefault((result.get("split"), result.get("n")), result)
    return list(results.values())


def told(task: Task, variant: str, scores: Mapping[str, Any], figure: str, called: str) -> Iterator[str]:
    """A sentence for each variant that this one was compared with. called: the figure's name; higher is better."""
    sets = kept(scores)
    found = sorted(differences(task, variant, sets, figure, called), key=lambda difference: difference.other)
    for other, group in groupby(found, key=lambda difference: difference.other):
        compared = [(one, spread(variant, sets, figure, one.set)) for one in group]
        on_sets = "; ".join(_on_a_set(one, apart) for one, apart in compared)
        seeds = " No second seed of it was compared." if all(apart is None for _, apart in compared) else ""
        yield (
            f"Its {called} beside that of “{other}”, and in how many of {compared[0][0].samples:,} random drawings of "
            f"the set it is higher: {on_sets}.{seeds}"
        )


def _on_a_set(difference: Comparison, spread: float | None) -> str:
    apart = "" if spread is None else f"; two seeds of it are {spread:.2g} apart"
    both = f"{difference.own:.4g} and {difference.others:.4g} on {difference.set}"
    return f"{both} ({difference.wins:.0%} of drawings{apart})"


def _beside(against: Mapping[str, Any], figure: str) -> tuple[float, float]:
    """The other variant's figure, and the share of drawings in which the own one is better. Where several figures were
    compared, each has its own share."""
    other = against[figure]
    return (other["value"], other["share_of_wins"]) if isinstance(other, Mapping) else (other, against["share_of_wins"])


def _is_seed(variant: str, other: str) -> bool:
    return other.startswith(f"{variant}.seed")
