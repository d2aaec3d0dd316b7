"""Readings on the page, each in a panel: who wrote it, its output and map, and what else it might have written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import streamlit as st

from attnviz.analysis import compare, shape
from attnviz.figures import screen
from attnviz.figures.maps import subtract
from attnviz.reading import ATTENTION, SUBWORDS, AttentionMap, Pieces, Reading
from attnviz.web import cautions, follow, maps, renewed, style, word_links
from attnviz.web.address import key
from attnviz.web.text import escape, key_of, one_line, short
from attnviz.web.view import View

_LEAST_DETAILS = 240  # px
_SENTENCE = 600  # px in which an ordinary sentence stands on one line
_HINT = (
    "Time: how long it took when it was first translated; since then it is kept. Log-probability: how likely the model "
    "finds all these words together, as a logarithm; nearer to 0 is likelier, and longer sentences have less. The "
    "score in “Other translations” is made of this and the length."
)
_DEVICES = {"cpu": "CPU", "cuda": "GPU"}


@dataclass(frozen=True)
class Panel:
    """A reading under its title. `reading`: as it was read, `shown`: with the chosen one of the n best as output."""

    place: int
    title: str
    reading: Reading
    shown: Reading
    view: View


def panel(page: str, place: int, readings: Sequence[Reading], *, subwords: bool, stretch: bool) -> Panel:
    """The panel of the reading at a place, counted from 0, of several that stand side by side where they fit."""
    reading = readings[place]
    shown = chosen(page, reading)
    given = shown.provenance.settings.get("forced")
    rank = shown.provenance.settings.get("hypothesis")
    title = f"{reading.variant}, your translation" if given else reading.variant
    if rank:
        title += f", translation {rank} of {len(reading.hypotheses)}"
    view = View(
        place=f"{page}_{place}",
        key=f"{page}_{place}_{_id(shown, SUBWORDS if subwords else ATTENTION)}",
        source=shown.texts,
        output=shown.output,
        map=shown.map(SUBWORDS if subwords else ATTENTION),
        stretch=stretch,
        side=min(screen.USUAL_SIDE, style.USUAL_PAGE // _columns(readings) - style.BESIDE_CELLS),
        title=title,
        note=_note(shown) + (parting(chosen(page, readings[0]), shown) if place else ""),
        hint=_HINT,
        caution="" if given else cautions.caution(shown),
        group=page,
    )
    return Panel(place, title, reading, shown, view)


def chosen(page: str, reading: Reading) -> Reading:
    """The reading with the one of its n best that was chosen as its output."""
    if not reading.hypotheses:
        return reading
    rank = rank_of(page, reading)
    one = reading.hypotheses[rank - 1]
    settings = {name: value for name, value in reading.provenance.settings.items() if name != "hypothesis"}
    about = replace(reading.provenance, settings=settings | ({"hypothesis": rank} if rank > 1 else {}))
    return replace(reading, output=one.output, score=one.score, maps=one.maps, provenance=about)


def rank_of(page: str, reading: Reading) -> int:
    """Which of the n best was chosen, counted from 1; in a saved reading, the one that it was saved with."""
    own = reading.provenance.settings.get("hypothesis", 1)
    rank = st.session_state[key(page, "rank")].get(reading.variant, own)
    return rank if isinstance(rank, int) and 1 <= rank <= len(reading.hypotheses) else 1


def show(page: str, panels: Sequence[Panel], between: Callable[[], None] | None = None) -> None:
    """The outputs with their maps; the details beside the only one, or below several in as many columns as fit. What
    `between` draws follows the maps of several."""
    views = [panel.view for panel in panels]
    if len(panels) == 1:
        _body(views[0], lambda: _details(page, panels[0], alone=True))
        return
    with st.container(key=f"view_{page}", gap="xsmall"):
        maps.show(*views)
    if between:
        between()
    word_links.show(panels[0].reading.task, [panel.shown for panel in panels], key=f"{page}_links")
    row = f"{page}_details"
    style.columns(row, len(panels), _LEAST_DETAILS, style.GAP)
    with st.container(key=row):
        for panel in panels:
            with st.container(gap="xsmall", key=f"details_{panel.view.place}"):
                st.markdown(f"**{escape(panel.title)}**")
                _details(page, panel, alone=False)


def select(page: str, panels: Sequence[Panel]) -> None:
    """Keep what is selected in the page's settings `output` and `input`, counted from 1 with 0 for nothing; at first,
    select what they say."""
    view = next((panel.view for panel in panels if panel.view.map), None)
    if view is None or view.map is None:
        return
    names, sizes = ("output", "input"), view.map.weights.shape
    if not view.known:
        wanted = (st.session_state[key(page, name)] for name in names)
        view.select(*(place - 1 if 1 <= place <= size else None for place, size in zip(wanted, sizes, strict=True)))
    for name, place in zip(names, view.selected, strict=True):
        st.session_state[key(page, name)] = 0 if place is None else place + 1


def difference(page: str, first: Reading, second: Reading, *, subwords: bool, stretch: bool) -> None:
    """The first one's map less the second's, both over the first one's output."""
    name = SUBWORDS if subwords else ATTENTION
    a, b = first.map(name), second.map(name)
    if a is None or b is None:
        return
    view = View(
        place="difference",
        key=f"difference_{_id(first, name)}_{_id(second, name)}",
        source=first.texts,
        output=replace(first.output, logprobs=(), alternatives=()),
        map=a,
        minus=b,
        stretch=stretch,
        group=page,
        told=f"Both maps are over what {escape(first.variant)} wrote: {escape(second.variant)} was made to write it. "
        f"Blue: {escape(first.variant)} looked more, orange: {escape(second.variant)} did.",
    )
    with st.container(key=f"panel_{view.place}"):
        st.markdown(f"##### Difference: {escape(first.variant)} − {escape(second.variant)}")
        _body(view, lambda: _compare(first, second, name))


