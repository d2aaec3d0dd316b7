"""The page for translation: a French text, its English translation, and where the model looked."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.analysis.sentences import FRENCH, split
from attnviz.reading import Reading
from attnviz.tasks.translation.about import TASK
from attnviz.web import address, page, readings
from attnviz.web.files import opened
from attnviz.web.inputs import appearance, examples, own_output, parts, settings, text, variants
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.page import Drawn, Run, TaskPage
from attnviz.web.panels import lengths, written
from attnviz.web.text_pages import TextPage

SENTENCES = partial(split, language=FRENCH)
MOST_SELECTED = 2_000  # words or subwords, more than a map can have
PARAMETERS = (
    *examples.text_parameters(TASK),
    address.changing_output(address.switch("split", True)),
    address.number("sentence", 1, 1, text.MOST_SENTENCES),
    variants.parameter(TASK),
    *settings.parameters(TASK),
    own_output.parameter(),
    *appearance.parameters(subwords=True),
    address.switch("difference", False),
    address.number("output", 0, 0, MOST_SELECTED),
    address.number("input", 0, 0, MOST_SELECTED),
)
SESSION = page.session_of(TASK, PARAMETERS)
TEXTS = TextPage(TASK, SESSION)


def take_input() -> DeltaGenerator:
    return text.box(SESSION, TASK, "French text", on_change=new_text, on_read=lambda: opened.close(SESSION))


def forget() -> None:
    """Forget what was chosen and typed for another sentence."""
    SESSION["rank"] = {}
    SESSION["own"] = ""


def new_text() -> None:
    SESSION["sentence"] = 1
    forget()
    opened.close(SESSION)


def read(run: Run) -> list[Reading]:
    """The text, or its chosen sentence, as each variant reads it. Raises InputError and BundleError."""
    sentences, notes = text.within_limits(SESSION["text"], SENTENCES if SESSION["split"] else None)
    for note in notes:
        st.info(note, icon=":material/content_cut:")
    results = readings.read_all(SESSION.owner, TASK.name, sentences, run.variants, run.settings, run.status)
    several = len(sentences) > 1 and results
    return readings.of_source(results, parts.choose(SESSION, "sentence", sentences, results, forget) if several else 0)


def choose_look(shown: Sequence[Reading], live: bool) -> Appearance:
    return appearance.menu(SESSION, subwords=True)


def draw(shown: Sequence[Reading], look: Appearance, run: Run, lesson: str, live: bool) -> Drawn:
    drawn = TEXTS.draw(written.panels(SESSION, shown, look), look, run, lesson, live)
    with st.container(key="details_lengths"):
        lengths.show(SESSION, TASK, shown)
    return drawn


def in_address() -> bool:
    return examples.texts_fit_link(SESSION, TASK) and examples.fits_link(SESSION["own"])


page.show(
    TaskPage(
        task=TASK,
        session=SESSION,
        parameters=PARAMETERS,
        before=lambda: examples.fill_from_address(SESSION, TASK),
        take_input=take_input,
        examples=lambda: examples.text_buttons(SESSION, TASK, new_text, saved=opened.is_shown(SESSION)),
        read=read,
        choose_look=choose_look,
        own_output=TEXTS.own_output,
        draw=draw,
        save=TEXTS.save,
        search_again=TEXTS.search_again,
        new_input=forget,
        in_address=in_address,
    )
)
