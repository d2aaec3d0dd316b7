"""Tests of one row of a map: the model is asked again with other weights, once a person presses a button."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import streamlit as st

from attnviz.analysis.wording import sentence_case
from attnviz.attention import AttentionMap, over_words
from attnviz.axes import Frames, Words
from attnviz.errors import BundleError, InputError
from attnviz.figures import kinds, titles
from attnviz.figures.browser.timeline import in_recording
from attnviz.figures.photo import Look, on_one_scale
from attnviz.media import Photo, Sound
from attnviz.reading import Pieces, Reading
from attnviz.tasks.base import Task, source_of
from attnviz.web import on_demand, readings, renewed
from attnviz.web.panels import trust_figures
from attnviz.web.session import Name, Session
from attnviz.web.text import escape, key_of_reading, one_line
from attnviz.web.views import followed, heatmap, photo
from attnviz.web.views.map_view import MapView, select_row, selected_row

if TYPE_CHECKING:
    from attnviz.trust.examined import Examined

LABEL = "Test how far this map can be believed"
BUTTON = "Test this row"
_SIDE = 720  # px of the twin's map
_MOST_MOMENTS = 16  # of a sound, which a phone shows beside each other
_ABOUT = (
    "A map shows {where} the model {look}ed. Whether that mattered is another question: here the model is asked again, "
    "with other weights in one row and all else as it was."
)
_SAVED = (
    "A test asks the model again, and what you see was opened from a file. Close the file and read its input anew to "
    "test a row of its map."
)
_ABOVE_TWIN = (
    "Below stand the row itself and its twin: of all rows that were found to give the same answer, the most different."
)
_OF_MOMENTS = f"Of all moments, the {_MOST_MOMENTS} with the largest weights are shown, in the order of time."
_OF_STEPS = (
    "These tests were made for models that choose a label. Of one that writes, they speak of a single step, given what "
    "was written before it."
)
_OF_LABELS = "Only this row is changed: the other rows still say what they said."
_NO_YARDSTICK = (
    "The maps of two trainings of one model differ by chance too. How far is not measured here yet, so nobody can say "
    "whether a twin differs more."
)


def read_from(reading: Reading) -> Any:
    """What was read, as the reader takes it: texts as they were given, or a sound."""
    first = reading.source[0]
    return first if isinstance(first, Sound) else source_of([text.text for text in reading.texts])


def show(
    session: Session,
    task: Task,
    shown: Sequence[Reading],
    source: Callable[[Reading], Any],
    device: str,
    *,
    live: bool,
) -> None:
    """Draw an expander in which a person tests a row, where there is a map. Nothing is computed until they press its
    button.

    shown: the readings as they stand on the page. source: returns what a reading was read from, as the reader takes it.
    live: whether they were read now, rather than opened from a file.
    """
    key = f"{session.owner}_trust"
    if not any(map(_is_attentive, shown)):
        return

    def draw() -> None:
        if not live:
            st.caption(_SAVED)
            return
        kind = kinds.of_input(task.inputs)
        st.caption(_ABOUT.format(where=kind.where, look=kind.look))
        _choose_and_test(session, task, shown, source, device, key)

    on_demand.expander(LABEL, draw, icon=":material/science:", key=key)


def _is_attentive(reading: Reading) -> bool:
    return bool(reading.maps and reading.output.labels)


def _choose_and_test(
    session: Session,
    task: Task,
    shown: Sequence[Reading],
    source: Callable[[Reading], Any],
    device: str,
    key: str,
) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        attentive = [i for i, reading in enumerate(shown) if _is_attentive(reading)]
        which = _one_of("Variant", attentive, lambda i: sentence_case(titles.title(shown[i])), f"{key}_variant")
        reading: Reading = shown[which]
        maps = reading.maps if reading.probabilities else reading.maps[:1]
        way = _one_of("Map", maps, lambda one: f"{sentence_case(one.query_name)} → {one.key_name}", f"{key}_map")
        rows = _Rows(
            f"{key}_{key_of_reading(reading, way.name)}",
            way,
            reading.finest(way.name) or way,
            (session.owner, f"{task.name}_{way.name}", f"{session.owner}_{which}"),
        )
        place = rows.choose()
        st.button(BUTTON, on_click=rows.test, type="primary", key=f"{rows.name}_test")
    followed.follow(rows.groups, rows.follow, key=f"{rows.name}_followed")
    if not rows.is_tested(place):
        return
    try:
        found = readings.examine(key, reading, source(reading), place, way.name, device)
    except (InputError, BundleError) as problem:
        st.error(escape(str(problem)), icon=":material/error:")
        return
    if found is not None:
        _found(found, reading, rows)


@dataclass(frozen=True)
class _Rows:
    """The rows of a map, of which a person chooses one and tests some.

    name: what the keys of its widgets begin with. way: the map over words. finest: the same over the units that the
    model reads and writes; its rows are tested. groups: of the views and figures of the page in which a row may be
    chosen too.
    """

    name: str
    way: AttentionMap
    finest: AttentionMap
    groups: Sequence[str]

    def choose(self) -> int:
        """Draw a box with the rows. Returns the place of the chosen one."""
        place, labels = self._chosen(), self._labels()

        def choose() -> None:
            self._kept["row"] = renewed.chosen(self.name)

        st.selectbox(
            f"Row ({self.way.query_name})",
            range(len(labels)),
            index=place,
            format_func=lambda i: labels[i],
            key=renewed.widget(self.name, place),
            on_change=choose,
            width=220,
            help="The row that you chose last, here or in the map.",
        )
        return place

    def follow(self, group: str, chosen: object) -> None:
        """Take over what was chosen in a figure that is followed. What was chosen in words the page knows already."""
        if not isinstance(chosen, str):
            select_row(group, self.way, chosen)

    def test(self) -> None:
        self._kept["tested"] = [*self._kept["tested"], self._chosen()]

    def is_tested(self, place: int) -> bool:
        return place in self._kept["tested"]

    def _chosen(self) -> int:
        """The row that was chosen last, in the map or in the box; at first the one with the strongest weight."""
        seen = next(filter(None, (selected_row(group, self.way, self.finest) for group in self.groups)), None)
        if seen is not None and seen != self._kept["seen"]:
            self._kept["row"] = seen - 1
        self._kept["seen"] = seen
        row: int | None = self._kept["row"]
        return int(self.finest.weights.max(axis=1).argmax()) if row is None else row

    def _labels(self) -> list[str]:
        """Each row by its number and its word; a piece of a word after the word itself."""
        words, pieces, groups = self.way.queries.labels, self.finest.queries.labels, self.finest.queries.groups
        if self.finest is self.way:
            return [f"{i}. {one_line(word)}" for i, word in enumerate(words, 1)]
        return [
            f"{i}. {one_line(words[group])}" + (f": {one_line(piece)}" if groups.count(group) > 1 else "")
            for i, (piece, group) in enumerate(zip(pieces, groups, strict=True), 1)
        ]

    @property
    def _kept(self) -> Session:
        return Session(self.name, [Name("row", int | None), Name("seen", int | None), Name("tested", list, [])])


def _one_of(label: str, options: Sequence[Any], called: Callable[[Any], str], key: str) -> Any:
    """One of the options, which a person chooses where there are several."""
    if len(options) == 1:
        return options[0]
    place = st.selectbox(label, range(len(options)), format_func=lambda i: called(options[i]), key=key, width=220)
    return options[place or 0]


def _found(found: "Examined", reading: Reading, rows: _Rows) -> None:
    """The verdict, the twin beside the row itself, and the figures."""
    from attnviz.trust import verdict

    classifies, kind = bool(reading.probabilities), kinds.KINDS[rows.finest.keys.kind]
    whose = "the probabilities of the labels" if classifies else "the probabilities of what is written here"
    st.markdown(f"**{verdict.verdict(found, whose, f'{kind.where} it {kind.look}ed')}** {verdict.of_twin(found)}")
    _row_and_twin(found, reading, rows)
    with st.container(gap="xsmall"):
        for figure in trust_figures.figures(found, kinds.noun(rows.finest)):
            answers = "1 answer" if figure.runs == 1 else f"{figure.runs:,} answers"
            exact = f"{figure.exact} It took {answers} of the model."
            st.markdown(f"**{figure.name}: {figure.value}** · {figure.told}", help=exact)
    st.caption(f"{_OF_LABELS if classifies else _OF_STEPS} {_NO_YARDSTICK} {found.runs:,} answers were compared.")


def _row_and_twin(found: "Examined", reading: Reading, rows: _Rows) -> None:
    """Draw both as one map with two rows, over words, a photo or the moments of a sound."""
    names, both = ("this row", "its twin"), np.stack([found.weights, found.twin.weights])
    key, output = f"{rows.name}_twin", Pieces(" ".join(names), names, tuple((name,) for name in names))
    pair = replace(rows.finest, queries=Words.whole(names), query_name="row", weights=both[:, :-1], rest=both[:, -1])
    keys, file = rows.way.keys, reading.source[0]
    st.caption(_ABOVE_TWIN)
    if isinstance(keys, Words):
        source = [text for text in reading.texts if text.labels == keys.labels][:1]
        pair = over_words(pair, names, keys.labels)
        heatmap.draw(MapView(place=key, key=key, source=source, output=output, map=pair, side=_SIDE))
    elif isinstance(file, Photo):
        with st.container(width=_SIDE):
            alt = "The photo, orange where the row and its twin looked."
            photo.show(file, output, pair, on_one_scale(Look(), pair), group=key, alt=alt, key=key)
    elif isinstance(file, Sound):
        if len(keys) > _MOST_MOMENTS:
            st.caption(_OF_MOMENTS)
        pair = _heaviest(in_recording(pair, file))
        heatmap.draw(MapView(place=key, key=key, source=[], output=output, map=pair, side=_SIDE))


def _heaviest(attention: AttentionMap) -> AttentionMap:
    """The map of a sound over its heaviest moments alone, as words, in the order of time. The rest takes the others."""
    assert isinstance(attention.keys, Frames)
    order = np.argsort(-attention.weights.max(axis=0), kind="stable")
    moments = np.sort(order[:_MOST_MOMENTS])
    weights = attention.weights[:, moments]
    return replace(
        attention,
        keys=Words.whole([f"{attention.keys.centres[moment]:.2f}" for moment in moments]),
        weights=weights,
        rest=attention.rest + np.delete(attention.weights, moments, axis=1).sum(axis=1),
        key_name="seconds",
        rest_name="all other moments",
    )
