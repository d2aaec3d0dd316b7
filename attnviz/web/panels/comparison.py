"""Several variants' maps of one input side by side, whatever it is over, and the difference of two of them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import streamlit as st

from attnviz.analysis.arpabet import IPA
from attnviz.attention import ATTENTION
from attnviz.errors import BundleError, InputError
from attnviz.figures import kinds, links, titles
from attnviz.figures.browser.over_words import texts_of
from attnviz.figures.browser.timeline import Sounded, Track
from attnviz.figures.photo import Look, together, weight
from attnviz.media import Photo
from attnviz.reading import Reading
from attnviz.tasks.base import Task
from attnviz.web import style
from attnviz.web.inputs import appearance
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.page import refuse
from attnviz.web.panels import difference, labelled, side_by_side, sounds, written
from attnviz.web.panels.difference import ReadAgain
from attnviz.web.session import Session
from attnviz.web.text import escape
from attnviz.web.views import article, over_words, photo, sentences, timeline

_LEAST_PANEL = 250  # px
_LONG = 60  # words: a longer text scrolls in a frame of its own


def show_maps(session: Session, task: Task, shown: Sequence[Reading], look: Appearance) -> None:
    """The outputs with their maps side by side, on one scale: over words and sounds from 0 to 1, over photos from 0 to
    the largest weight that all maps reach. There a switch gives each word a scale of its own."""
    kind = kinds.of(shown).name
    choose = partial(appearance.choose_view, session, look.ribbon)
    if kind == "grid":
        _show_photos(session, shown, photo_look(look))
    elif kind == "frames":
        if any(reading.maps for reading in shown):
            choose()
        _show_sound(session, "timeline", shown, [sounds.track(shown, place) for place in range(len(shown))], look)
    elif task.labels:
        panels = labelled.panels(session.owner, shown, look)
        named = [
            (panel.title, view) for panel in panels for view in panel.views if view.map and view.map.name == ATTENTION
        ]
        if named:
            over_words.show(*(replace(view, title=title, stretchable=False) for title, view in named), choose=choose)
    else:
        views = [replace(panel.view, stretchable=False) for panel in written.panels(session, shown, look)]
        long = max(len(pieces.labels) for pieces in shown[0].texts) > _LONG
        over_words.show(*views, above=article.show if long else sentences.show, choose=choose)


def photo_look(look: Appearance) -> Look:
    """How maps over photos are drawn: on one scale, unless each is stretched to its own."""
    return Look(common=not look.stretch)


def _show_photos(session: Session, shown: Sequence[Reading], look: Look) -> None:
    look = together(look, [reading.map() for reading in shown])
    if any(reading.maps for reading in shown):
        _photo_scale(session, look)
    for place, column in enumerate(style.row(f"{session.owner}_photos", len(shown), _LEAST_PANEL)):
        reading = shown[place]
        (picture,) = reading.source
        assert isinstance(picture, Photo)
        attention = reading.map()
        alt = f"The photo. {reading.output.text} {links.told(attention) if attention else ''}"
        with column:
            st.markdown(f"#### {escape(titles.title(reading))}")
            key = f"{session.owner}_{place}_photo"
            photo.show(picture, reading.output, attention, look, group=session.owner, alt=alt, key=key)


def _show_sound(
    session: Session, key: str, shown: Sequence[Reading], tracks: Sequence[Track], look: Appearance
) -> None:
    timeline.show(
        sounds.sound_of(shown[0]),
        tracks,
        {name: Sounded(ipa, "") for name, ipa in IPA.items()},
        group=session.owner,
        key=f"{session.owner}_{key}",
        stretch=look.stretch,
        ribbon=look.ribbon,
    )


def _photo_scale(session: Session, look: Look) -> None:
    """What the strongest orange stands for, with the switch that changes it."""
    told = "Each word has a colour scale of its own: don't compare words or variants by their colour."
    if look.common:
        ends = f"weight {weight(look.end)} or more" if look.end else "the largest weight of the map"
        told = f"All words of all variants have one colour scale: the strongest orange stands for {ends}."
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(told, width="content")
        st.button(
            "Own colour scale" if look.common else "One colour scale",
            on_click=lambda: appearance.switch_scale(session),
            type="tertiary",
            icon=":material/contrast:",
            key=f"{session.owner}_scale",
        )


def choose_pair(session: Session, shown: Sequence[Reading]) -> tuple[Reading, Reading] | None:
    """The two whose maps are subtracted; None where fewer than two have a map."""
    pairs = {f"{one.variant}:{other.variant}": (one, other) for one, other in side_by_side.comparable(shown)}
    if not pairs:
        return None
    if session["pair"] not in pairs:
        session["pair"] = next(iter(pairs))
    if len(pairs) > 1:
        st.selectbox(
            "Which two maps",
            list(pairs),
            format_func=lambda name: " − ".join(titles.title(reading) for reading in pairs[name]),
            key=session.key("pair"),
            width=320,
        )
    return pairs[session["pair"]]


def show_difference(
    session: Session, task: Task, pair: tuple[Reading, Reading], look: Appearance, read_again: ReadAgain
) -> Sequence[Reading]:
    """The first map less the second, and how far their rows lie apart. Where the variants write, the second one is made
    to write what the first one wrote. read_again: see `difference.on_one_output`. Returns the two readings."""
    try:
        compared = pair if task.labels else difference.on_one_output(pair, read_again)
    except (InputError, BundleError) as problem:
        refuse(problem)
        return ()
    if not compared:
        return ()
    first, second = compared
    a, b = first.map(), second.map()
    if a is None or b is None or a.axes != b.axes:
        st.caption("These two maps are not over the same rows and columns: there is no difference to show.")
        return ()
    kind = kinds.of(compared).name
    if kind == "words":
        keys, queries = texts_of(first, a) if task.labels else (None, first.output)
        difference.show(
            first,
            second,
            ATTENTION,
            source=first.texts if keys is None else [keys],
            output=queries,
            stretch=look.stretch,
            ribbon=look.ribbon,
            group=session.owner,
            on_scale=lambda: appearance.switch_scale(session),
            told="" if task.labels else difference.made_to_write(first, second),
            apart=side_by_side.distances,
        )
    else:
        st.caption(difference.made_to_write(first, second))
        if kind == "frames":
            _show_sound(session, "difference", compared, [sounds.difference_track(compared)], look)
        side_by_side.distances(a, b)
    return compared
