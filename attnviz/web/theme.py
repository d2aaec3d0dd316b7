"""Light or dark, as the visitor's system or Streamlit's menu has it.

The page is drawn anew when that changes while it is open (`theme.js`): Streamlit alone would leave figures, which have
colours of their own, as they were.
"""

from pathlib import Path

import streamlit as st


def dark() -> bool:
    """Whether the page is dark."""
    return st.context.theme.type == "dark"


def follow() -> None:
    """Let this run's page be drawn anew once it turns dark or light. Nothing is seen of it."""
    with st.container(key="unseen_theme"):
        _component(key="theme_followed", data={"dark": dark()}, on_turned_change=lambda: None)


_component = st.components.v2.component(
    "attnviz_theme", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)
