"""What is written below a figure for paper: what is drawn, by which bundles, with which settings and on which scale."""

from collections.abc import Mapping, Sequence

from attnviz.analysis import copying
from attnviz.figures import agreement, copied_words, kinds, titles, words
from attnviz.figures.agreement import Dot
from attnviz.figures.drawing import Drawing
from attnviz.figures.lengths import Curve, panels
from attnviz.reading import Reading

# Characters. A reading from a file may hold any text at all.
_LONGEST_NAME = 60
_LONGEST_TEXT = 200
_LONGEST_SENTENCE = 2000
_MOST_NOTES = 5
_MOST_CODES = 12  # of signs that are missing from a picture


def of_maps(readings: Sequence[Reading], drawing: Drawing) -> str:
    """The caption of the readings' maps: what was read and written, what the readers noted, what a person did, how
    weights are drawn, and who made the file that was read; in its second line, the fine print, which models made it,
    with which settings. On a paper without a caption it is what was written, what the picture can't be understood
    without, and who made the file; it may be empty. For a difference, `readings` are the two whose maps are subtracted.
    """
    kind = kinds.of(readings, drawing.map_name)
    if not drawing.paper.caption:
        labelled = bool(readings[0].probabilities)  # the label is in the title of its map
        return _joined([*([] if labelled else _wrote(readings)), *kind.needed(readings, drawing), *_credits(readings)])
    sentences = [
        f"Attention{_over(readings[0])} in {readings[0].task}",
        *_texts(readings),
        *_copied(readings),
        *_notes(readings),
        *_done(readings),
        *kind.explained(readings, drawing),
        *_credits(readings),
    ]
    return f"{_joined(sentences)}\n{_joined([_made(readings)])}"


def with_missing(caption: str, readings: Sequence[Reading]) -> str:
    """The caption, in the fine print with the signs of the readings and of the caption that no font has, if there are
    any."""
    from attnviz.figures import ink

    labels = (label for reading in readings for pieces in (*reading.texts, reading.output) for label in pieces.labels)
    signs = ink.missing(words.shown("".join((*labels, caption))))
    if not signs:
        return caption
    codes = ", ".join(f"U+{ord(sign):04X}" for sign in signs[:_MOST_CODES])
    note = f"No font on this computer has these signs, which are missing from the picture: {codes}"
    rest = len(signs) - _MOST_CODES
    return f"{caption}\n{note}{f' and {rest} more' if rest > 0 else ''}."


def of_lengths(curves: Sequence[Curve], digests: Mapping[str, str]) -> str:
    """The caption of curves by length. digests: of the bundles, by the names of their variants."""
    scores = curves[0].scores
    variants = ", ".join(f"{curve.variant} (model {digests[curve.variant][:12]})" for curve in curves)
    told = "".join(f"{panel.told} " for panel in panels(curves) if panel.told)
    return (
        f"{scores.figure} by the number of {scores.unit}, on {scores.set} ({scores.n:,} inputs): {variants}. "
        f"{told}{scores.signature}. The command of every figure is in the bundle's scores.json."
    )


def of_agreement(dots: Sequence[Dot], digests: Mapping[str, str]) -> str:
    """The caption of the chart of how well maps agree with what people marked. digests: of the bundles, by the names of
    their variants."""
    names = dict.fromkeys(dot.variant for dot in dots)
    variants = ", ".join(f"{name} (model {digests[name][:12]})" for name in names)
    return (
        f"How well the maps agree with what people marked, by {dots[0].row.figure}, {agreement.direction(dots)}: "
        f"{variants}. The command of every figure is in the bundle's scores.json."
    )


def _over(reading: Reading) -> str:
    """What was looked at, where it is no text: texts are quoted."""
    if reading.texts:
        return ""
    return f" over {_short(reading.given.name, _LONGEST_NAME) or kinds.of([reading]).over}"


def _made(readings: Sequence[Reading]) -> str:
    """Which models made the readings, with which program and settings. What all have in common is said once."""
    models = [f"{_mechanism(reading)}, model {reading.provenance.digest[:12]}" for reading in readings]
    settings = [_settings(reading) for reading in readings]
    if len(set(settings)) == 1:
        return f"{'; '.join(dict.fromkeys(models))}; {settings[0]}"
    return "; ".join(dict.fromkeys(f"{model}, {of}" for model, of in zip(models, settings, strict=True)))


