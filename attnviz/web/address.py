"""What a page shows lies in its address, so that a link reopens the same view.

A page declares each setting once, as a `Parameter`. It is also a name in the page's session, where the setting's widget
keeps its value. The address is read when a session first opens the page or follows a link into it, and written after
every run. In between, and when somebody comes back from another page by the menu, the session's own values count. Where
the browser's Back and Forward bring an earlier address, the view that was drawn under it is restored.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from attnviz.errors import InputError
from attnviz.web.session import Name, Session
from attnviz.web.text import short

MOST_CHARACTERS = 1_500  # of a text
MOST_NAMES = 50
MOST_VIEWS = 30  # that Back and Forward restore
VIEW = Name("view", dict)  # the values of all parameters when the page was last drawn
_VIEWS = Name("views", list)  # the latest views, each a _View, the newest last
_RETURNED = Name("returned", bool, False)  # whether this run restored another view
NAMES = (VIEW, _VIEWS, _RETURNED)
# Of all pages together: which one is open, and whether it was opened just now and has not read its address yet.
_OPEN = Name("open", str | None)
_ENTERED = Name("entered", bool, False)


@dataclass(frozen=True)
class Parameter(Name):
    """A setting of a page, and its form in the address.

    read: turns the address's text into the value, and raises InputError where it can't. write: turns the value into
    text. fits: whether the address has room for it; a first value is always left out. changes_output: whether the
    output of a variant may be another one with another value than the first.
    """

    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    fits: Callable[[Session], bool] = lambda session: True
    changes_output: bool = False


@dataclass(frozen=True)
class _View:
    """The values of all parameters, and the address that they were drawn under."""

    values: dict[str, Any]
    query: dict[str, str]


def enter(page: str) -> None:
    """Note which page a run draws, before it is drawn, so that `restore` knows a link into it."""
    session = _all_pages()
    if session[_OPEN.name] != page:
        session[_OPEN.name], session[_ENTERED.name] = page, True


def entered() -> bool:
    """Whether the page was opened just now, so that what its address says counts. `restore` ends that."""
    answer: bool = _all_pages()[_ENTERED.name]
    return answer


def restore(session: Session, parameters: Sequence[Parameter]) -> list[str]:
    """Fill the parameters of this page where they are empty, and all of them where somebody went back or forward, or
    followed a link that says what to show.

    Returns what was wrong in the address, as sentences.
    """
    problems: list[str] = []
    first = VIEW.name not in session
    if first:
        session[VIEW.name], problems = _from_address(parameters)
    views, query = session[_VIEWS.name] or [], st.query_params.to_dict()
    entered, _all_pages()[_ENTERED.name] = _all_pages()[_ENTERED.name], False
    back = went_back_or_forward()
    linked = entered and bool(query) and not back and not first
    session[_RETURNED.name] = linked or (back and not (views and views[-1].query == query))
    if session[_RETURNED.name]:
        earlier = None if linked else next((view.values for view in views if view.query == query), None)
        if earlier is None:
            earlier, problems = _from_address(parameters)
        for parameter in parameters:
            session[parameter.name] = deepcopy(earlier[parameter.name])
    for parameter in parameters:
        if parameter.name not in session:
            session[parameter.name] = session[VIEW.name].get(parameter.name, session[parameter.name])
    return problems


def returned(session: Session) -> bool:
    """Whether somebody went back or forward to what this run shows, or followed a link to it."""
    answer: bool = session[_RETURNED.name]
    return answer


def was_drawn(session: Session) -> bool:
    """Whether the page was drawn before in this session."""
    return bool(session[_VIEWS.name])


def went_back_or_forward() -> bool:
    """Whether the browser's Back or Forward asked for this run.

    The address alone can't tell: a run that a click asked for names an earlier address too, where the browser had not
    learned the newest one yet. So Streamlit is asked, whose browser side says so with each run.
    """
    context = get_script_run_ctx()
    return context is not None and context.is_history_navigation


def keep(session: Session, parameters: Sequence[Parameter]) -> None:
    """Write the settings into the address, and remember them for when somebody comes back to this page."""
    view = {parameter.name: session[parameter.name] for parameter in parameters}
    session[VIEW.name] = view
    query = _to_address(session, parameters)
    views = [kept for kept in session[_VIEWS.name] or [] if kept.query != query][-MOST_VIEWS:]
    session[_VIEWS.name] = [*views, _View(deepcopy(view), query)]
    if query != st.query_params.to_dict():
        st.query_params.from_dict(query)


def link(session: Session, parameters: Sequence[Parameter]) -> str:
    """The whole address of this view."""
    return link_to(_to_address(session, parameters))


def link_to(settings: Mapping[str, str]) -> str:
    """The whole address of a view of this page. settings: the texts of its parameters, by their names."""
    query = urlencode(settings)
    return f"{(st.context.url or '').rstrip('/')}/{'?' if query else ''}{query}"


def page_asked_for() -> str:
    """The name of the page that the address asks for; empty for the first one."""
    return unquote(urlsplit(st.context.url or "").path).rstrip("/").rpartition("/")[2].strip()


def text(name: str, first: str, fits: Callable[[Session], bool] = lambda session: True) -> Parameter:
    """A text of at most MOST_CHARACTERS."""

    def read(text: str) -> str:
        if len(text) > MOST_CHARACTERS:
            raise InputError(f"a link holds at most {MOST_CHARACTERS:,} characters of a text")
        return text

    return Parameter(name, str, first, read, fits=fits)


def one_of(name: str, names: Sequence[str], first: str | None) -> Parameter:
    """One of several names, or none, which the address leaves out."""

    def read(text: str) -> str:
        if text not in names:
            raise InputError(f"choose one of {', '.join(names)}")
        return text

    return Parameter(name, str | None, first, read, fits=lambda session: session[name] is not None)


def switch(name: str, first: bool) -> Parameter:
    """On or off, 1 or 0."""

    def read(text: str) -> bool:
        if text not in ("0", "1"):
            raise InputError("choose 1 (on) or 0 (off)")
        return text == "1"

    return Parameter(name, bool, first, read, lambda on: str(int(on)))


def number(name: str, first: float, low: float, high: float) -> Parameter:
    """A number from `low` to `high`; a whole number if `first` is one."""

    def read(text: str) -> float:
        try:
            value = type(first)(text)
        except ValueError:
            value = None
        if value is None or not low <= value <= high:
            raise InputError(f"choose a number from {low} to {high}")
        return value

    return Parameter(name, int | float, first, read)


def names(name: str, first: Sequence[str]) -> Parameter:
    """Several names, with commas between them."""
    return Parameter(name, list, list(first), lambda text: text.split(",")[:MOST_NAMES] if text else [], ",".join)


def choices(name: str, most: int, of: str = "a variant, such as additive:2") -> Parameter:
    """A number from 1 to `most` for each of some names: `additive:2,general:3`. of: what they are the names of."""

    def read(text: str) -> dict[str, int]:
        pairs = [pair.rpartition(":") for pair in text.split(",")]
        if not all(name and rank.isdecimal() and len(rank) < 5 and 1 <= int(rank) <= most for name, _, rank in pairs):
            raise InputError(f"choose a number from 1 to {most} for {of}")
        return {name: int(rank) for name, _, rank in pairs}

    return Parameter(name, dict, {}, read, lambda ranks: ",".join(f"{name}:{rank}" for name, rank in ranks.items()))


def changing_output(parameter: Parameter) -> Parameter:
    """The same setting, which changes what a variant writes."""
    return replace(parameter, changes_output=True)


def _all_pages() -> Session:
    return Session("address", [_OPEN, _ENTERED])


def _from_address(parameters: Sequence[Parameter]) -> tuple[dict[str, Any], list[str]]:
    values = {parameter.name: parameter.first for parameter in parameters}
    problems = []
    by_name = {parameter.name: parameter for parameter in parameters}
    for name, text in st.query_params.items():
        if name not in by_name:
            problems.append(f"This page has no setting “{short(name)}”, which the address names: it was left out.")
            continue
        try:
            values[name] = by_name[name].read(text)
        except InputError as problem:
            problems.append(f"The address says “{short(text)}” for “{name}”, which was left out: {problem}.")
    return values, problems


def _to_address(session: Session, parameters: Sequence[Parameter]) -> dict[str, str]:
    written = {}
    for parameter in parameters:
        value = session[parameter.name]
        if value != parameter.first and parameter.fits(session):
            written[parameter.name] = parameter.write(value)
    return written
