"""Pictures of maps for paper: one panel a Reading, or the difference of two."""

from collections.abc import Sequence

from attnviz.errors import InputError
from attnviz.figures import axes, captions, ink, labels, maps, paper, words
from attnviz.reading import ATTENTION, SUBWORDS, AttentionMap, Reading


def picture(
    readings: Sequence[Reading],
    format: ink.Format,
    *,
    map_name: str = ATTENTION,
    stretch: bool = False,
    caption: bool = True,
    difference: bool = False,
) -> bytes:
    """The maps of that name as PNG (300 dpi), SVG or PDF; a Reading without any map says so in its panel.

    Raises InputError where a Reading has maps but none of that name, and where a difference can't be taken.
    """
    attention = [map_of(reading, map_name) for reading in readings]
    if difference:
        panels = [_difference(readings, attention, stretch, map_name)]
    else:
        panels = [_panel(reading, found, stretch, map_name) for reading, found in zip(readings, attention, strict=True)]
    below = None
    if caption:
        subwords = map_name == SUBWORDS
        below = captions.caption(readings, stretch=stretch, subwords=subwords, difference=difference, map_name=map_name)
    return ink.save(paper.figure(panels, caption=below), format)


def map_of(reading: Reading, name: str) -> AttentionMap | None:
    """The map, or None for a variant that has none at all. Raises InputError where it has others."""
    found = reading.map(name)
    if found is None and reading.maps:
        raise InputError(f"There is no map {name!r} here: choose one of {', '.join(m.name for m in reading.maps)}.")
    return found


def _panel(reading: Reading, found: AttentionMap | None, stretch: bool, map_name: str) -> paper.Panel:
    given = ", output given" if found is not None and reading.provenance.settings.get("forced") else ""
    left_out = reading.provenance.settings.get("left_out")
    title = reading.variant + (f", without {left_out}" if left_out else "") + given
    if labels.probabilities(reading):
        title += f": {reading.output.text}"
    return paper.Panel(
        found,
        title,
        stretch=stretch,
        axes=axes.of(reading.task, map_name),
        note=labels.told(reading),
        unread=_unread(reading, found),
    )


def _difference(
    readings: Sequence[Reading], found: Sequence[AttentionMap | None], stretch: bool, map_name: str
) -> paper.Panel:
    if len(found) != 2:
        raise InputError(f"A difference is taken between two variants, not {len(found)}: choose two.")
    first, second = found
    if first is None or second is None:
        raise InputError("A variant without attention has no map to compare: choose two variants with attention.")
    title = f"{readings[0].variant} \N{MINUS SIGN} {readings[1].variant}"
    named = axes.of(readings[0].task, map_name)
    return paper.Panel(
        maps.subtract(first, second),
        title,
        difference=True,
        stretch=stretch,
        axes=named,
        unread=_unread(readings[0], first),
    )


def _unread(reading: Reading, found: AttentionMap | None) -> frozenset[int]:
    """The words among the keys that the model could not read. The keys are all texts, or one of a pair."""
    if found is None:
        return frozenset()
    keys = [pieces for pieces in reading.texts if pieces.labels == found.keys.labels]
    return words.unread(keys[:1] or reading.texts)
