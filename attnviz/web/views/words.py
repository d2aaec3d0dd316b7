"""The page's own component: sentences whose words can be coloured, underlined and clicked, with the keys too.

Words come as data and are written as text, never as markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

from attnviz.figures.browser.parts import figure
from attnviz.web.session import widget_value
from attnviz.web.views import components


@dataclass(frozen=True)
class Word:
    """A word and the text that stands before it.

    sure: the length of the line under it, from 0 to 1. background, colour: of a highlighted word. out: it is struck
    through. marked: it has dots below. hint: what is shown when somebody points at it. again: a click on it undoes
    what an earlier click did.
    """

    text: str
    before: str = " "
    sure: float | None = None
    background: str = ""
    colour: str = ""
    chosen: bool = False
    out: bool = False
    marked: bool = False
    hint: str = ""
    again: bool = False


@dataclass(frozen=True)
class Click:
    """A click on a word.

    undo: the word was clicked before, as the visitor saw it, or Escape was pressed. A click may come twice, so what it
    asks for must not depend on what has been done since.
    """

    line: int
    word: int
    undo: bool


@dataclass(frozen=True)
class Line:
    """A sentence beside its name. Below it stand `note` and `caution`.

    group, place: of the maps that shall show which word is pointed at; without a group none does. first: where the
    words begin on the keys of these maps; None where they are the queries of the map at that place.
    """

    name: str
    words: Sequence[Word] = field(default_factory=tuple)
    large: bool = False
    note: str = ""
    caution: str = ""
    group: str = ""
    place: str = ""
    first: int | None = None


def show(lines: Sequence[Line], *, key: str, on_click: Callable[[], None], outline: str = "") -> None:
    """Draw the lines. After a click on a word `on_click` is called, and `clicked(key)` is the click; Escape undoes the
    choice of a word. outline: the colour around chosen words, where it is not the accent's."""
    _component(
        key=key,
        data={"lines": [asdict(line) for line in lines], "outline": outline or "var(--st-primary-color)"},
        on_clicked_change=on_click,
    )


def clicked(key: str) -> Click | None:
    """The click. None where Streamlit only told that there is none any more, as it does when a run was cut short."""
    click = widget_value(key, {}).get("clicked")
    return Click(int(click[0]), int(click[1]), bool(click[2])) if click else None


SENTENCES = figure("sentences", '<div class="lines"></div>', ["sentences"], ["sentences"])
_component = components.of(SENTENCES)
