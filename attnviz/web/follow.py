"""The sentences above maps, with the words that are selected, and the weights of the selected row or column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from attnviz.figures import colours, maps
from attnviz.reading import Axis, Weights, Words
from attnviz.web import words
from attnviz.web.text import one_line
from attnviz.web.view import View, dark


@dataclass(frozen=True)
class Sentence:
    """A line, and where its words lie on the axis of its view: on the keys from `first` on, or on the queries."""

    line: words.Line
    view: View
    first: int | None = None


def show(*views: View) -> None:
    """What each view's map is over; a source that several share is shown once, coloured as the first one looks."""
    key = f"{views[0].place}_words"
    found = sentences(*views)
    words.show(
        [one.line for one in found],
        key=key,
        on_click=lambda: _clicked(found, words.clicked(key)),
        outline=colours.theme(dark()).outline,
    )


def probability(logprob: float) -> float:
    return exp(min(logprob, 0.0))


def sentences(*views: View) -> list[Sentence]:
    """Each text of the source, then the output, for every view, coloured by what is selected. They are cut as the axes
    of the maps are: into words, or into subwords with dots between those of a word."""
    found: list[Sentence] = []
    for i, view in enumerate(views):
        if not i or view.source != views[i - 1].source:
            found += _source(next((one for one in views[i:] if one.map and one.source == view.source), view))
        found.append(_output(view, several=len(views) > 1))
    return found


def _source(view: View) -> list[Sentence]:
    labels = [label for pieces in view.source for label in pieces.labels]
    axis = view.map.keys if view.map else Words.whole(labels)
    gaps = [gap for pieces in view.source for gap in words.spaced(pieces.text, pieces.labels)]
    shown = _words(axis, gaps)
    shown = [
        replace(one, marked=True, hint="not read: the model does not know these characters")
        if group in view.unread
        else one
        for one, group in zip(shown, axis.groups, strict=True)
    ]
    query, key = view.selected
    if query is not None and view.shown is not None:
        shown = _paint(view, shown, view.shown.weights[query])
    shown = _choose(shown, key, alone=query is None)
    found, first, word = [], 0, 0
    for pieces in view.source:
        word += len(pieces.labels)
        end = sum(group < word for group in axis.groups)
        found.append(Sentence(words.Line(view.axes.keys.capitalize(), shown[first:end]), view, first))
        first = end
    return found


def _output(view: View, *, several: bool) -> Sentence:
    output = view.output
    axis = view.map.queries if view.map else Words.whole(output.labels)
    shown = _words(axis, words.spaced(output.text, output.labels))
    if output.logprobs and len(axis) == len(output.labels):
        shown = [_sure(word, logprob) for word, logprob in zip(shown, output.logprobs, strict=True)]
    query, key = view.selected
    if key is not None and query is None and view.shown is not None:
        shown = _paint(view, shown, view.shown.weights[:, key])
    name = view.title if several and view.title else view.axes.queries.capitalize()
    note = view.note if several or not view.title else " · ".join(filter(None, (view.title, view.note)))
    return Sentence(
        words.Line(name, _choose(shown, query, alone=key is None), True, note, view.hint, view.caution), view
    )


def _words(axis: Axis, gaps: Sequence[str]) -> list[words.Word]:
    before = [-1, *axis.groups[:-1]]
    return [
        words.Word(one_line(label), "·" if group == last else gaps[group])
        for label, group, last in zip(axis.labels, axis.groups, before, strict=True)
    ]


def _sure(word: words.Word, logprob: float) -> words.Word:
    return replace(word, sure=probability(logprob), hint=f"probability {probability(logprob):.2f}")


def _choose(sentence: Sequence[words.Word], chosen: int | None, *, alone: bool) -> list[words.Word]:
    """alone: no word of the other axis is selected."""
    return [replace(one, chosen=i == chosen, again=i == chosen and alone) for i, one in enumerate(sentence)]


def _clicked(found: Sequence[Sentence], click: words.Click | None) -> None:
    """Select the row or column; or nothing, where it was the selected one."""
    if click is None:
        return
    if click.undo:
        found[0].view.select(None, None)
        return
    if click.line >= len(found) or click.word >= len(found[click.line].line.words):
        return  # of a sentence that is gone
    view, first = found[click.line].view, found[click.line].first
    view.select(*((click.word, None) if first is None else (None, first + click.word)))


def _paint(view: View, sentence: Sequence[words.Word], weights: Weights) -> list[words.Word]:
    """Words coloured by weights, or differences of weights, as the map colours them."""
    assert view.shown is not None
    theme = colours.theme(dark())
    signed = view.minus is not None
    stops, noun = (theme.differences, "difference") if signed else (theme.weights, "weight")
    scale = maps.scale_of(view.shown, stretch=view.stretch, difference=signed)
    places = np.clip((weights - scale.low) / (scale.high - scale.low), 0, 1) * (len(stops) - 1)
    backgrounds = [stops[round(float(place))] for place in places]
    hints = [f"{noun} {maps.value(float(weight), difference=signed)}" for weight in weights]
    return [
        replace(word, background=background, colour=_ink(background), hint=hint)
        for word, background, hint in zip(sentence, backgrounds, hints, strict=True)
    ]


def _ink(background: str) -> str:
    """Black or white, whichever is read better on the colour: the better contrast by relative luminance (WCAG 2)."""
    channels = (int(background[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = float(np.dot(linear, (0.2126, 0.7152, 0.0722)))
    return "#000000" if luminance > 0.179 else "#ffffff"
