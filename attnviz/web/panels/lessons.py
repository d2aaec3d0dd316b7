"""A lesson on the page: its input and its question; and once that is answered, the maps of the same readings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.analysis import arpabet, copying
from attnviz.analysis.segments import times_of
from attnviz.analysis.wording import sentence_case
from attnviz.attention import AttentionMap
from attnviz.errors import InputError
from attnviz.figures import links, maps, titles
from attnviz.figures.browser.over_words import texts_of
from attnviz.figures.browser.timeline import Sounded, Track
from attnviz.figures.photo import Look, together, weight
from attnviz.media import Photo, Sound
from attnviz.reading import Pieces, Reading
from attnviz.tasks.base import Example, Task, source_of
from attnviz.tasks.lesson import Lesson, Seen
from attnviz.web import address, readings, style
from attnviz.web.address import Parameter
from attnviz.web.panels import sums
from attnviz.web.readings import Settings
from attnviz.web.session import Session
from attnviz.web.text import escape, key_of_reading
from attnviz.web.views import article, bars, glance, over_words, photo, sentences, timeline
from attnviz.web.views.map_view import MapView

_SOUNDED = {name: Sounded(ipa, "") for name, ipa in arpabet.IPA.items()}
_LOST = "The model that is installed here does not show what this lesson is about, so there is nothing to ask."
_NO_MAP = "There is nowhere to look, so there is no map."
_ROOM = 300  # px that the input and the question take
_PHOTO = 320  # px that a photo is wide beside its question
_TEXT = 320  # px that what is to be told needs beside a map


def answers(lessons: Iterable[Lesson]) -> Parameter:
    """By the name of a lesson, the number of the choice that was made, from 1. It lies in the address, so that a page
    that is loaded anew still has what was done."""
    most = {lesson.name: len(lesson.choices) for lesson in lessons}
    example = f"a lesson, such as {next(iter(most))}:1"
    numbers = address.choices("answers", max(most.values()), example)

    def read(text: str) -> dict[str, int]:
        made: dict[str, int] = numbers.read(text)
        if any(number > most.get(name, 0) for name, number in made.items()):
            raise InputError(f"choose the number of a choice that is there for {example}")
        return made

    return replace(numbers, read=read)


def show(session: Session, task: Task, lesson: Lesson) -> None:
    """Draw the lesson. Raises InputError and BundleError."""
    status = st.container(width="content")
    with st.skeleton(_ROOM):
        read = _read(session, task, lesson, status)
    if not read:
        return  # it was stopped, and says so
    try:
        seen = lesson.see(read)
    except LookupError:
        st.info(_LOST, icon=":material/info:")
        return
    answer = session["answers"].get(lesson.name)
    if answer is None:
        _given(task, lesson, read)
        _ask(session, lesson)
    else:
        _sounds(read)
        _answered(session, lesson, seen, answer - 1)
        _reveal(session, task, lesson, read, seen)


def is_done(session: Session, lesson: Lesson) -> bool:
    """Whether the lesson's question was answered."""
    return lesson.name in session["answers"]


def example_of(task: Task, lesson: Lesson) -> Example | None:
    """The task's example that has the lesson's input, where there is one."""
    return next((example for example in task.examples if example.inputs == lesson.inputs), None)


def query_of(task: Task, lesson: Lesson) -> dict[str, str]:
    """The settings with which the task's own page opens the lesson's input and variants."""
    example = example_of(task, lesson)
    texts = dict(zip(task.inputs, lesson.inputs, strict=True)) if example is None else {"example": example.name}
    return {**texts, "variants": ",".join(lesson.variants)}


def names_of_inputs(task: Task, lesson: Lesson, read: Sequence[Reading]) -> Sequence[str]:
    """What the lesson's inputs are called: a single text as the map of its readings calls it, such as French."""
    attention = _first_map(lesson, read)
    return task.inputs if attention is None or len(read[0].texts) != 1 else [attention.key_name]


def _first_map(lesson: Lesson, read: Sequence[Reading]) -> AttentionMap | None:
    return next((reading.map(lesson.map) for reading in read if reading.maps), None)


