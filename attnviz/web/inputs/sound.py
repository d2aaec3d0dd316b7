"""The recording that a person gives: their own, from a file or the microphone, or an example."""

from collections.abc import Callable

import streamlit as st

from attnviz.tasks.base import Task
from attnviz.web import renewed
from attnviz.web.inputs import own_file
from attnviz.web.inputs.own_file import Check, InputFile
from attnviz.web.session import Session, widget_value

# For the last three, which can't be read, a sentence says what to do.
TYPES = ["wav", "flac", "ogg", "oga", "opus", "mp3", "m4a", "aac", "webm"]
RATE = 16_000  # samples a second, as the microphone records


def draw(
    session: Session,
    task: Task,
    *,
    check: Check,
    on_change: Callable[[], None],
    saved: bool = False,
    other_ways: Callable[[], None] | None = None,
) -> InputFile:
    """Draw the ways to give a recording, and return the last good one. What is wrong with a file is told in a
    sentence. saved: whether the page shows what was opened from a file in its place. other_ways: draws further ways
    beside these."""
    own_file.example_buttons(session, task, on_change, saved=saved)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        key = renewed.widget(own_file.menus(session))
        own_file.upload(
            session,
            "recording",
            "A recording as WAV, FLAC, OGG or MP3",
            types=TYPES,
            most_bytes=task.most_bytes,
            check=check,
            on_change=on_change,
        )
        with st.popover("Microphone", icon=":material/mic:", key=f"{key}_microphone"):
            st.audio_input(
                "Press the microphone, read an English sentence aloud, and press again. The recording stays in your "
                "session.",
                sample_rate=RATE,
                key=f"{key}_recording",
                on_change=lambda: own_file.take(session, widget_value(f"{key}_recording"), check, on_change),
            )
        if other_ways:
            other_ways()
    return own_file.told(session, task, "recording", saved=saved)
