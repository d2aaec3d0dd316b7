"""Readings for a page: each made once, many with their progress; and what a variant's bundle tells of itself."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.web.text import escape, key_of

if TYPE_CHECKING:
    from attnviz.nn.beam import OnStep

_PATIENCE = 1.0  # seconds without a word of progress
_PAUSE = 0.1  # seconds between two movements of the bar

One = TypeVar("One")


@dataclass(frozen=True)
class Settings:
    beam: int
    length_penalty: float
    device: str


def _read(
    digest: str, task: str, variant: str, source: Any, target: Any, settings: Settings, _on_step: "OnStep | None"
) -> Reading:
    """`digest` is of the variant's weights: another bundle's readings are others. Who is told of the steps changes
    nothing."""
    return service.read(task, variant, source, target=target, on_step=_on_step, **vars(settings))


_read_for_all = st.cache_data(max_entries=2000, max_size="500MB", ttl="2h", show_spinner=False)(_read)
_read_for_one = st.cache_data(max_entries=20, scope="session", show_spinner=False)(_read)


def read(
    task: str,
    variant: str,
    source: Any,
    settings: Settings,
    target: Any = None,
    *,
    private: bool = False,
    on_step: "OnStep | None" = None,
) -> Reading:
    """private: it is kept in this visitor's session alone. Raises InputError and BundleError."""
    kept = _read_for_one if private else _read_for_all
    return kept(service.digest(task, variant), task, variant, source, target, settings, on_step)


def read_all(
    place: str,
    task: str,
    sources: Sequence[Any],
    variants: Sequence[str],
    settings: Settings,
    status: DeltaGenerator,
    target: Any = None,
    *,
    private: bool = False,
) -> list[dict[str, Reading] | InputError]:
    """The readings of each source by variant, or what is wrong with it. If it was stopped, these are fewer sources, the
    last one perhaps by fewer variants. place: what the widgets' keys begin with. status: where it is said that it is
    going on; the bar, where it takes longer, has the width of the page. private: see `read`. Raises BundleError."""
    asked = list(product(sources, variants))
    noun = "sentences" if len(variants) == 1 else "readings"
    known = [sha256(source).hexdigest() if isinstance(source, bytes) else source for source in sources]
    progress = _Progress(place, key_of(known, variants, settings, target), len(asked), noun)
    found: list[Reading | InputError] = []
    with status, st.spinner(doing(variants)):
        for done, (source, variant) in enumerate(asked[: progress.limit]):
            progress.tell(done)
            try:
                tell = partial(progress.tell, done)
                found.append(read(task, variant, source, settings, target, private=private, on_step=tell))
            except InputError as problem:
                found.append(problem)
    progress.end()
    return [_by_variant(found[at : at + len(variants)]) for at in range(0, len(found), len(variants))]


def doing(variants: Sequence[str]) -> str:
    """What is going on, in few words: there is little room."""
    return f"Reading with {escape(variants[0]) if len(variants) == 1 else f'{len(variants)} variants'} …"


def of(found: Sequence[dict[str, Reading] | InputError], place: int) -> list[Reading]:
    """The readings of the source at a place; none where it was stopped before. Raises the InputError that it has."""
    if not found:
        return []
    one = found[place]
    if isinstance(one, InputError):
        raise one
    return list(one.values())


def _by_variant(found: Sequence[Reading | InputError]) -> dict[str, Reading] | InputError:
    wrong = next((one for one in found if isinstance(one, InputError)), None)
    return wrong or {one.variant: one for one in found if isinstance(one, Reading)}


def stoppable(place: str, work: str, items: Sequence[One], noun: str, each: int = 1) -> Iterator[Sequence[One]]:
    """The items, `each` at a time. Where it takes longer, progress is shown and can be stopped: then there are fewer.

    place: what the widgets' keys begin with. work: the same for the same work.
    """
    progress = _Progress(place, work, len(items), noun)
    for done in range(0, progress.limit, each):
        progress.tell(done)
        yield items[done : min(done + each, progress.limit)]
    progress.end()


class _Progress:
    """A bar and a button to stop, in sight where work takes longer. A click on it ends the run of the page wherever it
    is, even within a reading; the next run does only what was done by then: `limit` of the items."""

    def __init__(self, place: str, work: str, count: int, noun: str) -> None:
        self._place, self._work, self._count, self._noun = place, work, count, noun
        stopped = st.session_state.get(f"{place}_stopped")
        self.limit: int = stopped[1] if stopped and stopped[0] == work else count
        self._due = time.monotonic() + _PATIENCE
        self._shown = st.empty()
        self._bar: DeltaGenerator | None = None
        self._outside = copy_context()

    def tell(self, done: int, steps: int = 0, most: int = 1) -> None:
        """So many items are done, and so many of the most steps that the next one can have."""
        st.session_state[f"{self._place}_done"] = (self._work, done)
        if time.monotonic() >= self._due:
            # What is drawn within a function under st.cache_data would be kept with its result, and drawn again with
            # it. Streamlit knows by the context that it is in one.
            self._outside.run(self._draw, done, (done + steps / most) / self.limit)
            self._due = time.monotonic() + _PAUSE

    def _draw(self, done: int, share: float) -> None:
        if self._bar is None:
            with self._shown.container(horizontal=True, vertical_alignment="bottom", wrap=False):
                st.button("Stop", on_click=_stop, args=[self._place], key=f"{self._place}_stop")
                self._bar = st.progress(0.0)
        self._bar.progress(share, f"{done} of {self.limit} {self._noun} done" if self.limit > 1 else "Reading …")

    def end(self) -> None:
        st.session_state[f"{self._place}_done"] = (self._work, self.limit)  # a late click on Stop takes nothing away
        self._shown.empty()
        if self.limit == self._count:
            return
        with self._shown.container(horizontal=True, vertical_alignment="center"):
            st.button(
                "Read the rest",
                on_click=go_on,
                args=[self._place],
                key=f"{self._place}_go_on",
            )
            st.info(f"Stopped after {self.limit} of {self._count} {self._noun}." if self._count > 1 else "Stopped.")


def go_on(place: str) -> None:
    """Forget that work was stopped."""
    st.session_state.pop(f"{place}_stopped", None)


def _stop(place: str) -> None:
    st.session_state[f"{place}_stopped"] = st.session_state[f"{place}_done"]


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
