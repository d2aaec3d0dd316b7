"""ABS+: of the n best headlines of a text, the one that also takes over more of the text (Rush, Chopra and Weston 2015,
section 5, "extractive tuning").

A headline has five features: its log-probability, and four counts of what it has in common with its text. Each is a sum
over the headline's places, divided by its number of tokens to the power of the length penalty, as the score of the
search is. The headline with the highest weighted sum is taken. The log-probability's weight is 1; the other weights are
tuned on a dev set, for high ROUGE. In the paper they count within the search, and MERT (Och 2003) tunes them; here they
rank what the search has found, and a random search tunes them.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from attnviz.reading import Hypothesis

FEATURES = ("log-probability", "words", "pairs", "triples", "reordered")
DRAWINGS = 2_000  # of weights, of which the best ones are kept
SEED = 1

Floats = NDArray[np.float64]


def matches(words: Sequence[str], text: Sequence[str]) -> tuple[int, int, int, int]:
    """What a headline has in common with its text: how many of its words stand there, how many of its pairs and triples
    of neighbouring words, and how many of its words stand there anywhere before the word that they follow here."""
    first = {word: place for place, word in reversed(list(enumerate(text)))}
    last = {word: place for place, word in enumerate(text)}
    known = {run for n in (1, 2, 3) for run in _runs(text, n)}
    singles, pairs, triples = (sum(run in known for run in _runs(words, n)) for n in (1, 2, 3))
    reordered = sum(b in first and a in last and first[b] < last[a] for a, b in _runs(words, 2))
    return singles, pairs, triples, reordered


def _runs(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(n)), strict=False))


def features(
    lists: Sequence[Sequence[Hypothesis]], texts: Sequence[Sequence[str]], most: int, length_penalty: float
) -> Floats:
    """The features of each headline: (texts, most, features), where no list has more than `most`. What follows a
    shorter list has the log-probability minus infinity, and is never taken.

    lists: the n best headlines of each text, best first. texts: the words of each text. Words are compared in small
    letters.
    """
    made = np.zeros((len(lists), most, len(FEATURES)))
    made[:, :, 0] = -np.inf
    for rows, best, text in zip(made, lists, texts, strict=True):
        small = [word.lower() for word in text]
        for row, hypothesis in zip(rows, best, strict=False):
            output = hypothesis.output
            tokens = sum(map(len, output.units)) + 1  # the end mark is one
            counts = matches([label.lower() for label in output.labels], small)
            row[:] = hypothesis.score, *(count / tokens**length_penalty for count in counts)
    return made


def chosen(features: Floats, weights: Floats) -> NDArray[np.int64]:
    """The place of the headline that is taken of each list: (texts,). weights: (features,)."""
    places: NDArray[np.int64] = (features @ weights).argmax(axis=1)
    return places


def tuned(features: Floats, figures: Floats) -> Floats:
    """The weights with the highest mean figure of the headlines that they take, (features,), of DRAWINGS that are drawn
    from a normal distribution, and of those that leave the search's own choice.

    figures: of each headline, such as its ROUGE; (texts, most). The drawings are the same at every call.
    """
    drawn = np.random.default_rng(SEED).normal(size=(DRAWINGS, len(FEATURES)))
    drawn[0] = 0
    drawn[:, 0] = 1
    every = np.arange(len(features))
    means = [figures[every, chosen(features, weights)].mean() for weights in drawn]
    best: Floats = drawn[int(np.argmax(means))]
    return best
