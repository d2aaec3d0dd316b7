"""Readings for a page: each is made once, and many are made with progress in sight and a button to stop."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.analysis.tree import Tree
from attnviz.attention import Weights
from attnviz.errors import InputError
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.web.session import Name, Session
from attnviz.web.text import key_of, key_of_reading

if TYPE_CHECKING:
    from attnviz.nn.beam import OnStep
    from attnviz.trust.examined import Examined

_KEPT = 2 * 60 * 60  # seconds; in words, "2h", Streamlit would import pandas to understand it
_PATIENCE = 1.0  # seconds without a word of progress
_PAUSE = 0.1  # seconds between two movements of the bar

Item = TypeVar("Item")


@dataclass(frozen=True)
class Settings:
    """How an input is read. focus: the name of a chosen one, for variants with attention; empty for their own. length:
    how long an output has to be that is written, such as "8 words"; empty for as long as the model likes."""

    beam: int
    length_penalty: float
    device: str
    focus: str = ""
    length: str = ""


def settings_of(reading: Reading, device: str) -> Settings:
    """The settings that a reading was searched with, on this device."""
    told = reading.provenance.settings
    return Settings(
        told.get("beam", 1), told.get("length_penalty", 1.0), device, reading.given.focus, str(told.get("length", ""))
    )


def _read(
    digest: str, task: str, variant: str, source: Any, target: Any, settings: Settings, _on_step: "OnStep | None"
) -> Reading:
    """digest: of the variant's weights; it keeps cached readings of different bundles apart. _on_step changes nothing
    in the reading, so it is no part of what a reading is cached by."""
    return service.read(task, variant, source, target=target, on_step=_on_step, **vars(settings))


_read_for_all = st.cache_data(max_entries=2000, max_size="500MB", ttl=_KEPT, show_spinner=False)(_read)
# as many as the parts of a long recording, each with its maps
_read_for_one_visitor = st.cache_data(max_entries=200, max_size="150MB", scope="session", show_spinner=False)(_read)


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
    """One reading. private: it is kept in this visitor's session alone. Raises InputError and BundleError."""
    kept = _read_for_one_visitor if private else _read_for_all
    settings = _fitting(task, variant, settings)
    return kept(service.digest(task, variant), task, variant, source, target, settings, on_step)


def _fitting(task: str, variant: str, settings: Settings) -> Settings:
    """The settings that a variant reads with: one without attention has no focus."""
    known = service.TASKS[task].variant(variant)
    return settings if known is None or known.attentive else replace(settings, focus="")


@st.cache_data(max_entries=20, max_size="50MB", scope="session", show_spinner=False)
def _tree(digest: str, task: str, variant: str, source: Any, settings: Settings, _on_step: "OnStep | None") -> Tree:
    return service.tree(task, variant, source, on_step=_on_step, **vars(settings))


def tree(place: str, task: str, variant: str, source: Any, settings: Settings) -> Tree | None:
    """The search by which a variant found its outputs for a source; None where a person stopped it. It is made when it
    is asked for, in this visitor's session alone. place: see `read_all`. Raises InputError and BundleError."""
    settings = _fitting(task, variant, settings)
    progress = _Progress(place, key_of(_name(source), variant, settings), 1, "searches")
    found = None
    if progress.limit:
        digest = service.digest(task, variant)
        found = _tree(digest, task, variant, source, settings, partial(progress.tell, 0))
    progress.end()
    return found


@st.cache_data(max_entries=100, max_size="20MB", scope="session", show_spinner=False)
def _examined(
    key: str, place: int, name: str, device: str, _reading: Reading, _source: Any, _on_step: "OnStep | None"
) -> "Examined":
    """key: of the reading, its source included."""
    return service.examine(_reading, _source, place, name=name, device=device, on_step=_on_step)


def examine(at: str, reading: Reading, source: Any, place: int, name: str, device: str) -> "Examined | None":
    """All tests of a row of a reading's map, see `service.examine`; None where a person stopped them. They are kept in
    this visitor's session alone. at: the place of this work, see `read_all`. Raises InputError and BundleError."""
    key = key_of_reading(reading, "examined")
    progress = _Progress(at, key_of(key, place, name), 1, "tests", "Testing this row …")
    found = None
    if progress.limit:
        found = _examined(key, place, name, device, reading, source, partial(progress.tell, 0))
    progress.end()
    return found


def with_weights(reading: Reading, source: Any, weights: Mapping[str, Weights]) -> Reading:
    """The same reading with weights in place of the mechanism's own; a model that writes takes its output as it is.

    source: what was read, as the reader takes it. weights: by the names of maps, see `Reader.read`. Raises InputError
    and BundleError.
    """
    target = None if reading.probabilities else reading.output.text
    digest = service.digest(reading.task, reading.variant)
    return _read_with_weights(digest, reading.task, reading.variant, source, target, dict(weights))


