"""Readings for a page: each made once, many with their progress; and what a variant's bundle tells of itself."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import streamlit as st

from attnviz import service
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.web.text import key_of

_PATIENCE = 1.0  # seconds without a word of progress

One = TypeVar("One")


@dataclass(frozen=True)
class Settings:
    beam: int
    length_penalty: float
    device: str


def _read(digest: str, task: str, variant: str, source: Any, target: Any, settings: Settings) -> Reading:
    """`digest` is of the variant's weights: another bundle's readings are others."""
    return service.read(task, variant, source, target=target, **vars(settings))


_read_for_all = st.cache_data(max_entries=2000, max_size="500MB", ttl="2h", show_spinner=False)(_read)
_read_for_one = st.cache_data(max_entries=20, scope="session", show_spinner=False)(_read)


def read(
    task: str, variant: str, source: Any, settings: Settings, target: Any = None, *, private: bool = False
) -> Reading:
    """private: it is kept in this visitor's session alone. Raises InputError and BundleError."""
    kept = _read_for_one if private else _read_for_all
    return kept(service.digest(task, variant), task, variant, source, target, settings)


def read_all(
    page: str, task: str, sources: Sequence[Any], variants: Sequence[str], settings: Settings
) -> list[dict[str, Reading] | InputError]:
    """The readings of each source by variant, or what is wrong with it; fewer than sources if it was stopped.
    Raises BundleError."""
    found: list[dict[str, Reading] | InputError] = []
    for (source,) in stoppable(page, key_of(sources, variants, settings), sources, "sentences"):
        try:
            found.append({variant: read(task, variant, source, settings) for variant in variants})
        except InputError as problem:
            found.append(problem)
    return found


def stoppable(place: str, work: str, items: Sequence[One], noun: str, each: int = 1) -> Iterator[Sequence[One]]:
    """The items, `each` at a time. Where it takes longer, progress is shown and can be stopped: then there are fewer.

    place: what the widgets' keys begin with. work: the same for the same work.
    """
    stopped = st.session_state.get(f"{place}_stopped")
    limit: int = stopped[1] if stopped and stopped[0] == work else len(items)
    begun, bar = time.monotonic(), None
    shown = st.empty()
    for done in range(0, limit, each):
        st.session_state[f"{place}_done"] = (work, done)
        if bar is None and time.monotonic() - begun > _PATIENCE:
            with shown.container(horizontal=True, vertical_alignment="bottom"):
                bar = st.progress(0.0)
                st.button("Stop", on_click=_stop, args=[place], key=f"{place}_stop")
        if bar:
            bar.progress(done / limit, f"{done} of {limit} {noun} read")
        yield items[done : min(done + each, limit)]
    shown.empty()
    if limit < len(items):
        with shown.container(horizontal=True, vertical_alignment="center"):
            st.info(f"Stopped after {limit} of {len(items)} {noun}.")
            st.button(
                "Read the rest", on_click=st.session_state.pop, args=[f"{place}_stopped", None], key=f"{place}_go_on"
            )


def _stop(place: str) -> None:
    work, done = st.session_state[f"{place}_done"]
    st.session_state[f"{place}_stopped"] = (work, max(1, done))


@dataclass(frozen=True)
class Model:
    """A variant's model card, and each figure of its `scores.json` with the command that printed it."""

    card: str
    scores: list[dict[str, str]]


@st.cache_data(max_entries=50, show_spinner=False)
def model(digest: str, task: str, variant: str) -> Model:
    """What the bundle tells of itself; empty where it has no card or no scores."""
    from attnviz import bundles

    card = bundles.PRETRAINED / task / variant / "card.md"
    scores = [
        {"set": str(result.get("split", "")), "figure": name, "value": value, "command": command}
        for command, result in bundles.scores(task, variant).items()
        for name, value in _flat(result.get("scores", {}))
    ]
    return Model(card.read_text() if card.exists() else "", scores)


def _flat(scores: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested figures by their path: `bins / 11-20 / bleu`."""
    rows = []
    for name, value in scores.items():
        path = f"{above} / {name}" if above else name
        rows += _flat(value, path) if isinstance(value, Mapping) else [(path, _figure(value))]
    return rows


def _figure(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
