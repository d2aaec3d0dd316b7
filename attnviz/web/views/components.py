"""The figures that a browser draws, as components of the page."""

from typing import Any

import streamlit as st

from attnviz.figures.browser.parts import Figure


def of(figure: Figure) -> Any:
    """The component that draws the figure."""
    return st.components.v2.component(f"attnviz_{figure.name}", html=figure.html, css=figure.css, js=figure.js)
