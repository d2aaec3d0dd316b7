"""The page for summaries: a news text, the headline that a network writes for it, and where it looked and copied."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.reading import Reading
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.openings import ENOUGH, Opening, opening, whole
from attnviz.web import address, page, readings
from attnviz.web.files import copied, opened
from attnviz.web.inputs import appearance, examples, own_output, settings, text, texts, variants
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.page import Drawn, Run, TaskPage
from attnviz.web.panels import written
from attnviz.web.panels.written import WrittenPanel
from attnviz.web.text import key_of_reading
from attnviz.web.text_pages import TextPage
from attnviz.web.views import article

MOST_SELECTED = 20_000  # words or subwords, as many as a map can have
PARAMETERS = (
    *examples.text_parameters(TASK),
    address.switch("whole", False),
    variants.parameter(TASK),
    *settings.parameters(TASK),
    own_output.parameter(),
    *appearance.parameters(subwords=True),
    address.switch("difference", False),
    address.number("output", 0, 0, MOST_SELECTED),
    address.number("input", 0, 0, MOST_SELECTED),
)
SESSION = page.session_of(TASK, PARAMETERS, texts.NAMES)
TEXTS = TextPage(TASK, SESSION)


def take_input() -> DeltaGenerator:
    return text.box(
        SESSION,
        TASK,
        "Paste an English news text",
        on_change=new_text,
        on_read=lambda: opened.close(SESSION),
        switch=("whole", "Whole text"),
        on_switch=read_otherwise,
        other_ways=lambda: texts.menu(SESSION),
    )


def forget() -> None:
    """Forget what was chosen and typed for another text."""
    SESSION["rank"] = {}
    SESSION["own"] = ""


def new_text() -> None:
    forget()
    opened.close(SESSION)


def read_otherwise() -> None:
    """More or less of the same text is read: a headline that was typed for it stays."""
    SESSION["rank"] = {}
    opened.close(SESSION)


def read(run: Run) -> list[Reading]:
    """The opening of the text, or the whole of it, as each variant reads it. Raises InputError and BundleError."""
    taken = of_article(SESSION["text"])
    read = readings.of_one(SESSION.owner, TASK.name, taken.text, run.variants, run.settings, run.status)
    tell(taken)
    return read


def of_article(typed: str) -> Opening:
    return whole(typed) if SESSION["whole"] else opening(typed)


def tell(taken: Opening) -> None:
    """What of the text is read."""
    for note in taken.notes:
        st.info(note, icon=":material/content_cut:")
    if taken.words < taken.of and not SESSION["whole"]:
        count = f"{taken.words} of {taken.of:,} words"
        sentences = {1: f"first sentence ({count})", 2: f"first two sentences ({count})"}
        first = sentences.get(taken.sentences, f"first {count}")
        st.caption(f"The models read the {first}, as they learned. “Whole text” reads more.")
    elif 0 < taken.words < ENOUGH:
        st.caption(
            f"The models learned from at least {ENOUGH} words: of fewer they make little. Paste a sentence or two."
        )


def show_table(run: Run) -> None:
    def read_one(typed: str, variant: str) -> Reading:
        return readings.read(TASK.name, variant, of_article(typed).text, run.settings, private=True)

    texts.show(SESSION, TASK, run.variants[0], (run.settings, SESSION["whole"]), read_one, open_text)


def open_text(typed: str) -> None:
    SESSION["example"] = None
    SESSION["text"] = typed
    new_text()


def choose_look(shown: Sequence[Reading], live: bool) -> Appearance:
    return appearance.menu(SESSION, subwords=True)


def draw(shown: Sequence[Reading], look: Appearance, run: Run, lesson: str, live: bool) -> Drawn:
    panels = written.panels(SESSION, shown, look)
    return TEXTS.draw(panels, look, run, lesson, live, above=article.show, further=copy_button)


def copy_button(panel: WrittenPanel) -> None:
    shown = panel.shown
    key = f"{SESSION.owner}_copy_{panel.place}_{key_of_reading(shown, 'copy')}"
    copied.text(shown.output.text, noun=TASK.output, key=key)


def in_address() -> bool:
    text_fits = SESSION["example"] is not None or examples.texts_fit_link(SESSION, TASK)
    return text_fits and examples.fits_link(SESSION["own"])


page.show(
    TaskPage(
        task=TASK,
        session=SESSION,
        parameters=PARAMETERS,
        before=lambda: examples.fill_from_address(SESSION, TASK),
        take_input=take_input,
        examples=lambda: examples.text_buttons(SESSION, TASK, new_text, saved=opened.is_shown(SESSION)),
        above=show_table,
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
