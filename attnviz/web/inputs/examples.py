"""The examples of a task, one click away, and what a person typed in their place; both in the address."""

from collections.abc import Callable, Sequence

import streamlit as st

from attnviz.reading import Reading
from attnviz.tasks.base import Example, Task
from attnviz.web import address, in_sight, style
from attnviz.web.address import Parameter
from attnviz.web.session import Session
from attnviz.web.text import escape


def fits_link(text: str) -> bool:
    return len(text) <= address.MOST_CHARACTERS


def parameter(task: Task) -> Parameter:
    """The name of the chosen example, at first the first one."""
    names = [example.name for example in task.examples]
    return address.one_of("example", names, names[0])


def text_parameters(task: Task) -> list[Parameter]:
    """An example by its name, else the texts that were typed; at first those of the first example.

    The texts are all in the address or none is, since half a pair would be opened with another half.
    """

    def fits(session: Session) -> bool:
        return named(session, task) is None and texts_fit_link(session, task)

    texts = zip(task.inputs, task.examples[0].inputs, strict=True)
    return [parameter(task), *(address.text(name, text, fits) for name, text in texts)]


def typed(session: Session, task: Task) -> tuple[str, ...]:
    """What is in the boxes, as it was typed."""
    return tuple(session[name] for name in task.inputs)


def texts_fit_link(session: Session, task: Task) -> bool:
    return all(map(fits_link, typed(session, task)))


def fill_boxes(session: Session, task: Task, texts: tuple[str, ...]) -> None:
    """Put texts into the boxes. Call it before they are drawn, or in a callback."""
    for name, text in zip(task.inputs, texts, strict=True):
        session[name] = text


def named(session: Session, task: Task) -> str | None:
    """The name of the example whose texts are in the boxes."""
    texts = typed(session, task)
    return next((example.name for example in task.examples if example.inputs == texts), None)


def fill_from_address(session: Session, task: Task) -> None:
    """Put the example that the address names into the boxes, unless it holds texts of somebody's own."""
    example = task.example(session["example"]) if session["example"] else None
    if example is not None and typed(session, task) == task.examples[0].inputs:
        fill_boxes(session, task, example.inputs)
    session["example"] = named(session, task)


def buttons(session: Session, task: Task, on_choose: Callable[[Example], None], *, saved: bool = False) -> None:
    """The examples by their labels. The one that is shown is marked, and a click on it changes nothing.

    They are buttons, which hold no value: whatever is typed or shown, the button under a pointer stays the same one, so
    that no click is lost while the page is drawn anew. saved: whether the page shows what was opened from a file, and
    so no example.
    """
    shown = None if saved else session["example"]
    row = f"examples_{session.owner}"

    def choose(example: Example) -> None:
        if example.name != shown:
            on_choose(example)

    with st.container(key=f"labelled_{row}", horizontal=True, wrap=False, gap=None):
        st.markdown(":small[Examples]", width="content")
        with st.container(key=row, horizontal=True, vertical_alignment="center"):
            for example in task.examples:
                st.button(example.label, key=key(session, example.name), on_click=choose, args=[example])
    if shown:
        style.chosen(key(session, shown))
        in_sight.bring(key(session, shown))


def key(session: Session, name: str) -> str:
    """The key of an example's button."""
    return f"{session.owner}_example_{name}"


def text_buttons(session: Session, task: Task, on_change: Callable[[], None], *, saved: bool = False) -> None:
    """The examples of a task that reads texts: a click puts the example's texts into the boxes. saved: see
    `buttons`."""

    def choose(example: Example) -> None:
        session["example"] = example.name
        fill_boxes(session, task, example.inputs)
        on_change()

    buttons(session, task, choose, saved=saved)


def lesson(session: Session, task: Task, parameters: Sequence[Parameter], readings: Sequence[Reading]) -> str:
    """Markdown that says what to notice in the example that is shown; and what a person would answer, where a variant
    answers something else. It is empty where no example is shown.

    What to notice was written for what the default variant does of itself: where that is not shown, or was asked to do
    something else, it is left out. parameters: those of the page.
    """
    example = task.example(session["example"]) if session["example"] else None
    if example is None:
        return ""
    asked = any(parameter.changes_output and session[parameter.name] != parameter.first for parameter in parameters)
    fits = not asked and any(reading.variant == task.default for reading in readings)
    differs = any(reading.output.text != example.person for reading in readings if reading.given.forced is None)
    told = [f"**What to notice:** {escape(example.notice)}"] if fits else []
    if example.person and differs:
        told.append(f"A person says: “{escape(example.person)}”")
    return " ".join(told)
