"""Two variants on one input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.analysis.compare import divergent, first_difference, jsd, mean_jsd

rows = st.integers(1, 6).flatmap(
    lambda n: st.tuples(*[st.lists(st.sampled_from([0.0, 0.1, 0.7, 2.0]), min_size=n, max_size=n).filter(any)] * 2)
)


def plain_jsd(p: list[float], q: list[float]) -> float:
    p, q = [x / sum(p) for x in p], [x / sum(q) for x in q]
    total = 0.0
    for a, b in zip(p, q, strict=True):
        m = (a + b) / 2
        total += (a * math.log(a / m) if a else 0) / 2 + (b * math.log(b / m) if b else 0) / 2
    return total


@given(rows)
def test_jsd_is_the_formula(pair: tuple[list[float], list[float]]) -> None:
    assert float(jsd(*pair)) == pytest.approx(plain_jsd(*pair), abs=1e-12)


@given(rows)
def test_jsd_is_symmetric_and_bounded(pair: tuple[list[float], list[float]]) -> None:
    p, q = pair
    assert 0 <= float(jsd(p, q)) <= math.log(2)
    assert float(jsd(p, q)) == pytest.approx(float(jsd(q, p)))
    assert float(jsd(p, p)) == pytest.approx(0, abs=1e-12)


def test_maps_that_share_no_key_lie_ln_2_apart() -> None:
    assert mean_jsd(np.eye(3), np.eye(3)[[1, 2, 0]]) == pytest.approx(math.log(2))


def test_the_mean_is_over_rows_that_have_weight_in_both() -> None:
    a, b = [[1.0, 0.0], [0.5, 0.5], [0.0, 0.0]], [[0.0, 1.0], [0.2, 0.2], [1.0, 0.0]]
    assert mean_jsd(a, b) == pytest.approx(math.log(2) / 2)
    assert math.isnan(jsd(a, b)[2])
    assert math.isnan(mean_jsd(np.zeros((2, 2)), np.eye(2)))
    assert math.isnan(mean_jsd(np.zeros((0, 2)), np.zeros((0, 2))))


def test_only_maps_of_one_shape_are_compared() -> None:
    with pytest.raises(ValueError, match="one shape"):
        jsd(np.eye(2), np.eye(3))


def test_first_difference() -> None:
    assert first_difference(["the", "cat", "sleeps"], ["the", "dog", "sleeps"]) == 1
    assert first_difference(["the", "cat"], ["the", "cat", "."]) == 2
    assert first_difference(["the", "cat"], ["the", "cat"]) is None
    assert first_difference([], []) is None


@pytest.mark.parametrize(
    ("outputs", "marked"),
    [
        (["a b c", "a b c"], ["", ""]),
        (["a b c", "a x c"], ["b", "x"]),
        (["a b c", "a c", "a b c d"], ["b", "", "d"]),
        (["a b", ""], ["a b", ""]),
        (["a b c", "x y"], ["a b c", "x y"]),
    ],
)
def test_words_that_part_outputs_are_told(outputs: list[str], marked: list[str]) -> None:
    words = [output.split() for output in outputs]
    found = divergent(words)
    told = [" ".join(w for w, part in zip(*pair, strict=True) if part) for pair in zip(words, found, strict=True)]
    assert told == marked


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=12), min_size=1, max_size=4))
def test_what_does_not_part_an_output_stands_in_the_first_one_too(outputs: list[list[str]]) -> None:
    found = divergent(outputs)
    for output, marks in zip(outputs[1:], found[1:], strict=True):
        common = iter(outputs[0])
        assert all(word in common for word, parts in zip(output, marks, strict=True) if not parts)
