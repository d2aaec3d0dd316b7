"""The page that compares variants of a task in detail, on one input: what each writes, where it looks, and how far
apart they are."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.analysis.arpabet import IPA
from attnviz.errors import BundleError, InputError
from attnviz.figures import kinds, links, titles
from attnviz.figures.browser.over_words import texts_of
from attnviz.figures.browser.timeline import Sounded, Track
from attnviz.figures.photo import Look
from attnviz.media import Photo
from attnviz.reading import ATTENTION, Reading
from attnviz.tasks.base import Parts, Task, source_of
from attnviz.web import address, glossary, menu, readings, start, style, theme
from attnviz.web.address import Parameter
from attnviz.web.files import save, save_photo
from attnviz.web.inputs import appearance, examples, own_file, own_output, settings, tasks, variants
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.inputs.text import within_limits
from attnviz.web.page import notes, refuse
from attnviz.web.panels import difference, labelled, side_by_side, sounds, written
from attnviz.web.readings import Settings
from attnviz.web.session import Name, Session
from attnviz.web.text import escape
from attnviz.web.views import article, over_words, photo, sentences, timeline

ALL = Session("compare", [Name("task", str | None)])
FILES = {"photo", "sound"}  # inputs that are files
_LEAST_PANEL = 250  # px
_LONG = 60  # words: a longer text scrolls in a frame of its own
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
        address.names("variants", names[:2]),
        *settings.parameters(task),
        *mode,
        address.switch("stretch", False),
        address.switch("ribbon", False),
        address.text("pair", ""),
    ]


def reads_file(task: Task) -> bool:
    return bool(FILES & set(task.inputs))


def choose_task() -> None:
    def turn() -> None:
        st.query_params.clear()  # it says what to compare of the task before

    tasks.choose(ALL.owner, ALL.key("task"), turn)


def take_over(session: Session, task: Task) -> None:
    """Take the input that the task's own page holds, where a link from there asks for it: no address can hold it."""
    if not session[side_by_side.CARRIED]:
        return
    session[side_by_side.CARRIED] = False
    there = Session(task.name, [*(Name(name, str, "") for name in task.inputs), *own_file.NAMES])
    if reads_file(task):
        session["file"] = there["file"]
        session["example"] = None if there["file"] else session["example"]
    elif all(there[name] for name in task.inputs):
        examples.fill_boxes(session, task, tuple(there[name] for name in task.inputs))


def take_input(session: Session, task: Task, beside: DeltaGenerator) -> None:
    """Draw what is given. beside: the place of the examples of texts."""

    def changed() -> None:
        """Forget what was chosen and typed for another input."""
        if not task.labels:
            session["rank"], session["own"] = {}, ""

    if reads_file(task):
        own_file.example_buttons(session, task, changed)
        own_file.told(session, task, task.inputs[0])
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
    if not reads_file(task):
        texts = [within_limits(text, None)[0][0] for text in examples.typed(session, task)]
        return readings.of_one(place, task.name, source_of(texts), names, run, status, target)
    file = own_file.current(session, task)
    parts = parts_of(task.name, names[0], file.content)
    more = ("The recording is long: its first part is compared.",) if len(parts.sources) > 1 else ()
    shown = readings.of_one(place, task.name, parts.sources[0], names, run, status, target, private=file.own)
    return [reading.named(file.name, (*parts.notes, *more)) for reading in shown]


def given(session: Session, task: Task) -> object:
    """What tells the input from another one."""
    return own_file.current(session, task).digest if reads_file(task) else examples.typed(session, task)


def choose_mode(session: Session, task: Task, subject: object) -> bool:
    """Draw the choice whether all variants have to write the same output. Returns whether they have to."""
    if task.labels:
        return False
    with st.container(key=f"inline_{session.owner}_mode", width="content"):
        st.segmented_control(
            f"{task.output.capitalize()}",
            [False, True],
            format_func=lambda same: _SAME if same else _FREE,
            key=session.key("forced"),
            required=True,
            help=f"Each variant writes its own {task.output}, or all of them are made to write the same one: that of "
            "the first variant, or your own. Their maps can then be compared row by row.",
        )
    if session["forced"]:
        own_output.menu(session, task, subject)
    return bool(session["forced"])


def show_maps(session: Session, task: Task, shown: Sequence[Reading], look: Appearance) -> None:
    """The outputs with their maps side by side, all on the scale from 0 to 1. The orange over photos is strongest at
    each word's largest weight, and says so: a variant that looks at a single place would leave the others pale."""
    kind = kinds.of(shown)
    choose = partial(appearance.choose_view, session, look.ribbon)
    if kind is kinds.KINDS["grid"]:
        show_photos(session, shown)
    elif kind is kinds.KINDS["frames"]:
        if any(reading.maps for reading in shown):
            choose()
        show_sound(session, "timeline", shown, [sounds.track(shown, place) for place in range(len(shown))], look)
    elif task.labels:
        panels = labelled.panels(session.owner, shown, look)
        named = [
            (panel.title, view) for panel in panels for view in panel.views if view.map and view.map.name == ATTENTION
        ]
        if named:
            over_words.show(*(replace(view, title=title) for title, view in named), choose=choose)
    else:
        views = [panel.view for panel in written.panels(session, shown, look)]
        long = max(len(pieces.labels) for pieces in shown[0].texts) > _LONG
        over_words.show(*views, above=article.show if long else sentences.show, choose=choose)


