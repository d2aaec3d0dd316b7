"""A file of a visitor's own as the input of a task, or one of the task's examples in its place.

A file that can't be read is told in a sentence, and what was shown before it stays.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

from attnviz.errors import InputError
from attnviz.tasks.base import Example, Task
from attnviz.web import renewed
from attnviz.web.inputs import examples
from attnviz.web.session import Name, Session, widget_value
from attnviz.web.text import escape, short


@dataclass(frozen=True)
class InputFile:
    """The content of a file, and the file's name. own: it is a visitor's; an example has a `credit`."""

    name: str
    content: bytes
    own: bool = True
    credit: str = ""

    @cached_property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


NAMES = (Name("file", InputFile | None), Name("problem", str | None))


class Check(Protocol):
    """What is asked before a file is taken. Raises InputError where it can't be read."""

    def __call__(self, content: bytes, /) -> object: ...


def example_buttons(session: Session, task: Task, on_change: Callable[[], None], *, saved: bool) -> None:
    """Draw the examples, of which one is shown where there is no file of a visitor's own. saved: see
    `examples.buttons`."""

    def choose(example: Example) -> None:
        session["example"], session["file"], session["problem"] = example.name, None, None
        renewed.empty(menus(session))
        on_change()

    if session["example"]:
        session["file"] = None  # somebody may have gone back to the example
    elif session["file"] is None:
        session["example"] = task.examples[0].name  # a file of one's own can't be gone back to
    examples.buttons(session, task, choose, saved=saved)


def upload(
    session: Session,
    noun: str,
    told: str,
    *,
    types: Sequence[str],
    most_bytes: int,
    check: Check,
    on_change: Callable[[], None],
    also: str = "",
) -> None:
    """Draw the menu in which a file is uploaded. noun: what it is. told: what it may be, as a sentence without its end,
    which says how large it may be. also: a sentence after it. types: the endings of names that can be chosen."""
    key, megabytes = renewed.widget(menus(session)), most_bytes // 1_000_000
    with st.popover(f"Upload a {noun}", icon=":material/upload:", key=f"{key}_upload"):
        st.file_uploader(
            f"{told}, up to {megabytes} MB. It stays in your session. {also}".rstrip(),
            type=types,
            key=f"{key}_file",
            max_upload_size=megabytes,
            on_change=lambda: take(session, widget_value(f"{key}_file"), check, on_change),
        )


def take(session: Session, file: Any, check: Check, on_change: Callable[[], None]) -> None:
    """Take a file that can be read. For another one, tell what is wrong and keep what was there.

    file: as Streamlit's boxes give it, None where a box was emptied. The menus close, so that nothing lies over what
    the file led to.
    """
    if file is None:
        return
    renewed.empty(menus(session))
    try:
        content = file.getvalue()
        check(content)
    except InputError as problem:
        session["problem"] = f"{short(file.name)} was not read. {problem}"
        return
    session["file"], session["example"], session["problem"] = InputFile(file.name, content), None, None
    on_change()


def told(session: Session, task: Task, noun: str, *, saved: bool) -> InputFile:
    """Tell what is wrong with the last file, and which file is shown. Returns the file that is read. saved: whether the
    page shows a saved reading in its place."""
    if session["problem"]:
        st.error(escape(session["problem"]), icon=":material/error:")
    file = current(session, task)
    if file.own and not saved:
        st.caption(f"Your {noun}: {escape(short(file.name))}. It is not in the link, and a reload forgets it.")
    return file


def is_own(session: Session) -> bool:
    """Whether what is shown is a visitor's."""
    return session["file"] is not None


def in_address(session: Session) -> bool:
    """Whether an address can hold what is shown: an example, with an output that is short enough."""
    return not is_own(session) and examples.fits_link(session["own"])


def current(session: Session, task: Task) -> InputFile:
    """The file that is shown."""
    own: InputFile | None = session["file"]
    if own is not None:
        return own
    example = task.example(session["example"])
    assert example is not None
    path = Path(example.inputs[0])
    return InputFile(path.name, path.read_bytes(), own=False, credit=example.credit)


def menus(session: Session) -> str:
    """The name under which the menus and the boxes in them are renewed together."""
    return f"{session.owner}_menus"
