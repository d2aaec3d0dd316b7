"""What the trained variants of summaries have to reach, from the scores that their bundles keep."""

from itertools import pairwise

import pytest
from kept import kept

from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.evidence import better_lead

ROUGE = ("rouge-1-f", "rouge-2-f", "rouge-l-f")
SETS = ("guardian.test", "newsmix.test")
GOAL = 36.0  # ROUGE-L of the default variant on guardian.test


@pytest.mark.parametrize("split", SETS)
@pytest.mark.parametrize("figure", ROUGE)
def test_the_default_variant_is_surely_above_the_better_lead(split: str, figure: str) -> None:
    figures = kept(TASK.name, TASK.default, split)
    lead = figures["lead"][better_lead(figures, figure)]
    assert figures[figure] > lead[figure] and lead["share_of_wins"][figure] >= 0.99


def test_the_default_variant_reaches_its_goal() -> None:
    assert kept(TASK.name, TASK.default, "guardian.test")["rouge-l-f"] >= GOAL


@pytest.mark.parametrize("split", SETS)
@pytest.mark.parametrize("figure", ROUGE)
def test_the_more_a_variant_looks_the_better_it_writes(split: str, figure: str) -> None:
    reached = [kept(TASK.name, variant, split)[figure] for variant in ("additive", "abs", "conv", "bow")]
    assert all(more > less for more, less in pairwise(reached))


@pytest.mark.parametrize("split", SETS)
def test_counting_common_words_helps_to_rank(split: str) -> None:
    figures = kept(TASK.name, "abs", split)
    ranked = figures["extractive"]
    assert all(ranked[figure] > figures[figure] for figure in ROUGE)
    assert ranked["against"]["rouge-l-f"]["share_of_wins"] >= 0.99
