"""What the trained variants of summaries have to reach, from the scores that their bundles keep."""

from typing import Any

import pytest

from attnviz import bundles
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.evidence import better_lead

ROUGE = ("rouge-1-f", "rouge-2-f", "rouge-l-f")
SETS = ("guardian.test", "newsmix.test")
GOAL = 36.0  # ROUGE-L of the default variant on guardian.test


def kept(variant: str, split: str) -> dict[str, Any]:
    """The figures that the variant's bundle keeps of a whole set."""
    whole = [
        result["scores"]
        for command, result in bundles.scores(TASK.name, variant).items()
        if result["split"] == split and "--limit" not in command
    ]
    assert whole, f"{TASK.name}/{variant} has not been scored on {split}"
    return dict(whole[-1])


@pytest.mark.parametrize("split", SETS)
@pytest.mark.parametrize("figure", ROUGE)
def test_the_default_variant_is_surely_above_the_better_lead(split: str, figure: str) -> None:
    figures = kept(TASK.default, split)
    lead = figures["lead"][better_lead(figures, figure)]
    assert figures[figure] > lead[figure] and lead["share_of_wins"][figure] >= 0.99


def test_the_default_variant_reaches_its_goal() -> None:
    assert kept(TASK.default, "guardian.test")["rouge-l-f"] >= GOAL


@pytest.mark.parametrize("split", SETS)
@pytest.mark.parametrize("figure", ROUGE)
def test_the_more_a_variant_looks_the_better_it_writes(split: str, figure: str) -> None:
    additive, abs_, conv, bow = (kept(variant, split)[figure] for variant in ("additive", "abs", "conv", "bow"))
    assert additive > abs_ > conv > bow


@pytest.mark.parametrize("split", SETS)
def test_counting_common_words_helps_to_rank(split: str) -> None:
    figures = kept("abs", split)
    ranked = figures["extractive"]
    assert all(ranked[figure] > figures[figure] for figure in ROUGE)
    assert ranked["against"]["rouge-l-f"]["share_of_wins"] >= 0.99
