"""The page for speech: a recording, the phonemes that a network hears in it, and when it listened for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.analysis.tree import Tree
from attnviz.attention import ATTENTION
from attnviz.errors import BundleError, InputError
from attnviz.figures.browser.timeline import Sounded
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.tasks.speech import pronunciation
from attnviz.tasks.speech.about import TASK
from attnviz.tasks.speech.alphabet import ALPHABET
from attnviz.tasks.speech.parts import Recording, open_parts
from attnviz.web import address, page, readings
from attnviz.web.files import save
from attnviz.web.files.opened import close, is_shown
from attnviz.web.inputs import appearance, examples, own_file, own_output, parts, recordings, settings, sound, variants
from attnviz.web.inputs.own_file import InputFile
from attnviz.web.inputs.unpacked import NamedFile
from attnviz.web.page import Drawn, OwnOutput, Run, TaskPage
from attnviz.web.panels import cautions, difference, sounds, written
from attnviz.web.session import Name

MOST_NUMBERED = 2_000  # more than the phonemes of a recording; 0 stands for none
MOST_PARTS = 1_000
NO_LINK = (
    "A recording of your own is not in a link, nor is a saved reading. Save the JSON instead: it can be opened below."
)
PARAMETERS = (
    examples.parameter(TASK),
    variants.parameter(TASK),
    *settings.parameters(TASK),
    own_output.parameter(lambda session: not own_file.is_own(session)),
    address.number("part", 1, 1, MOST_PARTS),
    address.switch("stretch", False),
    address.switch("ribbon", False),
    address.switch("difference", False),
    address.number(sounds.NOUN, 0, 0, MOST_NUMBERED),
)
PARTS = Name("parts", list, [])  # of a long recording, each as it was read last: a list of readings, the best alone
SESSION = page.session_of(TASK, PARAMETERS, [*own_file.NAMES, *recordings.NAMES, PARTS])
SOUNDED = {name: Sounded(one.ipa, one.word) for name, one in ALPHABET.items()}


@dataclass(frozen=True)
class Look:
    """How the maps are shown. stretch: the colours of each end at its own largest weight instead of 1. ribbon: as links
    from phonemes to moments."""

    stretch: bool
    ribbon: bool


def take_input() -> DeltaGenerator:
    sound.draw(
        SESSION,
        TASK,
        check=opened,
        on_change=new_recording,
        saved=is_shown(SESSION),
        other_ways=lambda: recordings.menu(SESSION),
    )
    return st.container(width="content")


@st.cache_data(max_entries=4, scope="session", show_spinner=False)
def opened(content: bytes) -> Recording:
    """The recording, decoded once. Raises InputError."""
    return open_parts(content)


def new_part() -> None:
    """Forget what was chosen and typed for another part of the recording."""
    SESSION["rank"] = {}
    SESSION["own"] = ""
    SESSION[sounds.NOUN] = 0


def new_recording() -> None:
    SESSION["part"] = 1
    new_part()
    close(SESSION)


def show_many(run: Run) -> None:
    """The table of many recordings, read with the first of the chosen variants."""

    def read_one(content: bytes, variant: str) -> list[Reading]:
        heard, recording = [], opened(content)
        count = len(recording.parts)
        for number, part in enumerate(recording.parts, 1):
            # What is drawn here also lets a click end the run between two parts.
            with run.status, st.spinner(f"Part {number} of {count} …" if count > 1 else "Reading …"):
                heard.append(readings.read(TASK.name, variant, part, run.settings, private=True))
        return heard

    recordings.show(SESSION, TASK, run.variants[0], run.settings, read_one, open_one)


def open_one(file: NamedFile) -> None:
    SESSION["file"], SESSION["example"], SESSION["problem"] = InputFile(file.name, file.content), None, None
    new_recording()


def read(run: Run) -> list[Reading]:
    """The recording, or its chosen part, as each variant reads it. Raises InputError and BundleError."""
    file = own_file.current(SESSION, TASK)
    recording = opened(file.content)
    results = readings.read_all(
        SESSION.owner,
        TASK.name,
        recording.parts,
        run.variants,
        run.settings,
        run.status,
        private=file.own,
        noun="parts",
    )
    several = len(recording.parts) > 1 and results
    place = choose_part(spans(recording.parts), results) if several else 0
    by_part = [() if isinstance(result, InputError) else result.values() for result in results if several]
    # Only their times are asked for: the other outputs of ten minutes would take hundreds of megabytes.
    SESSION["parts"] = [
        [replace(reading, hypotheses=()).named(file.name, credit=file.credit) for reading in part] for part in by_part
    ]
    return [reading.named(file.name, recording.notes, file.credit) for reading in readings.of_source(results, place)]


def choose_part(labels: Sequence[str], results: Sequence[Mapping[str, Reading] | InputError]) -> int:
    """List the parts of the recording with what was heard in each; see `parts.choose`."""
    return parts.choose(SESSION, "part", labels, results, new_part, partial(cautions.lost_place, noun=sounds.NOUN))


def spans(heard: Iterable[Sound]) -> list[str]:
    """Of parts of a recording, from when to when each lasts."""
    return [f"{clock(part.start)} to {clock(part.start + part.seconds)}" for part in heard]


def clock(seconds: float) -> str:
    """Minutes and seconds: "1:05"."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def force(heard: Sound, target: str, names: Sequence[str], run: Run, place: str) -> list[Reading]:
    """The sound as each variant reads it with this output forced; fewer or none where it was stopped.

    place: see `readings.read_all`. Raises InputError and BundleError.
    """
    pronunciation.load()  # before this reading has its turn: nobody shall wait behind it
    file = own_file.current(SESSION, TASK)
    shown = readings.of_one(place, TASK.name, heard, names, run.settings, run.status, target, private=file.own)
    return [reading.named(file.name, credit=file.credit) for reading in shown]


