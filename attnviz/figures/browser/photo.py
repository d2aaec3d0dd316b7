"""A photo, orange where the model looked, beside the words that it wrote.

Everything happens in the browser (`photo.js`). A person points at a word or chooses it, plays through the words, clicks
a place to see which words looked there, or draws a box to read how much of each word's weight lies in it. What is
chosen in one photo of a group is followed in the others.
"""

import base64
from collections.abc import Sequence
from typing import Any

from attnviz.attention import AttentionMap
from attnviz.axes import Grid
from attnviz.figures import likely, maps, words
from attnviz.figures.browser.parts import figure
from attnviz.figures.photo import TINT, Look, scale, top
from attnviz.media import Photo
from attnviz.reading import Pieces

NO_MAP = "This variant has no attention: every word was written from the mean of the whole photo, so there is no map."

_DECIMALS = 5
# Words that name nothing to be looked at: the first other one is chosen when a photo is shown.
_FUNCTION_WORDS = frozenset("a an the of in on at to by and or with is are while as from into for up two three".split())
_HTML = """
<div class="photo">
  <div class="stage"><img><canvas aria-hidden="true"></canvas><div class="peak"></div><div class="box"></div></div>
  <div class="side">
    <div class="line"></div>
    <div class="bar">
      <button class="play" type="button"></button><button class="plain" type="button"></button>
      <span class="told" role="status"></span>
    </div>
    <div class="sheet"></div>
    <div class="legend"><span class="ramp" aria-hidden="true"></span><span class="scale"></span></div>
  </div>
</div>
"""
PHOTO = figure("photo", _HTML, ["photo"], ["parts", "photo"])


def photo(picture: Photo, output: Pieces, attention: AttentionMap | None, look: Look, alt: str) -> dict[str, Any]:
    """What `photo.js` draws: the photo and the words of `output`, with their weights where there is a map over a
    Grid."""
    return {
        "photo": "data:image/jpeg;base64," + base64.b64encode(picture.content).decode("ascii"),
        "width": picture.width,
        "height": picture.height,
        "alt": alt,
        "words": _words(output),
        "first": first_word(output),
        "usual": first_word(output),
        "place": None,
        "map": None if attention is None else _map(attention, look),
        "scale": "" if attention is None else " ".join(scale(attention, look)),
        "noMap": NO_MAP,
        "restShown": maps.REST_SHOWN,
        "tint": list(TINT),
    }


def first_word(output: Pieces) -> int:
    """The first word that names a thing; the first one where none does, -1 where there are no words."""
    places = [i for i, label in enumerate(output.labels) if label.lower() not in _FUNCTION_WORDS]
    return places[0] if places else len(output.labels[:1]) - 1


def _words(output: Pieces) -> list[dict[str, object]]:
    sure: Sequence[float | None] = [likely.probability(p) for p in output.logprobs] or [None] * len(output.labels)
    gaps = words.spaced(output.text, output.labels)
    return [
        {"text": words.shown(label), "before": gap, "sure": p}
        for label, gap, p in zip(output.labels, gaps, sure, strict=True)
    ]


def _map(attention: AttentionMap, look: Look) -> dict[str, object]:
    assert isinstance(attention.keys, Grid)
    return {
        "rows": attention.keys.rows,
        "columns": attention.keys.columns,
        "weights": attention.weights.round(_DECIMALS).tolist(),
        "rest": attention.rest.round(_DECIMALS).tolist(),
        "tops": top(attention, look).round(_DECIMALS).tolist(),
        "scales": [" ".join(scale(attention, look, query)) for query in range(len(attention.queries))],
        "smooth": look.smooth,
        "strength": look.strength,
    }
