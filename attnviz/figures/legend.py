"""What is written below a figure for paper: what is drawn, by which bundles, with which settings and on which scale."""

from collections.abc import Mapping, Sequence

from attnviz.figures import kinds, titles, words
from attnviz.figures.drawing import Drawing
from attnviz.figures.lengths import Curve
from attnviz.reading import Reading

# Characters. A reading from a file may hold any text at all.
_LONGEST_NAME = 60
_LONGEST_TEXT = 200
_LONGEST_SENTENCE = 2000
_MOST_NOTES = 5


def of_maps(readings: Sequence[Reading], drawing: Drawing) -> str:
    """The caption of the readings' maps: task, variants with the first 12 characters of their bundles' digests and
    their settings, what was read and written, what the readers noted, where an output was given, which variants have no
    map, and how weights are drawn. For a difference, `readings` are the two whose maps are subtracted."""
    kind = kinds.of(readings, drawing.map_name)
    sentences = [
        f"Attention{_over(readings[0])} in {readings[0].task}: {' and '.join(map(_variant, readings))}",
        *_texts(readings),
        *_notes(readings),
    ]
    forced = [reading.name for reading in readings if reading.given.forced is not None]
    if forced:
        sentences.append(f"The output was given, not chosen by the model ({', '.join(forced)})")
    edited = [reading.name for reading in readings if reading.given.edits]
    if edited:
        sentences.append(f"The weights were given, not chosen by the model ({', '.join(edited)})")
    absent = [reading.name for reading in readings if not reading.maps]
    if absent:
        sentences.append(f"There is no map where there is no attention ({', '.join(absent)})")
    return _joined([*sentences, *kind.explained(readings, drawing)])


def of_lengths(curves: Sequence[Curve], digests: Mapping[str, str]) -> str:
    """The caption of curves by length. digests: of the bundles, by the names of their variants."""
    scores = curves[0].scores
    variants = ", ".join(f"{curve.variant} (bundle {digests[curve.variant][:12]})" for curve in curves)
    return (
        f"{scores.figure} by the number of {scores.unit}, on {scores.set} ({scores.n:,} inputs): {variants}. "
        f"{scores.signature}. The command of every figure is in the bundle's scores.json."
    )


def _over(reading: Reading) -> str:
    """What was looked at, where it is no text: texts are quoted."""
    if reading.texts:
        return ""
    return f" over {_short(reading.given.name, _LONGEST_NAME) or kinds.of([reading]).over}"


def _variant(reading: Reading) -> str:
    """The variant with what made the reading: which of the n best it is, what was left out, bundle and settings."""
    given, parts = reading.given, [f"bundle {reading.provenance.digest[:12]}"]
    if given.rank > 1:
        parts.append(f"number {given.rank} of the {len(reading.hypotheses)} best that its search found")
    if given.left_out:
        parts.append(f"left out {titles.left_out(reading)}")
    parts += [
        _short(f"{name.replace('_', ' ')} {value}", _LONGEST_TEXT)
        for name, value in reading.provenance.settings.items()
    ]
    return f"{reading.name} ({'; '.join(parts)})"


def _texts(readings: Sequence[Reading]) -> list[str]:
    """What was read, and what each variant wrote; what several have in common is said once."""
    if not readings[0].texts:
        return []  # a figure of anything else shows what was read, and what was written
    read = [" / ".join(_quoted(pieces.text) for pieces in reading.texts) for reading in readings]
    wrote = [f"{reading.name}: {_quoted(reading.output.text)}" for reading in readings]
    if len({reading.output.text for reading in readings}) == 1:
        wrote = [_quoted(readings[0].output.text)]
    return [f"Input: {'; '.join(dict.fromkeys(read))}", f"Output: {'; '.join(wrote)}"]


def _notes(readings: Sequence[Reading]) -> list[str]:
    """What the readers noted about the input, each note once."""
    every = [_short(note, _LONGEST_TEXT) for reading in readings for note in reading.provenance.notes]
    return list(dict.fromkeys(every))[:_MOST_NOTES]


def _joined(sentences: Sequence[str]) -> str:
    """The sentences, with a full stop after each that has no end of its own."""
    short = [_short(sentence, _LONGEST_SENTENCE) for sentence in sentences]
    ends = (".", "…", ".”", "!”", "?”", "…”")
    return " ".join(sentence if sentence.endswith(ends) else f"{sentence}." for sentence in short)


def _quoted(text: str) -> str:
    return f"“{_short(text, _LONGEST_TEXT)}”"


def _short(text: str, longest: int) -> str:
    """The text on one line, cut to `longest`. Only its beginning is read."""
    return words.cut(words.shown(text[: 4 * longest]), longest)