@st.cache_data(max_entries=100, max_size="50MB", ttl=_KEPT, show_spinner=False)
def _read_with_weights(
    digest: str, task: str, variant: str, source: Any, target: Any, weights: dict[str, Weights]
) -> Reading:
    return service.read(task, variant, source, target=target, weights=weights)


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
    noun: str = "sentences",
) -> list[dict[str, Reading] | InputError]:
    """The readings of each source by variant, or what is wrong with the source.

    If a person stopped the work, there are fewer sources, the last one perhaps with fewer variants. place: what the
    keys of the widgets begin with. status: where progress is told in words; the bar of longer work is as wide as the
    page. private: see `read`. noun: what several sources are called. Raises BundleError.
    """
    asked = list(product(sources, variants))
    names = [_name(source) for source in sources]
    work, counted = key_of(names, variants, settings, target), noun if len(variants) == 1 else "readings"
    progress = _Progress(place, work, len(asked), counted)
    results: list[Reading | InputError] = []
    with status, st.spinner(doing(variants)):
        for done, (source, variant) in enumerate(asked[: progress.limit]):
            progress.tell(done)
            try:
                on_step = partial(progress.tell, done)
                results.append(read(task, variant, source, settings, target, private=private, on_step=on_step))
            except InputError as problem:
                results.append(problem)
    progress.end()
    return [_by_variant(results[at : at + len(variants)]) for at in range(0, len(results), len(variants))]


def of_one(
    place: str,
    task: str,
    source: Any,
    variants: Sequence[str],
    settings: Settings,
    status: DeltaGenerator,
    target: Any = None,
    *,
    private: bool = False,
) -> list[Reading]:
    """The reading of one source by each variant; fewer or none where the work was stopped. See `read_all`. Raises
    InputError and BundleError."""
    return of_source(read_all(place, task, [source], variants, settings, status, target, private=private), 0)


def _name(source: Any) -> object:
    """A short name that is the same for the same source."""
    content = source.content if isinstance(source, Sound) else source
    return sha256(content).hexdigest() if isinstance(content, bytes) else source


def doing(variants: Sequence[str]) -> str:
    """What is going on, in few words, since there is little room."""
    return "Reading …" if len(variants) == 1 else f"Reading with {len(variants)} variants …"


def of_source(results: Sequence[dict[str, Reading] | InputError], place: int) -> list[Reading]:
    """The readings of the source at a place; none where the work was stopped before it. Raises the source's
    InputError."""
    if not results:
        return []
    result = results[place]
    if isinstance(result, InputError):
        raise result
    return list(result.values())


def _by_variant(results: Sequence[Reading | InputError]) -> dict[str, Reading] | InputError:
    problem = next((result for result in results if isinstance(result, InputError)), None)
    return problem or {result.variant: result for result in results if isinstance(result, Reading)}


def stoppable(place: str, work: str, items: Sequence[Item], noun: str, each: int = 1) -> Iterator[Sequence[Item]]:
    """Yield the items, `each` at a time. Longer work shows its progress and can be stopped; then fewer are yielded.

    place: what the keys of its widgets begin with. work: a name that is the same for the same work.
    """
    progress = _Progress(place, work, len(items), noun)
    for done in range(0, progress.limit, each):
        progress.tell(done)
        yield items[done : min(done + each, progress.limit)]
    progress.end()


class _Progress:
    """A bar and a button to stop, in sight where work takes longer.

    A click on the button ends the run of the page wherever it is, even within a reading. The next run does only what
    was done by then: `limit` of the items.
    """

    def __init__(self, place: str, work: str, count: int, noun: str, doing: str = "Reading …") -> None:
        self._place, self._work, self._count, self._noun, self._doing = place, work, count, noun, doing
        self._session = _session(place)
        stopped = self._session["stopped"]
        self.limit: int = stopped[1] if stopped and stopped[0] == work else count
        self._due = time.monotonic() + _PATIENCE
        self._shown = st.empty()
        self._bar: DeltaGenerator | None = None
        self._outside = copy_context()

    def tell(self, done: int, steps: int = 0, most: int = 1) -> None:
        """So many items are done, and so many of the most steps that the next one can have."""
        self._session["done"] = (self._work, done)
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
        self._bar.progress(share, f"{done} of {self.limit} {self._noun} done" if self.limit > 1 else self._doing)

    def end(self) -> None:
        self._session["done"] = (self._work, self.limit)  # a late click on Stop takes nothing away
        self._shown.empty()
        if self.limit == self._count:
            return
        with self._shown.container(horizontal=True, vertical_alignment="center"):
            label = "Read the rest" if self._count > 1 else "Go on"
            st.button(label, on_click=go_on, args=[self._place], key=f"{self._place}_go_on")
            st.info(f"Stopped after {self.limit} of {self._count} {self._noun}." if self._count > 1 else "Stopped.")


def go_on(place: str) -> None:
    """Forget that work was stopped."""
    _session(place)["stopped"] = None


def _stop(place: str) -> None:
    session = _session(place)
    session["stopped"] = session["done"]


def _session(place: str) -> Session:
    """What was done of the work at this place, and what of it when it was stopped: its name and a number of items."""
    return Session(place, [Name("done", tuple | None), Name("stopped", tuple | None)])
