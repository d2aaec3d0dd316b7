"""The two texts that a person gives, and one click that swaps them."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.tasks.base import Task
from attnviz.web import glossary, style
from attnviz.web.inputs import examples
from attnviz.web.session import Session

_LEAST_BOX = 220  # px that a text needs, else it stands below the other one


def boxes(
    session: Session,
    task: Task,
    on_change: Callable[[], None],
    on_swap: Callable[[], None],
    on_read: Callable[[], None],
    other_ways: Callable[[], None],
) -> DeltaGenerator:
    """Draw the two boxes, side by side where there is room. Returns a place for what is going on.

    on_read: is done when a visitor asks for a reading of them. other_ways: draws other ways to give texts.
    """

    def typed() -> None:
        session["example"] = None
        on_change()

    def swap() -> None:
        session["example"] = None
        examples.fill_boxes(session, task, examples.typed(session, task)[::-1])
        on_swap()

    for name, column in zip(task.inputs, style.row(f"{session.owner}_texts", 2, _LEAST_BOX), strict=True):
        meaning = glossary.explained(name)
        column.text_area(name.capitalize(), key=session.key(name), height=68, on_change=typed, help=meaning)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button(task.do, icon=":material/play_arrow:", key=f"{session.owner}_read", on_click=on_read)
        st.button(
            "Swap", icon=":material/swap_vert:", key=f"{session.owner}_swap", on_click=swap, help="Swap the two texts."
        )
        other_ways()
        return st.container(width="content")