def read_own(shown: Sequence[Reading], target: str, run: Run) -> list[Reading]:
    return force(sounds.sound_of(shown[0]), target, [r.variant for r in shown], run, own_output.place(SESSION))


def search_again(run: Run, place: str, reading: Reading) -> Tree | None:
    return readings.tree(place, TASK.name, reading.variant, sounds.sound_of(reading), run.settings)


def choose_look(shown: Sequence[Reading], live: bool) -> Look:
    with st.popover("Appearance", icon=":material/contrast:"):
        appearance.choose_scale(SESSION)
    return Look(SESSION["stretch"], SESSION["ribbon"])


def saved_part(saved: Sequence[Reading]) -> Sequence[Reading]:
    """The readings of a file; of several parts of a recording, those of the part that is chosen."""
    by_sound: dict[Sound, list[Reading]] = {}
    for reading in sorted(saved, key=lambda reading: sounds.sound_of(reading).start):
        by_sound.setdefault(sounds.sound_of(reading), []).append(reading)
    every = list(by_sound.values())
    SESSION["parts"] = every if len(every) > 1 else []
    if len(every) < 2:
        return saved
    results = [{str(place): reading for place, reading in enumerate(part)} for part in every]
    return every[choose_part(spans(by_sound), results)]


def draw(results: Sequence[Reading], look: Look, run: Run, lesson: str, live: bool) -> Drawn:
    results = results if live else saved_part(results)
    shown = [written.chosen(SESSION, reading) for reading in results]
    compared = subtracted(shown, run) if live else ()
    sounds.show(
        SESSION,
        TASK,
        results,
        shown,
        compared,
        SOUNDED,
        stretch=look.stretch,
        ribbon=look.ribbon,
        lesson=lesson,
    )
    return Drawn(shown, compared, whole(shown))


def whole(shown: Sequence[Reading]) -> list[Reading]:
    """The readings of all parts of the recording in the order of time, those of one part as they are shown."""
    every: list[list[Reading]] = SESSION["parts"]
    place = SESSION["part"] - 1
    return [reading for i, part in enumerate(every) for reading in (shown if i == place else part)]


def subtracted(shown: Sequence[Reading], run: Run) -> tuple[Reading, ...]:
    """The two readings whose maps are subtracted, if that is wanted and can be done."""
    pair = difference.wanted(SESSION, shown)
    if not pair:
        return ()

    def read_again(reading: Reading, target: str, place: str) -> list[Reading]:
        return force(sounds.sound_of(reading), target, [reading.variant], run, f"{SESSION.owner}_{place}")

    try:
        return difference.on_one_output(pair, read_again)
    except (InputError, BundleError) as problem:
        page.refuse(problem)
        return ()


def save_files(drawn: Drawn, look: Look, link: str) -> None:
    choices = save.maps(
        drawn.shown, drawn.difference, map_name=ATTENTION, stretch=look.stretch, strongest=0, whole=drawn.whole
    )
    save.show(SESSION, choices, link, opens="recording", no_link=NO_LINK)


page.show(
    TaskPage(
        task=TASK,
        session=SESSION,
        parameters=PARAMETERS,
        columns=(1, 1),
        take_input=take_input,
        above=show_many,
        read=read,
        choose_look=choose_look,
        own_output=OwnOutput(lambda shown: (own_file.current(SESSION, TASK).digest, SESSION["part"]), read_own),
        draw=draw,
        save=save_files,
        search_again=search_again,
        new_input=new_recording,
        in_address=lambda: own_file.in_address(SESSION),
    )
)
