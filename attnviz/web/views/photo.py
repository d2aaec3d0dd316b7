"""The page's component for photos: a photo, orange where the model looked, beside the words that it wrote.

Everything happens in the browser, without a rerun (`photo.js`). A visitor points at a word or chooses it, plays through
the words, clicks a place to see which words looked there, or draws a box to read how much of each word's weight lies in
it. What is chosen in one photo of a page is followed in the others.
"""

import base64
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from attnviz.figures import maps
from attnviz.figures.photo import TINT, Look, scale, top
from attnviz.media import Photo
from attnviz.reading import AttentionMap, Grid, Pieces
from attnviz.web.text import key_of, one_line
from attnviz.web.views import sentences, words

NO_MAP = "This variant has no attention: every word was written from the mean of the whole photo, so there is no map."

_DECIMALS = 5
# Words that name nothing to be looked at: the first other one is chosen when a photo is shown.
_FUNCTION_WORDS = frozenset("a an the of in on at to by and or with is are while as from into for up two three".split())


def show(
    photo: Photo,
    output: Pieces,
    attention: AttentionMap | None,
    look: Look,
    *,
    group: str,
    alt: str,
    key: str,
    chosen: int | None = None,
    linked: bool = False,
) -> None:
    """Draw the photo and the words of `output`, with their weights where there is a map over a Grid.

    group: the same word or place is followed in all photos of a group. chosen: the place of the word that is chosen
    at first, where it isn't the first one that names a thing. linked: whether a link to the page holds which one is
    chosen.
    """
    _component(
        key=key,
        data={
            "id": key_of(photo.content, output.text, attention and attention.name),
            "photo": "data:image/jpeg;base64," + base64.b64encode(photo.content).decode("ascii"),
            "width": photo.width,
            "height": photo.height,
            "alt": alt,
            "group": group,
            "words": _words(output),
            "first": first_word(output) if chosen is None else chosen,
            "usual": first_word(output),
            "linked": linked,
            "map": None if attention is None else _map(attention, look),
            "scale": "" if attention is None else " ".join(scale(attention, look)),
            "noMap": NO_MAP,
            "restShown": maps.REST_SHOWN,
            "tint": list(TINT),
        },
    )


def first_word(output: Pieces) -> int:
    """The first word that names a thing; the first one where none does, -1 where there are no words."""
    places = [i for i, label in enumerate(output.labels) if label.lower() not in _FUNCTION_WORDS]
    return places[0] if places else len(output.labels[:1]) - 1


def _words(output: Pieces) -> list[dict[str, object]]:
    sure: Sequence[float | None] = [sentences.probability(p) for p in output.logprobs] or [None] * len(output.labels)
    gaps = words.spaced(output.text, output.labels)
    return [
        {"text": one_line(label), "before": gap, "sure": p}
        for label, gap, p in zip(output.labels, gaps, sure, strict=True)
    ]


def _map(attention: AttentionMap, look: Look) -> dict[str, object]:
    assert isinstance(attention.keys, Grid)
    return {
        "rows": attention.keys.rows,
        "columns": attention.keys.columns,
        "weights": attention.weights.round(_DECIMALS).tolist(),
        "rest": attention.rest.round(_DECIMALS).tolist(),
        "tops": top(attention, common=look.common).round(_DECIMALS).tolist(),
        "scales": [" ".join(scale(attention, look, query)) for query in range(len(attention.queries))],
        "smooth": look.smooth,
        "strength": look.strength,
    }


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

_component = st.components.v2.component(
    "attnviz_photo",
    html=_HTML,
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)
