"""The page that compares variants of a task in detail, on one input: what each writes, where it looks, and how far
apart they are."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.analysis.tree import Tree
from attnviz.analysis.wording import sentence_case
from attnviz.attention import ATTENTION
from attnviz.errors import BundleError, InputError
from attnviz.figures import kinds
from attnviz.reading import Reading
from attnviz.tasks.base import Parts, Task, source_of
from attnviz.web import address, frame, glossary, readings, start, style
from attnviz.web.address import Parameter
from attnviz.web.files import save, save_photo
from attnviz.web.inputs import controls, examples, own_file, own_output, photo, settings, sound, tasks, variants
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.inputs.text import within_limits
from attnviz.web.page import notes, refuse
from attnviz.web.panels import comparison, side_by_side, tree, written
from attnviz.web.readings import Settings
from attnviz.web.session import Name, Session
from attnviz.web.text import escape

ALL = Session("compare", [Name("task", str | None)])
FILES = {"photo": photo.draw, "sound": sound.draw}  # inputs that are files, and what draws the ways to give them
_FREE, _SAME = "Each its own", "All the same"


def chosen_task() -> Task:
    """The task that the address names where it counts, else the one that was compared last."""
    asked = st.query_params.get("task", "")
    if asked in service.TASKS and (not ALL["task"] or address.entered() or address.went_back_or_forward()):
        ALL["task"] = asked
    ALL["task"] = ALL["task"] or next(iter(service.TASKS))
    return service.TASKS[ALL["task"]]


def parameters(task: Task) -> list[Parameter]:
    names = service.variants(task.name)
    inputs = [examples.parameter(task)] if reads_file(task) else examples.text_parameters(task)
    mode = [] if task.labels else [address.switch("forced", False), own_output.parameter()]
    return [
        address.one_of("task", list(service.TASKS), None),
        *inputs,
        address.switch(side_by_side.CARRIED, False),
        address.names("variants", side_by_side.pair(task, names[0]) if names else []),
        *settings.parameters(task),
        *mode,
        address.switch("stretch", False),
        address.switch("ribbon", False),
        address.text("pair", ""),
    ]


def reads_file(task: Task) -> bool:
    return task.inputs[0] in FILES


def choose_task() -> None:
    def turn() -> None:
        st.query_params.clear()  # it says what to compare of the task before

    tasks.choose(ALL.owner, ALL.key("task"), turn)


def take_over(session: Session, task: Task) -> None:
    """Take what was read on the task's own page, where a link from there asks for it: no address can hold it."""
    if not session[side_by_side.CARRIED]:
        return
    session[side_by_side.CARRIED] = False
    texts = side_by_side.TEXTS["texts"]
    if reads_file(task):
        session["file"] = Session(task.name, own_file.NAMES)["file"]
        session["example"] = None if session["file"] else session["example"]
    elif len(texts) == len(task.inputs):
        examples.fill_boxes(session, task, texts)


def take_input(session: Session, task: Task, beside: DeltaGenerator) -> None:
    """Draw what is given. beside: the place of the examples of texts."""

    def changed() -> None:
        """Forget what was chosen and typed for another input."""
        if not task.labels:
            session["rank"], session["own"] = {}, ""

    if reads_file(task):
        draw = FILES[task.inputs[0]]
        draw(session, task, check=partial(service.open_file, task.name), on_change=changed)
        return

    def typed() -> None:
        session["example"] = None
        changed()

    with beside:
        examples.text_buttons(session, task, changed)
    for name in task.inputs:
        st.text_area(name.capitalize(), key=session.key(name), height=68, on_change=typed)


@st.cache_data(max_entries=4, scope="session", show_spinner=False)
def parts_of(task: str, variant: str, content: bytes) -> Parts:
    return service.parts(task, variant, content)


def read(
    session: Session,
    task: Task,
    names: Sequence[str],
    run: Settings,
    status: DeltaGenerator,
    target: str | None = None,
    place: str = "free",
) -> list[Reading]:
    """The input as each variant reads it; of a long recording, its first part.

    place: of this work on the page. Raises InputError and BundleError.
    """
    place = f"{session.owner}_{place}"
    source, notes = source_given(session, task, names[0])
    file = own_file.current(session, task) if reads_file(task) else None
    private = file is not None and file.own
    shown = readings.of_one(place, task.name, source, names, run, status, target, private=private)
    name, credit = (file.name, file.credit) if file else ("", "")
    return [reading.named(name, notes, credit) for reading in shown]


def source_given(session: Session, task: Task, variant: str) -> tuple[Any, Sequence[str]]:
    """What is given, as the variants read it, with sentences on what of it they don't read."""
    if not reads_file(task):
        taken = [within_limits(text, None) for text in examples.typed(session, task)]
        return source_of([text for (text,), _ in taken]), [note for _, notes in taken for note in notes]
    parts = parts_of(task.name, variant, own_file.current(session, task).content)
    more = ("The recording is long: its first part is compared.",) if len(parts.sources) > 1 else ()
    return parts.sources[0], (*parts.notes, *more)


