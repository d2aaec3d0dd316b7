"""The one order of every task's page: input, variants, output, maps, figures, saving, limits.

A page in `pages/` is a `TaskPage`: plain functions for what differs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.errors import BundleError, InputError
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import address, style
from attnviz.web.address import Parameter
from attnviz.web.files import opened
from attnviz.web.inputs import examples, own_output, settings, variants
from attnviz.web.panels import cards
from attnviz.web.readings import Settings
from attnviz.web.session import Name, Session
from attnviz.web.text import escape


@dataclass(frozen=True)
class Run:
    """What a page reads with in one of its runs. status: the place where it says that it is going on."""

    variants: list[str]
    settings: Settings
    status: DeltaGenerator


@dataclass(frozen=True)
class OwnOutput:
    """How a person gives an output of their own.

    subject: what is read, since for another input the box is new. read: reads with this output in place of the
    variants' own; it returns fewer readings or none where it was stopped.
    """

    subject: Callable[[Sequence[Reading]], object]
    read: Callable[[Sequence[Reading], str, Run], list[Reading]]


@dataclass(frozen=True)
class Drawn:
    """What stands on the page: the readings as they are shown, and the two whose maps are subtracted, if any are."""

    shown: Sequence[Reading]
    difference: Sequence[Reading] = ()


@dataclass(frozen=True)
class TaskPage:
    """What differs between the pages of tasks.

    session, parameters: what the page keeps of a session, and which of it lies in the address. take_input: draws what
    a person gives, and returns a place for what is going on. examples: draws them beside the input, where they aren't
    part of it. read: the input as each variant reads it; fewer readings or none where it was stopped. choose_look:
    draws how the maps are shown, given the readings and whether they are new, and returns what the next two take.
    draw: draws the outputs with their maps, given also Markdown on what to notice (it may be empty), and whether they are
    new. save: offers files and the link. new_input:
    forgets what was chosen for another input. in_address: whether a link can hold what is shown. before: is done before
    anything is drawn. above, below: further parts above the readings, and at the foot of the page.
    """

    task: Task
    session: Session
    parameters: Sequence[Parameter]
    take_input: Callable[[], DeltaGenerator]
    read: Callable[[Run], list[Reading]]
    choose_look: Callable[[Sequence[Reading], bool], Any]
    draw: Callable[[Sequence[Reading], Any, Run, str, bool], Drawn]
    save: Callable[[Drawn, Any, str], None]
    new_input: Callable[[], None]
    in_address: Callable[[], bool]
    own_output: OwnOutput | None = None
    examples: Callable[[], None] | None = None
    before: Callable[[], None] | None = None
    above: Callable[[Run], None] | None = None
    below: Callable[[], None] | None = None
    columns: tuple[int, int] = (4, 5)


def session_of(task: Task, parameters: Sequence[Parameter], names: Sequence[Name] = ()) -> Session:
    """What the page of a task keeps of a visitor's session."""
    return Session(task.name, [address.VIEW, *opened.NAMES, *parameters, *names])


def show(page: TaskPage) -> None:
    """Draw the page."""
    style.page()
    problems = address.restore(page.session, page.parameters)
    if page.before:
        page.before()
    style.heading(page.task.title, page.task.told)
    left, right = st.columns(page.columns)
    with left:
        status = page.take_input()
    if page.examples:
        with right:
            page.examples()
    names = variants.offered(page.session, page.task, problems, status)
    if not names:
        return
    with right:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            chosen = variants.choose(page.session, names)
            run = Run(chosen, settings.choose(page.session, page.task), status)
            variants.explain(page.task, names)
        options = st.container(
            horizontal=True, vertical_alignment="center", gap="xsmall", key=f"options_{page.session.owner}"
        )
    if page.above and chosen:
        page.above(run)
    _show_readings(page, run, options)
    opened.offer(page.session, on_change=page.new_input)
    if page.below:
        page.below()
    cards.show(page.task, chosen)
    address.keep(page.session, page.parameters)


def _show_readings(page: TaskPage, run: Run, options: DeltaGenerator) -> None:
    """The outputs with their maps, and how to save them; or a sentence that says why there are none."""
    readings = opened.readings(page.session, page.task, page.new_input)
    live = not readings
    if live and not run.variants:
        st.info("Choose a variant above to read with.", icon=":material/touch_app:")
        return
    try:
        if live:
            readings = page.read(run)
    except (InputError, BundleError) as problem:
        refuse(problem)
        return
    if not readings:
        return  # it was stopped before anything was read, and says so
    with options:
        look = page.choose_look(readings, live)
    if live and page.own_output:
        readings = [*readings, *_own_output(page, page.own_output, readings, run, options)]
    notes(readings)
    lesson = examples.lesson(page.session, page.task, readings) if live else ""
    drawn = page.draw(readings, look, run, lesson, live)
    link = address.link(page.session, page.parameters) if live and page.in_address() else ""
    page.save(drawn, look, link)


def _own_output(
    page: TaskPage, own: OwnOutput, readings: Sequence[Reading], run: Run, options: DeltaGenerator
) -> list[Reading]:
    """The readings with the output that a person typed; none where nothing was typed."""
    with options:
        text = own_output.menu(page.session, page.task, own.subject(readings))
    if not text:
        return []
    try:
        return own.read(readings, text, run)
    except (InputError, BundleError) as problem:
        refuse(problem)
        return []


def refuse(problem: Exception) -> None:
    """What is wrong, as its sentence says."""
    st.error(escape(str(problem)), icon=":material/error:")


def notes(readings: Sequence[Reading]) -> None:
    """What the readers tell about the input, once each."""
    for note in dict.fromkeys(note for reading in readings for note in reading.provenance.notes):
        st.info(escape(note), icon=":material/info:")
