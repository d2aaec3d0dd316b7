"""How an input is read: beam size, length penalty, focus, device and the length of what is written, in menus."""

from collections.abc import Callable

import streamlit as st

from attnviz import service
from attnviz.tasks.base import Task
from attnviz.web import address
from attnviz.web.address import Parameter
from attnviz.web.inputs import controls
from attnviz.web.readings import Settings
from attnviz.web.session import Session
from attnviz.web.text import short

LARGEST_BEAM = 10  # the slider's; the terminal allows more

LENGTHS = {
    "": "As the model likes",
    **{f"{words} words": f"{words} words" for words in (6, 8, 10, 12, 15)},
    **{f"{count} bytes": f"At most {count} bytes" for count in (50, 75, 100)},
}
DEVICES = {"": "Chosen by itself", "cuda": "GPU", "cpu": "CPU"}


def parameters(task: Task) -> list[Parameter]:
    """The settings in the address; a task that does not search has only the device."""
    device = address.text("device", "")
    if task.length_penalty is None:
        return [device]
    focuses = [focus.name for focus in task.focuses]
    of_search = [
        address.number("beam", 5, 1, LARGEST_BEAM),
        address.number("penalty", float(task.length_penalty), 0, 2),
        *([address.one_of("focus", focuses, "")] if focuses else []),
        *([address.one_of("length", list(LENGTHS), "")] if task.lengths else []),
        address.choices("rank", LARGEST_BEAM),
    ]
    return [*map(address.changing_output, of_search), device]


def drop_device(session: Session) -> list[str]:
    """Leave out a device that the address names and that isn't there. Returns what was wrong, as sentences."""
    devices, wanted = service.devices(), session["device"]
    if wanted in ("", *devices):
        return []
    session["device"] = ""
    return [f"There is no device “{short(wanted)}” here: it runs on the {DEVICES[devices[0]]}."]


def chosen(session: Session, task: Task) -> Settings:
    """The settings as they are."""
    device = session["device"] or service.devices()[0]
    if task.length_penalty is None:
        return Settings(beam=1, length_penalty=1.0, device=device)
    focus: str = session["focus"] if task.focuses else ""
    length: str = session["length"] if task.lengths else ""
    return Settings(session["beam"], session["penalty"], device, focus, length)


def choose(session: Session, task: Task) -> None:
    """Draw the settings, where there is anything to choose."""
    if task.length_penalty is None:
        _choose_device(session)
        return

    def search_anew() -> None:
        # Which of the n best was chosen says nothing about those of another search.
        session["rank"] = {}

    _search(session, task, search_anew)
    if task.lengths:
        _choose_length(session, task, search_anew)


def _search(session: Session, task: Task, search_anew: Callable[[], None]) -> None:
    devices = service.devices()
    with st.popover("Settings", icon=":material/tune:"):
        controls.slider(
            session,
            "beam",
            "Beam size",
            (1, LARGEST_BEAM, 1),
            help="The number of unfinished outputs that the search keeps. With 1 it always takes the likeliest next "
            "word.",
            on_change=search_anew,
        )
        controls.slider(
            session,
            "penalty",
            "Length penalty",
            (0.0, 2.0, 0.1),
            help="An output's log-probability is divided by its length to the power of this. 0 favours short outputs, "
            "1 takes the mean, and more favours long ones.",
            on_change=search_anew,
        )
        if task.focuses:
            _choose_focus(session, task, search_anew)
        if len(devices) > 1:
            controls.radio(session, "device", "Runs on", ["", *devices], DEVICES.__getitem__)


def _choose_focus(session: Session, task: Task, on_change: Callable[[], None]) -> None:
    """How closely each step attends, in a student's words; the exact terms stand in the help."""
    # Streamlit would take None for a box in which nothing was chosen.
    called = {"": "As it was trained", **{focus.name: focus.called for focus in task.focuses}}
    exact = "\n".join(f"- {focus.called}: {focus.exact}." for focus in task.focuses)
    controls.choice(
        session,
        "focus",
        "Attention",
        list(called),
        called.__getitem__,
        help=f"The weights of each step can be made of the same scores in other ways.\n{exact}",
        on_change=on_change,
    )


def _choose_length(session: Session, task: Task, on_change: Callable[[], None]) -> None:
    """How long the output has to be; one that a person gives is as long as it is."""
    with st.popover("Length", icon=":material/short_text:"):
        controls.choice(
            session,
            "length",
            f"Length of the {task.output}",
            list(LENGTHS),
            LENGTHS.__getitem__,
            help="The search keeps to it while it writes: exactly so many words, or at most so many bytes. A letter, a "
            "space and a mark have one byte each, an accented letter two.",
            on_change=on_change,
        )


def _choose_device(session: Session) -> None:
    devices = service.devices()
    if len(devices) > 1:
        st.radio(
            "Runs on",
            ["", *devices],
            key=session.key("device"),
            format_func=lambda device: DEVICES[device],
            horizontal=True,
        )
