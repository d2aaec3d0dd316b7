"""Leave words out: a click on a word drops it, another one brings it back.

Which words are out is a list of places such as "p3", the third word of the premise, in the session's state and in the
address. They are dropped from the input, which is read anew.
"""

import re
from collections.abc import Callable, Sequence

import streamlit as st

from attnviz.errors import InputError
from attnviz.reading import Pieces
from attnviz.web import words
from attnviz.web.address import Parameter, key
from attnviz.web.text import one_line
from attnviz.web.two_texts import SIDES, Pair
from attnviz.web.view import NOTHING

NAME = "without"
MOST = 500  # places in an address
_PLACE = re.compile(r"[ph][1-9][0-9]{0,3}")
_UNKNOWN = "Outside the model's list of words: at best guessed from its spelling"


def parameter() -> Parameter:
    def read(text: str) -> list[str]:
        places = text.split(",")[:MOST] if text else []
        if not all(_PLACE.fullmatch(place) for place in places):
            raise InputError("choose places such as p3,h1: the third word of the premise, the first of the hypothesis")
        return sorted(set(places))

    return Parameter(NAME, [], read, ",".join)


def bring_back(page: str) -> None:
    st.session_state[key(page, NAME)] = []


def swap(page: str) -> None:
    """What was out of the premise is out of the hypothesis, and the other way round."""
    other = {"p": "h", "h": "p"}
    st.session_state[key(page, NAME)] = sorted(
        other[place[0]] + place[1:] for place in st.session_state[key(page, NAME)]
    )


def out(page: str, texts: Sequence[Pieces]) -> list[list[int]]:
    """The indices, of each text's words, of those that are out."""
    chosen = set(st.session_state[key(page, NAME)])
    return [
        [i for i in range(len(pieces.labels)) if f"{side[0]}{i + 1}" in chosen]
        for side, pieces in zip(SIDES, texts, strict=True)
    ]


def texts_without(texts: Sequence[Pieces], dropped: Sequence[Sequence[int]]) -> Pair:
    """Both texts less what was dropped. A text that keeps all its words stays as it was typed."""
    premise, hypothesis = (_without(pieces, some) for pieces, some in zip(texts, dropped, strict=True))
    return premise, hypothesis


def _without(pieces: Pieces, dropped: Sequence[int]) -> str:
    if not dropped:
        return pieces.text
    text, gap = "", ""
    for i, (label, before) in enumerate(zip(pieces.labels, words.spaced(pieces.text, pieces.labels), strict=True)):
        gap += before
        if i in dropped:
            gap = " "  # the words around it stay apart
        else:
            text, gap = f"{text}{gap and ' '}{label}", ""
    return text.strip()


def told(texts: Sequence[Pieces], dropped: Sequence[Sequence[int]]) -> str:
    """The words that are out, for titles: “taking”, “not”."""
    found = [pieces.labels[i] for pieces, some in zip(texts, dropped, strict=True) for i in some]
    return ", ".join(f"“{one_line(word)}”" for word in found[:4]) + (" …" if len(found) > 4 else "")


def lines(page: str, texts: Sequence[Pieces], unknown: Sequence[Sequence[int]]) -> None:
    """Both texts, as words to click; what isn't in the models' list is marked."""
    dropped = out(page, texts)
    with st.container(gap=None):
        st.caption("Click a word to leave it out, and again to bring it back.")
        columns = st.columns(2, gap="xsmall")
    for side, column, pieces, some, strange in zip(SIDES, columns, texts, dropped, unknown, strict=True):
        with column:
            words.show(
                [words.Line(side.capitalize(), _words(pieces, some, strange))],
                key=f"{page}_without_{side}",
                on_click=_clicked(page, side),
            )


def _words(pieces: Pieces, dropped: Sequence[int], unknown: Sequence[int]) -> list[words.Word]:
    gaps = words.spaced(pieces.text, pieces.labels)
    return [
        words.Word(
            one_line(label),
            gap,
            out=i in dropped,
            again=i in dropped,
            marked=i in unknown,
            hint=_UNKNOWN if i in unknown else "",
        )
        for i, (label, gap) in enumerate(zip(pieces.labels, gaps, strict=True))
    ]


def _clicked(page: str, side: str) -> Callable[[], None]:
    def click() -> None:
        found = words.clicked(f"{page}_without_{side}")
        if found is not None:
            _put(page, side, found.word, out=not found.undo)

    return click


def _put(page: str, side: str, word: int, *, out: bool) -> None:
    """Leave a word out, or bring it back."""
    places, place = set(st.session_state[key(page, NAME)]), f"{side[0]}{word + 1}"
    st.session_state[key(page, NAME)] = sorted(places | {place} if out else places - {place})


def menu(page: str, texts: Sequence[Pieces]) -> None:
    """What a click does, from lists; and everything back at once."""
    with st.popover("Leave out", icon=":material/format_strikethrough:"):
        st.markdown("Choose a word to leave it out, or to bring it back.")
        for side, pieces, some in zip(SIDES, texts, out(page, texts), strict=True):
            _list(page, side, pieces, some)
        st.button(
            "Bring all back", on_click=bring_back, args=[page], key=f"{page}_back", disabled=not any(out(page, texts))
        )


def _list(page: str, side: str, pieces: Pieces, dropped: Sequence[int]) -> None:
    widget = f"{page}_list_{side}"

    def choose() -> None:
        chosen = st.session_state[widget]
        st.session_state[widget] = NOTHING
        if chosen != NOTHING:
            _put(page, side, chosen, out=chosen not in dropped)

    names = [f"{i} {one_line(label)}" for i, label in enumerate(pieces.labels, 1)]
    st.selectbox(
        f"Word of the {side}",
        [NOTHING, *range(len(names))],
        format_func=lambda i: "–" if i == NOTHING else names[i] + (" (left out)" if i in dropped else ""),
        key=widget,
        on_change=choose,
    )
