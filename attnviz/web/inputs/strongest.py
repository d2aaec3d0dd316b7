"""How many of the weights in each row of a map are shown."""

import streamlit as st

from attnviz.web import address
from attnviz.web.address import Parameter
from attnviz.web.session import Session

_NAME = "strongest"
_USUAL = (0, 1, 2, 3, 5)
_MOST = 20


def parameter() -> Parameter:
    return address.number(_NAME, 0, 0, _MOST)


def choose(session: Session) -> int:
    """Draw the choice, and return how many weights of each row are shown; 0 stands for all."""
    chosen: int = session[_NAME]
    st.selectbox(
        "Weights of each row",
        sorted({*_USUAL, chosen}),
        format_func=_named,
        key=session.key(_NAME),
        label_visibility="collapsed",
        width=210,
        help="Weak weights can be left out of the map. It then says how much of the weight is hidden.",
    )
    return chosen


def _named(count: int) -> str:
    if count == 0:
        return "All weights"
    return "Strongest of each row" if count == 1 else f"{count} strongest of each row"
