"""The page of translation: a French text, its English translation, and where the model looked."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz.errors import BundleError, InputError
from attnviz.reading import Reading
from attnviz.tasks.translation.sentences import split
from attnviz.web import address, examples, inputs, lengths, panels, readings, save, saved, style, variants
from attnviz.web.text import escape

PAGE = TASK = "translation"
EXAMPLES = examples.TRANSLATION
MOST_SELECTED = 2_000  # words or subwords, more than a map can have
PARAMETERS = (
    *inputs.text_parameters(EXAMPLES, first="order"),
    address.switch("split", True),
    address.number("sentence", 1, 1, inputs.MOST_SENTENCES),
    address.names("variants", ["additive"]),
    address.number("beam", 5, 1, inputs.LARGEST_BEAM),
    address.number("penalty", 1.0, 0, 2),
    address.Parameter("device", "", str),
    address.Parameter("own", "", str, lambda text: text if inputs.fits_link(text) else None),
    address.choices("rank", inputs.LARGEST_BEAM),
    address.switch("subwords", False),
    address.switch("stretch", False),
    address.switch("difference", False),
    address.number("output", 0, 0, MOST_SELECTED),
    address.number("input", 0, 0, MOST_SELECTED),
)


def key(name: str) -> str:
    return address.key(PAGE, name)


def page() -> None:
    style.page()
    problems = address.restore(PAGE, PARAMETERS)
    inputs.take_example(PAGE, EXAMPLES)
    style.heading(
        "Translation, French to English",
        "A network writes the translation word by word. For every word, the map shows where it looked.",
    )
    left, right = st.columns([4, 5])
    with left:
        text, status = inputs.text_area(PAGE, "French text", on_change=new_text)
    with right:
        inputs.example_pills(PAGE, EXAMPLES, on_change=new_text)
    offered = variants.offered(PAGE, TASK, problems, status)
    if not offered:
        return
    with right:
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            chosen = variants.choose(PAGE, offered)
            settings = inputs.settings(PAGE)
            variants.explain(offered)
        options = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"options_{PAGE}")
    show(text, chosen, settings, status, options)
    saved.offer(PAGE, on_change=new_sentence)
    variants.limits(TASK, chosen)
    address.keep(PAGE, PARAMETERS)


def new_sentence() -> None:
    """What was chosen and typed for one sentence says nothing of another one."""
    st.session_state[key("rank")] = {}
    st.session_state[key("own")] = ""


def new_text() -> None:
    st.session_state[key("sentence")] = 1
    new_sentence()


def show(
    text: str, chosen: list[str], settings: readings.Settings, status: DeltaGenerator, options: DeltaGenerator
) -> None:
    """The output, its maps, and how to save them; or a sentence that says why there are none."""
    found = saved.opened(PAGE, TASK, new_sentence)
    live = not found
    if live and not chosen:
        st.info("Choose a variant above to read with.", icon=":material/touch_app:")
        return
    try:
        if live:
            found = read(text, chosen, settings, status)
    except (InputError, BundleError) as problem:
        panels.refuse(problem)
        return
    if not found:
        return  # it was stopped before anything was read, and says so
    with options:
        subwords = st.toggle("Subwords", key=key("subwords"), help="Show the pieces that the model itself reads.")
        stretch = st.toggle(
            "Stretch",
            key=key("stretch"),
            help="Let each map's colours end at its own largest weight, not at 1. Those of a difference always do.",
        )
        pair = difference_pair(found) if live else []
        own = ""
        if live:
            told = "Type an English translation of this sentence"
            own = inputs.type_own(PAGE, found[0].texts[0].text, "Your translation", told)
    if own:
        try:
            found += force([one.variant for one in found], found[0].texts[0].text, own, settings, status, f"{PAGE}_own")
        except (InputError, BundleError) as problem:
            panels.refuse(problem)
    panels.notes(found)
    shown = [panels.panel(PAGE, i, found, subwords=subwords, stretch=stretch) for i in range(len(found))]
    panels.select(PAGE, shown)
    compared: list[Reading] = []

    def difference() -> None:
        try:
            compared.extend(force_second(pair, settings, status))
        except (InputError, BundleError):
            st.error("What the first variant wrote can't be forced on the second one: there is no difference to show.")
        if compared:
            panels.difference(PAGE, *compared, subwords=subwords, stretch=stretch)

    panels.show(PAGE, shown, difference if pair else None)
    lengths.show(PAGE, TASK, found)
    fits = live and inputs.fits_link(text) and inputs.fits_link(own)
    link = address.link(PAGE, PARAMETERS) if fits else ""
    save.show(PAGE, [one.shown for one in shown], compared, subwords=subwords, stretch=stretch, link=link)


def read(text: str, chosen: list[str], settings: readings.Settings, status: DeltaGenerator) -> list[Reading]:
    """The text, or its chosen sentence, as each variant reads it; fewer or none where it was stopped. Raises InputError
    and BundleError."""
    sentences, notes = inputs.within_limits(text, split if st.session_state[key("split")] else None)
    for note in notes:
        st.info(note, icon=":material/content_cut:")
    found = readings.read_all(PAGE, TASK, sentences, chosen, settings, status)
    several = len(sentences) > 1 and found
    return readings.of(found, inputs.choose_sentence(PAGE, sentences, found, new_sentence) if several else 0)


def force(
    variants: list[str], source: str, target: str, settings: readings.Settings, status: DeltaGenerator, place: str
) -> list[Reading]:
    """The source as each variant reads it with this translation forced; fewer or none where it was stopped. Raises
    InputError and BundleError."""
    return readings.of(readings.read_all(place, TASK, [source], variants, settings, status, target), 0)


def difference_pair(found: list[Reading]) -> list[Reading]:
    """The first two variants that have a map, if their difference is wanted."""
    attentive = [panels.chosen(PAGE, one) for one in found if one.maps][:2]
    if len(attentive) < 2:
        return []
    first, second = (one.variant for one in attentive)
    wanted = st.toggle(
        "Difference",
        key=key("difference"),
        help=f"{escape(first)} − {escape(second)}: both on what {escape(first)} wrote, which {escape(second)} has to "
        "write too.",
    )
    return attentive if wanted else []


def force_second(pair: list[Reading], settings: readings.Settings, status: DeltaGenerator) -> tuple[Reading, ...]:
    """Both variants on what the first one wrote; none where it was stopped. Where the first one cut it into other
    subwords than everybody else would, it is made to write it too."""
    first, second = pair
    source, target = first.texts[0].text, first.output.text
    forced = force([second.variant], source, target, settings, status, f"{PAGE}_second")
    if not forced:
        return ()
    if [m.queries for m in first.maps] == [m.queries for m in forced[0].maps]:
        return first, forced[0]
    again = force([first.variant], source, target, settings, status, f"{PAGE}_first")
    return (again[0], forced[0]) if again else ()


page()
