"""The sentences above a map, with the words that are selected, and the weights of the selected row or column."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp

import numpy as np

from attnviz.analysis.shape import Floats
from attnviz.figures import colours, maps
from attnviz.reading import Pieces, Weights
from attnviz.web import words
from attnviz.web.text import one_line
from attnviz.web.view import View, dark


def show(view: View) -> None:
    words.show(lines(view), key=_key(view), on_click=lambda: _clicked(view))


def probability(logprob: float) -> float:
    return exp(min(logprob, 0.0))


def _clicked(view: View) -> None:
    """Select the word's first row or column; select nothing where it is the selected one."""
    found = words.clicked(_key(view))
    if found is None or view.shown is None:
        return
    line, word = found
    if line == len(view.source):
        query = view.shown.queries.groups.index(word)
        view.select(None if view.selected == (query, None) else query, None)
    else:
        word += sum(len(pieces.labels) for pieces in view.source[:line])
        key = view.shown.keys.groups.index(word)
        view.select(None, None if view.selected == (None, key) else key)


def _key(view: View) -> str:
    return f"{view.place}_words"


def _sums(weights: Weights, groups: Sequence[int], count: int) -> Floats:
    """Of each word's subwords, (count,)."""
    return np.asarray(np.bincount(groups, weights, count), dtype=np.float64)


def _means(weights: Weights, groups: Sequence[int], count: int) -> Floats:
    subwords = np.bincount(groups, minlength=count)
    return _sums(weights, groups, count) / np.maximum(subwords, 1)


def lines(view: View) -> list[words.Line]:
    """Each text of the source, then the output, coloured by what is selected."""
    sources = [word for pieces in view.source for word in _plain(pieces)]
    outputs = _plain(view.output)
    if view.output.logprobs:
        outputs = [_sure(word, logprob) for word, logprob in zip(outputs, view.output.logprobs, strict=True)]
    query, key = view.selected
    if view.shown is not None:
        paint = _painter(view)
        rows, columns = view.shown.queries.groups, view.shown.keys.groups
        if query is not None:
            sources = paint(sources, _sums(view.shown.weights[query], columns, len(sources)))
            outputs = _choose(outputs, rows[query])
        if key is not None:
            if query is None:
                outputs = paint(outputs, _means(view.shown.weights[:, key], rows, len(outputs)))
            sources = _choose(sources, columns[key])
    lines, rest = [], iter(sources)
    for pieces in view.source:
        lines.append(words.Line("Input", [next(rest) for _ in pieces.labels]))
    return [*lines, words.Line("Output", outputs, large=True)]


def _plain(pieces: Pieces) -> list[words.Word]:
    gaps = words.spaced(pieces.text, pieces.labels)
    return [words.Word(one_line(label), gap) for label, gap in zip(pieces.labels, gaps, strict=True)]


def _sure(word: words.Word, logprob: float) -> words.Word:
    return replace(word, sure=probability(logprob), hint=f"probability {probability(logprob):.2f}")


def _choose(sentence: Sequence[words.Word], word: int) -> list[words.Word]:
    return [replace(one, chosen=one.chosen or i == word) for i, one in enumerate(sentence)]


def _painter(view: View) -> Callable[[Sequence[words.Word], Floats], list[words.Word]]:
    """What colours words by weights as the map does."""
    assert view.map is not None and view.shown is not None
    theme = colours.theme(dark())
    stops = theme.weights if view.minus is None else theme.differences
    scale = maps.scale_of(view.shown, stretch=view.stretch, difference=view.minus is not None)

    def paint(sentence: Sequence[words.Word], weights: Floats) -> list[words.Word]:
        places = np.clip((weights - scale.low) / (scale.high - scale.low), 0, 1) * (len(stops) - 1)
        backgrounds = [stops[round(place)] for place in places]
        return [
            replace(word, background=background, colour=_ink(background), hint=f"weight {weight:.2f}")
            for word, background, weight in zip(sentence, backgrounds, weights, strict=True)
        ]

    return paint


def _ink(background: str) -> str:
    """Black or white, whichever is read better on the colour: the better contrast by relative luminance (WCAG 2)."""
    channels = (int(background[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return "#000000" if luminance > 0.179 else "#ffffff"
