"""What can be saved of maps over a photo: a sheet of all words, a single word, or a moving picture."""

from collections.abc import Sequence

import streamlit as st

from attnviz.figures.browser.photo import first_word
from attnviz.figures.photo import Look, together
from attnviz.reading import Reading
from attnviz.web.files.save import FURTHER, PICTURES, File, Files
from attnviz.web.text import key_of, one_line

NO_LINK = "A photo of your own is not in a link, nor is a saved reading. Save the JSON instead: it can be opened below."
_ALL, _WORD, _MOVING = "All words", "One word", "Animation"


def choices(owner: str, readings: Sequence[Reading], drawn: Sequence[Reading], look: Look) -> dict[str, Files]:
    """What can be saved. drawn: the readings with the maps that are drawn, for pictures and tables. Where these have
    one scale, each of them has it also where it is saved alone."""
    look = together(look, [reading.map() for reading in drawn])
    attentive = [reading for reading in drawn if reading.maps and reading.output.labels]
    drawn_as = {"smooth": look.smooth, "strength": look.strength, "common": look.common, "end": look.end}
    further = [
        File(format, drawn if format in ("html", "csv") else readings, "attention", drawn_as) for format in FURTHER
    ]

    def every_word(paper: str) -> list[File]:
        drawing = {**drawn_as, "paper": paper}
        return [*(File(format, drawn, "attention", drawing) for format in PICTURES), *further]

    def one_word(paper: str) -> list[File]:
        reading = _choose_reading(owner, attentive)
        word = _choose_word(owner, reading)
        kind = f"attention-{word + 1}-{reading.output.labels[word]}"
        drawing = {**drawn_as, "paper": paper, "word": word}
        return [*(File(format, [reading], kind, drawing) for format in PICTURES), *further]

    def animation(paper: str) -> list[File]:
        reading = _choose_reading(owner, attentive)
        drawing = {**drawn_as, "paper": paper}
        return [*(File(format, [reading], "animation", drawing) for format in ("gif", "webp")), *further]

    return {_ALL: every_word, _WORD: one_word, _MOVING: animation} if attentive else {_ALL: every_word}


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
        key=f"{owner}_word_{key_of(names)}",
    )
    return word
