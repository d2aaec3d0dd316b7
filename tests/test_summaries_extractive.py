"""ABS+: features of headlines beside plain loops, and weights that take the better ones."""

import numpy as np
import pytest

from attnviz.nn.beam import normalised
from attnviz.reading import Hypothesis, Pieces
from attnviz.tasks.summaries.extractive import FEATURES, chosen, features, matches, tuned

TEXT = "the fire in the old town of lund was out by noon".split()


def by_loops(words: list[str], text: list[str]) -> tuple[int, ...]:
    """The features of Rush et al. 2015, section 5, as they are written there: at each place, whether the words up to it
    stand in the text, and whether the word stands there before the one that it follows."""
    counts = [0, 0, 0, 0]
    for i in range(len(words)):
        for k in range(3):
            if i - k >= 0:
                counts[k] += any(
                    all(j - back >= 0 and words[i - back] == text[j - back] for back in range(k + 1))
                    for j in range(len(text))
                )
        if i:
            counts[3] += any(
                words[i - 1] == text[k] and words[i] == text[j] for k in range(len(text)) for j in range(k)
            )
    return tuple(counts)


@pytest.mark.parametrize(
    "headline",
    [
        "fire in lund",
        "lund fire out",
        "old town of lund",
        "the the",
        "noon fire noon",
        "",
        "rain",
        "in the old the fire",
    ],
)
def test_what_a_headline_shares_with_its_text_is_counted_as_by_loops(headline: str) -> None:
    assert matches(headline.split(), TEXT) == by_loops(headline.split(), TEXT)


def hypothesis(text: str, logprob: float, length_penalty: float = 1.0) -> Hypothesis:
    labels = tuple(text.split())
    pieces = Pieces(text, labels, tuple((label,) for label in labels))
    return Hypothesis(pieces, normalised(logprob, len(labels) + 1, length_penalty), ())


def test_features_are_sums_over_a_power_of_the_tokens_and_a_short_list_is_filled() -> None:
    lists = [
        [hypothesis("Old town fire", -8.0, 0.5)],
        [hypothesis("rain", -2.0, 0.5), hypothesis("Fire in", -3.0, 0.5)],
    ]
    made = features(lists, [TEXT, TEXT], 2, 0.5)
    assert made.shape == (2, 2, len(FEATURES))
    np.testing.assert_allclose(made[0, 0], np.array([-8.0, 3, 1, 0, 1]) / 4**0.5)
    assert made[0, 1, 0] == -np.inf
    assert chosen(made, np.array([1.0, -9, -9, -9, -9])).tolist() == [0, 0]


def test_the_search_is_followed_where_counts_say_nothing_and_else_what_is_better() -> None:
    lists = [[hypothesis("rain again", -2.0), hypothesis("fire in lund", -2.2)]] * 5
    made = features(lists, [TEXT] * 5, 2, 1.0)
    copying, own = np.array([[0.0, 1.0]] * 5), np.array([[1.0, 0.0]] * 5)
    assert chosen(made, tuned(made, own)).tolist() == [0] * 5
    weights = tuned(made, copying)
    assert chosen(made, weights).tolist() == [1] * 5
    assert weights[0] == 1 and np.array_equal(weights, tuned(made, copying)), "the same at every call"
    assert np.array_equal(tuned(made, np.zeros((5, 2))), [1, 0, 0, 0, 0]), "the search's own choice where nothing gains"
