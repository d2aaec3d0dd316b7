"""The first page: what attnviz is, and the tasks as cards, each with a map that is computed now and one click away."""

from concurrent.futures import Future

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.figures import colours, links, small
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import address, frame, glimpses, start, style, theme
from attnviz.web.text import escape, one_line
from attnviz.web.views import story

_PAUSE = 0.1  # seconds between two signs of life while a card waits for its map
_LEAST_CARD = 320  # px
_TITLE = "See where a model looks"
_TOLD = (
    "A model that squeezes a whole input into one row of numbers fails where the input is long. **Attention** lets "
    "it look back at every part while it writes, and so it shows its work."
)
_TRAINED = "The models here are small neural networks, really trained: they read the examples, and what you give them."
_SQUEEZED = "Without attention, all goes through one row of numbers, and the end is lost."
_ATTENDED = "With attention, each step looks where it needs to."
_LEGEND = (
    "Each map is computed now. A row is what the model wrote, a column what it read: the {stronger} a cell, the more "
    "it looked there. Over a photo, the more it looked, the more orange. A dashed box: the word was copied."
)
_LEARN = "attnviz/web/pages/learn.py"
_MORE = (
    (
        "learn",
        "Learn",
        "Lessons ask where a model looks, and then show it. Six steps compute a map before your eyes.",
    ),
    ("compare", "Compare", "Variants read the same input: see what each writes, and how far their maps lie apart."),
    ("evidence", "Evidence", "See how good each variant is, and how well its maps agree with what people marked."),
)


def forward() -> None:
    """Lead a link with settings to the first task's page, which stood at this address before. Whoever comes back from
    there stays here."""
    if st.query_params and not address.went_back_or_forward():
        st.switch_page(page_of(first()), query_params=st.query_params.to_dict())


def first() -> Task:
    return next(iter(service.TASKS.values()))


def page_of(task: Task) -> str:
    return f"attnviz/web/pages/{task.name}.py"


def show_story() -> None:
    """What attnviz is, in a sentence and a picture."""
    style.beside_or_below({"said": 420, "drawn": 420}, style.GAP)
    with st.container(horizontal=True, gap=style.GAP, vertical_alignment="center", key="story"):
        with st.container(key="said"):
            st.title(_TITLE, anchor=False)
            st.markdown(f"{_TOLD} {_TRAINED}")
            with st.container(key="begin"):
                st.page_link(_LEARN, label="Start here", icon=":material/arrow_forward:")
            st.page_link(
                _LEARN,
                label="Or take the tour of one minute first",
                icon=":material/tour:",
                query_params={"part": "tour"},
            )
        colouring = colours.theme(theme.dark())
        with st.container(key="drawn"):
            left, right = style.row("drawing", 2, 150)
            with left:
                st.image(story.squeezed(colouring), alt=story.SQUEEZED, width="stretch")
                st.caption(_SQUEEZED)
            with right:
                st.image(story.attended(colouring), alt=story.ATTENDED, width="stretch")
                st.caption(_ATTENDED)


def show_card(task: Task) -> DeltaGenerator:
    """A card that is a link as a whole. Returns the place of its map."""
    with st.container(border=True, key=f"card_{task.name}", gap="xsmall"):
        st.page_link(
            page_of(task),
            label=f"**{task.title}**",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"example": glimpses.example(task).name},
            width="stretch",
        )
        with st.container(key=f"glimpse_{task.name}"):
            place = st.empty()
        st.caption(task.told)
    place.skeleton(small.HEIGHT - 24)
    return place


def show_more() -> None:
    """The pages that span the tasks."""
    with st.container(border=True, key="more", gap="xsmall"):
        for page, title, told in _MORE:
            file = f"attnviz/web/pages/{page}.py"
            st.page_link(file, label=f"**{title}**", icon=":material/arrow_forward:", icon_position="right")
            st.caption(told)


def show_map(task: Task, place: DeltaGenerator, pulse: DeltaGenerator) -> None:
    """The map of the task's example, once it is there; or a sentence that says why there is none."""
    try:
        reading = await_reading(glimpses.ask(task), pulse)
    except (InputError, BundleError) as problem:
        place.caption(escape(str(problem)))
        return
    attention = reading.map()
    if attention is None:
        place.caption("This example has no map.")
        return
    told = f"{task.title}: {task.output} “{one_line(reading.output.text)}”. {links.told(attention)}"
    place.image(small.picture(reading, colours.theme(theme.dark())), alt=told, width="stretch")


def await_reading(future: Future[Reading], pulse: DeltaGenerator) -> Reading:
    """The reading, once it is there. With each sign of life Streamlit can end this run, as a click asks for it."""
    while True:
        try:
            return future.result(timeout=_PAUSE)
        except TimeoutError:
            pulse.empty()


forward()
frame.draw()
style.cards("cards", _LEAST_CARD, small.WIDTH / small.HEIGHT)
style.link_as_button("begin")
st.space("xsmall")
show_story()
st.space("small")
with st.container(key="cards"):
    places = {task.name: show_card(task) for task in service.TASKS.values()}
    show_more()
st.caption(_LEGEND.format(stronger="lighter" if theme.dark() else "darker"))
pulse = st.empty()
# What takes seconds to import comes last, so that nothing else waits for it.
for task in sorted(service.TASKS.values(), key=lambda task: bool(task.slow_imports)):
    show_map(task, places[task.name], pulse)
start.drawn()
