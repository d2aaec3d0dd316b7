"""A tour of a minute over a live map: a few things to notice, each of which marks its cell."""

from collections.abc import Callable
from typing import Literal

import streamlit as st

from attnviz import service
from attnviz.attention import AttentionMap
from attnviz.figures import titles
from attnviz.tasks.base import Task, source_of
from attnviz.tasks.lesson import Sight, Tour, place_of
from attnviz.web import address, readings
from attnviz.web.address import Parameter
from attnviz.web.readings import Settings
from attnviz.web.session import Name, Session
from attnviz.web.text import escape, key_of_reading
from attnviz.web.views import over_words
from attnviz.web.views.map_view import MapView

MOST_SIGHTS = 9

_MARKED = Name("marked", int, 0)  # the number of the sight whose cell was marked last
_ROOM = 400  # px that the map takes
NAMES = (_MARKED,)


def parameter() -> Parameter:
    """The number of the sight that is shown."""
    return address.number("sight", 1, 1, MOST_SIGHTS)


def show(session: Session, task: Task, tour: Tour, leave_by: str, leave: Callable[[], None]) -> None:
    """Draw a sight with its map.

    leave_by, leave: what the button after the last sight says and does. Raises InputError and BundleError.
    """
    wanted = Settings(5, task.length_penalty or 0.0, service.devices()[0])
    with st.skeleton(_ROOM):
        reading = readings.read(task.name, tour.variant, source_of(tour.inputs), wanted)
    attention = reading.map()
    assert attention is not None
    view = MapView(
        place=f"{session.owner}_tour",
        key=f"{session.owner}_tour_{key_of_reading(reading)}",
        source=reading.texts,
        output=reading.output,
        map=attention,
        title=titles.title(reading),
    )
    sights = [sight for sight in tour.sights if is_there(attention, sight)]
    if not sights:
        over_words.show(view)
        return
    session["sight"] = min(session["sight"], len(sights))
    number = session["sight"]
    sight = sights[number - 1]
    st.markdown(f"**{number} of {len(sights)}.** {escape(told_of(attention, sight))}")
    with st.container(horizontal=True, gap="small", key=f"turn_{session.owner}"):
        _turn(session, number - 1, "Back", ":material/arrow_back:", disabled=number == 1)
        if number < len(sights):
            _turn(session, number + 1, "Next", ":material/arrow_forward:")
        else:
            st.button(leave_by, icon=":material/school:", type="primary", on_click=leave)
    if session["marked"] != number:
        view.select(*cell(attention, sight))
        session["marked"] = number
    over_words.show(view)


def _turn(session: Session, number: int, label: str, icon: str, *, disabled: bool = False) -> None:
    """A button that leads to the sight of this number."""

    def choose() -> None:
        session["sight"] = number

    look: Literal["primary", "secondary"] = "primary" if label == "Next" else "secondary"
    key = f"{session.owner}_{label.lower()}"
    st.button(label, icon=icon, type=look, on_click=choose, disabled=disabled, key=key)


def is_there(attention: AttentionMap, sight: Sight) -> bool:
    """Whether the map has the words of a sight."""
    try:
        cell(attention, sight)
    except LookupError:
        return False
    return True


def cell(attention: AttentionMap, sight: Sight) -> tuple[int, int | None]:
    """The places of a sight's query and key. Raises LookupError where one of them isn't in the map."""
    key = place_of(attention.keys.labels, sight.key) if sight.key else None
    return place_of(attention.queries.labels, sight.query), key


def told_of(attention: AttentionMap, sight: Sight) -> str:
    """What a sight says, with the weight of its cell in this map."""
    query, key = cell(attention, sight)
    weight = attention.rest[query] if key is None else attention.weights[query, key]
    return sight.told.format(weight=f"{weight:.2f}")
