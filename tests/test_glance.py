"""What is told below a map: its strongest links, and the figures of its shape, by known answers."""

import numpy as np
import pytest

from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap
from attnviz.axes import Axis, Frames, Grid, Words
from attnviz.figures import kinds, links
from attnviz.web.views import glance


def over(
    keys: Axis, queries: tuple[str, ...], weights: object, rest: object = None, name: str = ATTENTION
) -> AttentionMap:
    filled = np.asarray(weights, np.float32).reshape(len(queries), len(keys))
    rests = np.zeros(len(queries)) if rest is None else np.asarray(rest)
    return AttentionMap(name, Words.whole(queries), keys, filled, rests.astype(np.float32))


def words(weights: object, rest: object = None, name: str = ATTENTION) -> AttentionMap:
    return over(Words.whole(("un", "chien", ".")), ("a", "dog", "."), weights, rest, name)


def line(attention: AttentionMap) -> str:
    figures = glance.figures_of(attention)
    assert figures is not None
    return glance.told(attention, figures).replace("\u2060", "").replace("\\", "")


CLEAR = [[0.8, 0.2, 0], [0, 0.9, 0.1], [0, 0, 1]]


def test_the_strongest_links_are_told_one_of_each_word_and_without_punctuation() -> None:
    assert links.strongest(words(CLEAR)) == [(1, 1), (0, 0)]
    told = "the strongest links are “dog” to “chien” (0.90) and “a” to “un” (0.80)."
    assert links.told(words(CLEAR)) == f"Between words, {told}", "the link of the full stops is stronger"
    weaker = words([[0.8, 0.2, 0], [0, 0.9, 0.1], [0, 0, 0.3]])
    assert links.told(weaker) == f"T{told[1:]}"


def test_a_word_from_right_to_left_leaves_the_order_of_what_stands_around_it() -> None:
    told = over(Words.whole(("שלום", "עולם")), ("hello", "world"), [[0.9, 0.1], [0.2, 0.8]])
    assert line(told).startswith("The strongest links are “hello” to “\u2068שלום\u2069” (0.90) and “world” to ")


def test_punctuation_is_told_where_there_is_nothing_else() -> None:
    assert links.told(words([[0, 0, 1], [0, 0, 0.5], [0, 0, 0]])) == (
        "The strongest links are “a” to “.” (1.00) and “dog” to “.” (0.50)."
    )


def test_a_link_to_punctuation_is_not_called_one_between_words() -> None:
    resting = words([[0, 0, 0.2], [0, 0, 0], [0, 0, 0]], rest=[0.8, 1, 1])
    assert links.told(resting) == "The strongest link is “a” to “.” (0.20)."


def test_of_equal_links_the_first_ones_are_told() -> None:
    assert links.strongest(over(Words.whole(tuple("abcde")), tuple("vwxyz"), np.eye(5))) == [(0, 0), (1, 1), (2, 2)]


def test_links_that_are_told_alike_are_told_once() -> None:
    """A model that has lost its place writes one word again and again, and looks at one place."""
    lost = over(
        Words.whole(tuple("abcde")),
        ("n", "n", "n", "a", "z"),
        np.eye(5)[[4, 4, 4, 4, 1]] * [[1], [1], [1], [0.5], [0.2]],
    )
    assert links.told(lost) == "The strongest links are “n” to “e” (1.00), “a” to “e” (0.50) and “z” to “b” (0.20)."


@pytest.mark.parametrize("weights", [np.zeros((3, 3)), np.full((3, 3), 0.004)])
def test_links_too_weak_to_be_told_are_not(weights: np.ndarray) -> None:
    assert links.told(words(weights)) == ""


def test_the_largest_differences_are_told_either_way() -> None:
    told = links.told(words([[0.1, 0, 0], [0, -0.6, 0], [0, 0, 0]]), difference=True)
    assert told == "The largest differences are “dog” to “chien” (−0.60) and “a” to “un” (+0.10)."


def test_a_place_in_a_photo_is_told_by_thirds() -> None:
    place = kinds.KINDS["grid"].place
    grid = Grid(7, 7, 70, 70)
    assert [place(grid, key) for key in (0, 3, 6)] == ["the top left", "the top", "the top right"]
    assert [place(grid, key) for key in (21, 24, 27)] == ["the left", "the middle", "the right"]
    assert [place(grid, key) for key in (42, 45, 48)] == ["the bottom left", "the bottom", "the bottom right"]
    assert place(Grid(1, 1, 5, 5), 0) == "the middle"


def test_a_moment_is_told_in_seconds() -> None:
    heard = over(Frames(1.0, 0.04, 3), ("SH",), [0.1, 0.7, 0.2])
    assert links.told(heard) == "The strongest link is “SH” to 1.06 s (0.70)."
    told = line(heard)
    assert "On average, the model listens to 2.2 moments (0.09 s) at a time." in told, "of 0.04 s each"
    assert "Summed over all rows, each moment got a weight of 0.10 to 0.70." in told


def test_the_line_below_a_map() -> None:
    assert line(words(np.eye(3))) == (
        "The strongest links are “a” to “un” (1.00) and “dog” to “chien” (1.00). On average, the model looks at "
        "1.0 word at a time. Summed over all rows, each word got a weight of 1.00. 33% of the weight lies on "
        "punctuation: that is a place to look where no word matters."
    )
    assert "Summed over all rows, “.” got the most weight (1.10) and “un” the least (0.80)." in line(words(CLEAR))


def test_punctuation_that_is_never_looked_at_is_not_called_the_least_covered_word() -> None:
    told = line(words([[0.5, 0.1, 0], [0, 0.5, 0], [0, 0.5, 0]], [0.4, 0.5, 0.5]))
    assert "“chien” got the most weight (1.10) and “un” the least (0.50); punctuation got none." in told
    told = line(words([[0.5, 0, 0], [0, 0.5, 0], [0, 0, 0]], [0.5, 0.5, 1]))
    assert "each word got a weight of 0.50; punctuation got none." in told


def test_the_weight_on_no_input_counts_as_one_more_place() -> None:
    told = line(words([[0.5, 0, 0], [0, 0.5, 0], [0, 0.5, 0]], [0.5, 0.5, 0.5], SUBWORDS))
    assert "the model looks at 2.0 subwords at a time." in told
    assert "50% of the weight lies on ∅: that is a place" in told, "no weight lies on punctuation"
    told = line(words([[0.5, 0, 0], [0, 0.5, 0], [0, 0.25, 0.25]], [0.5, 0.5, 0.5], SUBWORDS))
    assert "58% of the weight lies on punctuation and ∅: that is a place" in told


def test_each_figure_is_explained_with_its_exact_term() -> None:
    attention = words(CLEAR)
    figures = glance.figures_of(attention)
    assert figures is not None
    told = glance.explained(attention, figures)
    for term in ("Effective number of inputs", "Coverage", "Share on function keys"):
        assert f"**{term}**" in told
    assert "The sum of (1 − coverage)² is 0.1;" in told, "0.2² + 0.1² + 0.1²"


def test_a_label_is_told_as_it_stands() -> None:
    attention = over(Words.whole(("*un*", "[x](y)")), ("a", "b"), np.eye(2))
    assert "“*un*”" in line(attention)
    figures = glance.figures_of(attention)
    assert figures is not None
    assert "\\*un\\*" in glance.told(attention, figures), "nothing of it is Markdown"


def test_a_map_without_weight_has_no_line() -> None:
    assert glance.figures_of(words(np.zeros((3, 3)))) is None
