"""Readings of photos, each in a panel: the photo, orange where the model looked, its caption, and the details."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from attnviz.attention import AttentionMap
from attnviz.figures import links, titles
from attnviz.figures.photo import Look, together
from attnviz.media import Photo
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import on_demand, style
from attnviz.web.panels import evidence, written
from attnviz.web.session import Session
from attnviz.web.text import escape
from attnviz.web.views import glance, heatmap, photo

_LEAST_PANEL = 250  # px


def show(
    session: Session,
    task: Task,
    readings: Sequence[Reading],
    shown: Sequence[Reading],
    drawn: Sequence[Reading],
    look: Look,
    lesson: str,
) -> None:
    """Draw the photos and what was written about them side by side while all of them fit, then their details likewise.

    readings: as they were read. shown: with the chosen one of the n best as output. drawn: with the map that is drawn
    as the first one. lesson: Markdown that says what to notice.
    """
    if lesson:
        st.caption(lesson)
    look = together(look, [reading.map() for reading in drawn])
    for place, column in enumerate(style.row(f"{session.owner}_panel", len(readings), _LEAST_PANEL)):
        with column:
            _photo(session, task, place, shown, drawn, look)
    st.caption(" ".join(filter(None, (task.caution, written.credit("Photo", readings[0])))))
    for place, column in enumerate(style.row(f"details_{session.owner}", len(readings), _LEAST_PANEL)):
        with column:
            if len(readings) > 1:
                st.markdown(f"**{escape(titles.title(drawn[place]))}**")
            _details(session, task, place, readings[place], shown[place], drawn[place])


def _photo(
    session: Session, task: Task, place: int, shown: Sequence[Reading], drawn: Sequence[Reading], look: Look
) -> None:
    reading, pictured = shown[place], drawn[place]
    (picture,) = pictured.source
    assert isinstance(picture, Photo)
    title = titles.title(pictured)
    if len(shown) > 1 or title != reading.name:
        st.markdown(f"#### {escape(title)}")
    attention = pictured.map()
    alt = f"The photo. The {task.output} that “{pictured.name}” writes: {reading.output.text}"
    if attention:
        alt = f"{alt} {links.told(attention)}"
    key = f"{session.owner}_{place}_photo"
    photo.show(
        picture,
        reading.output,
        attention,
        look,
        group=session.owner,
        alt=alt,
        key=key,
        chosen=_chosen(session, shown, place),
        place=place,
    )
    if attention:
        glance.show(attention)
    if note := written.note(place, shown):
        st.caption(escape(note))


def _chosen(session: Session, shown: Sequence[Reading], place: int) -> int | None:
    """The place of the word of this reading that the address names by its number in the first one; None where it names
    none, or this reading hasn't got it."""
    first, labels = shown[0].output.labels, shown[place].output.labels
    number = session["word"]
    if not 1 <= number <= len(first):
        return None
    return number - 1 if not place else next((i for i, label in enumerate(labels) if label == first[number - 1]), None)


def _details(session: Session, task: Task, place: int, reading: Reading, shown: Reading, drawn: Reading) -> None:
    evidence.show([shown], key=f"{session.owner}_{place}_evidence")
    if len(reading.hypotheses) > 1:
        with st.expander(f"Other {task.outputs}"):
            written.hypotheses(session, reading, place)
    if shown.output.logprobs:
        written.word_by_word(task, shown, key=f"words_{session.owner}_{place}")
    if attention := drawn.map():
        numbers = partial(_numbers, attention)
        on_demand.expander("Numbers of this map", numbers, key=f"numbers_{session.owner}_{place}")


def _numbers(attention: AttentionMap) -> None:
    st.caption("Columns are the cells of the photo: 2.7 is row 2, column 7.")
    heatmap.table(attention)
