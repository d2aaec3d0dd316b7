"""The page's own component: sentences whose words can be coloured, underlined and clicked.

Words come as data and are written as text, never as markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import streamlit as st

_ALIKE = str.maketrans("’‘ʼ′“”„«»″–—―‐‑", "'" * 4 + '"' * 6 + "-" * 5)


@dataclass(frozen=True)
class Word:
    """A word and the text that stands before it. `sure`: 0 to 1, the length of the line under it. `background` and
    `colour`: of a highlighted word. `hint`: shown when one points at it."""

    text: str
    before: str = " "
    sure: float | None = None
    background: str = ""
    colour: str = ""
    chosen: bool = False
    hint: str = ""


@dataclass(frozen=True)
class Line:
    """A sentence under its name."""

    name: str
    words: Sequence[Word] = field(default_factory=tuple)
    large: bool = False


def spaced(text: str, labels: Sequence[str]) -> list[str]:
    """What stands before each label in the text that they were cut from; a space where they aren't found in it.

    Labels may have plain quotes and dashes where the text has others.
    """
    text, labels = text.translate(_ALIKE), [label.translate(_ALIKE) for label in labels]
    gaps, end = [], 0
    for label in labels:
        start = text.find(label, end)
        gap = text[end:start]
        found = start >= 0 and (not gap or gap.isspace())
        gaps.append((" " if gap else "") if found else " ")
        end = start + len(label) if found else end
    return gaps


def show(lines: Sequence[Line], *, key: str, on_click: Callable[[], None]) -> None:
    """Draw the lines. A click on a word leaves `[line, word]` in `clicked(key)` and calls `on_click`."""
    _component(
        key=key,
        data={"lines": [asdict(line) for line in lines]},
        on_clicked_change=on_click,
    )


def clicked(key: str) -> tuple[int, int] | None:
    found = st.session_state[key].get("clicked")
    return None if found is None else (int(found[0]), int(found[1]))


_CSS = """
.name { font-size: 0.75rem; opacity: 0.7; margin-top: 0.25rem; }
.line { line-height: 1.9; overflow-wrap: anywhere; }
.large { font-size: 1.2rem; font-weight: 600; }
.word { cursor: pointer; border-radius: 3px; padding: 1px 1px 3px; white-space: pre-wrap;
        background-repeat: no-repeat; background-position: left bottom; }
.word:hover { outline: 1px solid var(--st-border-color); }
.chosen { outline: 2px solid var(--st-primary-color); }
"""

_JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const lines = data.lines.map((line, l) => {
    const name = document.createElement("div");
    name.className = "name";
    name.textContent = line.name;
    const sentence = document.createElement("div");
    sentence.className = line.large ? "line large" : "line";
    line.words.forEach((word, w) => {
      const span = document.createElement("span");
      span.className = word.chosen ? "word chosen" : "word";
      span.textContent = word.text;
      if (word.hint) span.title = word.hint;
      if (word.background) span.style.backgroundColor = word.background;
      if (word.colour) span.style.color = word.colour;
      if (word.sure !== null) {
        const ink = word.colour || "var(--st-primary-color)";
        span.style.backgroundImage = `linear-gradient(${ink}, ${ink})`;
        span.style.backgroundSize = `${100 * word.sure}% 2px`;
      }
      span.onclick = () => setTriggerValue("clicked", [l, w]);
      sentence.append(w ? word.before : "", span);
    });
    return [name, sentence];
  });
  parentElement.querySelector(".lines").replaceChildren(...lines.flat());
}
"""

_component = st.components.v2.component("attnviz_words", html='<div class="lines"></div>', css=_CSS, js=_JS)
