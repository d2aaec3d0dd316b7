"""The page's component for a map that takes shape: a slider and a play button over the moments of a training, the map
at that moment, and the learning curve beside it.

All moments are sent once, so everything happens in the browser (`shaping.js`), without a rerun.
"""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from attnviz.axes import Frames, Grid
from attnviz.figures import colours, maps, shaping, words
from attnviz.figures.browser import parts
from attnviz.figures.photo import TINT
from attnviz.tasks.base import Shaping
from attnviz.web.text import key_of
from attnviz.web.theme import dark

_LEVELS = 255  # that a weight is rounded to: a colour has no more


def show(drawn: Shaping, curve: Sequence[tuple[int, float]], figure: str, *, alt: str, key: str) -> None:
    """Draw the map. curve: steps of the training, and the figure by which it was followed. figure: what that is. alt:
    what the map is of."""
    _component(key=key, data=_data(drawn, curve, figure, alt))


def _data(drawn: Shaping, curve: Sequence[tuple[int, float]], figure: str, alt: str) -> dict[str, Any]:
    """What `shaping.js` draws. values: for each moment, row by row, each row's share of its top in a byte."""
    moments, theme = shaping.moments(drawn), colours.theme(dark())
    first, photo = moments.first, drawn.probe.photo
    tops = np.where(moments.tops > 0, moments.tops, 1)[:, None]
    column = moments.resting and photo is None  # beside a photo, the rest is a number
    stack = [np.c_[one.weights, one.rest] if column else one.weights for one in moments.maps]
    values = np.stack([np.clip(one / tops, 0, 1) for one in stack])
    frames = first.keys if isinstance(first.keys, Frames) else None
    return {
        "id": key_of(drawn.probe.read, drawn.probe.wrote, drawn.steps, values.shape, float(values.sum())),
        "steps": list(moments.steps),
        "told": [shaping.told(moments, number) for number in range(len(moments.steps))],
        "scale": shaping.scale_told(moments),
        "values": base64.b64encode((_LEVELS * values).round().astype(np.uint8).tobytes()).decode("ascii"),
        "rows": words.names(first.queries),
        "columns": words.names(first.keys) if first.keys.kind == "words" else [],
        "count": values.shape[2],
        "rest": maps.REST_LABEL if moments.resting else "",
        "rests": [one.rest.round(2).tolist() for one in moments.maps] if photo else [],
        "restName": words.shown(first.rest_name),
        "axes": list(maps.corner(first)),
        "seconds": frames.start + frames.step * frames.count if frames else 0,
        "grid": [first.keys.rows, first.keys.columns] if isinstance(first.keys, Grid) else None,
        "photo": "" if photo is None else f"data:image/jpeg;base64,{base64.b64encode(photo.content).decode('ascii')}",
        "size": [0, 0] if photo is None else [photo.width, photo.height],
        "curve": [list(point) for point in curve],
        "figure": figure,
        "alt": alt,
        "stops": theme.weights,
        "tint": list(TINT),
        "colours": {"page": theme.page, "text": theme.text, "muted": theme.muted, "grid": theme.grid,
                    "line": theme.lines[0], "outline": theme.outline},
    }  # fmt: skip


_FILES = Path(__file__)
_component = st.components.v2.component(
    "attnviz_shaping",
    html='<div class="shaping"></div>',
    css=_FILES.with_suffix(".css").read_text("utf-8"),
    js=f"{parts.file('parts.js')}\n{_FILES.with_suffix('.js').read_text('utf-8')}",
)
