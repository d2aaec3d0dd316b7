"""A table of what was read of many inputs: on the page, where a row can be chosen, and as a file."""

import json
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from attnviz.export import numbers
from attnviz.web.session import Session, widget_value

_HEIGHT = 260
_PROBABILITY = st.column_config.ProgressColumn(format="%.2f", min_value=0, max_value=1, width="small")

Table = Mapping[str, Sequence[str | float | None]]  # columns of the same length by their names
ROW = "row"  # the column that numbers the rows, where a table has its own numbers


def draw(
    session: Session,
    table: Table,
    content: str,
    alt: str,
    on_choose: Callable[[int], None],
    *,
    inputs: Sequence[str] = (),
    probabilities: Sequence[str] = (),
) -> None:
    """The table on the page. Choosing a row calls `on_choose` with its place. content: a name that is the same for the
    same rows. inputs: the columns of what was given; they are kept narrow, so that what was written of it is in sight.
    probabilities: the columns that are drawn as bars. Its rows are counted from 1, unless it has a column ROW."""
    import pandas as pd  # not before there are many inputs: it takes most of a second

    widget = f"{session.owner}_many_{content}"

    def choose() -> None:
        chosen = widget_value(widget)["selection"]["rows"]
        if chosen:
            on_choose(chosen[0])

    count = len(next(iter(table.values())))
    with st.container(key=f"guarded_{session.owner}_many"):
        st.dataframe(
            pd.DataFrame(table, index=pd.RangeIndex(1, count + 1)),
            height=_HEIGHT if count > 6 else "auto",
            hide_index=ROW in table,
            column_config={
                **{name: st.column_config.Column(width="medium") for name in inputs},
                **dict.fromkeys(probabilities, _PROBABILITY),
            },
            key=widget,
            on_select=choose,
            selection_mode="single-row",
            alt=alt,
        )


def without_empty(table: Table, optional: Sequence[str]) -> Table:
    """The table without those of the optional columns that hold nothing."""
    empty = [name for name in optional if all(cell in (None, "") for cell in table[name])]
    return {name: column for name, column in table.items() if name not in empty}


def end(other: str) -> None:
    """Say that a table ends here, where what stands below it is of something else. other: of what."""
    st.caption(f"The table ends here: what follows is of {other}, until you choose a row.")


def save(session: Session, key: str, label: str, name: str, mime: str, content: Callable[[], bytes]) -> None:
    """A button that saves a file, which is made after the click."""
    st.download_button(
        label,
        content,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"{session.owner}_save_many_{key}",
    )


def csv(table: Table) -> bytes:
    return numbers.table(list(table), zip(*table.values(), strict=True))


def as_json(table: Table) -> bytes:
    """A list of objects, one for each row."""
    rows = (dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True))
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode()
