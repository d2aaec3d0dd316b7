"""Save the maps over a photo: a contact sheet of all words, a single word, a moving picture, or the numbers."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from attnviz import export
from attnviz.export.names import filename
from attnviz.figures.photo import Look
from attnviz.reading import Reading
from attnviz.web.files import save
from attnviz.web.session import Session
from attnviz.web.text import key_of, one_line
from attnviz.web.views.photo import first_word

_SHEET, _WORD, _MOVING = "Contact sheet", "One word", "Animation"
_PICTURES = {"png": "picture, 300 dpi", "svg": "picture for editing", "pdf": "picture for paper"}
_MOVING_PICTURES = {"gif": "moving picture that opens everywhere", "webp": "moving picture, smaller and in full colour"}
_NUMBERS = {
    "csv": "table of the weights",
    "json": "everything, the photo included, to open here again",
    "npz": "arrays for NumPy",
}
_NO_LINK = "A photo of your own is not in a link, nor is a saved reading."


def show(session: Session, readings: Sequence[Reading], drawn: Sequence[Reading], look: Look, *, link: str) -> None:
    """Offer files of the readings as they are shown, and a link. A file is made when its button is clicked, and the
    page stays as it is. drawn: the readings with the maps that are drawn, for pictures and tables."""
    st.subheader("Save", anchor=False)
    attentive = [reading for reading in drawn if reading.maps and reading.output.labels]
    owner = session.owner
    with st.container(horizontal=True, vertical_alignment="center"):
        what, chosen, word = _SHEET, list(drawn), None
        if attentive:
            what = st.segmented_control(
                "What to save",
                [_SHEET, _WORD, _MOVING],
                default=_SHEET,
                required=True,
                label_visibility="collapsed",
                key=f"{owner}_what",
            )
        if what != _SHEET:
            chosen = [_choose_reading(owner, attentive)]
        if what == _WORD:
            word = _choose_word(owner, chosen[0])
        caption = st.toggle("Caption below pictures", value=True, key=f"{owner}_caption")
    drawing = {**vars(look), "paper": "page" if caption else "column", "word": word}
    kind = "animation" if what == _MOVING else "attention"
    if word is not None:
        kind += f"-{word + 1}-{chosen[0].output.labels[word]}"
    with st.container(horizontal=True):
        for format, hint in (_MOVING_PICTURES if what == _MOVING else _PICTURES).items():
            write = partial(export.save, chosen, format, **drawing)
            save.button(session, format, hint, write, filename(chosen, kind, format))
        for format, hint in _NUMBERS.items():
            saved = drawn if format == "csv" else readings
            write = partial(export.save, saved, format)
            save.button(session, format, hint, write, filename(saved, "attention", format))
        save.link_menu(link, what="photo", otherwise=_NO_LINK)


def _choose_reading(owner: str, attentive: Sequence[Reading]) -> Reading:
    if len(attentive) == 1:
        return attentive[0]
    names = [f"{i}. {reading.name}: {one_line(reading.output.text)}" for i, reading in enumerate(attentive, 1)]
    place = st.selectbox("Of which variant", range(len(names)), format_func=names.__getitem__, key=f"{owner}_of")
    return attentive[place]


def _choose_word(owner: str, reading: Reading) -> int:
    names = [f"{i} {one_line(label)}" for i, label in enumerate(reading.output.labels, 1)]
    word: int = st.selectbox(
        "Word",
        range(len(names)),
        index=max(0, first_word(reading.output)),
        format_func=names.__getitem__,
        width=160,
        key=f"{owner}_word_{key_of(names)}",
    )
    return word
