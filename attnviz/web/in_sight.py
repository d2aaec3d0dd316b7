"""A row that scrolls on a phone, scrolled so that what is chosen in it is in sight (`in_sight.js`)."""

from pathlib import Path

import streamlit as st


def bring(key: str) -> None:
    """Bring the element of this key into sight in its row, once; a visitor may scroll on from there."""
    with st.container(key="unseen_row"):
        _component(key="in_sight_of_row", data={"key": key})


_component = st.components.v2.component(
    "attnviz_in_sight", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)
