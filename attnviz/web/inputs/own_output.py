"""An output of a person's own, which each variant is made to take in place of its own."""

from collections.abc import Callable

import streamlit as st

from attnviz.figures import kinds
from attnviz.tasks.base import Task
from attnviz.web import address, renewed
from attnviz.web.address import Parameter
from attnviz.web.inputs.examples import fits_link
from attnviz.web.inputs.text import read_button
from attnviz.web.session import Session
from attnviz.web.text import key_of

NAME = "own"


def parameter(allowed: Callable[[Session], bool] = lambda session: True) -> Parameter:
    """It is in the address where it fits, and where `allowed` says that the address can hold what it is for."""

    def fits(session: Session) -> bool:
        return fits_link(session[NAME]) and allowed(session)

    return address.changing_output(address.text(NAME, "", fits))


def place(session: Session) -> str:
    """Where the work of reading it is told, as `readings.read_all` has it."""
    return f"{session.owner}_{NAME}"


def menu(session: Session, task: Task, subject: object) -> str:
    """A menu with a box for the output. Returns what was typed.

    subject: the input that the output is for; a new input gets a new box.
    """
    name = f"{session.key(NAME)}_{key_of(subject)}"
    # The box is first drawn when its menu is opened, and then it knows only the value that it is given.
    box = renewed.widget(name, session[NAME])

    def keep() -> None:
        session[NAME] = renewed.chosen(name)

    kind = kinds.of_input(task.inputs)
    with st.popover(f"Your {task.output}", icon=":material/edit:", key=f"{box}_menu"):
        st.text_area(
            f"Type {task.own}",
            value=session[NAME],
            key=box,
            on_change=keep,
        )
        st.caption(
            f"Each variant is made to write it: you see {kind.where} it would have {kind.look}ed, and how likely it "
            "finds it."
        )
        # A new menu is closed, so that nothing lies over what is written, nor over a sentence on what is wrong.
        read_button("Make the variants write it", f"{box}_read", place(session), lambda: renewed.empty(name))
    own: str = session[NAME]
    return own
