"""Popovers for those who go by the keys: Tab leads from a popover's button into what it holds (`popovers.js`)."""

from pathlib import Path

import streamlit as st


def reach() -> None:
    """Let Tab go into the popovers of this page. Nothing is seen of it."""
    with st.container(key="unseen_popovers"):
        _component(key="popovers_reached", data={})


_component = st.components.v2.component(
    "attnviz_popovers", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)
