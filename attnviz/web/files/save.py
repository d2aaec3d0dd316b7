"""Save what is on the page, as the same figure for paper or as numbers; and a link to this view."""

from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from attnviz import export
from attnviz.export.names import filename
from attnviz.reading import SUBWORDS, Reading
from attnviz.web import address
from attnviz.web.session import Session

_MAPS, _DIFFERENCE = "Maps", "Difference"
_FORMATS = {
    "png": "picture, 300 dpi",
    "svg": "picture for editing",
    "pdf": "picture for paper",
    "csv": "table of the weights",
    "json": "everything, to open here again",
    "npz": "arrays for NumPy",
}

_NO_LINK = f"This is too long for a link ({address.MOST_CHARACTERS:,} characters at most), or was opened from a file."


def show(
    session: Session,
    readings: Sequence[Reading],
    difference: Sequence[Reading],
    *,
    map_name: str,
    stretch: bool,
    strongest: int,
    link: str,
    others: Mapping[str, str] | None = None,
) -> None:
    """Offer files of the readings as they are shown, and a link. A file is made when its button is clicked, and the
    page stays as it is.

    difference: the two readings whose maps are subtracted, where there are any. map_name: the map that is shown.
    others: further maps to offer, by label.
    """
    others = others or {}
    owner = session.owner
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
                key=f"{owner}_what_{bool(difference)}",  # who asks for a difference wants to save it
            )
        caption = st.toggle("Caption below pictures", value=True, key=f"{owner}_caption")
    chosen = list(difference if what == _DIFFERENCE else readings)
    name = others.get(what, map_name)
    if what in others:
        chosen = [reading for reading in chosen if reading.map(name)]
    kind = _kind(chosen, name, difference=what == _DIFFERENCE)
    with st.container(horizontal=True):
        for format, hint in _FORMATS.items():
            if kind == "output":
                hint = hint.replace("picture", "sheet with the text (there is no map)")
            write = partial(
                export.save,
                chosen,
                format,
                map_name=name,
                stretch=stretch,
                strongest=strongest,
                paper="page" if caption else "column",
                difference=what == _DIFFERENCE,
            )
            button(session, format, hint, write, filename(chosen, kind, format))
        link_menu(link)


def _kind(readings: Sequence[Reading], map_name: str, *, difference: bool) -> str:
    """The word for the contents that goes into the file's name."""
    if not any(reading.maps for reading in readings):
        return "output"
    if difference:
        return "difference"
    return "subwords" if map_name == SUBWORDS else map_name


def button(session: Session, format: str, hint: str, write: partial[bytes], name: str) -> None:
    """A button that saves a file of this format under this name."""
    st.download_button(
        format.upper(),
        write,
        file_name=name,
        mime=export.MIME[format],
        help=hint,
        on_click="ignore",
        key=f"{session.owner}_save_{format}",
    )


def link_menu(link: str, *, what: str = "text", otherwise: str = _NO_LINK) -> None:
    """A menu with the address of this view. what: what the link opens. otherwise: why there is none if `link` is empty.

    When the menu is opened, the page is drawn anew, so that the link holds what was selected meanwhile.
    """
    with st.popover("Link", icon=":material/link:", on_change="rerun"):
        if link:
            st.markdown(f"This link opens the same {what}, variants and settings:")
            st.code(link, language=None, wrap_lines=True)
        else:
            st.markdown(f"{otherwise} Save the JSON instead: it can be opened below.")
