"""Save what is on the page, as the same figure for paper or as numbers; and a link to this view."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from attnviz import export
from attnviz.export.names import filename
from attnviz.reading import SUBWORDS, WORDS, Reading

_MAPS, _DIFFERENCE = "Maps", "Difference"
_WHAT = {
    "png": "picture, 300 dpi",
    "svg": "picture for editing",
    "pdf": "picture for paper",
    "csv": "table of the weights",
    "json": "everything, to open here again",
    "npz": "arrays for NumPy",
}


def show(
    page: str, readings: Sequence[Reading], difference: Sequence[Reading], *, subwords: bool, stretch: bool, link: str
) -> None:
    """`readings` as they are shown; `difference`: the two that are subtracted, where there are any. A file is made when
    its button is clicked, and the page stays as it is."""
    st.subheader("Save", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        what = _MAPS
        if difference:
            what = st.segmented_control(
                "What to save",
                [_MAPS, _DIFFERENCE],
                default=_MAPS,
                required=True,
                label_visibility="collapsed",
                key=f"{page}_what",
            )
        caption = st.toggle("Caption below pictures", value=True, key=f"{page}_caption")
    chosen = list(difference if what == _DIFFERENCE else readings)
    name = SUBWORDS if subwords else WORDS
    kind = "difference" if what == _DIFFERENCE else "subwords" if subwords else "attention"
    with st.container(horizontal=True):
        for format, told in _WHAT.items():
            st.download_button(
                format.upper(),
                partial(
                    export.save,
                    chosen,
                    format,
                    map_name=name,
                    stretch=stretch,
                    caption=caption,
                    difference=what == _DIFFERENCE,
                ),
                file_name=filename(chosen, kind, format),
                mime=export.MIME[format],
                help=told,
                on_click="ignore",
                key=f"{page}_save_{format}",
            )
        with st.popover("Link", icon=":material/link:"):
            if link:
                st.markdown("This link opens the same text, variants and settings:")
                st.code(link, language=None, wrap_lines=True)
            else:
                st.markdown(
                    "This is too long for a link (1,500 characters at most), or was opened from a file. Save the JSON "
                    "instead: it can be opened below."
                )
