"""The sentences above maps, with the words that are selected, and the weights of the selected row or column."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from attnviz.attention import Weights
from attnviz.axes import Axis, Words
from attnviz.figures import colours, likely, maps
from attnviz.figures import words as spelt
from attnviz.web.theme import dark
from attnviz.web.views import words
from attnviz.web.views.map_view import MapView

NUMBER = st.column_config.NumberColumn(format="%.3f")  # in a table: 0.300 beside 0.251


@dataclass(frozen=True)
class Sentence:
    """A line, and where its words lie on the axes of its view: on the keys from `first` on, or on the queries where
    `first` is None."""

    line: words.Line
    view: MapView
    first: int | None = None


def show(*views: MapView) -> None:
    """Show what each view's map is over. A source that several share is shown once, coloured as the first one looks."""
    key = f"{views[0].place}_words"
    shown = sentences(*views)
    words.show(
        [sentence.line for sentence in shown],
        key=key,
        on_click=lambda: _clicked(shown, words.clicked(key)),
        outline=colours.theme(dark()).outline,
    )


def sentences(*views: MapView) -> list[Sentence]:
    """Each text of the source, then the output, for every view, coloured by what is selected. They are cut as the axes
    of the maps are: into words, or into subwords with dots between those of a word."""
    lines: list[Sentence] = []
    for i, view in enumerate(views):
        if not i or view.source != views[i - 1].source:
            lines += _source(next((other for other in views[i:] if other.map and other.source == view.source), view))
        lines.append(_output(view, several=len(views) > 1))
    return lines


def _source(view: MapView) -> list[Sentence]:
    labels = [label for pieces in view.source for label in pieces.labels]
    axis = view.map.keys if view.map else Words.whole(labels)
    gaps = [gap for pieces in view.source for gap in spelt.spaced(pieces.text, pieces.labels)]
    shown = _words(axis, gaps)
    shown = [
        replace(word, marked=True, hint="not read: the model does not know these characters")
        if group in view.unread
        else word
        for word, group in zip(shown, axis.groups, strict=True)
    ]
    query, key = view.selected
    if query is not None and view.shown is not None:
        shown = _paint(view, shown, view.shown.weights[query])
    shown = _choose(shown, key, alone=query is None)
    lines, first, count = [], 0, 0
    for pieces in view.source:
        count += len(pieces.labels)
        end = sum(group < count for group in axis.groups)
        line = words.Line(
            view.key_name.capitalize(), shown[first:end], group=view.following, place=view.place, first=first
        )
        lines.append(Sentence(line, view, first))
        first = end
    return lines


def _output(view: MapView, *, several: bool) -> Sentence:
    output = view.output
    axis = view.map.queries if view.map else Words.whole(output.labels)
    shown = _words(axis, spelt.spaced(output.text, output.labels))
    if output.logprobs and len(axis) == len(output.labels):
        shown = [_sure(word, logprob) for word, logprob in zip(shown, output.logprobs, strict=True)]
    query, key = view.selected
    if key is not None and query is None and view.shown is not None:
        shown = _paint(view, shown, view.shown.weights[:, key])
    name, note = view.named(several=several), view.noted(several=several)
    chosen = _choose(shown, query, alone=key is None)
    return Sentence(words.Line(name, chosen, True, note, view.caution, view.following, view.place), view)


def _words(axis: Axis, gaps: Sequence[str]) -> list[words.Word]:
    return [words.Word(word, before) for word, before in spelt.placed(axis, gaps)]


def _sure(word: words.Word, logprob: float) -> words.Word:
    return replace(word, sure=likely.probability(logprob), hint=f"probability {likely.told(logprob)}")


def _choose(sentence: Sequence[words.Word], chosen: int | None, *, alone: bool) -> list[words.Word]:
    """Mark the word that is chosen. alone: no word of the other axis is selected."""
    return [replace(word, chosen=i == chosen, again=i == chosen and alone) for i, word in enumerate(sentence)]


def _clicked(shown: Sequence[Sentence], click: words.Click | None) -> None:
    """Select the row or column; or nothing, where it was the selected one."""
    if click is None:
        return
    if click.undo:
        shown[0].view.select(None, None)
        return
    if click.line >= len(shown) or click.word >= len(shown[click.line].line.words):
        return  # the sentence is gone
    view, first = shown[click.line].view, shown[click.line].first
    view.select(*((click.word, None) if first is None else (None, first + click.word)))


def _paint(view: MapView, sentence: Sequence[words.Word], weights: Weights) -> list[words.Word]:
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
        replace(word, background=background, colour=colours.ink(background), hint=hint)
        for word, background, hint in zip(sentence, backgrounds, hints, strict=True)
    ]
