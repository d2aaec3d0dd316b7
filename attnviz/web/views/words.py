"""The page's own component: sentences whose words can be coloured, underlined and clicked, with the keys too.

Words come as data and are written as text, never as markup.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import streamlit as st

from attnviz.analysis.plain import plain
from attnviz.web.session import widget_value


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


def spaced(text: str, labels: Sequence[str]) -> list[str]:
    """What stands before each label in the text that the labels were cut from: nothing, or a space.

    A label that does not stand next in the text gets a space. Labels may have been passed through `plain`, even if the
    text was not.
    """
    text, labels = plain(text), [plain(label) for label in labels]
    gaps, end, start = [], 0, _after_space(text, 0)
    for label in labels:
        follows = text.startswith(label, start)
        gaps.append(" " if start > end or not follows else "")
        if follows:
            end = start + len(label)
            start = _after_space(text, end)
    return gaps


def _after_space(text: str, place: int) -> int:
    """The index after any white space that starts at `place`."""
    while place < len(text) and text[place].isspace():
        place += 1
    return place


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


CSS = """
.lines { display: grid; grid-template-columns: minmax(3.5rem, max-content) minmax(0, 1fr); column-gap: 1rem;
         align-items: baseline; }
.name { font-size: 0.75rem; opacity: 0.7; max-width: 9rem; }
.line { line-height: 1.9; overflow-wrap: anywhere; }
.large { font-size: 1.2rem; font-weight: 600; line-height: 1.7; }
.note, .caution { grid-column: 2; font-size: 0.875rem; }
.note { opacity: 0.7; }
.caution { border-left: 3px solid var(--outline); padding-left: 0.5rem; margin: 0.25rem 0; }
@media (max-width: 640px) {
  .lines { grid-template-columns: minmax(0, 1fr); }
  .note, .caution { grid-column: 1; }
  .name { max-width: none; }
}
.word { cursor: pointer; border-radius: 3px; padding: 1px 1px 3px; white-space: pre-wrap;
        background-repeat: no-repeat; background-position: left bottom; }
.word:hover { outline: 1px solid var(--st-border-color); }
.word:focus-visible { outline: 2px solid var(--st-primary-color); }
.chosen { outline: 2px solid var(--outline); }
.out { text-decoration: line-through 2px; opacity: 0.55; }
.marked { border-bottom: 2px dotted currentColor; }
"""

_JS = """
const POINTED = "attnviz-pointed";  // maps listen to it (map.js)

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".lines");
  const kept = (box.attnviz ??= {});  // of each line, the word that had the focus last
  const lines = data.lines.map((line, l) => {
    if (kept[l] >= line.words.length) kept[l] = 0;
    const name = document.createElement("div");
    name.className = "name";
    name.textContent = line.name;
    const sentence = document.createElement("div");
    sentence.className = line.large ? "line large" : "line";
    line.words.forEach((word, w) => {
      const span = document.createElement("span");
      span.className = ["word", ...["chosen", "out", "marked"].filter((name) => word[name])].join(" ");
      span.textContent = word.text;
      if (word.hint) span.title = word.hint;
      if (word.background) span.style.backgroundColor = word.background;
      if (word.colour) span.style.color = word.colour;
      if (word.sure !== null) {
        const ink = word.colour || "var(--st-primary-color)";
        span.style.backgroundImage = `linear-gradient(${ink}, ${ink})`;
        span.style.backgroundSize = `${100 * word.sure}% 2px`;
      }
      span.role = "button";
      span.tabIndex = w === (kept[l] ?? 0) ? 0 : -1;
      span.ariaPressed = word.chosen || word.out;
      span.onclick = () => setTriggerValue("clicked", [l, w, word.again]);
      sentence.append(w ? word.before : "", span);
      const { group, place, first } = line;
      const point = (query, key) => {
        if (group) document.dispatchEvent(new CustomEvent(POINTED, { detail: { group, place, query, key } }));
      };
      const here = () => (first === null ? point(w, null) : point(null, first + w));
      span.onpointerenter = (event) => { if (event.pointerType !== "touch") here(); };
      span.onfocus = () => { if (span.matches(":focus-visible")) here(); };
      span.onpointerleave = span.onblur = () => point(null, null);
    });
    // Tab reaches one word of a line, the arrow keys go on from there, and Enter is a click.
    const spans = [...sentence.querySelectorAll(".word")];
    sentence.onkeydown = (event) => {
      const at = spans.indexOf(event.target), by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (at < 0 || !(by || event.key === "Enter" || event.key === " ")) return;
      event.preventDefault();
      if (by) spans[Math.min(Math.max(at + by, 0), spans.length - 1)].focus(); else event.target.click();
    };
    sentence.addEventListener("focusin", (event) => {
      kept[l] = Math.max(spans.indexOf(event.target), 0);
      spans.forEach((span, w) => { span.tabIndex = w === kept[l] ? 0 : -1; });
    });
    const below = ["note", "caution"].filter((kind) => line[kind]).map((kind) => {
      const told = document.createElement("div");
      told.className = kind;
      told.textContent = line[kind];
      return told;
    });
    return [name, sentence, ...below];
  });
  const focused = [...box.querySelectorAll(".line")].findIndex((line) => line.matches(":focus-within"));
  box.style.setProperty("--outline", data.outline);
  box.replaceChildren(...lines.flat());
  box.querySelectorAll(".line")[focused]?.querySelector("[tabindex='0']")?.focus();

  const escape = (event) => {
    if (event.key === "Escape" && box.querySelector(".chosen")) setTriggerValue("clicked", [0, 0, true]);
  };
  document.addEventListener("keydown", escape);
  return () => document.removeEventListener("keydown", escape);
}
"""

_component = st.components.v2.component("attnviz_words", html='<div class="lines"></div>', css=CSS, js=_JS)
