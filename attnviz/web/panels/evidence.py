"""How far the maps can be believed: what the bundles' scores say, one click away from the maps."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError
from attnviz.reading import Reading
from attnviz.tasks.base import Evidence, Row
from attnviz.web import on_demand
from attnviz.web.text import digits_of, escape, figure_of

_BETTER = {"higher": "higher is better", "lower": "lower is better"}


def show(readings: Sequence[Reading], *, key: str) -> None:
    """A menu with what the scores of the variants say whose bundles made these readings."""
    made = [reading for reading in readings if made_here(reading)]
    try:
        every = {r.name: evidence(r.provenance.digest, r.task, r.variant) for r in made}
    except BundleError as problem:  # its weights can be read with, but its scores are damaged
        st.caption(escape(str(problem)))
        return
    by_variant = {name: kept for name, kept in every.items() if kept.rows or kept.told}
    if not by_variant:
        return
    draw = partial(_draw, by_variant)
    subject = "map" if any(reading.maps for reading in made) else service.TASKS[made[0].task].output
    on_demand.popover(f"How far can I believe this {subject}?", draw, icon=":material/troubleshoot:", key=key)


def made_here(reading: Reading) -> bool:
    """Whether this variant's bundle made the reading. Its scores apply only then."""
    try:
        known = reading.task in service.TASKS and reading.variant in service.variants(reading.task)
        return known and service.digest(reading.task, reading.variant) == reading.provenance.digest
    except BundleError:
        return False


@st.cache_data(max_entries=50, show_spinner=False)
def evidence(digest: str, task: str, variant: str) -> Evidence:
    """What the scores of the bundle with this digest say."""
    return service.evidence(task, variant)


def _draw(by_variant: dict[str, Evidence]) -> None:
    import pandas as pd  # not before a person asks: it takes most of a second

    st.markdown(next((kept.how for kept in by_variant.values() if kept.how), ""))
    rows = [table_row(name, row) for name, kept in by_variant.items() for row in kept.rows]
    left_out = {"figure", "variant"} if len(by_variant) == 1 else {"figure"}
    names = [name for name in dict.fromkeys(name for row in rows for name in row) if name not in left_out]
    columns = {name: [row.get(name, "–") for row in rows] for name in names}
    if rows:
        st.table(pd.DataFrame(columns, index=pd.Index([row["figure"] for row in rows], name="figure")))
    for name, kept in by_variant.items():
        for sentence in kept.told:
            st.markdown(sentence if len(by_variant) == 1 else f"{escape(name)}: {sentence}")
    st.caption("Under “What these models can and can't do”, below, each figure has its command.")


def table_row(variant: str, row: Row) -> dict[str, str]:
    """A row of the table: the map's value, then the baselines' values."""
    figure = f"{row.figure} ({_BETTER[row.better]})"
    own = {
        "variant": escape(variant),
        "figure": figure,
        "set": escape(row.set),
        "measured on": f"{row.n:,} {row.counted}",
    }
    values = {"this map": row.value, **row.baselines}
    digits = digits_of(values.values())
    return own | {name: figure_of(value, digits) for name, value in values.items()}
