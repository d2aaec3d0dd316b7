"""What the search for an output held at each step and what it dropped, as a tree that is made when it is asked for."""

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from attnviz.analysis.tree import Tree
from attnviz.analysis.wording import sentence_case
from attnviz.errors import BundleError, InputError
from attnviz.export import MIME
from attnviz.export.tree import to_csv
from attnviz.figures.browser.tree import summary
from attnviz.media import Sound
from attnviz.reading import Pieces, Reading, Source
from attnviz.tasks.base import Task
from attnviz.web import glossary, on_demand
from attnviz.web.inputs.settings import LARGEST_BEAM
from attnviz.web.inputs.text import MOST_CHARACTERS
from attnviz.web.panels.evidence import made_here
from attnviz.web.session import Session
from attnviz.web.text import escape, key_of_reading
from attnviz.web.views import tree as view

# Searches anew as a reading was searched; the first argument is a name for the place of this work. None where a person
# stopped it.
Search = Callable[[str, Reading], Tree | None]


def show(session: Session, task: Task, readings: Sequence[Reading], search: Search) -> None:
    """Draw an expander with the tree of a reading; of several, a person chooses which. Nothing is searched until it is
    opened, and nothing is drawn where no reading was searched with a beam that can drop anything.

    readings: as they were read, with their n best.
    """
    searched = [reading for reading in readings if len(reading.hypotheses) > 1]
    if not searched:
        return
    key = f"{session.owner}_tree"
    draw = partial(_draw, task, searched, search, key)
    on_demand.expander("What the search dropped", draw, icon=":material/account_tree:", key=key)


def of_saved(readings: Sequence[Reading]) -> list[Reading]:
    """Those readings of a file that can be searched again: their model is here, and the file holds their whole input,
    of which it has only a smaller copy where that is a photo. A beam or a text that is larger than the pages take is
    left out; of a sound, the task's reader says how long it may be."""
    return [
        reading
        for reading in readings
        if made_here(reading)
        and all(map(_whole, reading.source))
        and isinstance(beam := reading.provenance.settings.get("beam"), int)
        and beam <= LARGEST_BEAM
    ]


def _whole(source: Source) -> bool:
    return isinstance(source, Sound) or (isinstance(source, Pieces) and len(source.text) <= MOST_CHARACTERS)


def _draw(task: Task, searched: Sequence[Reading], search: Search, key: str) -> None:
    reading = _chosen(searched, key)
    try:
        found = search(key, reading)
    except (InputError, BundleError) as problem:
        st.error(escape(str(problem)), icon=":material/error:")
        return
    if found is None:
        return
    told = summary(found)
    if found.shown == found.steps:
        told = f"{told} The ends of its branches are the {task.outputs} that it found, with their scores."
    st.caption(told, help=glossary.explained(told))
    shown = key_of_reading(reading, "tree")
    view.show(found, key=f"{key}_{shown}")
    st.download_button(
        "Save as a table (CSV)",
        partial(to_csv, found),
        file_name=f"{task.name}-{reading.variant}-search.csv",
        mime=MIME["csv"],
        on_click="ignore",
        key=f"{key}_csv_{shown}",
    )


def _chosen(readings: Sequence[Reading], key: str) -> Reading:
    if len(readings) == 1:
        return readings[0]
    by_variant = {reading.variant: reading for reading in readings}
    name = st.selectbox(
        "Variant",
        list(by_variant),
        format_func=lambda name: sentence_case(by_variant[name].name),
        key=f"{key}_variant",
        width=220,
    )
    return by_variant[name]
