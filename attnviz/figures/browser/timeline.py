"""A sound: waveform, spectrogram and, below them on the same time axis, each reading's phonemes and map.

Everything happens in the browser (`timeline.js`, with a file for each part): a person chooses a phoneme, hears exactly
its segment, plays the whole, moves in time, and looks closer.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from attnviz.analysis.segments import Times, means
from attnviz.attention import AttentionMap
from attnviz.axes import Frames
from attnviz.figures import kinds, likely, links, maps, words
from attnviz.figures import sound as drawn
from attnviz.figures.browser.parts import figure
from attnviz.figures.colours import Theme
from attnviz.media import Sound
from attnviz.reading import Pieces

_PARTS = ("map", "player", "ribbon", "sound", "time", "told", "track")
_SCRIPTS = ["parts", "timeline", *(f"timeline_{part}" for part in _PARTS)]
TIMELINE = figure("timeline", '<div class="timeline"></div>', ["timeline"], _SCRIPTS)

NO_MAP = (
    "This variant has no attention: nobody knows when it heard which phoneme. So there is no map, and its phonemes "
    "stand in a plain row, not over the seconds."
)

_LEAST_TOLD = 0.01  # the probability of what else might stand for a phoneme
_MOST_CELLS = 500_000  # of a map: more would take long to send, and have no room on a screen
_LARGEST = 2**15 - 1  # of the whole numbers that weights are sent as


@dataclass(frozen=True)
class Sounded:
    """How a phoneme is told to people: its sign in the International Phonetic Alphabet, and a word that has it."""

    ipa: str
    example: str


@dataclass(frozen=True)
class Track:
    """What was written for the sound, and when it was listened for.

    times: when each phoneme was heard, where there is a map. minus: the map that is subtracted, for a difference.
    sides: what the two of a difference are called. note: plain text below the title.
    """

    title: str
    output: Pieces
    map: AttentionMap | None
    times: Times | None
    minus: AttentionMap | None = None
    sides: tuple[str, str] = ("", "")
    note: str = ""


def timeline(
    sound: Sound,
    tracks: Sequence[Track],
    alphabet: Mapping[str, Sounded],
    theme: Theme,
    heard: Mapping[str, str],
    *,
    stretch: bool = False,
    ribbon: bool = False,
) -> dict[str, Any]:
    """What `timeline.js` draws: the sound, and the tracks one below another on its time axis. Those without a map are
    plain rows below it.

    alphabet: how each phoneme is told; one that is missing is told by its name alone. heard: the sound's waveform and
    spectrogram, as `heard` returns them. ribbon: maps are drawn as links from phonemes to moments.
    """
    return {
        **heard,
        "seconds": sound.seconds,
        "rate": sound.rate,
        "start": sound.start,
        "flac": _base64(sound.content),
        "highest": f"{sound.rate // 2000} kHz",
        "lowest": f"{drawn.LOWEST:.0f} Hz",
        "tracks": [_track(track, alphabet, sound, theme, stretch=stretch) for track in tracks],
        "colours": {"page": theme.page, "text": theme.text, "muted": theme.muted, "outline": theme.outline},
        "ribbon": ribbon,
    }


def heard(sound: Sound, theme: Theme) -> dict[str, str]:
    """Waveform and spectrogram as `timeline.js` takes them: whole numbers from -127 to 127, least and largest by turns,
    and a PNG. Raises InputError where the sound is damaged."""
    samples = drawn.samples_of(sound)
    peaks = drawn.peaks(samples, min(drawn.MOST_COLUMNS, len(samples)))
    loudest = float(np.abs(peaks).max(initial=0.0)) or 1.0
    picture = drawn.picture(samples, sound.rate, theme.page, theme.text)
    return {
        "wave": _base64((peaks * (127 / loudest)).round().astype(np.int8).tobytes()),
        "spectrogram": f"data:image/png;base64,{_base64(picture)}",
    }


def _track(
    track: Track, alphabet: Mapping[str, Sounded], sound: Sound, theme: Theme, *, stretch: bool
) -> dict[str, Any]:
    labels = track.output.labels
    sounded = [alphabet.get(label, Sounded("", "")) for label in labels]
    return {
        "title": words.shown(track.title),
        "note": track.note,
        "labels": [words.shown(label) for label in labels],
        "ipa": [one.ipa for one in sounded],
        "examples": [one.example for one in sounded],
        "sure": [round(likely.probability(p), 3) for p in track.output.logprobs] or None,
        "others": [likely.alternatives(track.output, place, _LEAST_TOLD) for place in range(len(labels))],
        "guessed": [place in track.output.unknown for place in range(len(labels))],
        "starts": None,
        "weights": None,
        "words": [],
        **(
            {}
            if track.map is None or track.times is None or not labels
            else _map(track, track.map, track.times, sound, theme, stretch=stretch)
        ),
    }


def _map(
    track: Track, attention: AttentionMap, times: Times, sound: Sound, theme: Theme, *, stretch: bool
) -> dict[str, Any]:
    """The weights as whole numbers, of which each stands for `unit`, with the segment of each row in seconds."""
    whole = attention if track.minus is None else maps.subtract(attention, track.minus)
    pooled, pool = kinds.pool(whole) if whole.weights.size > _MOST_CELLS else (whole, 1)
    frames, difference = attention.keys, track.minus is not None
    assert isinstance(frames, Frames)
    scale = maps.scale_of(pooled, stretch=stretch, difference=difference)
    unit = max(1.0, float(np.abs(pooled.weights).max(initial=0.0))) / _LARGEST
    notes = [note] if (note := kinds.pooled_note(whole, columns=pool)) else []
    return {
        "starts": [round(span.start, 4) for span in times.sounds],
        "ends": [round(span.end, 4) for span in times.sounds],
        "centres": means(attention.weights, frames.centres, times.seconds).round(4).tolist(),
        "words": _words(times),
        "weights": _base64((pooled.weights / unit).round().astype("<i2").tobytes()),
        "unit": unit,
        "columns": len(pooled.keys),
        "first": frames.start,
        "step": frames.step * pool,
        "low": scale.low,
        "high": scale.high,
        "stops": theme.differences if difference else theme.weights,
        "difference": difference,
        "told": [_scale_told(track, scale), *notes],
        "rest": whole.rest.round(3).tolist() if maps.has_rest(whole) else None,
        "restName": whole.rest_name,
        "alt": f"A map: when each of {len(whole.queries)} sounds was listened for, in {times.seconds:.1f} seconds. "
        + links.told(in_recording(whole, sound), difference=difference),
    }


def in_recording(attention: AttentionMap, sound: Sound) -> AttentionMap:
    """A map over the sound, its time counted from the beginning of the whole recording."""
    frames = attention.keys
    assert isinstance(frames, Frames)
    return replace(attention, keys=replace(frames, start=frames.start + sound.start))


def _scale_told(track: Track, scale: maps.Scale) -> str:
    """What the colour bar stands for."""
    if track.minus is None:
        return f"{scale.label}: how much it listened then"
    first, second = map(words.shown, track.sides)
    return scale.label.replace("the first", first).replace("the second", second)


def _words(times: Times) -> list[dict[str, object]]:
    """Each word of a transcript with the places of its first and its last phoneme."""
    last = {word: place for place, word in enumerate(times.word_of)}
    first = {word: place for place, word in reversed(list(enumerate(times.word_of)))}
    return [
        {"text": words.shown(spoken.label), "first": first[word], "last": last[word]}
        for word, spoken in zip(last, times.words, strict=True)
    ]


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
