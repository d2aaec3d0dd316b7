"""The text that a person gives, and how it is read."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.tasks.base import Task
from attnviz.web.readings import go_on
from attnviz.web.session import Session

MOST_CHARACTERS = 20_000
MOST_SENTENCES = 100


def box(
    session: Session,
    task: Task,
    label: str,
    on_change: Callable[[], None],
    on_read: Callable[[], None],
    switch: tuple[str, str] = ("split", "One sentence at a time"),
    on_switch: Callable[[], None] | None = None,
    other_ways: Callable[[], None] | None = None,
) -> DeltaGenerator:
    """Draw the box, and a switch for how it is read. Returns a place for what is going on.

    What is in the box stays as typed, whatever it is. on_read: is done when a visitor asks for a reading of it. switch:
    its name in the session, and its label. on_switch: is done when it is turned; `on_change`, where it is None.
    other_ways: draws other ways to give texts.
    """
    name, told = switch

    def typed() -> None:
        session["example"] = None
        on_change()

    st.text_area(label, key=session.key("text"), height=68, on_change=typed)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", wrap=False):
        read_button(task.do, f"{session.owner}_read", session.owner, on_read)
        st.toggle(told, key=session.key(name), on_change=on_switch or on_change)
        if other_ways:
            other_ways()
        return st.container(width="content")


def read_button(label: str, key: str, place: str, on_read: Callable[[], None] | None = None) -> None:
    """A button that reads, and reads on where it was stopped. place: see `readings.read_all`."""

    def read() -> None:
        go_on(place)
        if on_read:
            on_read()

    st.button(label, icon=":material/play_arrow:", on_click=read, key=key)


def within_limits(text: str, split: Callable[[str], list[str]] | None) -> tuple[list[str], list[str]]:
    """The sentences of a text (the whole text where it isn't split), and what had to be left out, as sentences."""
    notes = []
    if len(text) > MOST_CHARACTERS:
        notes.append(f"This text has {len(text):,} characters; only the first {MOST_CHARACTERS:,} were read.")
        cut = text[: MOST_CHARACTERS + 1]
        text = (cut.rsplit(maxsplit=1)[0] if len(cut.split()) > 1 else cut)[:MOST_CHARACTERS]
    sentences = (split(text) if split else [text]) or [text]
    if len(sentences) > MOST_SENTENCES:
        notes.append(f"This text has {len(sentences):,} sentences; only the first {MOST_SENTENCES} were read.")
    return sentences[:MOST_SENTENCES], notes
