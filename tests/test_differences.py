"""What a difference between variants is worth: paired bootstrap and second seeds, as scores.json keeps them."""

from typing import Any

from attnviz.tasks.base import Comparison
from attnviz.tasks.differences import differences, kept, one_a_set, spread, told
from attnviz.tasks.entailment.about import TASK


def result(split: str, own: float, other: str = "", others: float = 0.0, wins: float = 1.0) -> dict[str, Any]:
    against = {"variant": other, "accuracy": others, "share_of_wins": wins, "samples": 1000}
    scores = {"accuracy": own, **({"against": against} if other else {})}
    return {"split": split, "n": 9, "scores": scores}


KEPT = {
    "a": result("snli_test", 0.812, "none", 0.719, 0.998),
    "b": result("snli_test", 0.812, "match.seed2", 0.807, 0.7),
    "c": result("snli_test", 0.812, "match.seed3", 0.82, 0.2),
    "d": result("sick", 0.8, "none", 0.79, 0.6),
    "e": result("mnli", 0.5),
    "f": {"split": "gold", "n": 9, "scores": {"test": {"n": 3}}},
}


def test_a_figure_stands_beside_that_of_another_variant_but_not_of_a_seed() -> None:
    first, second = differences(TASK, "match", kept(KEPT, {"snli_test": "SNLI"}), "accuracy", "Accuracy")
    assert first == Comparison("Accuracy", "SNLI", 9, 0.812, "no attention", 0.719, 0.998, 1000)
    assert second == Comparison("Accuracy", "sick", 9, 0.8, "no attention", 0.79, 0.6, 1000)
    assert not list(differences(TASK, "match", kept(KEPT), "bleu", "BLEU"))


def test_several_figures_have_a_share_of_drawings_each() -> None:
    against = {"variant": "none", "samples": 1000, "bleu": {"value": 3.0, "share_of_wins": 0.25}}
    scores = {"a": {"split": "test", "n": 9, "scores": {"bleu": 2.0, "against": against}}}
    (only,) = differences(TASK, "match", kept(scores), "bleu", "BLEU", "lower")
    assert only == Comparison("BLEU", "test", 9, 2.0, "no attention", 3.0, 0.25, 1000, "lower")


def test_seeds_are_as_far_apart_as_the_furthest() -> None:
    apart = spread("match", kept(KEPT), "accuracy", "snli_test")
    assert apart is not None and abs(apart - 0.008) < 1e-9
    assert spread("match", kept(KEPT), "accuracy", "sick") is None
    assert spread("none", kept(KEPT), "accuracy", "snli_test") is None


def test_a_sentence_for_each_other_variant() -> None:
    (sentence,) = told(TASK, "match", KEPT, "accuracy", "accuracy")
    assert sentence == (
        "Its accuracy beside that of “no attention”, and in how many of 1,000 random drawings of the set it is higher: "
        "0.812 and 0.719 on snli_test (100% of drawings; two seeds of it are 0.008 apart); 0.8 and 0.79 on sick "
        "(60% of drawings)."
    )
    (alone,) = told(TASK, "match", {"d": KEPT["d"]}, "accuracy", "accuracy")
    assert alone.endswith("(60% of drawings). No second seed of it was compared.")
    assert list(told(TASK, "match", {"e": KEPT["e"]}, "accuracy", "accuracy")) == []


def test_a_set_that_was_scored_against_several_variants_is_shown_once() -> None:
    assert [one["split"] for one in one_a_set(KEPT)] == ["snli_test", "sick", "mnli", "gold"]
