"""The two texts that a person gives, and one click that swaps them."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.tasks.base import Task
from attnviz.web.inputs import examples
from attnviz.web.session import Session


def boxes(
    session: Session,
    task: Task,
    on_change: Callable[[], None],
    on_swap: Callable[[], None],
    other_ways: Callable[[], None],
) -> DeltaGenerator:
    """Draw the two boxes. other_ways: draws other ways to give texts. Returns a place for what is going on."""

    def typed() -> None:
        session["example"] = None
        on_change()

    def swap() -> None:
        session["example"] = None
        examples.fill_boxes(session, task, examples.typed(session, task)[::-1])
        on_swap()

    hint = " (read on Ctrl+Enter, or when you leave the box)"
    for name in task.inputs:
        label = name.capitalize() + (hint if name == task.inputs[0] else "")
        st.text_area(label, key=session.key(name), height=68, on_change=typed)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button(task.do, icon=":material/play_arrow:", key=f"{session.owner}_read")
        st.button(
            "Swap", icon=":material/swap_vert:", key=f"{session.owner}_swap", on_click=swap, help="Swap the two texts."
        )
        other_ways()
        return st.container(width="content")
