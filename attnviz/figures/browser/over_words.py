"""Maps over words, as a matrix (`heatmap.js`) or as a ribbon (`ribbon.js`).

In the browser a person points at cells, links and labels, chooses them with the mouse, a finger or the keys, and plays
through the rows. A ribbon is links between two columns of words, drawn by weight: weak links can be hidden, and it is
told how much of the weight is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from attnviz.analysis.wording import sentence_case
from attnviz.attention import KEY_NAME, QUERY_NAME, AttentionMap
from attnviz.figures import maps, screen, words
from attnviz.figures.browser.parts import figure
from attnviz.figures.colours import Theme, ink
from attnviz.reading import Pieces, Reading

HEATMAP = figure("heatmap", '<div class="map heatmap"></div>', ["map", "heatmap"], ["parts", "map", "heatmap"])
RIBBON = figure("ribbon", '<div class="map ribbon"></div>', ["map", "ribbon"], ["parts", "map", "ribbon"])

MOST = 80  # words of a ribbon's side: more would be too many links to follow, and to draw at once
_DECIMALS = 4
_RIBBON_HINT = "Point at a word to see its links alone."


@dataclass(frozen=True, kw_only=True)
class WordMap:
    """A map over words, with the texts that it is over.

    source, output: the texts that its keys and its queries are of. called: what a person calls the output and the
    source where there is no map to say it. minus: the map that is subtracted, for a difference. sides: what the two of
    a difference are called, as plain text. strongest: how many keys of each row are shown, 0 for all. title: what
    tells it from others that stand beside it. note, caution: plain text below the output. copied: the places of the
    output's words that were copied, and shares: how much of each word's probability came from copying; both are None
    where the model can't copy. forced: whether a person gave the output.
    """

    source: Sequence[Pieces]
    output: Pieces
    map: AttentionMap | None
    called: tuple[str, str] = (QUERY_NAME, KEY_NAME)
    minus: AttentionMap | None = None
    sides: tuple[str, str] | None = None
    stretch: bool = False
    strongest: int = 0
    side: int = screen.USUAL_SIDE
    title: str = ""
    note: str = ""
    caution: str = ""
    copied: tuple[int, ...] | None = None
    shares: tuple[float, ...] | None = None
    forced: bool = False

    @property
    def query_name(self) -> str:
        """What a person calls the map's rows, and the text that they are."""
        return self.map.query_name if self.map else self.called[0]

    @property
    def key_name(self) -> str:
        """What a person calls the map's columns, and the text that they are."""
        return self.map.key_name if self.map else self.called[1]

    @property
    def shown(self) -> AttentionMap | None:
        return self.map if self.map is None or self.minus is None else maps.subtract(self.map, self.minus)

    @cached_property
    def heatmap(self) -> screen.Heatmap | None:
        """The heatmap, or None where there is no map."""
        if self.map is None:
            return None
        return screen.heatmap(
            self.map, self.minus, stretch=self.stretch, strongest=self.strongest, side=self.side, unread=self.unread
        )

    @property
    def unread(self) -> frozenset[int]:
        """The words of the input that the model knows no subword of."""
        return words.unread(self.source)

    def named(self, *, several: bool) -> str:
        """What stands beside the output. several: other outputs stand with it."""
        return self.title if several and self.title else self.query_name.capitalize()

    def noted(self, *, several: bool) -> str:
        """What stands below the output: its title too, where that does not stand beside it."""
        return (
            self.note if several or not self.title else " · ".join(filter(None, (f"Variant: {self.title}", self.note)))
        )


def texts_of(reading: Reading, attention: AttentionMap) -> tuple[Pieces, Pieces]:
    """The text that the map's keys are of, and the one that its queries are of.

    Where a single row stands for a whole text, that text is returned as one word. If both texts have the same words, it
    does not matter which of them is taken for the keys.
    """
    keys = next(text for text in reading.texts if text.labels == attention.keys.labels)
    queries = next(text for text in reversed(reading.texts) if text is not keys)
    if len(attention.queries) != len(queries.labels):
        queries = Pieces(queries.text, attention.queries.labels, (attention.queries.labels,))
    return keys, queries


def matrix(view: WordMap, theme: Theme) -> dict[str, Any]:
    """What `heatmap.js` draws of a map, which the view has."""
    heatmap = view.heatmap
    assert heatmap is not None
    return {
        "rows": heatmap.rows,
        "columns": heatmap.columns,
        "weights": heatmap.weights.round(_DECIMALS).tolist(),
        "rest": None if heatmap.rest is None else heatmap.rest.round(_DECIMALS).tolist(),
        "restLabel": maps.REST_LABEL,
        "restName": heatmap.rest_name,
        "restGap": screen.REST_GAP,
        "restWidth": screen.REST_WIDTH,
        "pool": heatmap.pool,
        "low": heatmap.scale.low,
        "high": heatmap.scale.high,
        "label": _scale_told(view, heatmap),
        "stops": theme.differences if heatmap.difference else theme.weights,
        "difference": heatmap.difference,
        "unread": sorted(heatmap.unread),
        "axes": heatmap.axes,
        "names": [f"{view.query_name} words, one a row", f"{view.key_name} words, one a column"],
        "notes": heatmap.notes,
        "alt": heatmap.alt,
        "side": heatmap.side,
        "shown": None if heatmap.shown is None else [np.flatnonzero(row).tolist() for row in heatmap.shown],
        "colours": {"page": theme.page, "text": theme.text, "muted": theme.muted, "outline": theme.outline},
    }


def ribbon(view: WordMap, theme: Theme) -> dict[str, Any]:
    """What `ribbon.js` draws of a map, which the view has and which is not too large."""
    return {**matrix(view, theme), **ribbon_alone(view, theme)}


def ribbon_alone(view: WordMap, theme: Theme) -> dict[str, Any]:
    """What a ribbon has beyond a matrix."""
    ends = [words.shown(name) for name in (view.key_name, view.query_name)]
    stops = theme.weights if view.minus is None else theme.differences
    return {"ends": [*map(sentence_case, ends)], "inks": [*map(ink, stops)], "hint": _RIBBON_HINT}


def too_large(view: WordMap) -> str:
    """A sentence, where the map has too many words for a ribbon; else empty."""
    longer = 0 if view.map is None else max(view.map.weights.shape)
    if longer <= MOST:
        return ""
    return f"A ribbon has at most {MOST} words on a side, and this map has {longer}: it is shown as a matrix."


def _scale_told(view: WordMap, heatmap: screen.Heatmap) -> str:
    """What the colour bar stands for."""
    if not view.sides:
        return f"{heatmap.scale.label}: how much it looked there"
    first, second = view.sides
    return heatmap.scale.label.replace("the first", first).replace("the second", second)
