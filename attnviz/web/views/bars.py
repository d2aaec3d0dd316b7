"""The page's component for labels (`bars.js`). The length of a bar is the label's probability; a mark shows the one
before."""

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from attnviz.figures.browser import parts
from attnviz.web.text import one_line


def show(
    probabilities: Mapping[str, float], chosen: str, before: Mapping[str, float] | None = None, *, key: str
) -> None:
    """Draw a bar for each label. before: the probabilities in another reading, to compare with."""
    rows = [
        {
            "label": one_line(label),
            "value": value,
            "before": None if before is None else before.get(label),
            "chosen": label == chosen,
        }
        for label, value in probabilities.items()
    ]
    _component(key=key, data={"rows": rows})


_FILES = Path(__file__)
_component = st.components.v2.component(
    "attnviz_probabilities",
    html='<div class="bars"></div>',
    css=_FILES.with_suffix(".css").read_text("utf-8"),
    js=f"{parts.file('parts.js')}\n{_FILES.with_suffix('.js').read_text('utf-8')}",
)
