"""The Reading: what one variant of one task made of one input, with its attention maps.

Everything that is shown, saved or measured is a view of Readings. They are frozen, hold numpy and plain values
only, and survive the round trip through JSON whole: a saved one opens without the model.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from math import exp
from typing import Any

from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap
from attnviz.checked import JSON, number, string, strings
from attnviz.errors import InputError
from attnviz.fitting import are_maps, is_between_texts, is_from_output
from attnviz.media import MEDIA, Photo, Sound


@dataclass(frozen=True)
class Alternative:
    """What the model might have written instead at one place, and its log-probability there."""

    text: str
    logprob: float


@dataclass(frozen=True)
class Pieces:
    """One text as words, each with the finer units (subwords) that the model sees below it.

    `logprobs` (one for each word, the sum over its subwords), `alternatives` (for a word's first subword, best first)
    and `logprob` (of the whole text, end mark included) are there for texts that a model wrote or was made to write.
    `unknown` holds the positions of the words that the model has not learned and guesses from their spelling.
    """

    text: str
    labels: tuple[str, ...]
    units: tuple[tuple[str, ...], ...]
    logprobs: tuple[float, ...] = ()
    alternatives: tuple[tuple[Alternative, ...], ...] = ()
    logprob: float | None = None
    unknown: tuple[int, ...] = ()


Source = Pieces | Photo | Sound

_MOST_TEXTS = 4  # that a task reads to classify them
_MOST_WAYS = 2  # in which one text can look at another: this way and the other way round


@dataclass(frozen=True)
class Hypothesis:
    """One of the n best outputs, with its own maps."""

    output: Pieces
    score: float
    maps: tuple[AttentionMap, ...]

    def to_json(self) -> JSON:
        return {**_pieces_to_json(self.output), "score": self.score, "maps": [m.to_json() for m in self.maps]}

    @classmethod
    def from_json(cls, data: JSON) -> "Hypothesis":
        return cls(_pieces_from_json(data), number(data["score"]), tuple(map(AttentionMap.from_json, data["maps"])))


@dataclass(frozen=True)
class Given:
    """What a person did to a reading, beside giving its input: by default nothing.

    forced: the output that the model had to take in place of its own, as the person gave it. rank: which of the n best
    outputs is shown, counted from 1. left_out: the words that were left out of the input. name: the name of the file
    that was read. edits: the names of the maps whose weights were given in place of the model's own. focus: the name of
    the focus that was chosen in place of the mechanism's own, such as "window"; empty where none was. focus_name: what
    a person calls it, such as "near the last moment only". credit: who made the file that was read, and under which
    terms, where that is known.
    """

    forced: str | None = None
    rank: int = 1
    left_out: tuple[str, ...] = ()
    name: str = ""
    edits: tuple[str, ...] = ()
    focus: str = ""
    focus_name: str = ""
    credit: str = ""

    def to_json(self) -> JSON:
        return {
            "forced": self.forced,
            "rank": self.rank,
            "left_out": list(self.left_out),
            "name": self.name,
            "edits": list(self.edits),
            "focus": self.focus,
            "focus_name": self.focus_name,
            "credit": self.credit,
        }

    @classmethod
    def from_json(cls, data: JSON) -> "Given":
        forced = data["forced"]
        return cls(
            forced=None if forced is None else string(forced),
            rank=int(data["rank"]),
            left_out=strings(data["left_out"]),
            name=string(data["name"]),
            edits=strings(data["edits"]),
            focus=string(data.get("focus", "")),
            focus_name=string(data.get("focus_name", "")),
            credit=string(data.get("credit", "")),
        )


@dataclass(frozen=True)
class Provenance:
    """How a Reading came about.

    digest: of the bundle's weights. settings: plain values that were chosen for the search (beam, length penalty,
    device), to be told and never to decide anything. seconds: that one core of a CPU, or the GPU, took for it. notes:
    sentences for a person about what of the input was not read, or read in another way.
    """

    digest: str
    settings: Mapping[str, Any]
    seconds: float
    version: str
    notes: tuple[str, ...] = ()

    def to_json(self) -> JSON:
        return {
            "digest": self.digest,
            "settings": dict(self.settings),
            "notes": list(self.notes),
            "seconds": self.seconds,
            "version": self.version,
        }

    @classmethod
    def from_json(cls, data: JSON) -> "Provenance":
        return cls(
            digest=str(data["digest"]),
            settings=dict(data["settings"]),
            seconds=number(data["seconds"]),
            version=str(data["version"]),
            notes=strings(data["notes"]),
        )


@dataclass(frozen=True)
class Reading:
    """One input as one variant read it.

    `source` is one text, several (premise and hypothesis), a photo or a sound. `maps` may be empty (`none` variants).
    `score` is the sum of the tokens' log-probabilities, end mark included, over (their number) ^ length penalty.
    `variant` is the name in the code, and `variant_name` what a person calls it, such as "no attention".
    """

    task: str
    variant: str
    source: tuple[Source, ...]
    output: Pieces
    score: float
    maps: tuple[AttentionMap, ...]
    hypotheses: tuple[Hypothesis, ...]
    provenance: Provenance
    given: Given = Given()
    variant_name: str = ""

    @property
    def name(self) -> str:
        """What a person calls the variant. A reading that was saved before it told this has the code's name."""
        return self.variant_name or self.variant.replace("_", "-")

    @property
    def texts(self) -> tuple[Pieces, ...]:
        """The texts that were read; none where it was a photo or a sound."""
        return tuple(part for part in self.source if isinstance(part, Pieces))

    @property
    def probabilities(self) -> dict[str, float]:
        """The probability of each label, in the order of the output's pieces, where the task is one that classifies:
        there the output's text is one of several labels. It is empty for a task that writes."""
        labels, logprobs = self.output.labels, self.output.logprobs
        if len(labels) < 2 or self.output.text not in labels or len(logprobs) != len(labels):
            return {}
        return {label: exp(min(logprob, 0.0)) for label, logprob in zip(labels, logprobs, strict=True)}

    def map(self, name: str = ATTENTION) -> AttentionMap | None:
        """The map of that name, or None: a variant without attention has none."""
        return next((m for m in self.maps if m.name == name), None)

    def finest(self, name: str = ATTENTION) -> AttentionMap | None:
        """The map of that name over the units that the model itself reads and writes; None where there is none."""
        return (self.map(SUBWORDS) if name == ATTENTION else None) or self.map(name)

    def named(self, name: str, notes: Sequence[str] = (), credit: str = "") -> "Reading":
        """The same reading under the name of the file that it is of, with sentences about what was done to the file.
        credit: see `Given`."""
        provenance = replace(self.provenance, notes=(*notes, *self.provenance.notes))
        return replace(self, given=replace(self.given, name=name, credit=credit), provenance=provenance)

    def to_json(self) -> JSON:
        return {
            "task": self.task,
            "variant": self.variant,
            "variant_name": self.variant_name,
            "source": [_source_to_json(part) for part in self.source],
            "output": _pieces_to_json(self.output),
            "score": self.score,
            "maps": [m.to_json() for m in self.maps],
            "hypotheses": [h.to_json() for h in self.hypotheses],
            "given": self.given.to_json(),
            "provenance": self.provenance.to_json(),
        }

    @classmethod
    def from_json(cls, data: JSON) -> "Reading":
        """Rebuild a Reading, also one that was saved before it had `given`.

        Raises InputError where `data` is no Reading, or where its words and maps do not belong together.
        """
        try:
            # What JSON or UTF-8 can't hold (NaN, half of a surrogate pair) would spoil every file that is saved later.
            json.dumps(data, ensure_ascii=False, allow_nan=False).encode()
            data = data if "given" in data else _with_given(data)
            reading = cls(
                task=str(data["task"]),
                variant=str(data["variant"]),
                variant_name=str(data.get("variant_name", "")),
                source=tuple(map(_source_from_json, data["source"])),
                output=_pieces_from_json(data["output"]),
                score=number(data["score"]),
                maps=tuple(map(AttentionMap.from_json, data["maps"])),
                hypotheses=tuple(map(Hypothesis.from_json, data["hypotheses"])),
                provenance=Provenance.from_json(data["provenance"]),
                given=Given.from_json(data["given"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as problem:
            raise InputError(
                "This file is not a reading that attnviz saved: choose a JSON file that was saved here."
            ) from problem
        if not _belongs_together(reading):
            raise InputError("The words and maps of this reading do not belong together: save it anew.")
        return reading

    def dumps(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False)

    @classmethod
    def loads(cls, text: str | bytes) -> "Reading":
        """Raises InputError where the text is not JSON or not a Reading."""
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as problem:
            raise InputError("This file is not JSON: choose a JSON file that was saved here.") from problem
        return cls.from_json(data)


def _belongs_together(reading: Reading) -> bool:
    """Whether all texts are whole, and all maps are over the words that they should be over.

    What is the same for all maps is computed once: a file may hold very many maps.
    """
    outputs = [(reading.output, reading.maps), *((h.output, h.maps) for h in reading.hypotheses)]
    texts, sources = [*reading.texts, *(output for output, _ in outputs)], [text.labels for text in reading.texts]
    media = [source for source in reading.source if not isinstance(source, Pieces)]
    edited, classifies = bool(reading.given.edits), bool(reading.probabilities)
    if not all(map(_is_whole, texts)) or not 1 <= reading.given.rank <= max(1, len(reading.hypotheses)):
        return False
    if not all(are_maps(maps, edited=edited) for _, maps in outputs):
        return False
    if classifies:
        return (
            len(sources) <= _MOST_TEXTS
            and len(reading.maps) <= _MOST_WAYS
            and not reading.hypotheses
            and all(is_between_texts(attention, sources) for attention in reading.maps)
        )
    words = tuple(chain.from_iterable(sources))
    return all(is_from_output(m, output.labels, words, media) for output, maps in outputs for m in maps)


def _is_whole(pieces: Pieces) -> bool:
    words = len(pieces.labels)
    return (
        len(pieces.units) == words
        and len(pieces.logprobs) in (0, words)
        and len(pieces.alternatives) in (0, words)
        and set(pieces.unknown) <= set(range(words))
    )


def _source_to_json(source: Source) -> JSON:
    return _pieces_to_json(source) if isinstance(source, Pieces) else source.to_json()


def _source_from_json(data: JSON) -> Source:
    medium = MEDIA.get(data.get("kind", ""))
    return medium.from_json(data) if medium else _pieces_from_json(data)


def _pieces_to_json(pieces: Pieces) -> JSON:
    return {
        "text": pieces.text,
        "pieces": list(pieces.labels),
        "subwords": [list(units) for units in pieces.units],
        "logprobs": list(pieces.logprobs),
        "alternatives": [[{"text": a.text, "logprob": a.logprob} for a in place] for place in pieces.alternatives],
        "logprob": pieces.logprob,
        "unknown": list(pieces.unknown),
    }


def _pieces_from_json(data: JSON) -> Pieces:
    total = data["logprob"]
    return Pieces(
        text=str(data["text"]),
        labels=strings(data["pieces"]),
        units=tuple(map(strings, data["subwords"])),
        logprobs=tuple(map(number, data["logprobs"])),
        alternatives=tuple(
            tuple(Alternative(str(a["text"]), number(a["logprob"])) for a in place) for place in data["alternatives"]
        ),
        logprob=None if total is None else number(total),
        unknown=tuple(map(int, data.get("unknown", ()))),
    )


def _with_given(data: JSON) -> JSON:
    """A reading that was saved before it had `given`: what it told there lay among the settings of its provenance."""
    settings = dict(data["provenance"]["settings"])
    forced, rank, name = settings.pop("forced", False), settings.pop("hypothesis", 1), settings.pop("photo", "")
    left_out = settings.pop("left_out", "")
    unknown = settings.pop("unknown", None) or [()] * len(data["source"])
    given = Given(
        forced=str(data["output"]["text"]) if forced else None,
        rank=int(rank),
        left_out=tuple(re.findall("“([^“”]*)”", str(left_out))),
        name=str(name),
    )
    about = {**data["provenance"], "settings": settings, "notes": settings.pop("notes", None) or []}
    source = [{**part, "unknown": places} for part, places in zip(data["source"], unknown, strict=True)]
    return {**data, "source": source, "given": given.to_json(), "provenance": about}
