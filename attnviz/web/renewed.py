"""Widgets whose value is also changed from elsewhere, or emptied: a new one stands in the place of the old one then.

Were the old one given the new value, a click on something else before the browser has heard of it would bring the old
value back as if a visitor had chosen it.
"""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class _Turn:
    """Of one widget after another: its number, and the value that it has."""

    number: int
    value: Any


def widget(name: str, value: Any = None) -> str:
    """The key of the widget that shows `value`, which it is to be given too."""
    turn = st.session_state.get(_state(name))
    if turn is None or turn.value != value:
        turn = _Turn(turn.number + 1 if turn else 0, value)
        st.session_state[_state(name)] = turn
    return f"{name}_{turn.number}"


def chosen(name: str) -> Any:
    """What a visitor chose in the widget: to be asked for when it tells of a change, and then it stays the same one."""
    turn: _Turn = st.session_state[_state(name)]
    # A run may have been cut short before the newest widget was drawn.
    value = st.session_state.get(f"{name}_{turn.number}", turn.value)
    st.session_state[_state(name)] = replace(turn, value=value)
    return value


def empty(name: str) -> None:
    """Let a new one stand in the place of a widget: a box of files can't be emptied, nor a menu closed, otherwise."""
    turn: _Turn = st.session_state[_state(name)]
    st.session_state[_state(name)] = replace(turn, number=turn.number + 1)


def _state(name: str) -> str:
    return f"{name}_turn"
