"""The choice of a task, on pages that are about all of them."""

from collections.abc import Callable

import streamlit as st

from attnviz import service


def choose(place: str, key: str, on_change: Callable[[], None] | None = None) -> None:
    """Draw the choice. place: whose container it gets, by a key of its own. key: of the chosen name in the session."""
    with st.container(key=f"inline_{place}_task", width="content"):
        st.segmented_control(
            "Task",
            list(service.TASKS),
            required=True,
            key=key,
            format_func=str.capitalize,
            label_visibility="collapsed",
            on_change=on_change,
        )