def refuse(problem: Exception) -> None:
    """What is wrong, as its sentence says."""
    st.error(escape(str(problem)), icon=":material/error:")


def notes(readings: Sequence[Reading]) -> None:
    """What the readers have to say, once each."""
    for note in dict.fromkeys(str(note) for r in readings for note in r.provenance.settings.get("notes") or ()):
        st.info(escape(note), icon=":material/info:")


def _body(view: View, details: Callable[[], None]) -> None:
    """The view, and the details beside it where there is room."""
    style.view_and_details(f"view_{view.place}", f"details_{view.place}", max(view.width, _SENTENCE))
    with st.container(horizontal=True, gap=style.GAP):
        with st.container(key=f"view_{view.place}", gap="xsmall"):
            maps.show(view)
        with st.container(key=f"details_{view.place}"):
            details()


def _details(page: str, panel: Panel, *, alone: bool) -> None:
    if alone:
        word_links.show(panel.reading.task, [panel.shown], key=f"{page}_links")
    if len(panel.reading.hypotheses) > 1:
        with st.expander("Other translations", expanded=alone):
            hypotheses(page, panel.reading, panel.place, unit="subwords")
    if panel.shown.output.logprobs:
        with st.expander("Word by word"):
            word_table(panel.shown.output)
    if panel.view.map is not None:
        with st.expander("Numbers of this map"):
            _shape(panel.view.map)
            maps.table(panel.view.map)


def hypotheses(page: str, reading: Reading, place: int, *, unit: str) -> None:
    """The n best, of which one is chosen. unit: what a score's length is counted in."""
    best, rank = reading.hypotheses, rank_of(page, reading) - 1
    name = f"{page}_rank_{place}_{_id(reading, 'n best')}"
    texts = [one.output.text for one in best]

    def choose() -> None:
        st.session_state[key(page, "rank")][reading.variant] = renewed.chosen(name) + 1

    st.radio(
        "The best that the search found, by score. Choose one" + (" to see its map." if reading.maps else "."),
        range(len(best)),
        index=rank,
        # Streamlit tells options apart by what they are called, and a text may be found twice.
        format_func=lambda i: f"{i + 1}\\. {escape(best[i].output.text) or '(nothing)'}",
        captions=[f"score {_number(one.score)}" + _cut(one.output, texts) for one in best],
        key=renewed.widget(name, rank),
        on_change=choose,
    )
    penalty = escape(str(reading.provenance.settings.get("length_penalty", 1.0)))
    st.caption(
        f"Score: log-probability of the whole, divided by its number of {unit} to the power of {penalty} (the "
        "length penalty); nearer to 0 is better."
    )


