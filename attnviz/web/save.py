"""Save what is on the page, as the same figure for paper or as numbers; and a link to this view."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from attnviz import export
from attnviz.export.names import filename
from attnviz.reading import ATTENTION, SUBWORDS, Reading

_MAPS, _DIFFERENCE = "Maps", "Difference"
_WHAT = {
    "png": "picture, 300 dpi",
    "svg": "picture for editing",
    "pdf": "picture for paper",
    "csv": "table of the weights",
    "json": "everything, to open here again",
    "npz": "arrays for NumPy",
}

_NO_LINK = "This is too long for a link (1,500 characters at most), or was opened from a file."


def show(
    page: str,
    readings: Sequence[Reading],
    difference: Sequence[Reading],
    *,
    subwords: bool,
    stretch: bool,
    link: str,
    others: Mapping[str, str] | None = None,
) -> None:
    """`readings` as they are shown; `difference`: the two that are subtracted, where there are any. A file is made when
    its button is clicked, and the page stays as it is. `others`: further maps, each by what it is called here."""
    others = others or {}
    st.subheader("Save", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        what = _MAPS
        if difference or others:
            what = st.segmented_control(
                "What to save",
                [_MAPS, *others, *([_DIFFERENCE] if difference else [])],
                default=_DIFFERENCE if difference else _MAPS,
                required=True,
                label_visibility="collapsed",
                key=f"{page}_what_{bool(difference)}",  # who asks for a difference wants to save it
            )
        caption = st.toggle("Caption below pictures", value=True, key=f"{page}_caption")
    chosen = list(difference if what == _DIFFERENCE else readings)
    name = others.get(what, SUBWORDS if subwords else ATTENTION)
    chosen = [one for one in chosen if one.map(name)] if what in others else chosen
    kind = "difference" if what == _DIFFERENCE else name if what in others else "subwords" if subwords else "attention"
    if not any(one.maps for one in chosen):
        kind = "output"
    with st.container(horizontal=True):
        for format, told in _WHAT.items():
            if kind == "output":
                told = told.replace("picture", "sheet with the text (there is no map)")
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
        link_menu(link)


def link_menu(link: str, *, what: str = "text", otherwise: str = _NO_LINK) -> None:
    """The address of this view. what: is opened by it; otherwise: why there is none where it is empty. Opened, it
    draws the page anew: the link holds what was selected meanwhile."""
    with st.popover("Link", icon=":material/link:", on_change="rerun"):
        if link:
            st.markdown(f"This link opens the same {what}, variants and settings:")
            st.code(link, language=None, wrap_lines=True)
        else:
            st.markdown(f"{otherwise} Save the JSON instead: it can be opened below.")
