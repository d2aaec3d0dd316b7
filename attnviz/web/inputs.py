"""What a person gives to text tasks: a text or an example, how it is read, and which of its sentences is looked at."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.web import renewed
from attnviz.web.address import Parameter, key
from attnviz.web.examples import Example, named
from attnviz.web.readings import Settings, go_on
from attnviz.web.text import escape, key_of, short

MOST_CHARACTERS = 20_000
MOST_SENTENCES = 100
MOST_IN_LINK = 1_500
LARGEST_BEAM = 10

_LIST_HEIGHT = 190  # px: the map of the chosen one is seen below it
_LONG_LIST = 3
_DEVICES = {"": "Chosen by itself", "cuda": "GPU", "cpu": "CPU"}


def text_parameters(examples: Mapping[str, Example], first: str) -> list[Parameter]:
    """A text in the address: an example by its name, a long text not at all."""

    def example(name: str) -> str:
        if name not in examples:
            raise InputError(f"choose one of {', '.join(examples)}")
        return name

    def write(text: str) -> str | None:
        return None if named(examples, text) or not fits_link(text) else text

    return [
        Parameter("example", None, example, lambda name: name),
        Parameter("text", examples[first].text, str, write),
    ]


def fits_link(text: str) -> bool:
    return len(text) <= MOST_IN_LINK


def text_area(page: str, label: str, on_change: Callable[[], None]) -> tuple[str, DeltaGenerator]:
    """The box, whether its sentences are read one by one, and a place for what is going on. What is in the box stays
    as typed, whatever it is."""

    def typed() -> None:
        st.session_state[key(page, "example")] = None
        on_change()

    st.text_area(
        f"{label} (read on Ctrl+Enter, or when you leave the box)", key=key(page, "text"), height=68, on_change=typed
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        _read_button(f"{page}_read", page)
        st.toggle("One sentence at a time", key=key(page, "split"), on_change=on_change)
        status = st.container(width="content")
    return st.session_state[key(page, "text")], status


def _read_button(name: str, place: str) -> None:
    """It reads what was stopped, too. place: of the work, see `readings`."""
    st.button("Read", icon=":material/play_arrow:", on_click=go_on, args=[place], key=name)


def take_example(page: str, examples: Mapping[str, Example]) -> None:
    """Put the example that was chosen, on the page or in the address, into the box."""
    name = st.session_state[key(page, "example")]
    if name is not None:
        st.session_state[key(page, "text")] = examples[name].text


def example_pills(page: str, examples: Mapping[str, Example], on_change: Callable[[], None]) -> None:
    """The examples by their names. The one whose text is in the box is marked."""
    state = key(page, "example")
    st.session_state[state] = named(examples, st.session_state[key(page, "text")])
    with st.container(key=f"inline_{page}_examples"):
        st.pills(
            "Examples",
            list(examples),
            key=state,
            format_func=lambda name: examples[name].label,
            on_change=on_change,
            wrap=False,
        )


def drop_device(page: str) -> list[str]:
    """Leave out a device that the address names and isn't there. Returns what was wrong, as sentences."""
    devices, wanted = service.devices(), st.session_state[key(page, "device")]
    if wanted in ("", *devices):
        return []
    st.session_state[key(page, "device")] = ""
    return [f"There is no device “{short(wanted)}” here: it runs on the {_DEVICES[devices[0]]}."]


def settings(page: str) -> Settings:
    """Beam size, length penalty and, where there is a choice, the device. Which one of the n best was chosen says
    nothing of those of another search."""
    devices = service.devices()

    def search_anew() -> None:
        st.session_state[key(page, "rank")] = {}

    with st.popover("Settings", icon=":material/tune:"):
        slider(
            page,
            "beam",
            "Beam size",
            (1, LARGEST_BEAM, 1),
            help="How many unfinished outputs the search keeps. 1: always the likeliest next word.",
            on_change=search_anew,
        )
        slider(
            page,
            "penalty",
            "Length penalty",
            (0.0, 2.0, 0.1),
            help="An output's log-probability is divided by its length to the power of this. 0 favours "
            "short outputs, 1 takes the mean, more favours long ones.",
            on_change=search_anew,
        )
        if len(devices) > 1:
            _device_in_popover(page, ["", *devices])
    beam, penalty, device = (st.session_state[key(page, name)] for name in ("beam", "penalty", "device"))
    return Settings(beam, penalty, device or devices[0])


