"""Save what is on the page: the picture as a file or copied, other formats behind it, and a link to this view.

The bytes of a file are made when its button is clicked, and the page stays as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from attnviz import export
from attnviz.attention import ATTENTION, SUBWORDS
from attnviz.export import together
from attnviz.export.names import filename
from attnviz.figures import kinds
from attnviz.reading import Reading
from attnviz.web.files import copied
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.session import Session

_PAPERS = {"page": "A page with a caption", "slide": "A slide", "column": "A column of a paper"}
_USES = {
    "png": "a picture for documents and slides, 300 dpi",
    "svg": "a picture that can be edited",
    "pdf": "a picture for print",
    "gif": "a moving picture that opens everywhere",
    "webp": "a moving picture, smaller and in full colour",
    "textgrid": "about when each sound was heard, for Praat",
    "segments": "about when each sound was heard, as a table",
    "html": "a page with the maps, for any browser",
    "csv": "the weights as a table",
    "json": "everything, to open here again",
    "npz": "arrays for NumPy",
}
_CALLED = {"textgrid": "TextGrid", "segments": "CSV"}  # the others are called by their names in capitals
PICTURES, FURTHER = ("png", "svg", "pdf"), ("html", "csv", "json", "npz")
_MAPS, _OUTPUTS, _DIFFERENCE = "Maps", "Output", "Difference"  # outputs alone are drawn where there is no map


@dataclass(frozen=True)
class File:
    """A file that can be saved. kind: the word for its contents in its name. drawing: see `export.save`."""

    format: str
    readings: Sequence[Reading]
    kind: str
    drawing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return filename(self.readings, self.kind, self.format)

    def content(self) -> bytes:
        return export.save(self.readings, self.format, **self.drawing)


def everything(files: Sequence[File]) -> bytes:
    """All of the files in one, with a text that says what made them. Each is made when its turn comes."""
    first = files[0]
    map_name = first.drawing.get("map_name", ATTENTION)
    uses = [(file.name, _USES[file.format]) for file in files]
    return together.zipped(
        [(file.name, file.content) for file in files], together.about(first.readings, uses, map_name)
    )


# The files of one thing that can be saved, the usual one first, for a paper of `figures.drawing.PAPERS`. It may draw
# further choices.
Files = Callable[[str], Sequence[File]]


def show(session: Session, choices: Mapping[str, Files], link: str, *, opens: str = "text", no_link: str = "") -> None:
    """Offer the files, and a link to this view.

    choices: what can be saved, by its label; the first one is the usual one. opens: what the link opens. no_link: why
    there is none, where `link` is empty.
    """
    owner = session.owner
    st.subheader("Save", anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        main, copies = st.container(width="content"), st.container(width="content")
        copied.link(link, owner=owner, otherwise=no_link or copied.TOO_LONG, opens=opens, key=f"{owner}_copy_link")
        with st.popover("Other formats", icon=":material/tune:"):
            what, paper, files = _choose(owner, choices)
            _others(owner, files)
    usual = files[0]
    with main:
        moving = usual.format not in PICTURES
        _button(owner, usual, "Save animation" if moving else "Save picture", "primary", ":material/download:")
    with copies:
        if not moving:
            copied.picture(usual.content, key=f"{owner}_copy_picture")
    st.caption(f"{what}, as {usual.format.upper()}." if moving else f"{what}, as PNG for {_lower(_PAPERS[paper])}.")


def maps(
    readings: Sequence[Reading],
    difference: Sequence[Reading],
    *,
    map_name: str,
    stretch: bool,
    strongest: int,
    others: Mapping[str, str] | None = None,
    whole: Sequence[Reading] = (),
) -> dict[str, Files]:
    """What can be saved of maps over words, or over a sound.

    difference: the two readings whose maps are subtracted, where there are any: who asks for it wants to save it.
    map_name: the map that is shown. stretch, strongest: how it is drawn, see `export.save`. others: further maps to
    offer, by label. whole: the readings of all parts of a long sound, of which one part is shown: files with times hold
    them all.
    """
    look = {"stretch": stretch, "strongest": strongest}
    first = {_DIFFERENCE: _of_maps(difference, map_name, look, difference=True)} if difference else {}
    further = {
        label: _of_maps([reading for reading in readings if reading.map(name)], name, look)
        for label, name in (others or {}).items()
    }
    usual = _MAPS if any(reading.maps for reading in readings) else _OUTPUTS
    return {**first, usual: _of_maps(readings, map_name, look, whole=whole), **further}


def maps_over_words(
    readings: Sequence[Reading],
    difference: Sequence[Reading],
    look: Appearance,
    others: Mapping[str, str] | None = None,
) -> dict[str, Files]:
    """What can be saved of maps over words, as they look; see `maps`."""
    return maps(
        readings,
        difference,
        map_name=look.map_name,
        stretch=look.stretch,
        strongest=look.strongest,
        others=others,
    )


def _of_maps(
    readings: Sequence[Reading],
    map_name: str,
    look: Mapping[str, Any],
    *,
    difference: bool = False,
    whole: Sequence[Reading] = (),
) -> Files:
    kind = "subwords" if map_name == SUBWORDS else map_name
    times: tuple[str, ...] = ()
    if not any(reading.maps for reading in readings):
        kind = "output"
    elif not difference:
        times = kinds.of(readings, map_name).times
    else:
        kind = "difference"

    def files(paper: str) -> list[File]:
        drawing = {"map_name": map_name, "difference": difference, "paper": paper, **look}
        held = dict.fromkeys(times, whole or readings)
        return [File(format, held.get(format, readings), kind, drawing) for format in (*PICTURES, *times, *FURTHER)]

    return files


def _choose(owner: str, choices: Mapping[str, Files]) -> tuple[str, str, Sequence[File]]:
    """What is saved, for which paper, and its files. The usual choices hold until the menu is opened."""
    first = next(iter(choices))
    what = first
    if len(choices) > 1:
        what = st.segmented_control(
            "What to save", list(choices), default=first, required=True, key=f"{owner}_what_{first}"
        )
    paper = st.segmented_control(
        "Made for",
        list(_PAPERS),
        default="page",
        required=True,
        format_func=_PAPERS.__getitem__,
        key=f"{owner}_paper",
        help="A picture for a slide or a column has no caption, and its type is larger beside the maps.",
    )
    return what, paper, choices[what](paper)


def _others(owner: str, files: Sequence[File]) -> None:
    with st.container(gap=None):
        for file in files[1:]:
            _button(owner, file, f"{_CALLED.get(file.format, file.format.upper())}: {_USES[file.format]}")
        if any(file.format in kinds.TIMES for file in files):
            st.caption(kinds.OF_TIMES)
        first = files[0]
        st.download_button(
            "ZIP: all of these (takes some seconds)",
            lambda: everything(files),
            file_name=filename(first.readings, first.kind, "zip"),
            mime="application/zip",
            type="tertiary",
            on_click="ignore",
            key=f"{owner}_save_zip",
        )


def _lower(label: str) -> str:
    return label[0].lower() + label[1:]


def _button(owner: str, file: File, label: str, type: Any = "tertiary", icon: str | None = None) -> None:
    st.download_button(
        label,
        file.content,
        file_name=file.name,
        mime=export.MIME[file.format],
        type=type,
        icon=icon,
        on_click="ignore",
        key=f"{owner}_save_{file.format}",
    )
