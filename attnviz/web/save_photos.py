"""Save a photo's maps: all words as a contact sheet, one word, the words as a moving picture, or the numbers."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from attnviz import export
from attnviz.export.names import filename
from attnviz.figures.photo import Look
from attnviz.reading import Reading
from attnviz.web import save
from attnviz.web.photo import first_word
from attnviz.web.text import key_of, one_line

_SHEET, _WORD, _MOVING = "Contact sheet", "One word", "Animation"
_PICTURES = {"png": "picture, 300 dpi", "svg": "picture for editing", "pdf": "picture for paper"}
_MOVING_PICTURES = {"gif": "moving picture that opens everywhere", "webp": "moving picture, smaller and in full colour"}
_NUMBERS = {
    "csv": "table of the weights",
    "json": "everything, the photo included, to open here again",
    "npz": "arrays for NumPy",
}
_NO_LINK = "A photo of your own is not in a link, nor is a saved reading."


def show(page: str, readings: Sequence[Reading], drawn: Sequence[Reading], look: Look, *, link: str) -> None:
    """`readings` as they are shown, `drawn` with the maps that are drawn. A file is made when its button is clicked,
    and the page stays as it is."""
    st.subheader("Save", anchor=False)
    attentive = [one for one in drawn if one.maps and one.output.labels]
    with st.container(horizontal=True, vertical_alignment="center"):
        what, chosen, word = _SHEET, list(drawn), None
        if attentive:
            what = st.segmented_control(
                "What to save",
                [_SHEET, _WORD, _MOVING],
                default=_SHEET,
                required=True,
                label_visibility="collapsed",
                key=f"{page}_what",
            )
        if what != _SHEET:
            chosen = [_choose_reading(page, attentive)]
        if what == _WORD:
            word = _choose_word(page, chosen[0])
        caption = st.toggle("Caption below pictures", value=True, key=f"{page}_caption")
    drawing = {**vars(look), "caption": caption, "word": word}
    kind = "animation" if what == _MOVING else "attention"
    if word is not None:
        kind += f"-{word + 1}-{chosen[0].output.labels[word]}"
    with st.container(horizontal=True):
        for format, told in (_MOVING_PICTURES if what == _MOVING else _PICTURES).items():
            _button(page, format, told, partial(export.save, chosen, format, **drawing), filename(chosen, kind, format))
        for format, told in _NUMBERS.items():
            of = drawn if format == "csv" else readings
            _button(page, format, told, partial(export.save, of, format), filename(of, "attention", format))
        save.link_menu(link, what="photo", otherwise=_NO_LINK)


def _button(page: str, format: str, told: str, write: partial[bytes], name: str) -> None:
    st.download_button(
        format.upper(),
        write,
        file_name=name,
        mime=export.MIME[format],
        help=told,
        on_click="ignore",
        key=f"{page}_save_{format}",
    )


def _choose_reading(page: str, attentive: Sequence[Reading]) -> Reading:
    if len(attentive) == 1:
        return attentive[0]
    names = [f"{i}. {one.variant}: {one_line(one.output.text)}" for i, one in enumerate(attentive, 1)]
    place = st.selectbox("Of which variant", range(len(names)), format_func=names.__getitem__, key=f"{page}_of")
    return attentive[place]


def _choose_word(page: str, reading: Reading) -> int:
    names = [f"{i} {one_line(label)}" for i, label in enumerate(reading.output.labels, 1)]
    word: int = st.selectbox(
        "Word",
        range(len(names)),
        index=max(0, first_word(reading.output)),
        format_func=names.__getitem__,
        width=160,
        key=f"{page}_word_{key_of(names)}",
    )
    return word