def _cut(output: Pieces, texts: Sequence[str]) -> str:
    """The subwords, where the same text was found more than once: in them such outputs differ."""
    if texts.count(output.text) == 1:
        return ""
    return f", as {escape(' '.join('·'.join(units) for units in output.units))}"


def word_table(output: Pieces) -> None:
    """Each word with its probability, its subwords where it has several, and the alternatives."""
    rows = {
        "word": [one_line(label) for label in output.labels],
        "probability": [round(follow.probability(logprob), 3) for logprob in output.logprobs],
    }
    whole = all(units == (label,) for units, label in zip(output.units, output.labels, strict=True))
    if not whole:
        rows["subwords"] = [" ".join(map(one_line, units)) for units in output.units]
    likeliest = "likeliest words" if whole else "likeliest beginnings"
    rows[likeliest] = [maps.alternatives(output, word) for word in range(len(output.labels))]
    st.dataframe(pd.DataFrame(rows), hide_index=True, alt="Each output word with its probability and the alternatives")


def _shape(attention: AttentionMap) -> None:
    if not attention.weights.size:
        return
    rows = np.column_stack([attention.weights, attention.rest])
    seen = shape.effective_inputs(rows / rows.sum(axis=1, keepdims=True)).mean()
    back = shape.backward_steps(attention.weights)
    noun = "subword" if attention.name == SUBWORDS else "word"
    st.caption(
        f"On average an output {noun} looks at {seen:.1f} places, the end mark included (exp of the entropy). From one "
        f"output {noun} to the next, the strongest input {noun} moves back in {back:.0%} of the steps."
    )


def _compare(first: Reading, second: Reading, name: str) -> None:
    a, b = first.map(name), second.map(name)
    assert a is not None and b is not None
    distance = compare.mean_jsd(np.c_[a.weights, a.rest], np.c_[b.weights, b.rest])
    st.caption(
        f"Mean distance of their rows: {distance:.2f} (Jensen-Shannon divergence in nats; 0: alike, 0.69: nothing in "
        "common)."
    )
    st.caption(
        f"Log-probability of this output: {_number(first.output.logprob)} by {escape(first.variant)}, "
        f"{_number(second.output.logprob)} by {escape(second.variant)}."
    )
    with st.expander("Numbers of this map"):
        maps.table(subtract(a, b))


def told(reading: Reading, did: str) -> str:
    """How long it took, on what, and how likely the whole is. did: what the model did where nothing was forced."""
    did = "Read" if reading.provenance.settings.get("forced") else did
    return f"{took(reading, did)} · log-probability {_number(reading.output.logprob)}"


def took(reading: Reading, did: str) -> str:
    """How long it took, and on what."""
    device = str(reading.provenance.settings.get("device", ""))
    where = f" on {short(_DEVICES.get(device, device))}" if device else ""
    return f"{did} in {1000 * reading.provenance.seconds:.0f} ms{where}"


def parting(first: Reading, other: Reading) -> str:
    """From where on the other one's output differs from the first one's."""
    ours, theirs = first.output.labels, other.output.labels
    place = compare.first_difference(ours, theirs)
    if place is None:
        return f" · the same words as {first.variant}"
    words = (f"“{one[place]}”" if place < len(one) else "its end" for one in (theirs, ours))
    return f" · differs from {first.variant} from word {place + 1} on: {' for '.join(words)}"


def _note(reading: Reading) -> str:
    return told(reading, "Translated") + ("" if reading.maps else " · no attention, so there is no map")


def _columns(readings: Sequence[Reading]) -> int:
    """In how many columns the maps of these readings may stand on a usual page."""
    count = sum(1 for reading in readings if reading.maps)
    return 2 if count in (2, 4) else min(max(count, 1), 3)


def _number(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f}".replace("-", "−")


def _id(reading: Reading, name: str) -> str:
    """The same for the same words by the same variant, and nothing but letters and digits."""
    forced = reading.provenance.settings.get("forced")
    return key_of(reading.variant, reading.provenance.digest, forced, reading.source, reading.output.units, name)
