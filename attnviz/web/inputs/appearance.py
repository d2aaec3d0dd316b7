"""How maps over words look: over words or subwords, as a matrix or a ribbon, on which scale, and how many of their
weights are shown."""

from dataclasses import dataclass

import streamlit as st

from attnviz.attention import ATTENTION, SUBWORDS
from attnviz.web import address
from attnviz.web.address import Parameter
from attnviz.web.inputs import controls
from attnviz.web.session import Session

STRETCH = "Stretch the colours"
_USUAL = (0, 1, 2, 3, 5)  # weights of each row; 0 stands for all of them
_MOST = 20


@dataclass(frozen=True)
class Appearance:
    """map_name: the map that is shown. stretch: the colours of each map end at its own largest weight instead of 1.
    strongest: how many weights of each row are shown, 0 for all. ribbon: maps are ribbons rather than matrices."""

    map_name: str
    stretch: bool
    strongest: int
    ribbon: bool = False


def parameters(*, subwords: bool = False) -> list[Parameter]:
    """subwords: whether the maps can be shown over subwords."""
    units = [address.switch("subwords", False)] if subwords else []
    look = [address.switch("stretch", False), address.number("strongest", 0, 0, _MOST), address.switch("ribbon", False)]
    return [*units, *look]


def switch_scale(session: Session) -> None:
    """Let colours end at each map's own largest weight, or at 1 again."""
    session["stretch"] = not session["stretch"]


def menu(session: Session, *, subwords: bool = False) -> Appearance:
    """Draw the menu, and return what was chosen. subwords: see `parameters`."""
    with st.popover("Appearance", icon=":material/contrast:"):
        if subwords:
            told = "Show the pieces (subwords) that the model itself reads."
            controls.toggle(session, "subwords", "Pieces of words", help=told)
        choose_scale(session)
        controls.choice(
            session,
            "strongest",
            "Cells shown in each row",
            sorted({*_USUAL, session["strongest"]}),
            _named,
            help="Cells with little weight can be left out. The map then says how much of the weight is hidden.",
        )
    map_name = SUBWORDS if subwords and session["subwords"] else ATTENTION
    return Appearance(map_name, session["stretch"], session["strongest"], session["ribbon"])


def choose_scale(session: Session) -> None:
    """Draw the choice where the colours of a map end."""
    controls.toggle(
        session,
        "stretch",
        STRETCH,
        help="Let each map have a colour scale of its own, which ends at its largest weight, not at 1. Don't compare "
        "maps by their colours then.",
    )


def choose_view(session: Session, shown: bool) -> None:
    """Draw the choice between matrix and ribbon, which stands at the maps. shown: whether they are drawn as ribbons.

    Where the maps are drawn in a fragment, that alone runs when another view is chosen, and knows only what it was
    given: so the page is drawn anew, with its address.
    """
    controls.one_of_few(
        session,
        "ribbon",
        "View of the map",
        {False: ":material/grid_on: Matrix", True: ":material/linear_scale: Ribbon"},
        label_visibility="collapsed",
    )
    if session["ribbon"] != shown:
        st.rerun()


def _named(count: int) -> str:
    if count == 0:
        return "All of them"
    return "The strongest" if count == 1 else f"The {count} strongest"
