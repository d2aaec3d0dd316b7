"""Leave words out: a click on a word drops it, and another one brings it back.

Which words are out is a list of places such as "p3", the third word of the premise, in the session and in the address.
They are dropped from the input, which is then read anew.
"""

import re
from collections.abc import Callable, Sequence

import streamlit as st

from attnviz.errors import InputError
from attnviz.figures.words import spaced
from attnviz.reading import Pieces
from attnviz.web.address import Parameter
from attnviz.web.session import Session
from attnviz.web.text import one_line
from attnviz.web.views import words

NAME = "without"
MOST = 500  # places in an address
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_UNKNOWN = "This word is outside the model's list: it is at best guessed from its spelling."

Names = Sequence[str]  # of the texts, such as premise and hypothesis; a place begins with the first letter of one


def parameter(names: Names) -> Parameter:
    letters = [name[0] for name in names]
    examples = ", ".join(f"{name[0]}{i} for word {i} of the {name}" for i, name in enumerate(names, 1))

    def read(text: str) -> list[str]:
        places = text.split(",")[:MOST] if text else []
        if not all(place[:1] in letters and _NUMBER.fullmatch(place[1:]) for place in places):
            raise InputError(f"choose places such as {examples}")
        return sorted(set(places))

    return Parameter(NAME, list, [], read, ",".join)


def bring_back(session: Session) -> None:
    session[NAME] = []


def swap(session: Session, names: Names) -> None:
    """Follow the two texts when they change places: each keeps the words that are left out of it."""
    first, second = (name[0] for name in names)
    other = {first: second, second: first}
    session[NAME] = sorted(other[place[0]] + place[1:] for place in session[NAME])


def out(session: Session, names: Names, texts: Sequence[Pieces]) -> list[list[int]]:
    """For each text, the indices of its words that are out."""
    places = set(session[NAME])
    return [
        [i for i in range(len(pieces.labels)) if f"{name[0]}{i + 1}" in places]
        for name, pieces in zip(names, texts, strict=True)
    ]


def texts_without(texts: Sequence[Pieces], dropped: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """The texts less what was dropped. A text that keeps all its words stays as it was typed."""
    return tuple(_without(pieces, indices) for pieces, indices in zip(texts, dropped, strict=True))


def _without(pieces: Pieces, dropped: Sequence[int]) -> str:
    if not dropped:
        return pieces.text
    text, gap = "", ""
    for i, (label, before) in enumerate(zip(pieces.labels, spaced(pieces.text, pieces.labels), strict=True)):
        gap += before
        if i in dropped:
            gap = " "  # the words around it stay apart
        else:
            text, gap = f"{text}{gap and ' '}{label}", ""
    return text.strip()


def words_out(texts: Sequence[Pieces], dropped: Sequence[Sequence[int]]) -> tuple[str, ...]:
    """The words that are out, each on one line."""
    return tuple(one_line(pieces.labels[i]) for pieces, indices in zip(texts, dropped, strict=True) for i in indices)


def menu(session: Session, names: Names, texts: Sequence[Pieces]) -> None:
    """A menu with the texts, as words to click, and a button that brings everything back at once. What isn't in the
    models' list is marked."""
    dropped = out(session, names, texts)
    with st.popover("Leave words out", icon=":material/format_strikethrough:"):
        st.markdown("Click a word to take it out of its text, and again to bring it back.")
        for name, pieces, indices in zip(names, texts, dropped, strict=True):
            words.show(
                [words.Line(name.capitalize(), _words(pieces, indices))],
                key=_line_key(session, name),
                on_click=_clicked(session, name),
            )
        st.button(
            "Bring all back",
            on_click=bring_back,
            args=[session],
            key=f"{session.owner}_back",
            disabled=not any(dropped),
        )


def _words(pieces: Pieces, dropped: Sequence[int]) -> list[words.Word]:
    gaps = spaced(pieces.text, pieces.labels)
    return [
        words.Word(
            one_line(label),
            gap,
            out=i in dropped,
            again=i in dropped,
            marked=i in pieces.unknown,
            hint=_UNKNOWN if i in pieces.unknown else "",
        )
        for i, (label, gap) in enumerate(zip(pieces.labels, gaps, strict=True))
    ]


def _line_key(session: Session, name: str) -> str:
    return f"{session.owner}_without_{name}"


def _clicked(session: Session, name: str) -> Callable[[], None]:
    def click() -> None:
        clicked = words.clicked(_line_key(session, name))
        if clicked is not None:
            _put(session, name, clicked.word, out=not clicked.undo)

    return click


def _put(session: Session, name: str, word: int, *, out: bool) -> None:
    """Leave a word out, or bring it back."""
    places, place = set(session[NAME]), f"{name[0]}{word + 1}"
    session[NAME] = sorted(places | {place} if out else places - {place})
