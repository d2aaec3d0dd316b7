"""The shape of a map against plain loops, known answers and invariants."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from attnviz.analysis import shape


@st.composite
def maps(draw: st.DrawFn) -> np.ndarray:
    """Rows of weights, many of them zeros, each row summing to 1."""
    size = draw(st.tuples(st.integers(1, 5), st.integers(1, 6)))
    raw = draw(arrays.arrays(np.float64, size, elements=st.sampled_from([0.0, 0.0, 0.1, 0.5, 1.0, 3.0])))
    raw[:, 0] += raw.sum(axis=1) == 0
    return raw / raw.sum(axis=1, keepdims=True)


def test_known_answers() -> None:
    weights = [[1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25], [0.5, 0.5, 0.0, 0.0]]
    assert shape.entropy(weights) == pytest.approx([0, math.log(4), math.log(2)])
    assert shape.normalised_entropy(weights) == pytest.approx([0, 1, 0.5])
    assert shape.effective_inputs(weights) == pytest.approx([1, 4, 2])
    assert shape.peak(weights) == pytest.approx([1, 0.25, 0.5])


@given(maps())
def test_entropy_is_the_formula(weights: np.ndarray) -> None:
    for row, found in zip(weights, shape.entropy(weights), strict=True):
        assert found == pytest.approx(-sum(a * math.log(a) for a in row if a > 0), abs=1e-12)


@given(maps(), st.integers(0, 3))
def test_masked_keys_change_neither_entropy_nor_peak(weights: np.ndarray, masked: int) -> None:
    padded = np.pad(weights, ((0, 0), (0, masked)))
    assert shape.entropy(padded) == pytest.approx(shape.entropy(weights))
    assert shape.effective_inputs(padded) == pytest.approx(shape.effective_inputs(weights))
    assert shape.peak(padded) == pytest.approx(shape.peak(weights))


@given(maps())
def test_spread_lies_between_one_key_and_all(weights: np.ndarray) -> None:
    keys = weights.shape[1]
    effective, normalised = shape.effective_inputs(weights), shape.normalised_entropy(weights)
    assert ((effective >= 1 - 1e-9) & (effective <= keys + 1e-9)).all()
    assert ((normalised >= 0) & (normalised <= 1 + 1e-9)).all()


def test_one_key_has_no_entropy() -> None:
    assert shape.normalised_entropy([[1.0], [0.7]]).tolist()[0] == 0
    assert (shape.normalised_entropy([[1.0], [1.0]]) == 0).all()


@given(maps())
def test_coverage_sums_over_the_output(weights: np.ndarray) -> None:
    found = shape.coverage(weights)
    per_key = [sum(row[j] for row in weights) for j in range(weights.shape[1])]
    assert found.per_key == pytest.approx(per_key)
    assert (found.least, found.most) == pytest.approx((min(per_key), max(per_key)))
    assert found.shortfall == pytest.approx(sum((1 - c) ** 2 for c in per_key))
    assert found.per_key.sum() == pytest.approx(len(weights))


def test_a_map_at_a_glance() -> None:
    weights = [[0.5, 0.0, 0.5], [0.0, 0.5, 0.0], [0.0, 0.0, 0.0]]
    found = shape.glance(weights, [0.0, 0.0, 0.0], [2], has_rest=False)
    assert found is not None
    assert found.effective == pytest.approx(1.5), "rows are taken as shares, and one of nothing is left out"
    assert found.coverage.per_key == pytest.approx([0.5, 0.5, 0.5])
    assert found.functional == pytest.approx(1 / 3)
    with_rest = shape.glance(weights, [0.0, 0.5, 1.0], [], has_rest=True)
    assert with_rest is not None
    assert (with_rest.effective, with_rest.functional) == pytest.approx((5 / 3, 0.5))


def test_a_glance_at_nothing() -> None:
    assert shape.glance(np.zeros((2, 3)), [0.0, 0.0], [], has_rest=False) is None
    assert shape.glance(np.zeros((0, 3)), [], [], has_rest=False) is None
    assert shape.glance(np.zeros((2, 0)), [1.0, 1.0], [], has_rest=True) is None
    found = shape.glance(np.eye(2), [0.0, 0.0], [], has_rest=False)
    assert found is not None and found.functional is None, "there are no function keys"


def test_a_permutation_covers_every_key_once() -> None:
    assert shape.coverage(np.eye(4)[[2, 0, 3, 1]]).shortfall == 0


def test_backward_steps() -> None:
    assert shape.backward_steps(np.eye(4)) == 0
    assert shape.backward_steps(np.eye(4)[::-1]) == 1
    assert shape.backward_steps(np.eye(4)[[0, 2, 1, 1, 3]]) == 0.25
    assert shape.backward_steps([[0.0, 1.0], [0.5, 0.5]]) == 1  # tied: the first counts


def test_how_far_back_and_how_long_at_one_place() -> None:
    assert shape.furthest_back(np.eye(5)[[0, 4, 1, 3, 2]]) == 3
    assert shape.furthest_back(np.eye(4)) == shape.furthest_back(np.zeros((0, 3))) == 0
    assert shape.stays(np.eye(4)[[2, 2, 0, 1, 1, 1]]) == [2, 1, 3]
    assert shape.stays(np.zeros((0, 3))) == shape.stays(np.zeros((3, 0))) == []


def test_share_on_function_keys_counts_the_rest() -> None:
    assert shape.share_on([[0.5, 0.2, 0.1], [0.0, 0.0, 1.0]], [0.2, 0.0], [2]) == pytest.approx([0.3, 1.0])
    assert shape.share_on([[0.5, 0.3]], [0.2], []) == pytest.approx([0.2])


def test_empty_maps() -> None:
    for figure in (shape.entropy, shape.normalised_entropy, shape.effective_inputs, shape.peak):
        assert figure(np.zeros((0, 3))).shape == (0,)
        assert figure(np.zeros((2, 0))).tolist() == [0, 0]
    assert shape.backward_steps(np.zeros((0, 3))) == shape.backward_steps(np.zeros((3, 0))) == 0
    assert shape.coverage(np.zeros((0, 3))).shortfall == 3
    assert shape.coverage(np.zeros((3, 0))).most == 0


def test_weights_are_queries_by_keys() -> None:
    with pytest.raises(ValueError, match="queries, keys"):
        shape.entropy([0.5, 0.5])


def test_keys_that_were_passed_over_are_told_in_runs() -> None:
    weights = [[0.9, 0.0, 0.1, 0.0, 0.0], [0.0, 0.1, 0.9, 0.0, 0.0]]
    assert shape.passed_over(weights, 0.2) == [range(1, 2), range(3, 5)]
    assert shape.passed_over(weights, 0.0) == []
    assert shape.passed_over(np.zeros((0, 2)), 0.1) == [range(0, 2)]
