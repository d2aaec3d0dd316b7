"""The one order of every task's page: input, variants, output, maps, saving, opening a saved reading, limits.

A page in `pages/` is a `TaskPage`, plain functions for what differs.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.analysis.tree import Tree
from attnviz.errors import BundleError, InputError
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import address, frame, glossary, start, style
from attnviz.web.address import Parameter
from attnviz.web.files import opened
from attnviz.web.inputs import examples, own_output, settings, variants
from attnviz.web.panels import cards, side_by_side, tree, trust
from attnviz.web.readings import Settings, settings_of
from attnviz.web.session import Name, Session
from attnviz.web.text import escape

_USUAL_MAP = 400  # px that the sentences and the map of a first example are high


@dataclass(frozen=True)
class Run:
    """What a page reads with in one of its runs. status: the place where progress is shown."""

    variants: list[str]
    settings: Settings
    status: DeltaGenerator


@dataclass(frozen=True)
class OwnOutput:
    """How a person gives an output of their own.

    subject: returns the input that was read; when it changes, the box is emptied. read: makes the variants read with
    the person's output in place of their own; if it is stopped, it returns only the readings that are ready.
    """

    subject: Callable[[Sequence[Reading]], object]
    read: Callable[[Sequence[Reading], str, Run], list[Reading]]


@dataclass(frozen=True)
class Drawn:
    """What stands on the page: the readings as they are shown, and the two whose maps are subtracted, if any are.

    whole: the readings of all parts of a long input, those that are shown included; none where it has no parts.
    """

    shown: Sequence[Reading]
    difference: Sequence[Reading] = ()
    whole: Sequence[Reading] = ()


@dataclass(frozen=True)
class TaskPage:
    """What differs between the pages of tasks, as plain functions."""

    task: Task
    session: Session  # what the page keeps of a visitor's session
    parameters: Sequence[Parameter]  # the part of it that lies in the address

    # Draws what a person gives, and returns a place for what is going on.
    take_input: Callable[[], DeltaGenerator]
    # Forgets what was chosen for another input. Who gives another one also closes a file that is open.
    new_input: Callable[[], None]
    # Says whether a link can hold what is shown.
    in_address: Callable[[], bool]

    # Reads the input with each variant. There are fewer readings, or none, where a person stopped it.
    read: Callable[[Run], list[Reading]]
    # Draws the choices of how the maps are shown. It gets the readings, and whether they are new rather than opened
    # from a file. What it returns, the look, goes to `draw` and `save`.
    choose_look: Callable[[Sequence[Reading], bool], Any]
    # Draws the outputs with their maps. It gets the readings, the look, Markdown on what to notice (it may be empty),
    # and whether the readings are new.
    draw: Callable[[Sequence[Reading], Any, Run, str, bool], Drawn]
    # Offers files, and the link where there is one.
    save: Callable[[Drawn, Any, str], None]

    # Searches again as a reading was searched, to show what the search dropped; see `panels.tree.Search`.
    search_again: Callable[[Run, str, Reading], Tree | None] | None = None
    # Returns what a reading was read from, as the reader takes it, to test a row of its map.
    source: Callable[[Reading], Any] = trust.read_from
    own_output: OwnOutput | None = None
    # Draws the examples, where they are not a part of the input.
    examples: Callable[[], None] | None = None
    # Is done before anything is drawn.
    before: Callable[[], None] | None = None
    # Draws a further part above the readings.
    above: Callable[[Run], None] | None = None
    columns: tuple[int, int] = (3, 4)  # the widths of the input and of the choices beside it


def session_of(task: Task, parameters: Sequence[Parameter], names: Sequence[Name] = ()) -> Session:
    """What the page of a task keeps of a visitor's session."""
    return Session(task.name, [*address.NAMES, *opened.NAMES, *parameters, *names])


def show(page: TaskPage) -> None:
    """Draw the page."""
    frame.draw()
    problems = address.restore(page.session, page.parameters)
    if address.returned(page.session):
        opened.close(page.session)
    if page.before:
        page.before()
    style.heading(page.task.title, page.task.told)
    with style.parts(page.session.owner, page.columns):
        input_part, examples_part, choices, result, files = (st.container(key=key) for key in style.PARTS)
    with input_part:
        status = page.take_input()
    if page.examples:
        with examples_part:
            page.examples()
    names = variants.offered(page.session, page.task, problems, status)
    if not names:
        return
    with choices:
        # What is in a file was read before: there is nothing to choose.
        reads = not opened.is_shown(page.session)
        with style.choices():
            chosen = variants.choose(page.session, page.task, names) if reads else page.session["variants"]
            variants.explain(page.task, names)
            if reads:
                settings.choose(page.session, page.task)
            run = Run(chosen, settings.chosen(page.session, page.task), status)
            options = st.container(horizontal=True, key=f"options_{page.session.owner}")
    with result:
        if page.above and chosen:
            page.above(run)
        _show_readings(page, run, options, files)
    opened.offer(page.session, page.task, on_change=page.new_input)
    cards.show(page.task, chosen)
    glossary.show()
    address.keep(page.session, page.parameters)
    start.drawn()


def _show_readings(page: TaskPage, run: Run, options: DeltaGenerator, files: DeltaGenerator) -> None:
    """The outputs with their maps, and how to save them; or a sentence that says why there are none."""
    readings = opened.readings(page.session, page.new_input)
    live = not readings
    if live and not run.variants:
        st.info("Choose a variant above to read with.", icon=":material/touch_app:")
        return
    try:
        if live:
            with _room(page.session):
                readings = page.read(run)
    except (InputError, BundleError) as problem:
        refuse(problem)
        return
    if not readings:
        return  # it was stopped before anything was read, and says so
    with options:
        look = page.choose_look(readings, live)
        if live:
            side_by_side.offer(page.session, page.task, readings)
    if live and page.own_output:
        readings = [*readings, *_own_output(page, page.own_output, readings, run, options)]
    notes(readings)
    lesson = examples.lesson(page.session, page.task, page.parameters, readings) if live else ""
    drawn = page.draw(readings, look, run, lesson, live)
    with st.container(key="details_trust"):
        trust.show(page.session, page.task, drawn.shown, page.source, run.settings.device, live=live)
    if page.search_again:
        with st.container(key="details_tree"):
            searched = readings if live else tree.of_saved(readings)
            tree.show(page.session, page.task, searched, partial(_search_again, page.search_again, run, live))
    link = address.link(page.session, page.parameters) if live and page.in_address() else ""
    with files:
        page.save(drawn, look, link)


def _search_again(
    search: Callable[[Run, str, Reading], Tree | None], run: Run, live: bool, place: str, reading: Reading
) -> Tree | None:
    """See `TaskPage.search_again`. What is in a file was read with settings of its own."""
    settings = run.settings if live else settings_of(reading, run.settings.device)
    return search(replace(run, settings=settings), place, reading)


@contextmanager
def _room(session: Session) -> Iterator[None]:
    """Keep room for the first map while its model is loaded, and until it is drawn, so that nothing jumps when it
    comes. Later runs show the maps before until the new ones come."""
    room = st.empty()
    if address.was_drawn(session):
        st.empty()
        yield
        return
    with room:
        style.least_height("result", _USUAL_MAP)
    try:
        with st.skeleton(_USUAL_MAP):
            yield
    except (InputError, BundleError):
        room.empty()  # there will be no map
        raise


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
    """What the readers tell about the input, once each, together in one box."""
    told = dict.fromkeys(note for reading in readings for note in reading.provenance.notes)
    if told:
        st.info("  \n".join(map(escape, told)), icon=":material/info:")