def _mechanism(reading: Reading) -> str:
    return reading.name if reading.name.endswith("attention") or not reading.maps else f"{reading.name} attention"


def _settings(reading: Reading) -> str:
    """The program and what was chosen for the search; on which device it ran changes nothing for a reader."""
    chosen = {name: value for name, value in reading.provenance.settings.items() if name != "device"}
    parts = [f"{name.replace('_', ' ')} {value}" for name, value in chosen.items()]
    return ", ".join(_short(part, _LONGEST_TEXT) for part in (f"attnviz {reading.provenance.version}", *parts))


def _done(readings: Sequence[Reading]) -> list[str]:
    """What a person did to the readings: which of the n best they chose, what was left out or given."""
    sentences = []
    for reading in readings:
        given = reading.given
        if given.rank > 1:
            found = f"number {given.rank} of the {len(reading.hypotheses)} best that its search found"
            sentences.append(f"Of “{reading.name}” this is {found}")
        if given.left_out:
            sentences.append(f"Left out of the input of “{reading.name}”: {titles.left_out(reading)}")
    forced = [reading.given.forced is not None for reading in readings]
    if all(forced):
        sentences.append("The output was given, not chosen by the model")
    elif any(forced):
        sentences.append(f"Where it says “{titles.OUTPUT_GIVEN}”, the model was given the output and did not choose it")
    sentences += [
        f"Of “{reading.name}” the weights were given, not chosen by the model"
        for reading in readings
        if reading.given.edits
    ]
    return list(dict.fromkeys(sentences))


def _texts(readings: Sequence[Reading]) -> list[str]:
    """What was read, and what each variant wrote; what several have in common is said once."""
    if not readings[0].texts:
        return []  # a figure of anything else shows what was read, and what was written
    read = [" / ".join(_quoted(pieces.text) for pieces in reading.texts) for reading in readings]
    return [f"Input: {'; '.join(dict.fromkeys(read))}", *_wrote(readings)]


def _wrote(readings: Sequence[Reading]) -> list[str]:
    """What each variant wrote, where a figure does not show it; what several have in common is said once."""
    if not readings[0].texts:
        return []
    wrote = [f"{_named(reading)}: {_quoted(reading.output.text)}" for reading in readings]
    if len({reading.output.text for reading in readings}) == 1:
        wrote = [_quoted(readings[0].output.text)]
    return [f"Output: {'; '.join(wrote)}"]


def _copied(readings: Sequence[Reading]) -> list[str]:
    """Which words each variant copied that can copy."""
    several, sentences = len(readings) > 1, []
    for reading in readings:
        forced = reading.given.forced is not None
        if told := copied_words.told(reading.output.labels, copying.copied(reading), forced=forced):
            sentences.append(f"{_named(reading)}: {told}" if several else told)
    return sentences


def _named(reading: Reading) -> str:
    """The variant, and whether its output was given."""
    return reading.name if reading.given.forced is None else f"{reading.name}, {titles.OUTPUT_GIVEN}"


def _notes(readings: Sequence[Reading]) -> list[str]:
    """What the readers noted about the input, each note once."""
    every = [_short(note, _LONGEST_TEXT) for reading in readings for note in reading.provenance.notes]
    return list(dict.fromkeys(every))[:_MOST_NOTES]


def _credits(readings: Sequence[Reading]) -> list[str]:
    """Who made the files that were read, and under which terms, where that is known."""
    every = [_short(reading.given.credit, _LONGEST_TEXT) for reading in readings if reading.given.credit]
    return [f"Source: {credit}" for credit in dict.fromkeys(every)]


def _joined(sentences: Sequence[str]) -> str:
    """The sentences, with a full stop after each that has no end of its own."""
    short = [_short(sentence, _LONGEST_SENTENCE) for sentence in sentences]
    ends = (".", "…", ".”", "!”", "?”", "…”")
    return " ".join(sentence if sentence.endswith(ends) else f"{sentence}." for sentence in short)


def _quoted(text: str) -> str:
    return f"“{_short(text, _LONGEST_TEXT)}”"


def _short(text: str, longest: int) -> str:
    """The text on one line, cut to `longest`, after a whole word where there is one in reach. Only its beginning is
    read."""
    line = words.shown(text[: 4 * longest])
    kept, space, _ = line[:longest].rpartition(" ")
    return f"{kept} …" if len(line) > longest and space and len(kept) > longest // 2 else words.cut(line, longest)