def _read(session: Session, task: Task, lesson: Lesson, status: DeltaGenerator) -> list[Reading]:
    """The readings that the lesson is about, in its order; none where they were stopped."""
    device = service.devices()[0]
    settings = Settings(1, 1.0, device) if task.length_penalty is None else Settings(5, task.length_penalty, device)
    source, place = source_of(lesson.inputs), f"{session.owner}_{lesson.name}"
    results = readings.read_all(place, task.name, [source], lesson.variants, settings, status)
    read = readings.of_source(results, 0)
    attention = read[0].map(lesson.map) if read else None
    if lesson.given is not None and attention is not None:
        read.append(readings.with_weights(read[0], source, {lesson.map: lesson.given(attention)}))
    return read


def _given(task: Task, lesson: Lesson, read: Sequence[Reading]) -> None:
    """What was read, and what was written, before the answer."""
    for name, part in zip(names_of_inputs(task, lesson, read), read[0].source, strict=True):
        if isinstance(part, Pieces):
            _line(name, part.text)
        elif isinstance(part, Photo):
            st.image(part.content, width=_PHOTO, alt="The photo that is asked about")
    _sounds(read)
    if lesson.hidden:
        return
    attention = _first_map(lesson, read)
    output = task.output if attention is None or len(read[0].texts) != 1 else attention.query_name
    for place, reading in enumerate(read if lesson.given is None else read[:1]):
        told = f" {letter(place)}" if lesson.unnamed else f", {reading.name}" if len(lesson.variants) > 1 else ""
        _line(output + told, reading.output.text)


def _line(name: str, text: str) -> None:
    """A text below its name."""
    st.markdown(f":gray[:small[{escape(sentence_case(name))}]]  \n{escape(text)}")


def letter(place: int) -> str:
    """What a variant is called whose name would give the answer away."""
    return chr(ord("A") + place)


def _sounds(read: Sequence[Reading]) -> None:
    for part in read[0].source:
        if isinstance(part, Sound):
            st.audio(part.content, format="audio/flac", alt="The recording that is asked about")


def _ask(session: Session, lesson: Lesson) -> None:
    def choose(number: int) -> None:
        session["answers"] = {**session["answers"], lesson.name: number}

    st.markdown(f"**{escape(lesson.question)}**")
    with st.container(horizontal=True, gap="small", key=f"choices_{session.owner}"):
        for place, choice in enumerate(lesson.choices):
            key = f"{session.owner}_{lesson.name}_{place}"
            st.button(escape(choice), key=key, on_click=choose, args=[place + 1])


def _answered(session: Session, lesson: Lesson, seen: Seen, answer: int) -> None:
    """The question with the answer that was given, the right one, and what the model did in numbers."""

    def ask_again() -> None:
        session["answers"] = {name: number for name, number in session["answers"].items() if name != lesson.name}

    st.markdown(f"**{escape(lesson.question)}**")
    chosen, right = (escape(lesson.choices[place]) for place in (answer, seen.choice))
    told = escape(seen.told)
    if answer == seen.choice:
        st.success(f"You are right: **{right}**. {told}", icon=":material/check:")
    else:
        st.warning(f"You said “{chosen}”. It is **{right}**. {told}", icon=":material/lightbulb:")
    key, icon = f"{session.owner}_again", ":material/replay:"
    st.button("Ask me again", key=key, on_click=ask_again, icon=icon, type="tertiary")


def _reveal(session: Session, task: Task, lesson: Lesson, read: Sequence[Reading], seen: Seen) -> None:
    """The maps, and beside them, or below where there is no room, what a person says and what to take away."""
    views = [_view(session, lesson, place, reading) for place, reading in enumerate(read)]
    shown, told = f"shown_{session.owner}", f"told_{session.owner}"
    style.beside_or_below({shown: _width(views), told: _TEXT}, style.GAP)
    with st.container(horizontal=True, gap=style.GAP, key=f"answer_{session.owner}"):
        with st.container(key=shown, gap="xsmall"):
            _maps(session, task, lesson, read, views, seen)
        with st.container(key=told, gap="small"):
            if lesson.given is not None or lesson.hidden:
                _labels(session, read)
            st.markdown(f"**What a person says.** {escape(lesson.person)}")
            st.markdown(f"**Take away.** {escape(lesson.takeaway)}")
            if example := example_of(task, lesson):
                _credit(task, example)
            st.page_link(
                f"attnviz/web/pages/{task.name}.py",
                label=f"Try it yourself: {task.title}",
                icon=":material/open_in_new:",
                query_params=query_of(task, lesson),
            )


