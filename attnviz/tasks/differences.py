"""What a difference between two variants is worth: how often it comes out of drawings of the set (paired bootstrap),
and how far two trainings of one variant lie apart that differ in their seed alone.

Both are kept by `evaluate … --against`: against another variant, and against a second seed of the same one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from attnviz.tasks.base import Task


@dataclass(frozen=True)
class Difference:
    """A variant's figure on a set beside another variant's.

    wins: in what share of `samples` drawings of the set this one's is better. spread: by how much a second seed of this
    variant differs from it on the set; None where none was compared.
    """

    split: str
    own: float
    other: str
    others: float
    wins: float
    samples: int
    spread: float | None


def differences(variant: str, scores: Mapping[str, Any], figure: str) -> list[Difference]:
    """The differences that a bundle's `scores.json` holds in one figure, such as "accuracy"."""
    compared = [
        (result["split"], figures[figure], figures["against"])
        for result in scores.values()
        if figure in (figures := result["scores"]) and figure in figures.get("against", {})
    ]
    return [
        Difference(
            split=split,
            own=own,
            other=other["variant"],
            others=other[figure],
            wins=other["share_of_wins"],
            samples=other["samples"],
            spread=spread(variant, scores, figure, split),
        )
        for split, own, other in compared
        if not _is_seed(variant, other["variant"])
    ]


def spread(variant: str, scores: Mapping[str, Any], figure: str, split: str) -> float | None:
    """By how much a second seed's figure differs at most from the variant's own on a set; None where none is known."""
    apart = [
        abs(figures[figure] - figures["against"][figure])
        for result in scores.values()
        if result["split"] == split and figure in (figures := result["scores"])
        if figure in figures.get("against", {}) and _is_seed(variant, figures["against"]["variant"])
    ]
    return max(apart, default=None)


def one_a_set(scores: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results of a bundle, one for each set: a set was scored again for every variant that it was compared with."""
    results: dict[tuple[Any, Any], Mapping[str, Any]] = {}
    for result in scores.values():
        results.setdefault((result.get("split"), result.get("n")), result)
    return list(results.values())


def _is_seed(variant: str, other: str) -> bool:
    return other.startswith(f"{variant}.seed")


def told(task: Task, variant: str, scores: Mapping[str, Any], figure: str, called: str) -> Iterator[str]:
    """A sentence for each variant that this one was compared with. called: the figure's name; higher is better."""
    found = sorted(differences(variant, scores, figure), key=lambda difference: difference.other)
    for other, group in groupby(found, key=lambda difference: difference.other):
        compared = list(group)
        sets = "; ".join(map(_on_a_set, compared))
        seeds = " No second seed of it was compared." if all(one.spread is None for one in compared) else ""
        yield (
            f"Its {called} beside that of “{task.called(other)}”, and in how many of {compared[0].samples:,} random "
            f"drawings of the set it is higher: {sets}.{seeds}"
        )


def _on_a_set(difference: Difference) -> str:
    apart = "" if difference.spread is None else f"; two seeds of it are {difference.spread:.2g} apart"
    both = f"{difference.own:.4g} and {difference.others:.4g} on {difference.split}"
    return f"{both} ({difference.wins:.0%} of drawings{apart})"
