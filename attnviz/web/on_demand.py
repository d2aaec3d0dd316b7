"""Expanders and popovers whose content is made when a person opens them.

What most visitors never open costs them nothing then: tables load pandas on the server and a megabyte of scripts in the
browser.
"""

from collections.abc import Callable

import streamlit as st


@st.fragment
def expander(label: str, draw: Callable[[], None], *, key: str, icon: str | None = None) -> None:
    """Draw an expander; `draw` makes its content, and opening it runs nothing else of the page."""
    box = st.expander(label, icon=icon, on_change="rerun", key=key)
    if box.open:
        with box:
            draw()


@st.fragment
def popover(label: str, draw: Callable[[], None], *, key: str, icon: str | None = None) -> None:
    """Draw a popover; `draw` makes its content, and opening it runs nothing else of the page."""
    box = st.popover(label, icon=icon, on_change="rerun", key=key)
    if box.open:
        with box:
            draw()
