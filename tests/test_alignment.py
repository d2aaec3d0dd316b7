"""Maps against gold links: worked examples, invariants, and the published baseline."""

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from attnviz.analysis.alignment import Aligned, Links, aligned, argmax_links, diagonal_links, diagonal_score, score
from attnviz.tasks.translation.gold import read_gold

NO_REST = [0.0, 0.0, 0.0]


def links(*sure: tuple[int, int], possible: tuple[tuple[int, int], ...] = ()) -> Links:
    return Links(frozenset(sure), frozenset(possible))


def test_argmax_links() -> None:
    weights = [[0.1, 0.6, 0.1], [0.2, 0.2, 0.1], [0.4, 0.4, 0.2], [0.0, 0.0, 0.0], [0.5, 0.0, 0.0]]
    rest = [0.2, 0.5, 0.0, 0.0, 0.5]
    # The second word looks at the end mark, the third is tied, the fourth has no weight, the last ties with the mark.
    assert argmax_links(weights, rest) == {(1, 0), (0, 2), (0, 4)}
    assert argmax_links(np.zeros((2, 0)), [1.0, 1.0]) == set()


def test_a_worked_example() -> None:
    """Three words: one right and sure, one merely possible, one wrong; one more sure link is missed."""
    weights = [[0.8, 0.2, 0.0], [0.3, 0.4, 0.3], [0.5, 0.3, 0.2]]
    gold = links((0, 0), (2, 2), possible=((1, 1), (0, 1)))
    found = score([(aligned(weights, NO_REST), gold)])
    assert found["aer"] == pytest.approx(1 - (1 + 2) / (3 + 2))
    assert found["precision"] == pytest.approx(2 / 3)
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["words"] == 3
    assert found["argmax_hit"] == pytest.approx(2 / 3)
    assert found["mass"] == pytest.approx((0.8 + 0.7 + 0.2) / 3)
    assert found["match"] == pytest.approx(1 / 3)  # the second word's two keys tie with the third key


def test_match_wants_all_linked_keys_on_top() -> None:
    gold = links((0, 0), (1, 0))
    assert score([(aligned([[0.5, 0.3, 0.2]], [0.0]), gold)])["match"] == 1
    assert score([(aligned([[0.5, 0.2, 0.3]], [0.0]), gold)])["match"] == 0
    assert score([(aligned([[0.4, 0.2, 0.1]], [0.3]), gold)])["match"] == 0  # the end mark comes between


def test_sets_are_counted_as_one_not_averaged() -> None:
    long = (aligned(np.eye(3), NO_REST), links((0, 0), (1, 1), (2, 2)))
    short = (aligned([[0.0, 1.0]], [0.0]), links((0, 0)))
    found = score([long, short])
    assert found["aer"] == pytest.approx(1 - (3 + 3) / (4 + 4))
    assert found["argmax_hit"] == found["mass"] == 3 / 4


def test_a_shift_shows() -> None:
    """A map that comes one word late: the row after fits, and the last word, which has none after, misses."""
    gold = links((0, 0), (1, 1), (2, 2))
    late = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    found = score([(aligned(late, NO_REST), gold)])
    assert (found["argmax_hit"], found["argmax_hit_next"], found["argmax_hit_previous"]) == (0, 2 / 3, 0)


def test_words_without_links_count_in_aer_alone() -> None:
    found = score([(aligned(np.eye(3), NO_REST), links((0, 0)))])
    assert (found["words"], found["argmax_hit"]) == (1, 1)
    assert found["aer"] == pytest.approx(1 - 2 / 4)


def test_a_joined_source_word_links_each_token_it_covers() -> None:
    """Gold `de les raisons`, read as `des raisons`: the link to `des` is two links, its weight counts once."""
    found = aligned([[0.7, 0.3], [0.1, 0.9]], [0.0, 0.0], key_of=[0, 0, 1])
    assert found.links() == {(0, 0), (1, 0), (2, 1)}
    figures = score([(found, links((0, 0), (1, 0), (2, 1)))])
    assert (figures["aer"], figures["match"], figures["argmax_hit"]) == (0, 1, 1)
    assert figures["mass"] == pytest.approx((0.7 + 0.9) / 2)
    one_of_two = score([(found, links((1, 0), (2, 1)))])
    assert one_of_two["argmax_hit"] == 1
    assert one_of_two["aer"] == pytest.approx(1 - (2 + 2) / (3 + 2))


def test_gold_output_tokens_take_the_row_of_their_word() -> None:
    found = aligned([[0.9, 0.1], [0.2, 0.8]], [0.0, 0.0], query_of=[0, 0, 1])
    assert found.weights.tolist() == [[0.9, 0.1], [0.9, 0.1], [0.2, 0.8]]
    assert found.links() == {(0, 0), (0, 1), (1, 2)}


def test_nothing_to_count_is_nan() -> None:
    found = score([])
    assert found.pop("words") == 0
    assert all(math.isnan(value) for value in found.values())


@st.composite
def scored(draw: st.DrawFn) -> tuple[Aligned, Links]:
    queries, columns, keys = draw(st.integers(1, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 7))
    raw = draw(arrays.arrays(np.float64, (queries, columns + 1), elements=st.sampled_from([0.0, 0.1, 0.4, 1.0])))
    raw[:, -1] += raw.sum(axis=1) == 0
    raw /= raw.sum(axis=1, keepdims=True)
    key_of = sorted(draw(st.lists(st.integers(0, columns - 1), min_size=keys, max_size=keys)))
    pairs = st.frozensets(st.tuples(st.integers(0, keys - 1), st.integers(0, queries - 1)))
    return aligned(raw[:, :-1], raw[:, -1], key_of=key_of), Links(draw(pairs), draw(pairs))


@given(st.lists(scored(), max_size=3))
def test_every_figure_is_a_share(items: list[tuple[Aligned, Links]]) -> None:
    found = score(items)
    assert found["words"] == sum(len({query for _, query in gold.all}) for _, gold in items)
    for name in found.keys() - {"words"}:
        assert math.isnan(found[name]) or -1e-9 <= found[name] <= 1 + 1e-9


@given(scored())
def test_links_that_are_the_gold_ones_have_no_error(item: tuple[Aligned, Links]) -> None:
    found, _ = item
    perfect = score([(found, Links(frozenset(found.links())))])
    assert not perfect["words"] or (perfect["aer"], perfect["argmax_hit"]) == (0, 1)


def test_diagonal_links_keep_inside() -> None:
    assert diagonal_links(3, 3) == {(0, 0), (1, 1), (2, 2)}
    assert diagonal_links(4, 2) == {(0, 0), (0, 1), (1, 2), (1, 3)}  # 0.5 to the even 0, 1.5 capped
    assert diagonal_links(2, 5) == {(0, 0), (2, 1)}
    assert diagonal_links(2, 0) == diagonal_links(0, 2) == set()


def test_the_diagonal_is_scored_like_a_map() -> None:
    found = diagonal_score([(2, 2, links((0, 0), (0, 1)))])
    assert (found["argmax_hit"], found["match"], found["mass"], found["aer"]) == (0.5, 0.5, 0.5, 0.5)


@pytest.mark.parametrize(("name", "aer"), [("hansards", 0.552), ("alibi", 0.650)])
def test_the_diagonal_guess_has_the_published_error(shared: Path, name: str, aer: float) -> None:
    pairs = [pair for pair in read_gold(shared / "data/translation/align_gold.jsonl.xz") if pair.set == name]
    found = diagonal_score((len(pair.english), len(pair.french), pair.links) for pair in pairs)
    assert round(found["aer"], 3) == aer
