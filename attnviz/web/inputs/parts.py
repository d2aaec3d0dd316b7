"""Which part of a long input is looked at, where its parts are read one by one."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.web import renewed
from attnviz.web.session import Session
from attnviz.web.text import escape, key_of, short

_LONGEST = 240  # characters of an output in the list


def choose(
    session: Session,
    noun: str,
    labels: Sequence[str],
    results: Sequence[Mapping[str, Reading] | InputError],
    on_change: Callable[[], None],
    doubt: Callable[[Reading], str] = lambda reading: "",
) -> int:
    """List all parts with their outputs. Returns which one's maps are shown below, counted from 0.

    noun: what a part is called, such as "sentence". The session keeps under this name which one is shown, counted from
    1. labels: what each part is shown as; as plain text. doubt: says in a sentence why an output should not be trusted,
    which stands before the output; empty where nothing speaks against it.
    """
    place = min(session[noun], len(results)) - 1
    name = f"{session.owner}_{noun}_{key_of(labels[: len(results)])}"

    def keep() -> None:
        session[noun] = renewed.chosen(name) + 1
        on_change()

    with st.container(key=f"sentences_{session.owner}"):
        chosen: int = st.radio(
            f"{len(results)} {noun}{'' if len(results) == 1 else 's'}, read one by one. "
            + ("Choose one to see its map." if _any_map(results) else "Choose one."),
            range(len(results)),
            index=place,
            format_func=lambda i: f"{i + 1}\\. {escape(labels[i])}",
            captions=[_outputs(result, doubt) for result in results],
            key=renewed.widget(name, place),
            on_change=keep,
            width="stretch",
        )
    session[noun] = chosen + 1
    return chosen


def _any_map(results: Sequence[Mapping[str, Reading] | InputError]) -> bool:
    by_variant = [result for result in results if not isinstance(result, InputError)]
    return any(reading.maps for readings in by_variant for reading in readings.values())


def _outputs(result: Mapping[str, Reading] | InputError, doubt: Callable[[Reading], str]) -> str:
    """Of each variant why to doubt what it wrote for a part, and how that begins; or what is wrong with the part."""
    if isinstance(result, InputError):
        return escape(str(result))
    lines = []
    for reading in result.values():
        name = f"{escape(reading.name)}:" if len(result) > 1 else ""
        reason = f"**{escape(reason)}**" if (reason := doubt(reading)) else ""
        lines.append(" ".join(filter(None, (name, reason, escape(short(reading.output.text, _LONGEST))))))
    return "  \n".join(lines)
