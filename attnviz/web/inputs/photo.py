"""The photo that a person gives: their own, from a file or the camera, or an example."""

from collections.abc import Callable
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

TYPES = ["jpg", "jpeg", "png", "webp", "avif", "gif", "heic", "heif"]  # for HEIC a sentence says what to do


@dataclass(frozen=True)
class PhotoFile:
    """The content of a photo's file, and the file's name. own: it is a visitor's; an example has a `credit`."""

    name: str
    content: bytes
    own: bool = True
    credit: str = ""

    @cached_property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


NAMES = (Name("photo", PhotoFile | None), Name("problem", str | None))


class Check(Protocol):
    """What is asked before a file is taken. Raises InputError where it is no photo that can be read."""

    def __call__(self, content: bytes, /) -> object: ...


def draw(session: Session, task: Task, *, check: Check, most_bytes: int, on_change: Callable[[], None]) -> PhotoFile:
    """Draw the ways to give a photo, and return the last good one. What is wrong with a file is told in a sentence."""

    def choose(example: Example) -> None:
        session["example"], session["photo"], session["problem"] = example.name, None, None
        renewed.empty(_menus(session))
        on_change()

    def take(file: Any) -> None:
        if _take(session, file, check):
            on_change()

    if session["example"]:
        session["photo"] = None  # somebody may have gone back to the example
    elif session["photo"] is None:
        session["example"] = task.examples[0].name  # a photo of one's own can't be gone back to
    examples.buttons(session, task, choose)
    megabytes = most_bytes // 1_000_000
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = renewed.widget(_menus(session))  # the menus and the boxes in them are renewed together
        with st.popover("Upload a photo", icon=":material/upload:", key=f"{key}_upload"):
            st.file_uploader(
                f"A photo as JPEG, PNG, WebP, AVIF or GIF, up to {megabytes} MB. It stays in your session.",
                type=TYPES,
                key=f"{key}_file",
                max_upload_size=megabytes,
                on_change=lambda: take(widget_value(f"{key}_file")),
            )
        with st.popover("Camera", icon=":material/photo_camera:", key=f"{key}_photo_camera"):
            st.camera_input(
                "Take a photo. It stays in your session.",
                key=f"{key}_photo",
                on_change=lambda: take(widget_value(f"{key}_photo")),
            )
    if session["problem"]:
        st.error(escape(session["problem"]), icon=":material/error:")
    photo = current(session, task)
    if photo.own:
        st.caption(f"Your photo: {escape(short(photo.name))}. It stays in this session and is not in the link.")
    return photo


def is_own(session: Session) -> bool:
    """Whether the photo that is shown is a visitor's."""
    return session["photo"] is not None


def current(session: Session, task: Task) -> PhotoFile:
    """The photo that is shown."""
    own: PhotoFile | None = session["photo"]
    if own is not None:
        return own
    example = task.example(session["example"])
    assert example is not None
    path = Path(example.inputs[0])
    return PhotoFile(path.name, path.read_bytes(), own=False, credit=example.credit)


def _take(session: Session, file: Any, check: Check) -> bool:
    """Take a file that can be read. For another one, tell what is wrong and keep the photo that was there.

    The menu closes, so that nothing lies over what the file led to.
    """
    if file is None:
        return False
    renewed.empty(_menus(session))
    try:
        content = file.getvalue()
        check(content)
    except InputError as problem:
        session["problem"] = f"{short(file.name)}: {problem}"
        return False
    session["photo"], session["example"], session["problem"] = PhotoFile(file.name, content), None, None
    return True


def _menus(session: Session) -> str:
    return f"{session.owner}_menus"
