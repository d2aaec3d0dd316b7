"""What is drawn on its own, such as a panel, follows what is chosen in figures that are drawn elsewhere on the page.

A choice reruns the fragment of the figure alone, or nothing where it is made in the browser (`followed.js`).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from attnviz.web.session import widget_value


def follow(names: Sequence[str], on_chosen: Callable[[str, object], None], *, key: str) -> None:
    """Rerun the fragment that calls this when something else is chosen in a figure of these names.

    on_chosen: is called before, with the name of the figure and with what is chosen in it: the place of a row or None,
    or a text where the page itself knows which one it is.
    """

    def told() -> None:
        # Streamlit may tell of a choice twice, or of none when a run was cut short; a browser may send anything.
        match widget_value(key, {}).get("chosen"):
            case [str(name), chosen] if name in names:
                on_chosen(name, chosen)

    with st.container(key="unseen_choice"):
        _component(key=key, data={"names": list(names)}, on_chosen_change=told)


_component = st.components.v2.component(
    "attnviz_followed", html="<span></span>", js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
)
