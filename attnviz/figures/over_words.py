"""Readings with maps over words, for paper: a heatmap for each reading, or the difference of two."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from attnviz.attention import SUBWORDS, AttentionMap
from attnviz.figures import maps, paper, titles, words
from attnviz.figures.drawing import Drawing
from attnviz.figures.panel import Panel
from attnviz.reading import Reading

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def picture(readings: Sequence[Reading], drawing: Drawing, caption: str | None) -> "Figure":
    """The maps side by side; a reading without any map says so in its panel.

    Raises InputError where a reading has maps but none of that name, and where a difference can't be taken.
    """
    if drawing.difference:
        panels = [_difference(readings, drawing)]
    else:
        panels = [panel(reading, drawing) for reading in readings]
    return paper.figure(panels, caption=caption, paper=drawing.paper)


def explained(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    """What the rows and columns are, on which scale their weights are drawn, and what became of subwords."""
    every = drawn(readings, drawing)
    if not every:
        return []
    sentences = [
        f"Rows are the {every[0].query_name} words, columns the {every[0].key_name} words",
        scale(readings, drawing),
    ]
    if drawing.difference:
        sentences.append(f"The largest difference is {maps.largest_difference(every[0]):.2f}")
    sentences += of_rest(readings, drawing)
    if not drawing.difference:
        shown = [(reading.name, reading.map(drawing.map_name)) for reading in readings]
        told = (maps.sums_told(attention, name) for name, attention in shown if attention is not None)
        sentences += dict.fromkeys(filter(None, told))
    if drawing.map_name == SUBWORDS:
        sentences.append("Rows and columns are the model's own subwords")
    elif any(reading.map(SUBWORDS) for reading in readings):
        sentences.append("Columns of a word's subwords are summed, and its rows are averaged")
    return sentences


def of_rest(readings: Sequence[Reading], drawing: Drawing) -> list[str]:
    """A sentence that says what the column of the rest stands for, where there is one."""
    resting = [attention for attention in drawn(readings, drawing) if maps.has_rest(attention)]
    return [f"{maps.REST_LABEL} is {resting[0].rest_name}"] if resting else []


def drawn(readings: Sequence[Reading], drawing: Drawing) -> list[AttentionMap]:
    """The maps that a picture shows: one of each reading that has it, or the difference of two. Raises InputError where
    that can't be taken."""
    if drawing.difference:
        return [maps.difference(readings, drawing.map_name)]
    return [attention for reading in readings if (attention := reading.map(drawing.map_name)) is not None]


def panel(reading: Reading, drawing: Drawing) -> Panel:
    """The reading's map under its title, which for a classifier goes on with the label."""
    attention = maps.map_of(reading, drawing.map_name)
    label = f": {reading.output.text}" if reading.probabilities else ""
    return Panel(
        attention,
        f"{titles.title(reading)}{label}",
        stretch=drawing.stretch,
        strongest=drawing.strongest,
        note=titles.subtitle(reading),
        unread=_unread(reading, attention),
    )


def _difference(readings: Sequence[Reading], drawing: Drawing) -> Panel:
    return Panel(
        maps.difference(readings, drawing.map_name),
        titles.minus(*readings),
        difference=True,
        stretch=drawing.stretch,
        unread=_unread(readings[0], readings[0].map(drawing.map_name)),
    )


def _unread(reading: Reading, attention: AttentionMap | None) -> frozenset[int]:
    """The words among the keys that the model could not read. The keys cover all texts, or one of the pair."""
    if attention is None:
        return frozenset()
    keys = [pieces for pieces in reading.texts if pieces.labels == attention.keys.labels]
    return words.unread(keys[:1] or reading.texts)


def scale(readings: Sequence[Reading], drawing: Drawing) -> str:
    """A sentence that says on which scale the weights are drawn."""
    if drawing.difference:
        first, second = (f"“{reading.name}”" for reading in readings)
        ends = "stretched to the largest" if drawing.stretch else f"drawn from {maps.MINUS}1 to 1"
        return f"The cells are differences of weights, {first} minus {second}, {ends}"
    if drawing.stretch:
        return "Weights are drawn from 0 to each map's largest (stretched)"
    return "Weights are drawn from 0 to 1"
