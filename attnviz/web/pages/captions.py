"""The page for captions: a photo, what a network writes about it, and where it looked for every word."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.analysis.tree import Tree
from attnviz.attention import ATTENTION
from attnviz.figures.photo import Look
from attnviz.reading import Reading
from attnviz.tasks.captions.about import DISTRIBUTION, TASK
from attnviz.tasks.captions.photo import open_photo
from attnviz.web import address, page, readings
from attnviz.web.files import opened, save, save_photo
from attnviz.web.inputs import controls, examples, own_file, own_output, photo, settings, variants
from attnviz.web.page import Drawn, OwnOutput, Run, TaskPage
from attnviz.web.panels import photos, written

MOST_NUMBERED = 100  # more than the words of a caption; 0 stands for the word that is chosen at first
PARAMETERS = (
    examples.parameter(TASK),
    variants.parameter(TASK),
    *settings.parameters(TASK),
    own_output.parameter(lambda session: not own_file.is_own(session)),
    address.switch("smooth", True),
    address.switch("common", False),
    address.number("strength", 0.6, 0, 1),
    address.switch("distribution", False),
    address.number("word", 0, 0, MOST_NUMBERED),
)
SESSION = page.session_of(TASK, PARAMETERS, own_file.NAMES)


def take_input() -> DeltaGenerator:
    photo.draw(SESSION, TASK, check=open_photo, on_change=new_photo, saved=opened.is_shown(SESSION))
    return st.container(width="content")


def forget() -> None:
    """Forget what was chosen and typed for another photo."""
    SESSION["rank"] = {}
    SESSION["own"] = ""
    SESSION["word"] = 0


def new_photo() -> None:
    forget()
    opened.close(SESSION)


def read(run: Run) -> list[Reading]:
    return read_photo(run, run.variants, SESSION.owner)


def read_own(shown: Sequence[Reading], target: str, run: Run) -> list[Reading]:
    return read_photo(run, [reading.variant for reading in shown], own_output.place(SESSION), target)


def read_photo(run: Run, names: Sequence[str], place: str, target: str | None = None) -> list[Reading]:
    """The photo as each variant reads it, under the name of its file; fewer or none where it was stopped.

    place: see `readings.read_all`. Raises InputError and BundleError.
    """
    file = own_file.current(SESSION, TASK)
    shown = readings.of_one(place, TASK.name, file.content, names, run.settings, run.status, target, private=file.own)
    return [reading.named(file.name, credit=file.credit) for reading in shown]


def search_again(run: Run, place: str, reading: Reading) -> Tree | None:
    return readings.tree(place, TASK.name, reading.variant, own_file.current(SESSION, TASK).content, run.settings)


def choose_look(shown: Sequence[Reading], live: bool) -> Look:
    """How the maps are drawn, and for the hard variant which of its two maps."""
    with st.popover("Appearance", icon=":material/contrast:"):
        controls.toggle(
            SESSION, "smooth", "Smooth", help="Draw the weights smoothly between the cells' centres, not cell by cell."
        )
        controls.slider(
            SESSION,
            "strength",
            "Strength",
            (0.0, 1.0, 0.05),
            help="How strong the orange is over the places that it looked at.",
        )
        controls.toggle(
            SESSION,
            "common",
            "One scale for all words",
            help="Let the orange be strongest only at the largest weight of all words. Otherwise it is strongest at "
            "each word's own largest weight, so that every word shows where it looked.",
        )
        if any(reading.map(DISTRIBUTION) for reading in shown):
            controls.toggle(
                SESSION,
                "distribution",
                "Distribution of hard",
                help="The variant hard reads one cell for each word. While it learned, it drew that cell at random: "
                "this shows how likely each cell was to be drawn. The caption was not written with these weights.",
            )
    return Look(SESSION["smooth"], SESSION["strength"], SESSION["common"])


def as_drawn(reading: Reading) -> Reading:
    """The reading with the map that is drawn as its first one."""
    distribution = reading.map(DISTRIBUTION) if SESSION["distribution"] else None
    if distribution is None:
        return reading
    return replace(reading, variant_name=f"{reading.name}, distribution", maps=(replace(distribution, name=ATTENTION),))


def draw(results: Sequence[Reading], look: Look, run: Run, lesson: str, live: bool) -> Drawn:
    shown = [written.chosen(SESSION, reading) for reading in results]
    photos.show(SESSION, TASK, results, shown, list(map(as_drawn, shown)), look, lesson)
    return Drawn(shown)


def save_files(drawn: Drawn, look: Look, link: str) -> None:
    choices = save_photo.choices(SESSION.owner, drawn.shown, list(map(as_drawn, drawn.shown)), look)
    save.show(SESSION, choices, link, opens="photo", no_link=save_photo.NO_LINK)


page.show(
    TaskPage(
        task=TASK,
        session=SESSION,
        parameters=PARAMETERS,
        columns=(1, 1),
        take_input=take_input,
        read=read,
        choose_look=choose_look,
        own_output=OwnOutput(lambda shown: own_file.current(SESSION, TASK).digest, read_own),
        draw=draw,
        save=save_files,
        search_again=search_again,
        source=lambda reading: own_file.current(SESSION, TASK).content,
        new_input=forget,
        in_address=lambda: own_file.in_address(SESSION),
    )
)
