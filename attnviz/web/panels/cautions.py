"""What in an output gives reason to doubt it, told in one calm line beside it."""

import json
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

import numpy as np

from attnviz import service
from attnviz.analysis import facts, phrases, segments, shape
from attnviz.axes import Frames
from attnviz.figures.lengths import label, reached
from attnviz.figures.sound import samples_of
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.web.panels import evidence
from attnviz.web.text import one_line, short

# Chosen by looking at scores and outputs: single words are passed over in good translations too.
_MUCH_WORSE = 2 / 3  # of the BLEU of short sentences
_LEAST_WEIGHT = 0.15  # that a word got from all output words together
_LEAST_WORDS = 2  # side by side that got less
_LEAST_PHRASE = 3  # words that are written twice
_LEAST_ROUNDS = 4  # of the same pieces in one word
_UNSURE = 0.5  # the mean probability of what was written; noise and music get less, and clear speech gets 0.8
_MOST_AT_ONCE = 5  # pieces in a row that may be heard at one moment
_MOST_FACTS = 5  # that are named
_CHECKED = "Only names and numbers are checked."
_NO_CHARACTER = "\N{REPLACEMENT CHARACTER}"
_FURTHEST_BACK = 1.0  # seconds by which a reading may go back in a recording
_MOST_A_SECOND = 20  # pieces that may be written of a sound; the fastest speakers say fewer
_LONGEST_GAP = 3.0  # seconds in which nothing may be heard, unless they are quiet
_QUIET = 0.3  # of the loudness of the whole sound: pauses have less
_BROKEN_OFF = "A recording that breaks off inside a word can cause this: let it end with a short silence."


def caution(reading: Reading) -> str:
    """Reasons to doubt the output, as sentences; empty if there are none. Of an output that a person gave it is told at
    most what the input does not say, where the output should say the same in fewer words."""
    task = service.TASKS.get(reading.task)
    shortens = task is not None and task.shortens
    judges: tuple[Callable[[Reading], str], ...]
    if reading.given.forced is None:
        judges = _OF_SHORTER if shortens else _OF_WHOLE
    else:
        judges = (_made_up,) if shortens else ()
    return " ".join(filter(None, (judge(reading) for judge in judges)))


def caution_of_sound(reading: Reading, noun: str) -> str:
    """Reasons to doubt what was written of a sound, as sentences; empty if there are none. noun: what it is made of."""
    if not reading.output.labels:
        return f"No {noun} was heard. Does anybody speak English here, loud enough and close to the microphone?"
    lost, missed = lost_place(reading, noun), _missed(reading, noun)
    remedy = _remedy(reading, lost=bool(lost)) if lost or missed else ""
    return " ".join(filter(None, (_unsure(reading, noun), lost, missed, remedy)))


def lost_place(reading: Reading, noun: str) -> str:
    """A sentence if a reading of a sound stays at one moment, goes far back, or does not find the end; empty if it does
    not, and for an output that a person gave. noun: what the output is made of."""
    if reading.given.forced is not None:
        return ""
    (heard,), attention = reading.source, reading.map()
    if attention is not None and isinstance(attention.keys, Frames):
        stays = max(shape.stays(attention.weights), default=0)
        if stays > _MOST_AT_ONCE:
            return f"It listened to the same moment for {stays} {noun}s in a row: the model has lost its place."
        back = shape.furthest_back(attention.weights) * attention.keys.step
        if back > _FURTHEST_BACK:
            return f"It went back by {back:.1f} seconds to listen: the model may have lost its place."
    count = len(reading.output.labels)
    if isinstance(heard, Sound) and count > _MOST_A_SECOND * heard.seconds:
        return (
            f"It wrote {count} {noun}s for {heard.seconds:.1f} seconds, more than anybody can say: the model did not "
            "find the end."
        )
    return ""


def _unsure(reading: Reading, noun: str) -> str:
    mean = float(np.exp(np.minimum(reading.output.logprobs, 0)).mean()) if reading.output.logprobs else 1.0
    if mean >= _UNSURE:
        return ""
    asked = " Is this English, and spoken clearly?" if reading.maps else ""  # without attention, any sound is unsure
    return f"The model is unsure: the mean probability of these {noun}s is {mean:.2f}.{asked}"


def _remedy(reading: Reading, *, lost: bool) -> str:
    """What may help a reading that missed something, where its model has that, or why it did not help. lost: whether
    the reading lost its place."""
    remedy = next((focus for focus in service.TASKS[reading.task].focuses if focus.finds_place), None)
    if remedy is None or not reading.maps:
        return ""
    if remedy.name not in reading.given.focus.split(","):
        return f"“{remedy.called}”, under Settings, may help."
    return " ".join(filter(None, (f"“{remedy.called}” is on, and did not help here.", _BROKEN_OFF if lost else "")))


def _missed(reading: Reading, noun: str) -> str:
    """A sentence if a long time of a sound that is not quiet was not listened to; else empty."""
    attention = reading.map()
    if attention is None or not isinstance(attention.keys, Frames):
        return ""
    heard = next(part for part in reading.source if isinstance(part, Sound))
    moments = segments.means(attention.weights, attention.keys.centres, heard.seconds)
    edges = np.concatenate([[0.0], moments, [heard.seconds]])
    place = int(np.diff(edges).argmax())
    start, end = float(edges[place]), float(edges[place + 1])
    if end - start <= _LONGEST_GAP:
        return ""
    samples = samples_of(heard)
    within = samples[round(start * heard.rate) : round(end * heard.rate)]
    if np.sqrt(np.square(within).mean()) < _QUIET * np.sqrt(np.square(samples).mean()):
        return ""
    first, last = heard.start + start, heard.start + end
    return f"No {noun} was heard from {first:.1f} to {last:.1f} seconds, where something sounds: it may be missing."


