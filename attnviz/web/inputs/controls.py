"""Controls of settings that are not drawn in every run, such as those in menus.

Streamlit draws what is in a menu only when the menu is opened. It then knows only the value that it is given: what lies
under the setting's own key would come too early. So each control has a key of its own, is given the setting's value,
and hands on what a visitor chooses. on_change: what else happens then.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from attnviz.web import renewed
from attnviz.web.session import Session


def slider(
    session: Session,
    name: str,
    label: str,
    scale: tuple[float, float, float],
    help: str,
    on_change: Callable[[], None] | None = None,
) -> None:
    """A slider. scale: the least value, the most, and the step from one to the next."""
    place = f"{session.owner}_{name}_slider"

    def keep() -> None:
        _keep(session, name, place)
        if on_change:
            on_change()

    least, most, step = scale
    value = type(least)(session[name])
    st.slider(label, least, most, value, step, key=renewed.widget(place, value), help=help, on_change=keep)


def toggle(session: Session, name: str, label: str, help: str) -> None:
    """A switch."""
    place = f"{session.owner}_{name}_toggle"
    key = renewed.widget(place, session[name])
    st.toggle(label, value=session[name], key=key, help=help, on_change=_keep, args=[session, name, place])


def one_of_few(
    session: Session,
    name: str,
    label: str,
    choices: Mapping[Any, str],
    help: str | None = None,
    label_visibility: Literal["visible", "collapsed"] = "visible",
) -> None:
    """Buttons beside each other, of which one is chosen. choices: what each stands for, with its label.

    They stand on the page, but may not be drawn for a while, as where an input was refused: then the browser forgets
    what lay under the setting's own key.
    """
    place = f"{session.owner}_{name}_buttons"
    st.segmented_control(
        label,
        list(choices),
        default=session[name],
        format_func=choices.__getitem__,
        key=renewed.widget(place, session[name]),
        required=True,
        help=help,
        label_visibility=label_visibility,
        on_change=_keep,
        args=[session, name, place],
    )


def choice(
    session: Session,
    name: str,
    label: str,
    choices: Sequence[Any],
    named: Callable[[Any], str],
    help: str,
    on_change: Callable[[], None] | None = None,
) -> None:
    """A box from which one is chosen. named: what each is called."""
    place = f"{session.owner}_{name}_choice"

    def keep() -> None:
        _keep(session, name, place)
        if on_change:
            on_change()

    index, key = choices.index(session[name]), renewed.widget(place, session[name])
    st.selectbox(label, choices, index, named, key=key, help=help, on_change=keep)


def radio(session: Session, name: str, label: str, choices: Sequence[Any], named: Callable[[Any], str]) -> None:
    """Buttons below each other, of which one is chosen. named: what each is called."""
    place = f"{session.owner}_{name}_radio"
    index, key = choices.index(session[name]), renewed.widget(place, session[name])
    st.radio(label, choices, index, named, key=key, on_change=_keep, args=[session, name, place])


def _keep(session: Session, name: str, place: str) -> None:
    session[name] = renewed.chosen(place)
