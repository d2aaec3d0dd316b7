"""Readings as one page that needs nothing else: no server, no network, no model.

The page draws by the scripts of the app (`figures/browser`), and has the readings' JSON in it, so the app opens it like
a saved reading. Texts are escaped, or lie in JSON in which no tag can begin; a content security policy forbids the page
to load anything and to run any script but its own.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from attnviz.analysis import arpabet, copying
from attnviz.analysis.segments import times_of
from attnviz.attention import AttentionMap
from attnviz.axes import Frames, Grid
from attnviz.errors import InputError
from attnviz.export import numbers
from attnviz.figures import kinds, legend, links, maps, titles, words
from attnviz.figures.browser import over_words
from attnviz.figures.browser.article import ARTICLE, article, by_text
from attnviz.figures.browser.over_words import HEATMAP, RIBBON, WordMap
from attnviz.figures.browser.parts import Figure
from attnviz.figures.browser.photo import PHOTO, photo
from attnviz.figures.browser.timeline import TIMELINE, Sounded, Track, heard, timeline
from attnviz.figures.colours import DARK, LIGHT, Theme
from attnviz.figures.drawing import Drawing
from attnviz.figures.photo import Look, together
from attnviz.media import Photo, Sound
from attnviz.reading import Pieces, Reading

_READINGS = '<script type="application/json" id="readings">'
_END = "</script>"
_MOST_CELLS = 30_000  # of a table: a larger one would make the page slow
_VIEWS = """<fieldset id="views" hidden><legend>View of the map</legend>
<label><input type="radio" name="view" value="heatmap" checked> Matrix</label>
<label><input type="radio" name="view" value="ribbon"> Ribbon</label></fieldset>"""


@dataclass
class _Page:
    """What has been put together of a page. figures: what its script draws, each at the element `figure-N`. parts: the
    HTML of its body, in order. used: the figures whose scripts it needs."""

    figures: list[dict[str, Any]] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    used: dict[str, Figure] = field(default_factory=dict)

    def add(self, figure: Figure, data: Mapping[str, Any], **about: Any) -> int:
        """Add a figure, and return its number."""
        number = len(self.figures)
        self.used[figure.name] = figure
        self.figures.append({"figure": figure.name, "data": data, **about})
        self.parts.append(f'<div class="figure" id="figure-{number}" data-figure="{figure.name}"></div>')
        return number

    def choice(self) -> None:
        """Let a person choose between matrix and ribbon: once, above the first map."""
        if _VIEWS not in self.parts:
            self.parts.append(_VIEWS)

    def head(self, text: str) -> None:
        self.parts.append(f"<h2>{_text(text)}</h2>")

    def tell(self, text: str, kind: str = "told") -> None:
        if text:
            self.parts.append(f'<p class="{kind}">{words.kept_apart(_text(text))}</p>')


def page(readings: Sequence[Reading], drawing: Drawing) -> bytes:
    """The readings, which are one or several variants of one input, as a page. For a difference, they are the two whose
    maps are subtracted.

    Raises InputError where the difference can't be taken, and where a sound is damaged.
    """
    made, kind = _Page(), kinds.of(readings, drawing.map_name)
    draw = {"grid": _photos, "frames": _sounds}.get(kind.name, _texts)
    draw(made, readings, drawing)
    title = f"{readings[0].task.capitalize()}: {', '.join(dict.fromkeys(map(titles.title, readings)))}"
    caption, _, fine = legend.of_maps(readings, drawing).partition("\n")
    script = _script(made.used.values())
    parts = {
        "title": _text(title),
        "policy": _policy(script),
        "style": _style(),
        "body": "\n".join([*made.parts, *_tables(readings, drawing)]),
        "caption": _text(caption),
        "fine": _text(fine),
        "empty": "\n".join(map(_empty, made.used.values())),
        "figures": _json(made.figures),
        "readings": f"{_READINGS}{_untagged(numbers.to_json(readings).decode())}{_END}",
        "script": script,
    }
    return _file("page.html").format(**parts).encode()


def readings_of(content: bytes) -> bytes:
    """The JSON of the readings that a page has in it. Raises InputError where it has none."""
    start = content.find(_READINGS.encode())
    end = content.find(_END.encode(), start)
    if start < 0 or end < 0:
        raise InputError("This page has no reading in it: choose a page or a JSON file that was saved here.")
    return content[start + len(_READINGS) : end]


# The figures of each kind of map


def _texts(made: _Page, readings: Sequence[Reading], drawing: Drawing) -> None:
    """Maps over words: the text with the outputs above it, and each map below. A classifier's readings have their own
    texts and maps."""
    if readings[0].probabilities:
        for reading in readings:
            if len(readings) > 1:
                made.head(titles.title(reading))
            made.parts.append(_bars(reading))
            for attention in reading.maps:
                keys, queries = over_words.texts_of(reading, attention)
                _group(made, [_view(reading, attention, [keys], queries, drawing)])
    else:
        views = [_view(r, r.map(drawing.map_name), r.texts, r.output, drawing) for r in readings]
        for group in by_text(views):
            _group(made, group)
    if drawing.difference:
        _difference(made, readings, drawing)


def _view(
    reading: Reading, attention: AttentionMap | None, source: Sequence[Pieces], output: Pieces, drawing: Drawing
) -> WordMap:
    writes = not reading.probabilities
    return WordMap(
        source=source,
        output=output,
        map=attention,
        stretch=drawing.stretch,
        strongest=drawing.strongest,
        title=titles.title(reading) if writes else "",
        note="" if attention else f"{maps.NO_MAP}.",
        copied=copying.copied(reading) if writes else None,
        shares=copying.shares(reading) if writes else None,
        forced=reading.given.forced is not None,
    )


def _group(made: _Page, views: Sequence[WordMap]) -> None:
    """Views in which the same words are chosen."""
    group = f"group-{len(made.figures)}"
    made.add(ARTICLE, _themed(lambda theme: article(views, theme)), group=group)
    for place, view in enumerate(views):
        if view.map is None:
            continue
        made.choice()
        if len(views) > 1:
            made.head(view.title)
        _map(made, view, group, place)
        made.tell(links.told(view.map))


def _map(made: _Page, view: WordMap, group: str, place: int) -> None:
    """The map as a matrix and, where that is not too large, as a ribbon, of which one is seen."""
    told = over_words.too_large(view)
    matrix = made.add(HEATMAP, _themed(lambda theme: over_words.matrix(view, theme)), group=group, place=place)
    if told or view.map is None or not view.map.weights.size:
        made.figures[matrix]["always"] = True
        made.tell(told)
    else:
        data = _themed(lambda theme: over_words.ribbon_alone(view, theme))
        made.add(RIBBON, data, group=group, place=place, like=matrix)


def _difference(made: _Page, readings: Sequence[Reading], drawing: Drawing) -> None:
    first, second = readings
    subtracted = maps.difference(readings, drawing.map_name)
    a, b = first.map(drawing.map_name), second.map(drawing.map_name)
    made.head(f"Difference: {titles.minus(first, second)}")
    sides = (words.shown(first.name), words.shown(second.name))
    view = WordMap(source=(), output=first.output, map=a, minus=b, sides=sides, stretch=drawing.stretch)
    _map(made, view, f"difference-{len(made.figures)}", 0)
    made.tell(links.told(subtracted, difference=True))


def _photos(made: _Page, readings: Sequence[Reading], drawing: Drawing) -> None:
    own = Look(drawing.smooth, drawing.strength, drawing.common, drawing.end)
    look = together(own, [reading.map(drawing.map_name) for reading in readings])
    for reading in readings:
        (picture,) = reading.source
        assert isinstance(picture, Photo)
        attention = reading.map(drawing.map_name)
        alt = " ".join(filter(None, ["The photo.", reading.output.text, links.told(attention) if attention else ""]))
        if len(readings) > 1:
            made.head(titles.title(reading))
        made.add(PHOTO, photo(picture, reading.output, attention, look, alt), group="photos")
        if attention:
            made.tell(links.told(attention))


def _sounds(made: _Page, readings: Sequence[Reading], drawing: Drawing) -> None:
    """A timeline for each sound: those of several parts of a recording one below another."""
    by_sound: dict[Sound, list[Reading]] = {}
    for reading in readings:
        (sound,) = reading.source
        assert isinstance(sound, Sound)
        by_sound.setdefault(sound, []).append(reading)
    for sound, of_sound in by_sound.items():
        _sound(made, sound, of_sound, drawing)


def _sound(made: _Page, sound: Sound, readings: Sequence[Reading], drawing: Drawing) -> None:
    tracks = [_track(reading, drawing) for reading in readings]
    if any(track.map for track in tracks):
        made.choice()
    if drawing.difference:
        first, second = readings
        sides, minus = (first.name, second.name), second.map(drawing.map_name)
        own = _track(first, drawing)
        tracks.append(Track(f"Difference: {titles.minus(*readings)}", own.output, own.map, own.times, minus, sides))
    alphabet = {name: Sounded(ipa, "") for name, ipa in arpabet.IPA.items()}

    def drawn(theme: Theme) -> dict[str, Any]:
        return timeline(sound, tracks, alphabet, theme, heard(sound, theme), stretch=drawing.stretch)

    made.add(TIMELINE, _themed(drawn), group="sounds")
    for track in tracks:
        if track.map and track.minus is None:
            made.tell(links.told(track.map))


def _track(reading: Reading, drawing: Drawing) -> Track:
    return Track(
        title=titles.title(reading),
        output=reading.output,
        map=reading.map(drawing.map_name),
        times=times_of(reading, drawing.map_name),
        note="" if reading.maps else f"{maps.NO_MAP}.",
    )


# Parts of the page


def _bars(reading: Reading) -> str:
    """How likely the reading finds each label."""
    rows = "".join(
        f'<tr><th scope="row">{_text(label)}</th><td><span class="bar" style="width: {100 * share:.1f}%"></span></td>'
        f"<td>{share:.2f}</td></tr>"
        for label, share in reading.probabilities.items()
    )
    told = f'<p class="output">{_text(reading.output.text.capitalize())}.</p>'
    return f'{told}<table class="bars"><caption>Probability of each label</caption>{rows}</table>'


def _tables(readings: Sequence[Reading], drawing: Drawing) -> Iterator[str]:
    """The numbers of each map, which open on demand."""
    for reading in readings:
        shown = reading.maps if reading.probabilities else filter(None, [reading.map(drawing.map_name)])
        for attention in shown:
            pooled, width = kinds.pool(attention)
            if not 0 < pooled.weights.size <= _MOST_CELLS:
                continue
            note = kinds.pooled_note(attention, columns=width)
            of = f": {titles.title(reading)}" if len(readings) > 1 else ""
            yield (
                f"<details><summary>Numbers of the map{_text(of)}</summary>"
                f"<p>Rows: {_text(attention.query_name)}. Columns: {_text(attention.key_name)}. {_text(note)}</p>"
                f'<div class="scrolls" tabindex="0" role="region" aria-label="Numbers">{_table(pooled)}</div></details>'
            )


def _table(attention: AttentionMap) -> str:
    heads = "".join(f'<th scope="col">{_text(label)}</th>' for label in [*_heads(attention), maps.REST_LABEL])
    rows = "".join(
        f'<tr><th scope="row">{_text(label)}</th>{_numbers((*weights, rest))}</tr>'
        for label, weights, rest in zip(attention.queries.labels, attention.weights, attention.rest, strict=True)
    )
    return f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _numbers(weights: Sequence[float]) -> str:
    return "".join(f"<td>{weight:.3f}</td>" for weight in weights)


def _heads(attention: AttentionMap) -> Sequence[str]:
    if isinstance(attention.keys, Frames):
        return [f"{centre:.2f} s" for centre in attention.keys.centres]
    return [f"row.column {label}" if isinstance(attention.keys, Grid) else label for label in attention.keys.labels]


def _style() -> str:
    return _file("page.css").replace("/* light */", _colours(LIGHT)).replace("/* dark */", _colours(DARK))


def _colours(theme: Theme) -> str:
    named = {"page": theme.page, "text": theme.text, "muted": theme.muted, "line": theme.grid, "accent": theme.lines[0]}
    return " ".join(f"--{name}: {colour};" for name, colour in named.items())


def _empty(figure: Figure) -> str:
    """An empty place for the figure, to be copied. On paper there are no buttons."""
    style = f"<style>{figure.css}{_file('printed.css')}</style>"
    return f'<template id="empty-{figure.name}">{style}{figure.html}</template>'


def _script(figures: Iterable[Figure]) -> str:
    """The scripts of the figures, each in a function of its own, and the page's, which calls them."""
    own = "\n".join(
        f"scripts.{figure.name} = (() => {{\n{figure.js.replace('export default function', 'function draw', 1)}\n"
        "return draw;\n})();"
        for figure in figures
    )
    return f'"use strict";\nconst scripts = {{}};\n{own}\n(() => {{\n{_file("page.js")}}})();\n'


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def _file(name: str) -> str:
    return (Path(__file__).parent / "page" / name).read_text("utf-8")


def _text(text: str) -> str:
    return escape(words.shown(text))


def _json(data: Any) -> str:
    return _untagged(json.dumps(data, ensure_ascii=False, separators=(",", ":")))


def _untagged(text: str) -> str:
    """JSON in which no tag can begin or end: a < stands in its strings alone, where this means the same."""
    return text.replace("<", "\\u003c")


# Light and dark


def _themed(data: Callable[[Theme], Any]) -> Any:
    """What the function returns for both themes: what differs is {"light": …, "dark": …}."""
    return _both(data(LIGHT), data(DARK))


def _both(light: Any, dark: Any) -> Any:
    if isinstance(light, dict):
        return {name: _both(light[name], dark[name]) for name in light}
    if isinstance(light, list) and light and isinstance(light[0], dict):
        return [_both(one, other) for one, other in zip(light, dark, strict=True)]
    return light if light == dark else {"light": light, "dark": dark}
