"""The page's component for sounds. Everything happens in the browser. Where a panel follows the figure, it tells the
page what is chosen (`followed`)."""

from collections.abc import Mapping, Sequence

import streamlit as st

from attnviz.figures import colours
from attnviz.figures.browser.timeline import TIMELINE, Sounded, Track, heard, timeline
from attnviz.media import Sound
from attnviz.web.text import key_of
from attnviz.web.theme import dark
from attnviz.web.views import components


def show(
    sound: Sound,
    tracks: Sequence[Track],
    alphabet: Mapping[str, Sounded],
    *,
    group: str,
    key: str,
    stretch: bool = False,
    chosen: int | None = None,
    ribbon: bool = False,
) -> None:
    """Draw the sound, and the tracks one below another on its time axis.

    alphabet, ribbon: see `figures.browser.timeline`. group: of the page, for links; what is chosen in a track is
    followed under the name `<group>_<place of the track>`. chosen: the place of the first track's phoneme that is
    chosen at first; a link to the page holds which one it is. Raises InputError where the sound is damaged.
    """
    theme = colours.theme(dark())
    drawn = timeline(sound, tracks, alphabet, theme, _heard(sound, theme), stretch=stretch, ribbon=ribbon)
    content = {**drawn, "group": group, "first": chosen}
    same = key_of(sound.content, [(track.output.text, track.map and track.map.name) for track in tracks], sound.start)
    _component(key=key, data={**content, "id": same, "version": key_of(content)})


_heard = st.cache_data(max_entries=20, scope="session", show_spinner=False)(heard)
_component = components.of(TIMELINE)
