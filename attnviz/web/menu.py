"""The menu of pages on a phone: it closes once a page is chosen (`menu.js`)."""

from pathlib import Path

import streamlit as st

from attnviz.web.address import page_asked_for


def close() -> None:
    """Close the menu when this page is opened. Nothing is seen of it where the pages stand side by side."""
    with st.container(key="unseen_menu"):
        _component(key=f"menu_{page_asked_for()}", data={})


_component = st.components.v2.component(
    "attnviz_menu", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)