def _credit(task: Task, example: Example) -> None:
    """Who made the photo or the recording; texts are our own."""
    if example.credit:
        st.caption(f"{sentence_case(task.inputs[0])}: {escape(example.credit)}")


def _labels(session: Session, read: Sequence[Reading]) -> None:
    """How likely each label is, where the output is one of several; with a mark where it was before."""
    last = read[-1]
    if last.probabilities:
        before = read[0].probabilities if len(read) > 1 else None
        bars.show(last.probabilities, last.output.text, before, key=f"{session.owner}_bars")
        if before:
            st.caption("The mark on a bar is the probability with the model's own map.")


def _view(session: Session, lesson: Lesson, place: int, reading: Reading) -> MapView:
    attention = reading.map(lesson.map)
    source: Sequence[Pieces] = reading.texts
    output = reading.output
    if attention is not None and reading.probabilities:
        keys, output = texts_of(reading, attention)
        source = [keys]
    name = titles.title(reading)
    return MapView(
        place=f"{session.owner}_{place}",
        key=f"{session.owner}_{lesson.name}_{place}_{key_of_reading(reading, lesson.map)}",
        source=source,
        output=output,
        map=attention,
        told=sums.told(reading, attention),
        title=f"{letter(place)}: {name}" if lesson.unnamed else name,
        note="" if attention else _NO_MAP,
        group=f"{session.owner}_{lesson.name}",
        copied=copying.copied(reading),
        shares=copying.shares(reading),
    )


def _width(views: Sequence[MapView]) -> int:
    """About how many px the maps need."""
    over_text = [view for view in views if view.source and view.map]
    return over_text[0].width + over_words.LEGEND if over_text else style.USUAL_PAGE


def _maps(
    session: Session, task: Task, lesson: Lesson, read: Sequence[Reading], views: Sequence[MapView], seen: Seen
) -> None:
    (first, *_) = read[0].source
    if isinstance(first, Photo):
        drawn = [reading.map(lesson.map) for reading in read]
        # a word that looks at no place would be as orange as any on a scale of its own
        rests = any(attention is not None and maps.has_rest(attention) for attention in drawn)
        look = together(Look(common=len(read) > 1 or rests), drawn)
        for place, column in enumerate(style.row(f"{session.owner}_photos", len(read), _PHOTO)):
            with column:
                _photo(session, task, lesson, place, read[place], seen, look)
        if look.end:
            st.caption(f"All photos have one colour scale: the strongest orange stands for {weight(look.end)} or more.")
    elif isinstance(first, Sound):
        tracks = [Track(view.title, view.output, view.map, times_of(r)) for view, r in zip(views, read, strict=True)]
        key = f"{session.owner}_timeline"
        timeline.show(first, tracks, _SOUNDED, group=f"{session.owner}_{lesson.name}", key=key, chosen=seen.query)
    else:
        marked = next((view for view in views if view.map is not None), None)
        if marked is not None and not marked.ever_selected:
            marked.select(seen.query, seen.key)
        over_words.show(*views, above=article.show if any(view.copied for view in views) else sentences.show)


def _photo(session: Session, task: Task, lesson: Lesson, place: int, reading: Reading, seen: Seen, look: Look) -> None:
    (picture,) = reading.source
    assert isinstance(picture, Photo)
    attention = reading.map(lesson.map)
    st.markdown(f"#### {escape(titles.title(reading))}")
    photo.show(
        picture,
        reading.output,
        attention,
        look,
        group=f"{session.owner}_{lesson.name}",
        alt=f"The photo. The {task.output}: {reading.output.text} {links.told(attention) if attention else ''}",
        key=f"{session.owner}_photo_{place}",
        chosen=None if place else seen.query,
    )
    if attention is not None:
        glance.show(attention)
