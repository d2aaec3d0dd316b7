"""What a person gives to tasks that read two texts: two boxes, examples, and one click that swaps them."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.errors import InputError
from attnviz.web import inputs
from attnviz.web.address import Parameter, key
from attnviz.web.examples import PairExample, named_pair

SIDES = ("premise", "hypothesis")
Pair = tuple[str, str]


def parameters(page: str, examples: Mapping[str, PairExample], first: str) -> list[Parameter]:
    """Two texts in the address: an example by its name, long texts not at all."""

    def example(name: str) -> str:
        if name not in examples:
            raise InputError(f"choose one of {', '.join(examples)}")
        return name

    def write(text: str) -> str | None:
        """Both texts or neither: half a pair would be opened with another half."""
        pair = typed(page)
        return None if named_pair(examples, pair) or not all(map(inputs.fits_link, pair)) else text

    texts = zip(SIDES, examples[first].pair, strict=True)
    return [
        Parameter("example", None, example, lambda name: name),
        *(Parameter(side, text, str, write) for side, text in texts),
    ]


def typed(page: str) -> Pair:
    """What is in the two boxes, as it was typed."""
    premise, hypothesis = (st.session_state[key(page, side)] for side in SIDES)
    return premise, hypothesis


def put(page: str, pair: Sequence[str]) -> None:
    """Put two texts into the boxes; in callbacks, before the boxes are drawn."""
    for side, text in zip(SIDES, pair, strict=True):
        st.session_state[key(page, side)] = text


def boxes(page: str, on_change: Callable[[], None], on_swap: Callable[[], None]) -> DeltaGenerator:
    """The two boxes, and a place for what is going on."""

    def changed() -> None:
        st.session_state[key(page, "example")] = None
        on_change()

    def swap() -> None:
        st.session_state[key(page, "example")] = None
        put(page, typed(page)[::-1])
        on_swap()

    hint = " (read on Ctrl+Enter, or when you leave the box)"
    for side in SIDES:
        label = side.capitalize() + (hint if side == SIDES[0] else "")
        st.text_area(label, key=key(page, side), height=68, on_change=changed)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Read", icon=":material/play_arrow:", key=f"{page}_read")
        st.button("Swap", icon=":material/swap_vert:", key=f"{page}_swap", on_click=swap, help="Swap the two texts.")
        return st.container(width="content")


def take_example(page: str, examples: Mapping[str, PairExample]) -> None:
    """Put the example that was chosen, on the page or in the address, into the boxes."""
    name = st.session_state[key(page, "example")]
    if name is not None:
        put(page, examples[name].pair)


def example_pills(page: str, examples: Mapping[str, PairExample], on_change: Callable[[], None]) -> None:
    """The examples by their names. The one whose texts are in the boxes is marked."""
    state = key(page, "example")
    st.session_state[state] = named_pair(examples, typed(page))
    with st.container(key=f"inline_{page}_examples"):
        st.pills(
            "Examples",
            list(examples),
            key=state,
            format_func=lambda name: examples[name].label,
            on_change=on_change,
            wrap=False,
        )