def _too_long(reading: Reading) -> str:
    pieces = sum(len(units) for text in reading.texts for units in text.units)
    longest = _longest(reading.task, reading.variant) if evidence.made_here(reading) else None
    if longest is None or pieces <= longest:
        return ""
    return (
        f"This text has more pieces ({pieces}) than any that the model learned from ({longest}): expect mistakes "
        "towards its end."
    )


def _longest(task: str, variant: str) -> int | None:
    """How many subwords the longest sentence has that the variant was trained on."""
    from attnviz import bundles

    config = json.loads((bundles.PRETRAINED / task / variant / bundles.CONFIG).read_text(encoding="utf-8"))
    longest = config.get("recipe", {}).get("longest")
    return longest if isinstance(longest, int) else None


def _worse_at_length(reading: Reading) -> str:
    """A sentence if, by its scores, the variant is much worse at this length; else empty."""
    if not evidence.made_here(reading):
        return ""
    by_length = evidence.evidence(reading.provenance.digest, reading.task, reading.variant).by_length
    here = reached(by_length, sum(len(pieces.text.split()) for pieces in reading.texts)) if by_length else None
    if by_length is None or here is None or here.value >= _MUCH_WORSE * (shortest := by_length.bins[0]).value:
        return ""
    return (
        f"The longer the input, the worse this variant: in the scores of {by_length.inputs}, {by_length.figure} is "
        f"{shortest.value:.0f} at {label(shortest)} words and {here.value:.0f} at {label(here)}."
    )


def _passed_over(reading: Reading) -> str:
    attention = reading.map()
    if attention is None or not len(attention.queries):
        return ""
    labels = attention.keys.labels
    marks = set(shape.marks(labels))
    runs = ([i for i in run if i not in marks] for run in shape.passed_over(attention.weights, _LEAST_WEIGHT))
    phrases_passed = [labels[run[0] : run[-1] + 1] for run in runs if len(run) >= _LEAST_WORDS]
    if not phrases_passed:
        return ""
    output = service.TASKS[reading.task].output
    return f"Hardly anything looked at {_listed(phrases_passed)}: the {output} may leave it out."


def _repeated(reading: Reading) -> str:
    phrase = phrases.repeated(reading.output.labels, _LEAST_PHRASE)
    times = phrases.most(reading.output.labels, _LEAST_PHRASE)
    in_source = max((phrases.most(pieces.labels, _LEAST_PHRASE - 1) for pieces in reading.texts), default=0)
    if not phrase or times <= in_source:
        return ""
    if in_source > 1:
        return "It says some things more often than the input does: the model may have lost its place."
    return f"It says {_listed([phrase])} more than once, which the input does not: the model may have lost its place."


def _looped(reading: Reading) -> str:
    """A sentence if pieces of one word go round and round, in a word that the input does not have."""
    known = {label for pieces in reading.texts for label in pieces.labels}
    words = zip(reading.output.labels, reading.output.units, strict=True)
    looped = [label for label, units in words if label not in known and phrases.looped(units, _LEAST_ROUNDS)]
    if not looped:
        return ""
    return f"It goes round and round within {_listed([looped[:1]])}: the model has lost its place."


def _broken(reading: Reading) -> str:
    """A sentence if bytes were written that make no character, where the input has none."""
    if _NO_CHARACTER not in reading.output.text or any(_NO_CHARACTER in pieces.text for pieces in reading.texts):
        return ""
    return f"“{_NO_CHARACTER}” stands where the model wrote only a part of a rare character."


def _made_up(reading: Reading) -> str:
    """A sentence if the output has names or numbers that the input, as far as it was read, has not."""
    words = chain.from_iterable(pieces.labels for pieces in reading.texts)
    every = list(dict.fromkeys(facts.lacking(reading.output.labels, words)))
    if not every:
        return ""
    made_up = ": the model may have made it up" if reading.given.forced is None else ""
    return f"What was read does not say {_listed([fact] for fact in every[:_MOST_FACTS])}{made_up}. {_CHECKED}"


def _addresses(reading: Reading) -> str:
    """A sentence if the input has an address that the output has not; it names the first one."""
    written = set(phrases.addresses(reading.output.text))
    every = chain.from_iterable(phrases.addresses(pieces.text) for pieces in reading.texts)
    lost = next((address for address in every if address not in written), None)
    if lost is None:
        return ""
    return f"The model can't copy addresses: {_listed([[lost]])} is spoilt or missing here."


# Of an output that says all of its input, and of one that says the same in fewer words.
_OF_WHOLE = (_too_long, _worse_at_length, _passed_over, _repeated, _looped, _addresses)
_OF_SHORTER = (_repeated, _looped, _broken, _made_up)


def _listed(runs: Iterable[Sequence[str]]) -> str:
    return ", ".join(f"“{short(one_line(' '.join(run)), 40)}”" for run in runs)
