"""Open readings that were saved as JSON, or as a page: they are shown without any model."""

import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

import streamlit as st

from attnviz.attention import ATTENTION, KEY_NAME, QUERY_NAME
from attnviz.errors import InputError
from attnviz.export import html
from attnviz.figures.sound import samples_of
from attnviz.media import Photo, Sound
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import renewed
from attnviz.web.session import Name, Session, widget_value
from attnviz.web.text import escape, short

MOST_MEGABYTES = 20
MOST_READINGS = 8  # of one input, or of one sound: a long recording is saved as many, its parts
MOST_SOUNDS = 120
MOST_SECONDS = 600  # of all sounds together: as long as a recording may be that is read in parts
MOST_WORDS = 10_000  # of a text, as many as its 20,000 characters can hold
MOST_UNITS = 20_000  # subwords of a text: each has a character at least
MOST_HYPOTHESES = 100
MOST_PHONEMES = 2_000  # of a sound: each becomes a button; a part of a recording has at most a few hundred
MOST_WORDS_ON_PHOTO = 120  # of all readings together: our captions are shorter, and each word becomes a photo's copy


@dataclass(frozen=True)
class SavedFile:
    """A file that was given, with its readings, or with the sentence that says why it can't be shown."""

    name: str
    readings: Sequence[Reading] = ()
    problem: str = ""


NAMES = (Name("opened", SavedFile | None),)
_SHOWN = "opened"  # the anchor of what is shown
_UNFIT = "This reading does not fit this page (its inputs, labels, photo or sound): save it again."


def offer(session: Session, task: Task, on_change: Callable[[], None]) -> None:
    """Draw the box for a file, and say what became of the file. What it holds is shown above, by `readings`.

    on_change: forgets what was chosen for another input.
    """
    box = renewed.widget(_box(session))

    def take() -> None:
        file = widget_value(box)
        on_change()
        session["opened"] = None if file is None else _opened(file.name, file.getvalue(), task)

    opened: SavedFile | None = session["opened"]

    with st.expander("Open a saved reading", expanded=opened is not None, icon=":material/folder_open:"):
        st.file_uploader(
            f"A JSON or HTML file that was saved here, up to {MOST_MEGABYTES} MB. It is shown without the model.",
            type=["json", "html"],
            key=box,
            max_upload_size=MOST_MEGABYTES,
            on_change=take,
        )
        if opened is not None and opened.problem:
            st.error(escape(opened.problem), icon=":material/error:")
        elif opened is not None:
            told = f"What was saved in {escape(short(opened.name))} is shown above: [go there](#{_SHOWN})."
            st.success(told, icon=":material/arrow_upward:")


def no_link(session: Session) -> str:
    """Why there is no link to what is shown, where it is what was in a file; else empty."""
    return "What was opened from a file has no link: send the file itself." if is_shown(session) else ""


def is_shown(session: Session) -> bool:
    """Whether the page shows what is in a file. It stays while other pages are visited, which empties the box that it
    was given in."""
    opened: SavedFile | None = session["opened"]
    return opened is not None and not opened.problem


def close(session: Session) -> None:
    """Show a new reading again. Whoever gives another input asks for it."""
    if session["opened"] is not None:
        session["opened"] = None
        renewed.empty(_box(session))


def readings(session: Session, on_close: Callable[[], None]) -> Sequence[Reading]:
    """The readings of the file that was given, with a sentence that says so; none where there is no such file.

    on_close: as `on_change` of `offer`.
    """
    if not is_shown(session):
        return []
    opened: SavedFile = session["opened"]

    def give_way() -> None:
        close(session)
        on_close()

    st.html(f"<div id='{_SHOWN}'></div>")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Close the file", icon=":material/close:", on_click=give_way, key=f"{session.owner}_close")
        st.info(
            f"This is what was saved in {escape(short(opened.name))}, not a new reading. Close it, or give another "
            "input, to read anew.",
            icon=":material/folder_open:",
        )
    return opened.readings


def _opened(name: str, content: bytes, task: Task) -> SavedFile:
    try:
        return SavedFile(name, loads(content, task))
    except InputError as problem:
        return SavedFile(name, problem=str(problem))


