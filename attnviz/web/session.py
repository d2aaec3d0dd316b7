"""What a page keeps of a visitor's session: typed names over Streamlit's session state, which is used nowhere else.

A page declares each name with its type and first value. A name that nobody declared raises KeyError, and a value of
another type raises TypeError, so that a misspelt name can't lose what was kept.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from types import UnionType
from typing import Any

import streamlit as st


@dataclass(frozen=True)
class Name:
    """A name that is declared, the type of its values, and the first one."""

    name: str
    kind: type | UnionType
    first: Any = None


class Session:
    """What `owner`, a page or a part of one, keeps. The key in Streamlit's session state is `<owner>_<name>`: a widget
    that gets it as its own key shows and changes the value."""

    def __init__(self, owner: str, names: Iterable[Name]) -> None:
        self.owner = owner
        self._names = {name.name: name for name in names}

    def key(self, name: str) -> str:
        """The key under which the value lies. Raises KeyError for a name that was not declared."""
        if name not in self._names:
            raise KeyError(f"{self.owner} does not declare the name {name!r}")
        return f"{self.owner}_{name}"

    def __contains__(self, name: str) -> bool:
        """Whether a value was ever kept under this name."""
        return self.key(name) in st.session_state

    def __getitem__(self, name: str) -> Any:
        """The value that was kept, or the first one."""
        key = self.key(name)
        return st.session_state[key] if key in st.session_state else deepcopy(self._names[name].first)

    def __setitem__(self, name: str, value: Any) -> None:
        """Keep a value. Raises TypeError where it is not of the declared type."""
        key, kind = self.key(name), self._names[name].kind
        if not isinstance(value, kind):
            raise TypeError(f"{key} is {kind}, not {value!r}")
        st.session_state[key] = value


def widget_value(key: str, otherwise: Any = None) -> Any:
    """What a visitor chose in the widget of this key; `otherwise` where it has not been drawn."""
    return st.session_state.get(key, otherwise)