def show_photos(session: Session, shown: Sequence[Reading]) -> None:
    for place, column in enumerate(style.row(f"{session.owner}_photos", len(shown), _LEAST_PANEL)):
        reading = shown[place]
        (picture,) = reading.source
        assert isinstance(picture, Photo)
        attention = reading.map()
        alt = f"The photo. {reading.output.text} {links.told(attention) if attention else ''}"
        with column:
            st.markdown(f"##### {escape(titles.title(reading))}")
            key = f"{session.owner}_{place}_photo"
            photo.show(picture, reading.output, attention, Look(), group=session.owner, alt=alt, key=key)


def show_sound(session: Session, key: str, shown: Sequence[Reading], tracks: Sequence[Track], look: Appearance) -> None:
    timeline.show(
        sounds.sound_of(shown[0]),
        tracks,
        {name: Sounded(ipa, "") for name, ipa in IPA.items()},
        group=session.owner,
        key=f"{session.owner}_{key}",
        stretch=look.stretch,
        ribbon=look.ribbon,
    )


def choose_pair(session: Session, shown: Sequence[Reading]) -> tuple[Reading, Reading] | None:
    """The two whose maps are subtracted; None where fewer than two have a map."""
    pairs = {f"{one.variant}:{other.variant}": (one, other) for one, other in side_by_side.comparable(shown)}
    if not pairs:
        return None
    if session["pair"] not in pairs:
        session["pair"] = next(iter(pairs))
    if len(pairs) > 1:
        st.selectbox(
            "Which two maps",
            list(pairs),
            format_func=lambda name: " − ".join(titles.title(reading) for reading in pairs[name]),
            key=session.key("pair"),
            width=320,
        )
    return pairs[session["pair"]]


def show_difference(
    session: Session, task: Task, pair: tuple[Reading, Reading], look: Appearance, run: Settings, status: DeltaGenerator
) -> Sequence[Reading]:
    """The first map less the second, and how far their rows lie apart. Where the variants write, the second one is made
    to write what the first one wrote. Returns the two readings."""

    def again(reading: Reading, target: str, place: str) -> list[Reading]:
        return read(session, task, [reading.variant], run, status, target, place)

    try:
        compared = pair if task.labels else difference.on_one_output(pair, again)
    except (InputError, BundleError) as problem:
        refuse(problem)
        return ()
    if not compared:
        return ()
    first, second = compared
    a, b = first.map(), second.map()
    if a is None or b is None or a.axes != b.axes:
        st.caption("These two maps are not over the same rows and columns: there is no difference to show.")
        return ()
    kind = kinds.of(compared)
    if kind is kinds.KINDS["frames"]:
        show_sound(session, "difference", compared, [sounds.difference_track(compared)], look)
    elif kind.subtracted:
        keys, queries = texts_of(first, a) if task.labels else (None, first.output)
        difference.show(
            first,
            second,
            ATTENTION,
            source=first.texts if keys is None else [keys],
            output=queries,
            stretch=look.stretch,
            ribbon=look.ribbon,
            group=session.owner,
            on_scale=lambda: appearance.switch_scale(session),
            told="" if task.labels else difference.made_to_write(first, second),
        )
    side_by_side.distances(a, b)
    return compared


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
    st.subheader("Where they look", anchor="maps")
    show_maps(session, task, shown, replace(look, stretch=False))
    compared: Sequence[Reading] = ()
    if side_by_side.comparable(shown):
        st.subheader("How far two maps lie apart", anchor="difference")
        pair = choose_pair(session, shown)
        compared = show_difference(session, task, pair, look, run, status) if pair else ()
    if kinds.of(shown) is kinds.KINDS["grid"]:
        choices = save_photo.choices(session.owner, shown, shown, Look())
    else:
        choices = save.maps_over_words(shown, compared, look)
    fits = not own_file.is_own(session) if reads_file(task) else examples.texts_fit_link(session, task)
    with files:
        save.show(session, choices, address.link(session, parameters(task)) if fits else "", opens="input")


style.page()
menu.close()
theme.follow()
task = chosen_task()
PARAMETERS = parameters(task)
session = Session(f"compare_{task.name}", [*address.NAMES, *own_file.NAMES, *PARAMETERS])
problems = address.restore(session, PARAMETERS)
session["task"] = task.name
take_over(session, task)
if not reads_file(task):
    examples.fill_from_address(session, task)
style.heading(
    "Compare", "One input, up to four variants: what each writes, where it looks, and how far apart they are."
)
choose_task()
with style.parts(session.owner, (4, 5)):
    input_part, examples_part, choices_part, result, files = (st.container(key=key) for key in style.PARTS)
with input_part:
    take_input(session, task, examples_part)
    status = st.container(width="content")
names = variants.offered(session, task, problems, status)
if names:
    with choices_part:
        chosen = variants.choose(session, task, names)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
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
