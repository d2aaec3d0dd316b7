"""The page of captions: a photo, what a network writes of it, and where it looked for every word."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.figures import axes
from attnviz.figures.photo import Look
from attnviz.reading import ATTENTION, Photo, Reading
from attnviz.tasks.captions.about import DISTRIBUTION
from attnviz.web import (
    address,
    examples,
    inputs,
    maps,
    panels,
    photo,
    photos,
    pointing,
    readings,
    save_photos,
    saved,
    saved_photos,
    style,
    variants,
)
from attnviz.web.about_captions import CAUTION, EXPLAINED, LIMITS
from attnviz.web.text import escape

PAGE = TASK = "captions"
EXAMPLES = examples.CAPTIONS
PARAMETERS = (
    photos.parameter(EXAMPLES, first="hopper"),
    address.names("variants", [service.TASKS[TASK]]),
    address.number("beam", 5, 1, inputs.LARGEST_BEAM),
    address.number("penalty", 0.6, 0, 2),
    address.Parameter("device", "", str),
    address.Parameter("own", "", str, lambda text: text if inputs.fits_link(text) and not photos.own(PAGE) else None),
    address.choices("rank", inputs.LARGEST_BEAM),
    address.switch("smooth", True),
    address.switch("stretch", False),
    address.number("strength", 0.8, 0, 1),
    address.switch("distribution", False),
)

_GAP = 32
_LEAST_PANEL = 250  # px


def key(name: str) -> str:
    return address.key(PAGE, name)


def page() -> None:
    style.page()
    problems = address.restore(PAGE, PARAMETERS)
    style.heading(
        "Image captions", "A network writes a caption word by word. For every word, the light shows where it looked."
    )
    left, right = st.columns(2)
    with left:
        given = photos.take(PAGE, EXAMPLES, on_change=new_photo)
        status = st.container(width="content")
    offered = variants.offered(PAGE, TASK, problems, status)
    if not offered:
        return
    with right:
        chosen = variants.choose(PAGE, offered)
        options = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"options_{PAGE}")
    with options:
        settings = inputs.settings(PAGE)
        variants.explain(offered, EXPLAINED)
    show(given, chosen, settings, status, options)
    saved.offer(PAGE, on_change=new_photo)
    variants.limits(TASK, chosen, LIMITS)
    address.keep(PAGE, PARAMETERS)


def new_photo() -> None:
    """What was chosen and typed for one photo says nothing of another one."""
    st.session_state[key("rank")] = {}
    st.session_state[key("own")] = ""


def show(
    given: photos.Given,
    chosen: list[str],
    settings: readings.Settings,
    status: DeltaGenerator,
    options: DeltaGenerator,
) -> None:
    """The photo with its captions, and how to save them; or a sentence that says why there are none."""
    found = saved.opened(PAGE, TASK, new_photo, saved_photos.fits)
    live = not found
    if live and not chosen:
        st.info("Choose a variant above to read with.", icon=":material/touch_app:")
        return
    try:
        if live:
            found = read(given, chosen, settings, status)
    except (InputError, BundleError) as problem:
        panels.refuse(problem)
        return
    if not found:
        return  # it was stopped before anything was read, and says so
    with options:
        look = choose_look(any(one.map(DISTRIBUTION) for one in found))
        own = ""
        if live:
            own = inputs.type_own(PAGE, given.digest, "Your caption", "Type an English caption of this photo")
    if own:
        try:
            found += read(given, chosen, settings, status, own)
        except (InputError, BundleError) as problem:
            panels.refuse(problem)
    panels.notes(found)
    best = [panels.chosen(PAGE, one) for one in found]
    drawn = [as_drawn(one) for one in best]
    show_panels(found, best, drawn, look, given.credit if live else "")
    fits = live and not given.own and inputs.fits_link(own)
    save_photos.show(PAGE, best, drawn, look, link=address.link(PAGE, PARAMETERS) if fits else "")


def read(
    given: photos.Given, chosen: list[str], settings: readings.Settings, status: DeltaGenerator, own: str | None = None
) -> list[Reading]:
    """The photo as each variant reads it, under its name; fewer or none where it was stopped. Raises InputError and
    BundleError."""
    place = PAGE if own is None else f"{PAGE}_own"
    found = readings.read_all(place, TASK, [given.content], chosen, settings, status, own, private=given.own)
    return [
        replace(one, provenance=replace(one.provenance, settings={**one.provenance.settings, "photo": given.name}))
        for one in readings.of(found, 0)
    ]


def choose_look(distribution: bool) -> Look:
    """How the maps are drawn, and which one of `hard`, where there is a choice."""
    with st.popover("Look", icon=":material/contrast:"):
        inputs.toggle(PAGE, "smooth", "Smooth", help="Between the centres of the cells; else cell by cell.")
        inputs.slider(
            PAGE, "strength", "Strength", (0.0, 1.0, 0.05), help="How dark the places are that it did not look at."
        )
        inputs.toggle(
            PAGE,
            "stretch",
            "Stretch",
            help="Let each word's own largest weight be fully lit, not only the largest of all words.",
        )
        if distribution:
            inputs.toggle(
                PAGE,
                "distribution",
                "Distribution of hard",
                help="Not the cell that hard read, but the distribution that such cells were drawn from while it "
                "learned. Nothing was read with these weights.",
            )
    return Look(*(st.session_state[key(name)] for name in ("smooth", "strength", "stretch")))


def as_drawn(reading: Reading) -> Reading:
    """The reading with the map that is drawn in the place of its first."""
    found = reading.map(DISTRIBUTION) if st.session_state[key("distribution")] else None
    if found is None:
        return reading
    return replace(reading, variant=f"{reading.variant}, distribution", maps=(replace(found, name=ATTENTION),))


def show_panels(
    found: Sequence[Reading], best: Sequence[Reading], drawn: Sequence[Reading], look: Look, credit: str
) -> None:
    """The photos with their captions, side by side while all of them fit, and the details in the same columns below."""
    for place, column in enumerate(columns("panel", len(found))):
        with column:
            show_photo(place, found[place], best, drawn[place], look)
    st.caption(" ".join(filter(None, (CAUTION, f"Photo: {escape(credit)}" if credit else ""))))
    for place, column in enumerate(columns("details", len(found))):
        with column:
            if len(found) > 1:
                st.markdown(f"**{escape(title(found[place], drawn[place]))}**")
            show_details(place, found[place], best[place], drawn[place])


def columns(name: str, count: int) -> list[DeltaGenerator]:
    """A row of containers, which stand side by side where all of them fit."""
    keys = [f"{name}_{PAGE}_{place}" for place in range(count)]
    style.beside_or_below(dict.fromkeys(keys, _LEAST_PANEL), _GAP)
    with st.container(horizontal=True, gap=_GAP, key=f"{PAGE}_{name}"):
        return [st.container(key=key, gap="xsmall") for key in keys]


def show_photo(place: int, whole: Reading, best: Sequence[Reading], drawn: Reading, look: Look) -> None:
    shown, (picture, *_) = best[place], drawn.source
    assert isinstance(picture, Photo)
    if len(best) > 1 or title(whole, drawn) != whole.variant:
        st.markdown(f"##### {escape(title(whole, drawn))}")
    alt = f"The photo. The caption that {drawn.variant} writes: {shown.output.text}"
    photo.show(picture, shown.output, drawn.map(), look, group=PAGE, alt=alt, key=f"{PAGE}_{place}_photo")
    st.caption(escape(panels.told(shown, "Captioned") + (panels.parting(best[0], shown) if place else "")))


def show_details(place: int, whole: Reading, shown: Reading, drawn: Reading) -> None:
    pointing.show(TASK, shown, key=f"{PAGE}_{place}_pointing")
    if len(whole.hypotheses) > 1:
        with st.expander("Other captions"):
            panels.hypotheses(PAGE, whole, place, unit="words and end mark")
    if shown.output.logprobs:
        with st.expander("Word by word"):
            panels.word_table(shown.output)
    if attention := drawn.map():
        with st.expander("Numbers of this map"):
            st.caption("Columns are the cells of the photo: 2.7 is row 2, column 7.")
            maps.table(attention, axes.of(TASK, ATTENTION))


def title(whole: Reading, drawn: Reading) -> str:
    settings = drawn.provenance.settings
    told = drawn.variant
    if settings.get("forced"):
        told += ", your caption"
    if rank := settings.get("hypothesis"):
        told += f", caption {rank} of {len(whole.hypotheses)}"
    return told


page()