def loads(content: bytes, task: Task) -> list[Reading]:
    """The readings of a JSON file, or of a page that has such JSON in it, one or several. Raises InputError where they
    can't be shown on this task's page."""
    if content.lstrip()[:1] == b"<":
        content = html.readings_of(content)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as problem:
        raise InputError("This file is not JSON: choose a JSON file that was saved here.") from problem
    items = data if isinstance(data, list) else [data]
    most = MOST_READINGS * (MOST_SOUNDS if "sound" in task.inputs else 1)
    if not 1 <= len(items) <= most:
        raise InputError(f"This file holds {len(items)} readings: choose one with 1 to {most}.")
    saved = [Reading.from_json(item) for item in items]
    for reading in saved:
        if reading.task != task.name:
            raise InputError(f"This is a reading of another task ({short(reading.task)}): open it on that task's page.")
        if not _fits(reading, task):
            raise InputError(_UNFIT)
    _check_sounds(saved)
    if "photo" in task.inputs and sum(len(reading.output.labels) for reading in saved) > MOST_WORDS_ON_PHOTO:
        raise InputError(f"The outputs in this file have more than {MOST_WORDS_ON_PHOTO} words: save fewer of them.")
    return [_named(reading, task) for reading in saved]


def _named(reading: Reading, task: Task) -> Reading:
    """The reading with the names of today, where it was saved before it had them: what people call its variant and its
    focus, and on its maps those of the task's texts."""
    given = replace(reading.given, focus_name=reading.given.focus_name or task.focus_called(reading.given.focus))
    reading = replace(reading, variant_name=reading.variant_name or task.called(reading.variant), given=given)
    if not task.labels:
        return reading  # the usual names are right where something is written
    maps = []
    for attention in reading.maps:
        if (attention.query_name, attention.key_name) == (QUERY_NAME, KEY_NAME):
            sides = list(permutations(zip(task.inputs, reading.texts, strict=True), 2))
            ways = sides if attention.name == ATTENTION else sides[::-1]
            key, query = next((k, q) for (k, keys), (q, _) in ways if keys.labels == attention.keys.labels)
            rest = f"no {key} word (NULL)"
            attention = replace(attention, query_name=query, key_name=key, rest_name=rest)
        maps.append(attention)
    return replace(reading, maps=tuple(maps))


def _fits(reading: Reading, task: Task) -> bool:
    """Whether the reading has the inputs and the labels of the task, and is of a size that can be shown."""
    photos = [source for source in reading.source if isinstance(source, Photo)]
    sounds = [source for source in reading.source if isinstance(source, Sound)]
    if len(reading.source) != len(task.inputs) or len(photos) != task.inputs.count("photo"):
        return False
    if len(sounds) != task.inputs.count("sound"):
        return False
    if tuple(reading.probabilities) != task.labels or (task.labels and reading.hypotheses):
        return False
    if len(reading.hypotheses) > MOST_HYPOTHESES:
        return False
    outputs = [reading.output, *(hypothesis.output for hypothesis in reading.hypotheses)]
    most = MOST_WORDS_ON_PHOTO if photos else MOST_PHONEMES if sounds else MOST_WORDS
    sizes = [*((text, MOST_WORDS) for text in reading.texts), *((output, most) for output in outputs)]
    if any(len(text.labels) > words or sum(map(len, text.units)) > MOST_UNITS for text, words in sizes):
        return False
    return all(map(_is_jpeg, photos))


def _check_sounds(readings: Sequence[Reading]) -> None:
    """Raises InputError where the sounds of readings are more than can be shown, or damaged. Each is decoded once, and
    none before all of their lengths are known."""
    sounds = Counter(source for reading in readings for source in reading.source if isinstance(source, Sound))
    of_one, seconds = max(sounds.values(), default=0), round(sum(sound.seconds for sound in sounds))
    if of_one > MOST_READINGS:
        raise InputError(f"This file holds {of_one} readings of one sound: choose one with at most {MOST_READINGS}.")
    if len(sounds) > MOST_SOUNDS or seconds > MOST_SECONDS:
        raise InputError(
            f"This file holds {len(sounds)} sounds of {seconds} seconds together: choose one with at most "
            f"{MOST_SOUNDS} sounds, of at most {MOST_SECONDS} seconds together."
        )
    if not all(map(_is_whole, sounds)):
        raise InputError(_UNFIT)


def _is_jpeg(photo: Photo) -> bool:
    """Whether the photo can be decoded and has its stated size. The size is checked first."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(photo.content), formats=["JPEG"]) as image:
            if image.size != (photo.width, photo.height):
                return False
            image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    return True


def _is_whole(sound: Sound) -> bool:
    """Whether the sound can be decoded and is as long as it says. No more than that is decoded."""
    try:
        samples_of(sound)
    except InputError:
        return False
    return True


def _box(session: Session) -> str:
    return f"{session.owner}_saved"
