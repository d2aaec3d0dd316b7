"""How far a map can be believed, one click away: the frame that all tasks fill with figures of their own."""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.errors import BundleError
from attnviz.reading import Reading


def variants(task: str, readings: Sequence[Reading]) -> list[str]:
    """Those of readings with a map, made by the bundles that are here: only of them do the scores tell."""
    return list(dict.fromkeys(one.variant for one in readings if one.maps and made_here(task, one)))


def made_here(task: str, reading: Reading) -> bool:
    """Whether the bundle of this variant is the one that made the reading."""
    try:
        known = reading.variant in service.variants(task)
        return known and service.digest(task, reading.variant) == reading.provenance.digest
    except BundleError:
        return False


def menu(key: str) -> DeltaGenerator:
    return st.popover("How far can I believe this map?", icon=":material/troubleshoot:", key=key)
