"""The few rules of layout that Streamlit has no setting for. Nothing of a visitor's goes in here."""

from collections.abc import Mapping, Sequence

import streamlit as st

_PAGE = """
.stMainBlockContainer { padding-top: 2.5rem; padding-bottom: 4rem; }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; } }
/* Streamlit's own Stop would leave the page half drawn; long work has a button that doesn't. */
[data-testid="stStatusWidget"] button { display: none; }
/* A wide map scrolls in its own frame. */
[class*="st-key-frame_"] { overflow-x: auto; }
"""


def page() -> None:
    st.html(f"<style>{_PAGE}</style>")


def beside_or_below(widths: Mapping[str, int], gap: int) -> None:
    """Let the containers of these keys, children of one horizontal container, stand side by side, each with its width
    in px at least, where all of them fit, else one below another."""
    needed = sum(widths.values()) + gap * (len(widths) - 1)
    _rules({_child(key): f"flex: {width} 1 calc(({needed}px - 100%) * 999)" for key, width in widths.items()})


def view_and_details(view: str, details: str, width: int) -> None:
    """Let the details stand beside the view, which is `width` px wide, where both fit, else below it."""
    _rules({_child(view): f"flex: 0 0 min({width}px, 100%)", _child(details): "flex: 1 1 20rem"})


def chart(key: str, width: int, outlines: Sequence[tuple[float, float, float, float]], colour: str) -> None:
    """A chart is as wide as its figure says, also where it has to be scrolled, and up to two boxes (left, top, width
    and height in px) are outlined on it."""
    rules = [f".st-key-{key} {{ position: relative; min-width: {width}px; }}"]
    for pseudo, (left, top, across, down) in zip(("before", "after"), outlines, strict=False):
        place = f"left: {left:.1f}px; top: {top:.1f}px; width: {across:.1f}px; height: {down:.1f}px"
        look = f"border: 2px solid {colour}; box-sizing: border-box; pointer-events: none; z-index: 1"
        rules.append(f".st-key-{key}::{pseudo} {{ content: ''; position: absolute; {place}; {look}; }}")
    st.html(f"<style>{' '.join(rules)}</style>")


def _child(key: str) -> str:
    """The box around a container, which is what its row lays out."""
    return f"div:has(> .st-key-{key})"


def _rules(rules: Mapping[str, str]) -> None:
    lines = (f"{selector} {{ min-width: 0; max-width: 100%; {rule}; }}" for selector, rule in rules.items())
    st.html(f"<style>{' '.join(lines)}</style>")
