"""Readings of tasks that write, each in a panel: its output and map, and what else the variant might have written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import streamlit as st

from attnviz import service
from attnviz.analysis import compare, copying, shape
from attnviz.attention import KEY_NAME, QUERY_NAME, SUBWORDS, AttentionMap
from attnviz.figures import likely, screen, titles
from attnviz.reading import Pieces, Reading
from attnviz.tasks.base import Task
from attnviz.web import address, glossary, on_demand, renewed, style
from attnviz.web.inputs import appearance
from attnviz.web.inputs.appearance import Appearance
from attnviz.web.inputs.settings import DEVICES
from attnviz.web.panels import cautions, evidence, sums
from attnviz.web.panels.difference import SENTENCE
from attnviz.web.session import Session
from attnviz.web.text import escape, key_of_reading, number, one_line, short
from attnviz.web.views import heatmap, over_words, sentences
from attnviz.web.views.map_view import MapView

_LEAST_DETAILS = 240  # px
_LONGEST_CREDIT = 200  # characters, of a file that may say anything
_NO_MAP = "There is nowhere to look, so there is no map."
_HINT = (
    "Time: how long one core of the processor, or the GPU, worked at it when it was first read; since then it is kept. "
    "Log-probability: how likely the model finds the whole output, as a logarithm; nearer to 0 is likelier, and longer "
    "outputs have less. The score among the other outputs is made of this and of the length."
)


@dataclass(frozen=True)
class WrittenPanel:
    """A reading under its title. reading: as it was read. shown: the same with the chosen one of the n best as its
    output. place: among the panels, counted from 0."""

    place: int
    title: str
    reading: Reading
    shown: Reading
    view: MapView


def panels(session: Session, readings: Sequence[Reading], look: Appearance) -> list[WrittenPanel]:
    """The panels of readings that stand side by side where they fit."""
    every = [chosen(session, reading) for reading in readings]
    side = min(screen.USUAL_SIDE, style.USUAL_PAGE // _columns(readings) - style.BESIDE_CELLS)
    return [_panel(session, place, reading, every, look, side=side) for place, reading in enumerate(readings)]


def _panel(
    session: Session,
    place: int,
    reading: Reading,
    every: Sequence[Reading],
    look: Appearance,
    *,
    side: int,
) -> WrittenPanel:
    shown = every[place]
    view = MapView(
        place=f"{session.owner}_{place}",
        key=f"{session.owner}_{place}_{key_of_reading(shown, look.map_name)}",
        source=shown.texts,
        output=shown.output,
        map=shown.map(look.map_name),
        called=_called(shown),
        stretch=look.stretch,
        stretchable=True,
        strongest=look.strongest,
        ribbon=look.ribbon,
        side=side,
        told=sums.told(shown, shown.map(look.map_name)),
        title=titles.title(shown),
        note=" ".join(filter(None, ["" if shown.maps else _NO_MAP, note(place, every)])),
        caution=cautions.caution(shown),
        group=session.owner,
        copied=copying.copied(shown),
        shares=copying.shares(shown),
        forced=shown.given.forced is not None,
    )
    return WrittenPanel(place, view.title, reading, shown, view)


def _called(reading: Reading) -> tuple[str, str]:
    """What the output and the source of a reading are called where no map says it."""
    task = service.TASKS.get(reading.task)
    return (task.output, task.inputs[0]) if task else (QUERY_NAME, KEY_NAME)


def chosen(session: Session, reading: Reading) -> Reading:
    """The reading with the one of its n best that was chosen as its output."""
    return of_rank(reading, rank_of(session, reading)) if reading.hypotheses else reading


def of_rank(reading: Reading, rank: int) -> Reading:
    """The reading with this one of its n best, counted from 1, as its output."""
    hypothesis = reading.hypotheses[rank - 1]
    return replace(
        reading,
        output=hypothesis.output,
        score=hypothesis.score,
        maps=hypothesis.maps,
        given=replace(reading.given, rank=rank),
    )


def rank_of(session: Session, reading: Reading) -> int:
    """Which of the n best was chosen, counted from 1; for a saved reading, the one that it was saved with."""
    rank = session["rank"].get(reading.variant, reading.given.rank)
    return rank if isinstance(rank, int) and 1 <= rank <= len(reading.hypotheses) else 1


def show(
    session: Session,
    task: Task,
    panels: Sequence[WrittenPanel],
    lesson: str,
    difference: Callable[[], None] | None = None,
    *,
    above: Callable[..., None] = sentences.show,
    further: Callable[[WrittenPanel], None] = lambda panel: None,
) -> None:
    """The outputs with their maps. The details stand beside the only map, or below several in as many columns as fit.

    lesson: Markdown that says what to notice, which stands first, so that it stays where it is when a map is wider.
    difference: draws the switch for a difference and, if it is wanted, the difference, above the outputs of several: so
    it appears where the switch is. above: draws the outputs and the input of the views above their maps. further: draws
    what else belongs to an output, before its details.
    """
    views = [panel.view for panel in panels]
    choose = partial(appearance.choose_view, session, any(view.ribbon for view in views))
    if lesson:
        st.caption(lesson)
    if len(panels) == 1:
        (view,) = views
        style.view_and_details(
            f"view_{view.place}", f"details_{view.place}", max(view.width + over_words.LEGEND, SENTENCE)
        )
        with st.container(horizontal=True, gap=style.GAP):
            with st.container(key=f"view_{view.place}", gap="xsmall"):
                over_words.show(view, above=above, choose=choose)
            with st.container(key=f"details_{view.place}"):
                further(panels[0])
                evidence.show([panels[0].shown], key=f"{session.owner}_evidence")
                _details(session, task, panels[0], alone=True)
        return
    if difference:
        difference()
    with st.container(key=f"view_{session.owner}", gap="xsmall"):
        over_words.show(*views, above=above, choose=choose)
    evidence.show([panel.shown for panel in panels], key=f"{session.owner}_evidence")
    row = f"{session.owner}_details"
    style.columns(row, len(panels), _LEAST_DETAILS, style.GAP)
    with st.container(key=row):
        for panel in panels:
            with st.container(gap="xsmall", key=f"details_{panel.view.place}"):
                st.markdown(f"**{escape(panel.title)}**")
                further(panel)
                _details(session, task, panel, alone=False)


def select(session: Session, panels: Sequence[WrittenPanel]) -> None:
    """Keep what is selected in the page's settings `output` and `input`, counted from 1 with 0 for nothing. At first,
    select what these say; and where somebody went back to an earlier view."""
    view = next((panel.view for panel in panels if panel.view.map), None)
    if view is None or view.map is None:
        return
    names, sizes = ("output", "input"), view.map.weights.shape
    if not view.ever_selected or address.returned(session):
        wanted = (session[name] for name in names)
        view.select(*(place - 1 if 1 <= place <= size else None for place, size in zip(wanted, sizes, strict=True)))
    for name, place in zip(names, view.selected, strict=True):
        session[name] = 0 if place is None else place + 1


def _details(session: Session, task: Task, panel: WrittenPanel, *, alone: bool) -> None:
    if len(panel.reading.hypotheses) > 1:
        with st.expander(f"Other {task.outputs}", expanded=alone):
            hypotheses(session, panel.reading, panel.place)
    if panel.shown.output.logprobs:
        word_by_word(task, panel.shown, key=f"words_{panel.view.place}")
    if panel.view.map is not None:
        numbers = partial(_numbers, panel.view.map)
        on_demand.expander("Numbers of this map", numbers, key=f"numbers_{panel.view.place}")


def _numbers(attention: AttentionMap) -> None:
    _order(attention)
    heatmap.table(attention)


def hypotheses(session: Session, reading: Reading, place: int, noun: str = "word") -> None:
    """The n best, of which one is chosen. noun: what the output is made of."""
    best, rank = reading.hypotheses, rank_of(session, reading) - 1
    name = f"{session.owner}_rank_{place}_{key_of_reading(reading, 'n best')}"
    texts = [hypothesis.output.text for hypothesis in best]

    def choose() -> None:
        chosen = renewed.chosen(name) + 1
        others = {variant: place for variant, place in session["rank"].items() if variant != reading.variant}
        session["rank"] = others if chosen == reading.given.rank else {**others, reading.variant: chosen}

    st.radio(
        "The best that the search found, by score. Choose one" + (" to see its map." if reading.maps else "."),
        range(len(best)),
        index=rank,
        # Streamlit tells options apart by their labels, and the same text may be found twice.
        format_func=lambda i: f"{i + 1}\\. {escape(texts[i]) or '(nothing)'}",
        captions=[f"score {number(h.score)}" + _cut(h.output, texts) for h in best],
        key=renewed.widget(name, rank),
        on_change=choose,
    )
    unit = f"{noun}s" if all(_is_whole(hypothesis.output) for hypothesis in best) else "subwords"
    penalty = escape(str(reading.provenance.settings.get("length_penalty", 1.0)))
    told = (
        f"A score nearer to 0 is better. It is the log-probability of the whole, divided by its number of {unit} (the "
        f"end mark is one more) to the power of {penalty} (the length penalty)."
    )
    if len(set(texts)) < len(texts):
        told += " The same text stands there more than once where the search built it of other subwords."
    st.caption(told, help=glossary.explained(told))


def _cut(output: Pieces, texts: Sequence[str]) -> str:
    """The subwords, where the same text was found more than once: such outputs differ in these."""
    if texts.count(output.text) == 1:
        return ""
    return f", as {escape(' '.join('·'.join(units) for units in output.units))}"


def word_by_word(task: Task, reading: Reading, *, key: str) -> None:
    """An expander with each word of the output, and how likely the whole is."""

    def draw() -> None:
        _word_table(reading.output)
        how_likely(reading, task)

    on_demand.expander("Word by word", draw, key=key)


def _word_table(output: Pieces) -> None:
    """Each word with its probability, its subwords where it has several, and the alternatives."""
    rows = {
        "word": [one_line(label) for label in output.labels],
        "probability": [likely.probability(logprob) for logprob in output.logprobs],
    }
    whole = _is_whole(output)
    if not whole:
        rows["subwords"] = [" ".join(map(one_line, units)) for units in output.units]
    likeliest = "likeliest words" if whole else "likeliest beginnings"
    rows[likeliest] = [likely.alternatives(output, word) for word in range(len(output.labels))]
    st.dataframe(
        rows,
        hide_index=True,
        column_config={name: st.column_config.Column(width="small") for name in rows if name != likeliest}
        | {"probability": sentences.NUMBER},
        alt="Each output word with its probability and the alternatives",
    )


def _is_whole(output: Pieces) -> bool:
    """Whether the model read each word as one piece."""
    return all(len(units) == 1 for units in output.units)


def _order(attention: AttentionMap) -> None:
    """How far the map follows the order of the input."""
    if not attention.weights.size:
        return
    back, noun = shape.backward_steps(attention.weights), "subword" if attention.name == SUBWORDS else "word"
    st.caption(f"From one output {noun} to the next, the strongest input {noun} moves back in {back:.0%} of the steps.")


def credit(what: str, reading: Reading) -> str:
    """Markdown on who made the file that was read, where that is known. what: what the file is."""
    told = escape(short(reading.given.credit, _LONGEST_CREDIT))
    return f"{what}: {told}" if told else ""


def note(place: int, every: Sequence[Reading], noun: str = "word") -> str:
    """Where an output differs from the first one of `every`; and how likely it is, where a person's own output stands
    among them to be compared with. It is empty for an output alone. noun: what outputs are made of."""
    notes = [parting(every[0], every[place], noun)] if place else []
    if any(reading.given.forced is not None for reading in every):
        notes.append(f"Log-probability {number(every[place].output.logprob)}.")
    return " ".join(notes)


def how_likely(reading: Reading, task: Task) -> None:
    """How long the reading took, on what, and how likely the whole output is."""
    verb = task.did if reading.given.forced is None else "Read"
    st.caption(f"{escape(time_taken(reading, verb))} · log-probability {number(reading.output.logprob)}", help=_HINT)


def time_taken(reading: Reading, verb: str) -> str:
    """How long its device worked at the reading. verb: what the model did in this time, such as "Read"."""
    device = str(reading.provenance.settings.get("device", ""))
    where = f" on {short(DEVICES.get(device, device))}" if device else ""
    return f"{verb} in {1000 * reading.provenance.seconds:.0f} ms{where}"


def parting(first: Reading, other: Reading, noun: str = "word") -> str:
    """From where on the other one's output differs from the first one's."""
    ours, theirs = first.output.labels, other.output.labels
    place = compare.first_difference(ours, theirs)
    if place is None:
        return f"The same {noun}s as “{first.name}”."
    words = (f"“{labels[place]}”" if place < len(labels) else "its end" for labels in (theirs, ours))
    return f"Differs from “{first.name}” from {noun} {place + 1} on: {' for '.join(words)}."


def _columns(readings: Sequence[Reading]) -> int:
    """In how many columns the maps of these readings may stand on a usual page."""
    count = sum(1 for reading in readings if reading.maps)
    return 2 if count in (2, 4) else min(max(count, 1), 3)
