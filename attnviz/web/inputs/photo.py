"""The photo that a person gives: their own, from a file or the camera, or an example."""

from collections.abc import Callable

import streamlit as st

from attnviz.tasks.base import Task
from attnviz.web import renewed
from attnviz.web.inputs import own_file
from attnviz.web.inputs.own_file import Check, InputFile
from attnviz.web.session import Session, widget_value

# HEIC is not among them, so that a phone that is asked for a photo gives a JPEG.
TYPES = ["jpg", "jpeg", "png", "webp", "avif", "gif"]


def draw(
    session: Session, task: Task, *, check: Check, on_change: Callable[[], None], saved: bool = False
) -> InputFile:
    """Draw the ways to give a photo, and return the last good one. What is wrong with a file is told in a sentence.
    saved: whether the page shows what was opened from a file in its place."""
    own_file.example_buttons(session, task, on_change, saved=saved)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = renewed.widget(own_file.menus(session))
        own_file.upload(
            session,
            "photo",
            "A photo as JPEG, PNG, WebP, AVIF or GIF",
            types=TYPES,
            most_bytes=task.most_bytes,
            check=check,
            on_change=on_change,
            also="A HEIC photo has to be exported as JPEG first.",
        )
        with st.popover("Camera", icon=":material/photo_camera:", key=f"{key}_photo_camera"):
            st.camera_input(
                "Take a photo. It stays in your session.",
                key=f"{key}_photo",
                on_change=lambda: own_file.take(session, widget_value(f"{key}_photo"), check, on_change),
            )
    return own_file.told(session, task, "photo", saved=saved)
