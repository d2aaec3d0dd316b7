"""Widgets whose value is also changed from elsewhere, or emptied: a new widget then takes the place of the old one.

If the old widget were given the new value instead, the browser could still send the old value back: a visitor who
clicks something else at that moment would undo the change without knowing.
"""

from dataclasses import dataclass, replace
from typing import Any

from attnviz.web.session import Name, Session, widget_value


@dataclass(frozen=True)
class _Turn:
    """The number of the widget that stands in this place now, counted from 0, and the value that it shows."""

    number: int
    value: Any


def widget(name: str, value: Any = None) -> str:
    """The key for the widget that shows `value`. The widget has to be given this value too."""
    session = _session(name)
    turn: _Turn | None = session["turn"]
    if turn is None or turn.value != value:
        turn = _Turn(turn.number + 1 if turn else 0, value)
        session["turn"] = turn
    return f"{name}_{turn.number}"


def chosen(name: str) -> Any:
    """What a visitor chose in the widget. Ask for it in the widget's callback: the widget then stays in its place."""
    session = _session(name)
    turn: _Turn = session["turn"]
    # A run may have been cut short before the newest widget was drawn.
    value = widget_value(f"{name}_{turn.number}", turn.value)
    session["turn"] = replace(turn, value=value)
    return value


def empty(name: str) -> None:
    """Put a new widget in the place of the old one. A file box can't be emptied, nor a menu closed, in another way."""
    session = _session(name)
    turn: _Turn | None = session["turn"]
    session["turn"] = replace(turn, number=turn.number + 1) if turn else _Turn(0, None)


def _session(name: str) -> Session:
    return Session(name, [Name("turn", _Turn)])
