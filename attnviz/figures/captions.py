"""The caption of a figure for paper: what is drawn, by which bundle, with which settings and on which scale."""

from collections.abc import Sequence

from attnviz.figures import axes, maps, words
from attnviz.figures.photo import Look
from attnviz.reading import ATTENTION, SUBWORDS, AttentionMap, Grid, Reading

# Said in a sentence of its own, or told on the page.
_NOT_SETTINGS = ("forced", "hypothesis", "notes", "unknown", "photo")
# Characters. A reading from a file may hold any text at all.
_LONGEST_NAME = 60
_LONGEST_TEXT = 200
_LONGEST_SENTENCE = 2000
_MOST_NOTES = 5


def caption(
    readings: Sequence[Reading],
    *,
    stretch: bool,
    subwords: bool,
    difference: bool = False,
    map_name: str = ATTENTION,
) -> str:
    """Task, variants with the first 12 characters of their bundles' digests, settings, scale and merge rule.

    It says what the readers told of the input, where an output was forced, and which variants have no map. With
    `difference`, `readings` are the two whose maps are subtracted. map_name: whose axes are named.
    """
    named = axes.of(readings[0].task, map_name)
    drawn = _drawn(readings, SUBWORDS if subwords else map_name, difference)
    sentences = [
        f"Attention in {readings[0].task}: {' and '.join(_variant(reading) for reading in readings)}",
        *_texts(readings),
        *_notes(readings),
    ]
    if drawn:
        sentences.append(f"Rows are the {named.queries}, columns the {named.keys}")
    forced = [reading.variant for reading in readings if reading.provenance.settings.get("forced")]
    if forced:
        sentences.append(f"The output was given, not chosen by the model ({', '.join(forced)})")
    absent = [reading.variant for reading in readings if not reading.maps]
    if absent:
        sentences.append(f"{', '.join(absent)}: no attention, no map")
    if drawn:
        sentences.append(_scale(readings, stretch, difference))
        if any(map(maps.has_rest, drawn)):
            sentences.append(f"{maps.REST_LABEL} is {named.rest}")
        if subwords:
            sentences.append("Rows and columns are the model's own subwords")
        elif any(reading.map(SUBWORDS) for reading in readings):
            sentences.append("Columns of a word's subwords are summed, rows averaged")
    return _joined(sentences)


def of_photos(readings: Sequence[Reading], look: Look, map_name: str = ATTENTION) -> str:
    """The photo's name, variants with the first 12 characters of their bundles' digests, settings, what the readers
    told of the photo, and how weights are drawn. What light and dark stand for is told beside the maps."""
    name = _short(readings[0].provenance.settings.get("photo", ""), _LONGEST_NAME)
    told = [
        f"Attention over {name or 'a photo'} in {readings[0].task}: {' and '.join(map(_variant, readings))}",
        *_notes(readings),
    ]
    forced = [reading.variant for reading in readings if reading.provenance.settings.get("forced")]
    if forced:
        told.append(f"The caption was given, not chosen by the model ({', '.join(forced)})")
    found = next((m for reading in readings if (m := reading.map(map_name))), None)
    if found is not None and isinstance(found.keys, Grid):
        between = "smooth between the cells' centres" if look.smooth else "cell by cell"
        told.append(
            f"{found.keys.rows} x {found.keys.columns} cells, {between}; where the weight is 0, {look.strength:.0%} of "
            "the light is taken away"
        )
    return _joined(told)


def title(reading: Reading) -> str:
    """The variant, and where its output is not what it would have chosen."""
    settings = reading.provenance.settings
    if settings.get("forced"):
        return f"{reading.variant}, caption given"
    rank = settings.get("hypothesis")
    return f"{reading.variant}, caption {rank} of {len(reading.hypotheses)}" if rank else reading.variant


def _drawn(readings: Sequence[Reading], name: str, difference: bool) -> list[AttentionMap]:
    found = [attention for reading in readings if (attention := reading.map(name)) is not None]
    return [maps.subtract(*found)] if difference else found


def _notes(readings: Sequence[Reading]) -> list[str]:
    """What the readers told, once each: what of the input they did not read or know."""
    every = [_short(note, _LONGEST_TEXT) for one in readings for note in one.provenance.settings.get("notes") or ()]
    return list(dict.fromkeys(every))[:_MOST_NOTES]


def _texts(readings: Sequence[Reading]) -> list[str]:
    """What was read, and what each variant wrote; what several have in common is said once."""
    told = [" / ".join(_quoted(pieces.text) for pieces in reading.texts) for reading in readings]
    wrote = [f"{reading.variant}: {_quoted(reading.output.text)}" for reading in readings]
    if len({reading.output.text for reading in readings}) == 1:
        wrote = [_quoted(readings[0].output.text)]
    return [f"Input: {'; '.join(dict.fromkeys(told))}", f"Output: {'; '.join(wrote)}"]


def _joined(sentences: Sequence[str]) -> str:
    """With a full stop after each that has no end of its own."""
    short = [words.cut(one, _LONGEST_SENTENCE) for one in sentences]
    return " ".join(one if one.endswith((".", "…", ".”", "!”", "?”", "…”")) else f"{one}." for one in short)


def _quoted(text: str) -> str:
    return f"“{_short(text, _LONGEST_TEXT)}”"


def _short(value: object, longest: int) -> str:
    """One line; what lies far beyond its end isn't looked at."""
    return words.cut(words.shown(str(value)[: 4 * longest]), longest)


def _variant(reading: Reading) -> str:
    settings = reading.provenance.settings
    shown = [
        _short(f"{name.replace('_', ' ')} {value}", _LONGEST_TEXT)
        for name, value in settings.items()
        if name not in _NOT_SETTINGS
    ]
    if rank := settings.get("hypothesis"):
        shown.insert(0, f"number {rank} of the {len(reading.hypotheses)} best that its search found")
    return f"{reading.variant} ({'; '.join([f'bundle {reading.provenance.digest[:12]}', *shown])})"


def _scale(readings: Sequence[Reading], stretch: bool, difference: bool) -> str:
    if difference:
        first, second = (reading.variant for reading in readings)
        return f"Differences of weights, {first} minus {second}, stretched to the largest"
    return "Weights from 0, stretched to each map's largest" if stretch else "Weights from 0 to 1"
