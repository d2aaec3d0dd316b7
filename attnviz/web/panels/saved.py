"""Below a figure of the evidence: the files that it can be saved as, and the commands that made its numbers."""

from collections.abc import Callable, Iterable, Mapping

import streamlit as st

from attnviz import export
from attnviz.web.panels.cards import anywhere

_MIME = {**export.MIME, "apng": "image/apng"}


def offer(files: Mapping[str, Callable[[], bytes]], commands: Iterable[str], *, name: str, key: str) -> None:
    """A button for each file, by its format, and a menu with the commands. A file is made when it is asked for.

    name: of the files, without the format.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"{key}_saved"):
        if files:
            st.caption("Save:", width="content")
        for format, write in files.items():
            st.download_button(
                format.upper(),
                write,
                file_name=f"{name}.{format}",
                mime=_MIME[format],
                on_click="ignore",
                key=f"{key}_{format}",
            )
        with st.popover("How it was made", icon=":material/terminal:", key=f"{key}_made"):
            st.markdown(
                "These commands print the numbers. `DIR` is the folder of the data, see `pretrained/LICENSE.md`."
            )
            st.code("\n".join(dict.fromkeys(map(anywhere, commands))), language="sh", wrap_lines=True)
