"""What a person gives to the page of captions: a photo of their own, from a file or the camera, or an example."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

from attnviz.errors import InputError
from attnviz.tasks.captions.photo import MOST_BYTES, open_photo
from attnviz.web import renewed
from attnviz.web.address import Parameter, key
from attnviz.web.examples import PhotoExample
from attnviz.web.text import escape, short

FOLDER = Path(__file__).parents[1] / "tasks" / "captions" / "photos"
TYPES = ["jpg", "jpeg", "png", "webp", "gif"]


@dataclass(frozen=True)
class Given:
    """A photo's file, under the name that it is told by. own: not one of the examples, which have a `credit`."""

    name: str
    content: bytes
    own: bool = True
    credit: str = ""

    @cached_property
    def digest(self) -> str:
        return sha256(self.content).hexdigest()


def parameter(examples: Mapping[str, PhotoExample], first: str) -> Parameter:
    """An example in the address; a photo of one's own is not in it."""

    def read(name: str) -> str:
        if name not in examples:
            raise InputError(f"choose one of {', '.join(examples)}")
        return name

    return Parameter("example", first, read, lambda name: name)


def take(page: str, examples: Mapping[str, PhotoExample], on_change: Callable[[], None]) -> Given:
    """Draw the ways to give a photo, and return the last good one. What is wrong with a file is said in a sentence."""
    _examples(page, examples, on_change)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, widget in (("Upload a photo", "upload", _upload), ("Camera", "photo_camera", _camera)):
            with st.popover(label, icon=f":material/{icon}:", key=f"{_menus(page)}_{icon}"):
                widget(page, on_change)
    if problem := st.session_state.get(key(page, "problem")):
        st.error(escape(problem), icon=":material/error:")
    given = current(page, examples)
    if given.own:
        st.caption(f"Your photo: {escape(short(given.name))}. It stays in this session and is not in the link.")
    return given


def own(page: str) -> bool:
    """Whether the photo that is shown is a visitor's."""
    return st.session_state.get(key(page, "photo")) is not None


def current(page: str, examples: Mapping[str, PhotoExample]) -> Given:
    """The photo that is shown."""
    own: Given | None = st.session_state.get(key(page, "photo"))
    if own is not None:
        return own
    example = examples[st.session_state[key(page, "example")]]
    return Given(example.file, (FOLDER / example.file).read_bytes(), own=False, credit=example.credit)


def _examples(page: str, examples: Mapping[str, PhotoExample], on_change: Callable[[], None]) -> None:
    """The examples by their names. The one that is shown is marked, and a second click changes nothing."""
    state, widget = key(page, "example"), f"{page}_pill"

    def choose() -> None:
        if st.session_state[widget] is not None:
            st.session_state[state] = st.session_state[widget]
            st.session_state[key(page, "photo")] = None
            _say(page, None)
            renewed.empty(_name(page))
            on_change()

    st.session_state[widget] = st.session_state[state]
    with st.container(key=f"inline_{page}_examples"):
        st.pills(
            "Examples",
            list(examples),
            key=widget,
            format_func=lambda name: examples[name].label,
            on_change=choose,
            wrap=False,
        )


def _upload(page: str, on_change: Callable[[], None]) -> None:
    widget = f"{_menus(page)}_file"
    st.file_uploader(
        f"A photo as JPEG, PNG, WebP or GIF, up to {MOST_BYTES // 1_000_000} MB. It stays in your session.",
        type=TYPES,
        key=widget,
        max_upload_size=MOST_BYTES // 1_000_000,
        on_change=lambda: _given(page, st.session_state[widget], on_change),
    )


def _camera(page: str, on_change: Callable[[], None]) -> None:
    widget = f"{_menus(page)}_photo"
    st.camera_input(
        "Take a photo. It stays in your session.",
        key=widget,
        on_change=lambda: _given(page, st.session_state[widget], on_change),
    )


def _given(page: str, file: Any, on_change: Callable[[], None]) -> None:
    """Take a file that can be read; of another one say what is wrong, and keep what was there. The menu closes, so that
    nothing lies over what it led to."""
    if file is None:
        return
    renewed.empty(_name(page))
    try:
        content = file.getvalue()
        open_photo(content)
    except InputError as problem:
        _say(page, f"{short(file.name)}: {problem}")
        return
    st.session_state[key(page, "photo")] = Given(file.name, content)
    st.session_state[key(page, "example")] = None
    _say(page, None)
    on_change()


def _say(page: str, problem: str | None) -> None:
    st.session_state[key(page, "problem")] = problem


def _menus(page: str) -> str:
    """What the keys of the menus and of the boxes in them begin with: all are renewed together."""
    return renewed.widget(_name(page))


def _name(page: str) -> str:
    return f"{page}_menus"
