"""The page for entailment: a premise and a hypothesis, whether the one follows from the other, and what was matched."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.attention import ATTENTION
from attnviz.errors import BundleError, InputError
from attnviz.reading import Reading
from attnviz.tasks.entailment.about import MEANINGS, REVERSE, TASK
from attnviz.web import address, page, readings
from attnviz.web.files import opened, save
from attnviz.web.inputs import appearance, examples, pairs, pairs_file, settings, two_texts, variants, without
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.inputs.text import within_limits
from attnviz.web.page import Drawn, Run, TaskPage
from attnviz.web.panels import difference, labelled
from attnviz.web.readings import Settings
from attnviz.web.text import escape

PARAMETERS = (
    *examples.text_parameters(TASK),
    without.parameter(TASK.inputs),
    variants.parameter(TASK),
    *settings.parameters(TASK),
    *appearance.parameters(),
    address.switch("difference", False),
)
SESSION = page.session_of(TASK, PARAMETERS, pairs.NAMES)


def take_input() -> DeltaGenerator:
    return two_texts.boxes(
        SESSION,
        TASK,
        on_change=new_texts,
        on_swap=swap,
        on_read=lambda: opened.close(SESSION),
        other_ways=lambda: pairs.menu(SESSION, [example.inputs for example in TASK.examples]),
    )


def forget() -> None:
    """Forget which words were left out of other texts."""
    without.bring_back(SESSION)


def new_texts() -> None:
    forget()
    opened.close(SESSION)


def swap() -> None:
    without.swap(SESSION, TASK.inputs)
    opened.close(SESSION)


def open_pair(pair: pairs_file.Pair) -> None:
    SESSION["example"] = None
    examples.fill_boxes(SESSION, TASK, pair)
    new_texts()


def show_table(run: Run) -> None:
    pairs.show(SESSION, TASK, run.variants, run.settings.device, open_pair)


def read(run: Run) -> list[Reading]:
    """The two texts as each variant reads them. Raises InputError and BundleError."""
    texts = []
    for typed in examples.typed(SESSION, TASK):
        (whole,), notes = within_limits(typed, None)
        texts.append(whole)
        for note in notes:
            st.info(note, icon=":material/content_cut:")
    with run.status, st.spinner(readings.doing(run.variants)):
        return [readings.read(TASK.name, name, tuple(texts), run.settings) for name in run.variants]


def choose_look(shown: Sequence[Reading], live: bool) -> Appearance:
    look = appearance.menu(SESSION)
    if live:
        without.menu(SESSION, TASK.inputs, shown[0].texts)
    return look


def wanted_pair(shown: Sequence[Reading]) -> list[Reading]:
    """The first two variants whose maps are over the same words by the same names, if their difference is wanted."""
    by_word = [(r, m) for r in shown if (m := r.map()) and len(m.queries) == len(r.texts[1].labels)]
    comparable = [r for r, m in by_word if (r.texts, m.axes) == (by_word[0][0].texts, by_word[0][1].axes)][:2]
    if len(comparable) < 2:
        return []
    names = " − ".join(escape(reading.name) for reading in comparable)
    wanted = st.toggle("Difference", key=SESSION.key("difference"), help=f"{names}, cell by cell.")
    return comparable if wanted else []


def draw(shown: Sequence[Reading], look: Appearance, run: Run, lesson: str, live: bool) -> Drawn:
    whole = shown
    if live:
        shown = beside_without(shown, run.settings)
    panels = labelled.panels(SESSION.owner, shown, look)
    # The switch stands where the difference appears.
    pair = wanted_pair(whole)
    if pair:
        first, second = pair
        premise, hypothesis = first.texts
        difference.show(
            first,
            second,
            ATTENTION,
            source=[premise],
            output=hypothesis,
            stretch=look.stretch,
            ribbon=look.ribbon,
            group=f"{TASK.name}_{ATTENTION}",
            on_scale=lambda: appearance.switch_scale(SESSION),
        )
    labelled.show(SESSION, panels, MEANINGS, lesson, TASK.caution)
    return Drawn(shown, pair)


def beside_without(shown: Sequence[Reading], reading_settings: Settings) -> Sequence[Reading]:
    """Each reading, and after it the one of its texts without the words that are left out, if any are."""
    texts = shown[0].texts
    dropped = without.out(SESSION, TASK.inputs, texts)
    if not any(dropped):
        return shown
    pair, left_out = without.texts_without(texts, dropped), without.words_out(texts, dropped)
    both = []
    for reading in shown:
        both.append(reading)
        try:
            other = readings.read(TASK.name, reading.variant, pair, reading_settings)
        except (InputError, BundleError) as problem:
            page.refuse(problem)
            return shown
        both.append(replace(other, given=replace(other.given, left_out=left_out)))
    return both


def save_files(drawn: Drawn, look: Appearance, link: str) -> None:
    reverse = any(reading.map(REVERSE) for reading in drawn.shown)
    others = {"Maps the other way": REVERSE} if reverse else {}
    save.show(
        SESSION,
        save.maps_over_words(drawn.shown, drawn.difference, look, others),
        link,
        no_link=opened.no_link(SESSION),
    )


page.show(
    TaskPage(
        task=TASK,
        session=SESSION,
        parameters=PARAMETERS,
        columns=(7, 8),
        before=lambda: examples.fill_from_address(SESSION, TASK),
        take_input=take_input,
        examples=lambda: examples.text_buttons(SESSION, TASK, new_texts, saved=opened.is_shown(SESSION)),
        above=show_table,
        read=read,
        choose_look=choose_look,
        draw=draw,
        save=save_files,
        new_input=forget,
        in_address=lambda: examples.texts_fit_link(SESSION, TASK),
    )
)