def _device_in_popover(page: str, choices: Sequence[str]) -> None:
    """With its value given, as `slider`."""
    state, widget = key(page, "device"), f"{page}_device_radio"
    st.radio(
        "Runs on",
        choices,
        index=choices.index(st.session_state[state]),
        key=widget,
        format_func=lambda d: _DEVICES[d],
        on_change=_keep,
        args=[widget, state],
    )


def device(page: str) -> str:
    """What it runs on, to be chosen where there is a choice."""
    devices = service.devices()
    if len(devices) > 1:
        st.radio("Runs on", ["", *devices], key=key(page, "device"), format_func=lambda d: _DEVICES[d], horizontal=True)
    chosen: str = st.session_state[key(page, "device")]
    return chosen or devices[0]


def slider(
    page: str,
    name: str,
    label: str,
    scale: tuple[float, float, float],
    help: str,
    on_change: Callable[[], None] | None = None,
) -> None:
    """A slider in a popover from least to most by steps. It is first drawn when the popover is opened, and then it
    knows only what it was given as its value: what a key holds comes too early for it."""
    state, widget = key(page, name), f"{page}_{name}_slider"

    def keep() -> None:
        _keep(widget, state)
        if on_change:
            on_change()

    least, most, step = scale
    value = type(least)(st.session_state[state])
    st.slider(label, least, most, value=value, step=step, key=widget, help=help, on_change=keep)


def toggle(page: str, name: str, label: str, help: str) -> None:
    """A switch in a popover, with its value given for the same reason."""
    state, widget = key(page, name), f"{page}_{name}_toggle"
    st.toggle(label, value=st.session_state[state], key=widget, help=help, on_change=_keep, args=[widget, state])


def _keep(widget: str, state: str) -> None:
    st.session_state[state] = st.session_state[widget]


def type_own(page: str, subject: object, label: str, told: str) -> str:
    """What a person types in place of the models' output. The box is first drawn when its menu is opened, and knows
    only what it was given as its value; for another subject (what is read) it is another box."""
    state = key(page, "own")
    name = f"{state}_{key_of(subject)}"
    box = renewed.widget(name, st.session_state[state])

    def keep() -> None:
        st.session_state[state] = renewed.chosen(name)

    with st.popover(label, icon=":material/edit:"):
        st.text_area(
            told,
            value=st.session_state[state],
            key=box,
            on_change=keep,
            help="Each variant is made to write it: you see where it would have looked, and how likely it finds it.",
        )
        _read_button(f"{box}_read", f"{page}_own")
    own: str = st.session_state[state]
    return own


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


def choose_sentence(
    page: str,
    sentences: Sequence[str],
    found: Sequence[Mapping[str, Reading] | InputError],
    on_change: Callable[[], None],
) -> int:
    """All sentences with their outputs; which one's maps are shown below, counted from 0."""
    state = key(page, "sentence")
    place = min(st.session_state[state], len(found)) - 1
    widget = f"{page}_sentence_{key_of(sentences[: len(found)])}"

    def choose() -> None:
        st.session_state[state] = st.session_state[widget] + 1
        on_change()

    with st.container(height=_LIST_HEIGHT if len(found) > _LONG_LIST else "content", border=False):
        mapped = any(r.maps for one in found if not isinstance(one, InputError) for r in one.values())
        chosen: int = st.radio(
            f"{len(found)} sentence{'' if len(found) == 1 else 's'}, read one by one. "
            + ("Choose one to see its map." if mapped else "Choose one."),
            range(len(found)),
            index=place,
            format_func=lambda i: f"{i + 1}\\. {escape(sentences[i])}",
            captions=[_outputs(one) for one in found],
            key=widget,
            on_change=choose,
        )
    st.session_state[state] = chosen + 1
    return chosen


def _outputs(found: Mapping[str, Reading] | InputError) -> str:
    if isinstance(found, InputError):
        return escape(str(found))
    named = len(found) > 1
    return "  \n".join((f"{escape(v)}: " if named else "") + escape(r.output.text) for v, r in found.items())
