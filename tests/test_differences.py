"""What a difference between variants is worth: paired bootstrap and second seeds, as scores.json keeps them."""

from typing import Any

from attnviz.tasks.differences import Difference, differences, one_a_set, spread, told
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


def test_a_difference_stands_beside_how_far_seeds_are_apart_on_the_same_set() -> None:
    first, second = differences("match", KEPT, "accuracy")
    assert first == Difference("snli_test", 0.812, "none", 0.719, 0.998, 1000, first.spread)
    assert first.spread is not None and abs(first.spread - 0.008) < 1e-9
    assert second == Difference("sick", 0.8, "none", 0.79, 0.6, 1000, None)
    assert spread("none", KEPT, "accuracy", "snli_test") is None
    assert differences("match", KEPT, "bleu") == []


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
