"""What a page shows lies in its address, so that a link reopens the same view.

A page names its settings once, as Parameters. Their values lie in the session's state under `key(page, name)`, where
widgets find them too. The address is read when a session first opens the page, and written after every run; in
between, and when somebody comes back from another page, the session's own values count.
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from attnviz.errors import InputError
from attnviz.web.text import short


@dataclass(frozen=True)
class Parameter:
    """A setting and its form in the address.

    read: from the address, raises InputError. write: to the address, None to leave it out. A default is always left
    out.
    """

    name: str
    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str | None] = str


def key(page: str, name: str) -> str:
    return f"{page}_{name}"


def restore(page: str, parameters: Sequence[Parameter]) -> list[str]:
    """Fill the state of this page's settings where it is empty. Returns what was wrong in the address, as sentences."""
    kept = key(page, "view")
    problems: list[str] = []
    if kept not in st.session_state:
        st.session_state[kept], problems = _from_address(parameters)
    for parameter in parameters:
        st.session_state.setdefault(key(page, parameter.name), deepcopy(st.session_state[kept][parameter.name]))
    return problems


def keep(page: str, parameters: Sequence[Parameter]) -> None:
    """Write the settings into the address, and remember them for when somebody comes back to this page."""
    view = {parameter.name: st.session_state[key(page, parameter.name)] for parameter in parameters}
    st.session_state[key(page, "view")] = view
    query = _to_address(parameters, view)
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)


def link(page: str, parameters: Sequence[Parameter]) -> str:
    """The whole address of this view."""
    view = {parameter.name: st.session_state[key(page, parameter.name)] for parameter in parameters}
    query = urlencode(_to_address(parameters, view))
    return f"{(st.context.url or '').rstrip('/')}/{'?' if query else ''}{query}"


def switch(name: str, default: bool) -> Parameter:
    """On or off, 1 or 0."""

    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise InputError("choose 1 (on) or 0 (off)")
        return text == "1"

    return Parameter(name, default, read, lambda on: str(int(on)))


def number(name: str, default: float, low: float, high: float) -> Parameter:
    """A number from low to high, whole where the default is."""

    def read(text: str) -> float:
        try:
            value = type(default)(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise InputError(f"choose a number from {low} to {high}")
        return value

    return Parameter(name, default, read)


def names(name: str, default: Sequence[str]) -> Parameter:
    """Several names, with commas between them."""
    return Parameter(name, list(default), lambda text: text.split(",") if text else [], ",".join)


def choices(name: str, most: int) -> Parameter:
    """For some names a number from 1 to `most` each: `additive:2,general:3`."""

    def read(text: str) -> dict[str, int]:
        pairs = [pair.rpartition(":") for pair in text.split(",")]
        if not all(name and rank.isdecimal() and 1 <= int(rank) <= most for name, _, rank in pairs):
            raise InputError(f"choose a number from 1 to {most} for a variant, such as additive:2")
        return {name: int(rank) for name, _, rank in pairs}

    return Parameter(name, {}, read, lambda ranks: ",".join(f"{name}:{rank}" for name, rank in ranks.items()))


def _from_address(parameters: Sequence[Parameter]) -> tuple[dict[str, Any], list[str]]:
    values = {parameter.name: parameter.default for parameter in parameters}
    problems = []
    known = {parameter.name: parameter for parameter in parameters}
    for name, text in st.query_params.items():
        if name not in known:
            problems.append(f"This page has no setting “{short(name)}”, which the address names: it was left out.")
            continue
        try:
            values[name] = known[name].read(text)
        except InputError as problem:
            problems.append(f"The address says “{short(text)}” for “{name}”, which was left out: {problem}.")
    return values, problems


def _to_address(parameters: Sequence[Parameter], view: dict[str, Any]) -> dict[str, str]:
    written = {p.name: p.write(view[p.name]) for p in parameters if view[p.name] != p.default}
    return {name: text for name, text in written.items() if text is not None}