def given(session: Session, task: Task) -> object:
    """What tells the input from another one."""
    return own_file.current(session, task).digest if reads_file(task) else examples.typed(session, task)


def choose_mode(session: Session, task: Task, subject: object) -> bool:
    """Draw the choice whether all variants have to write the same output. Returns whether they have to."""
    if task.labels:
        return False
    with st.container(key=f"inline_{session.owner}_mode", width="content"):
        controls.one_of_few(
            session,
            "forced",
            task.output.capitalize(),
            {False: _FREE, True: _SAME},
            help=f"Each variant writes its own {task.output}, or all of them are made to write the same one: that of "
            "the first variant, or your own. Their maps can then be compared row by row.",
        )
    if session["forced"]:
        own_output.menu(session, task, subject)
    return bool(session["forced"])


def show(
    session: Session,
    task: Task,
    run: Settings,
    names: Sequence[str],
    status: DeltaGenerator,
    files: DeltaGenerator,
) -> None:
    """The comparison, and below it in `files` how to save it; or a sentence that says why there is none. Raises
    InputError and BundleError."""

    def read_again(reading: Reading, target: str, place: str) -> list[Reading]:
        return read(session, task, [reading.variant], run, status, target, place)

    def search_again(place: str, reading: Reading) -> Tree | None:
        source, _ = source_given(session, task, reading.variant)
        return readings.tree(place, task.name, reading.variant, source, run)

    shown = [
        written.chosen(session, one) if not task.labels else one for one in read(session, task, names, run, status)
    ]
    if len(shown) < len(names):
        return  # it was stopped, and says so
    if choose_mode(session, task, given(session, task)):
        shown = read(session, task, names, run, status, session["own"] or shown[0].output.text, "same")
        if len(shown) < len(names):
            return
    notes(shown)
    told = side_by_side.told(task, shown)
    st.markdown(f"**{escape(told)}**", help=glossary.explained(told))
    side_by_side.table(task, shown)
    look = Appearance(ATTENTION, session["stretch"], 0, session["ribbon"])
    kind = kinds.of_input(task.inputs)
    st.subheader(f"{sentence_case(kind.where)} they {kind.look}", anchor="maps")
    over_photo = kind.name == "grid"
    comparison.show_maps(session, task, shown, look if over_photo else replace(look, stretch=False))
    compared: Sequence[Reading] = ()
    if side_by_side.comparable(shown):
        st.subheader("How far two maps lie apart", anchor="difference")
        pair = comparison.choose_pair(session, shown)
        compared = comparison.show_difference(session, task, pair, look, read_again) if pair else ()
    with st.container(key="details_tree"):
        tree.show(session, task, shown, search_again)
    if over_photo:
        choices = save_photo.choices(session.owner, shown, shown, comparison.photo_look(look))
    else:
        choices = save.maps_over_words(shown, compared, look)
    fits = not own_file.is_own(session) if reads_file(task) else examples.texts_fit_link(session, task)
    with files:
        save.show(session, choices, address.link(session, parameters(task)) if fits else "", opens="input")


frame.draw()
task = chosen_task()
PARAMETERS = parameters(task)
session = Session(f"compare_{task.name}", [*address.NAMES, *own_file.NAMES, *PARAMETERS])
problems = address.restore(session, PARAMETERS)
session["task"] = task.name
take_over(session, task)
if not reads_file(task):
    examples.fill_from_address(session, task)
kind = kinds.of_input(task.inputs)
style.heading(
    "Compare",
    f"One input, up to four variants: what each writes, {kind.where} it {kind.look}s, and how far apart they are.",
)
choose_task()
with style.parts(session.owner, (3, 4), chosen_first=True):
    input_part, examples_part, choices_part, result, files = (st.container(key=key) for key in style.PARTS)
with input_part:
    take_input(session, task, examples_part)
    status = st.container(width="content")
names = variants.offered(session, task, problems, status)
if names:
    with choices_part, style.choices():
        chosen = variants.choose(session, task, names)
        variants.explain(task, names)
        settings.choose(session, task)
    with result:
        if len(names) < 2:
            st.info("This task has a single trained variant here: there is no other one to compare it with.")
        elif len(chosen) < 2:
            st.info("Choose two to four variants above to compare them.", icon=":material/touch_app:")
        else:
            try:
                show(session, task, settings.chosen(session, task), chosen, status, files)
            except (InputError, BundleError) as problem:
                refuse(problem)
glossary.show()
address.keep(session, PARAMETERS)
start.drawn()
