"""The difference of two maps on the page, and how far they are apart."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from attnviz.analysis import compare
from attnviz.attention import AttentionMap
from attnviz.errors import BundleError, InputError
from attnviz.figures import maps
from attnviz.figures.maps import subtract
from attnviz.reading import Pieces, Reading
from attnviz.web import on_demand, style
from attnviz.web.inputs import appearance, controls
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.session import Session
from attnviz.web.text import escape, key_of_reading, number, one_line
from attnviz.web.views import heatmap, over_words
from attnviz.web.views.map_view import MapView

SENTENCE = 600  # px in which an ordinary sentence stands on one line


# Reads the input of a reading again, with its variant, and with this output forced; nothing where it was stopped. The
# last argument is a name for the place of this work.
ReadAgain = Callable[[Reading, str, str], list[Reading]]
Apart = Callable[[AttentionMap, AttentionMap], None]


def wanted(session: Session, readings: Sequence[Reading]) -> list[Reading]:
    """Draw the switch where two variants have a map. Returns the first two of them, if their difference is wanted."""
    attentive = [reading for reading in readings if reading.maps][:2]
    if len(attentive) < 2:
        return []
    first, second = (escape(reading.name) for reading in attentive)
    told = f"{first} − {second}: both are read on what {first} wrote, which {second} has to write too."
    controls.toggle(session, "difference", "Difference", help=told)
    return attentive if session["difference"] else []


def on_one_output(pair: Sequence[Reading], read_again: ReadAgain) -> tuple[Reading, ...]:
    """Both readings on what the first one wrote; none where it was stopped.

    Where the first one cut its output into other subwords than everybody else would, it is made to write it too.
    """
    first, second = pair
    forced = read_again(second, first.output.text, "second")
    if not forced:
        return ()
    if [attention.queries for attention in first.maps] == [attention.queries for attention in forced[0].maps]:
        return first, forced[0]
    again = read_again(first, first.output.text, "first")
    return (again[0], forced[0]) if again else ()


def of_outputs(
    session: Session,
    readings: Sequence[Reading],
    look: Appearance,
    read_again: ReadAgain,
) -> tuple[Reading, ...]:
    """Draw the switch for a difference, and the difference of two maps over what the first one wrote where it is wanted
    and can be taken. Returns the two readings that it is of."""
    pair = wanted(session, readings)
    if not pair:
        return ()
    try:
        compared = on_one_output(pair, read_again)
    except InputError:
        st.error("What the first variant wrote can't be forced on the second one: there is no difference to show.")
        return ()
    except BundleError as problem:
        st.error(escape(str(problem)), icon=":material/error:")
        return ()
    if compared:
        first, second = compared
        show(
            first,
            second,
            look.map_name,
            source=first.texts,
            output=first.output,
            stretch=look.stretch,
            ribbon=look.ribbon,
            group=session.owner,
            on_scale=lambda: appearance.switch_scale(session),
            told=made_to_write(first, second),
        )
    return compared


def made_to_write(first: Reading, second: Reading) -> str:
    """Markdown that says how the two maps come to be over the same words."""
    return f"Both maps are over what {escape(first.name)} wrote: {escape(second.name)} was made to write it."


def mean_distance(a: AttentionMap, b: AttentionMap) -> None:
    """How far the rows of two maps lie apart, on average."""
    distance = compare.mean_jsd(np.c_[a.weights, a.rest], np.c_[b.weights, b.rest])
    st.caption(
        f"The mean distance of their rows is {distance:.2f} (Jensen-Shannon divergence in nats; 0: alike, 0.69: "
        "nothing in common)."
    )


def show(
    first: Reading,
    second: Reading,
    map_name: str,
    *,
    source: Sequence[Pieces],
    output: Pieces,
    stretch: bool,
    ribbon: bool,
    group: str,
    on_scale: Callable[[], None],
    told: str = "",
    apart: Apart = mean_distance,
) -> None:
    """Draw the first reading's map less the second's, with the details beside it where there is room.

    source, output: the texts that the map's keys and queries are of. ribbon, group: see `MapView`. on_scale: changes
    whether the colours end at the largest difference, as `stretch` says. told: Markdown of our own that says how the
    two maps come to be over the same words. apart: draws how far the rows of the two maps lie apart.
    """
    a, b = first.map(map_name), second.map(map_name)
    if a is None or b is None:
        return
    view = MapView(
        place="difference",
        key=f"difference_{key_of_reading(first, map_name)}_{key_of_reading(second, map_name)}",
        source=source,
        output=replace(output, logprobs=(), alternatives=()),
        map=a,
        minus=b,
        sides=(one_line(first.name), one_line(second.name)),
        stretch=stretch,
        ribbon=ribbon,
        group=group,
        told=told,
    )
    with st.container(key="panel_difference"):
        st.markdown(f"#### Difference: {escape(first.name)} − {escape(second.name)}")
        _scale(a, b, on_scale, stretch=stretch)
        style.view_and_details("view_difference", "details_difference", max(view.width + over_words.LEGEND, SENTENCE))
        with st.container(horizontal=True, gap=style.GAP):
            with st.container(key="view_difference", gap="xsmall"):
                over_words.show(view)
            with st.container(key="details_difference"):
                apart(a, b)
                _details(first, second, a, b)


def _scale(a: AttentionMap, b: AttentionMap, on_scale: Callable[[], None], *, stretch: bool) -> None:
    """How large the largest difference is, with the switch that makes a small one plain."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"The largest difference is {maps.largest_difference(subtract(a, b)):.2f}.", width="content")
        st.button(
            f"Scale from {maps.MINUS}1 to 1" if stretch else appearance.STRETCH,
            on_click=on_scale,
            type="tertiary",
            icon=":material/contrast:",
            key="difference_scale",
        )


def _details(first: Reading, second: Reading, a: AttentionMap, b: AttentionMap) -> None:
    if first.output.text == second.output.text and not first.probabilities:
        st.caption(
            f"The log-probability of this output is {number(first.output.logprob)} for {escape(first.name)}, and "
            f"{number(second.output.logprob)} for {escape(second.name)}."
        )
    on_demand.expander("Numbers of this difference", lambda: heatmap.table(subtract(a, b)), key="numbers_difference")
