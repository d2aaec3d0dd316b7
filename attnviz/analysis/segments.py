"""When each sound of an output was heard, from a map over the frames of a recording.

The centre of a sound is the mean of the frames' centres, weighted by its row of the map. Centres are made monotone by a
running maximum. A sound's segment reaches from midway between its centre and the one before to midway between its
centre and the next one; the first begins with the recording, and the last ends with it. So segments tile the recording:
silence isn't told apart, and the first and the last segment hold what there is of it at the recording's ends. Where
three centres in a row are the same, the segment in the middle has no length.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from attnviz.attention import ATTENTION, AttentionMap
from attnviz.axes import Frames
from attnviz.media import Sound
from attnviz.reading import Reading

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Segment:
    """What was heard from `start` to `end`, in seconds from the beginning of the sound."""

    label: str
    start: float
    end: float


@dataclass(frozen=True)
class Times:
    """When the sounds of an output were heard, and the words that they make.

    words: empty where they aren't known. word_of: the place in `words` of each sound's word, (sounds,). start: where
    what was read begins in its recording, seconds: how long it is, and recorded: how long the whole recording is.
    """

    sounds: tuple[Segment, ...]
    words: tuple[Segment, ...]
    word_of: tuple[int, ...]
    start: float
    seconds: float
    recorded: float


def times_of(reading: Reading, map_name: str = ATTENTION) -> Times | None:
    """When each sound of the reading's output was heard; None where it has no map over time of that name."""
    attention = reading.map(map_name)
    if attention is None or not isinstance(attention.keys, Frames):
        return None
    sound = next(part for part in reading.source if isinstance(part, Sound))
    sounds, spelled = segments(attention, sound.seconds), spellings(reading)
    groups = attention.queries.groups if spelled else ()
    return Times(sounds, words(sounds, groups, spelled), groups, sound.start, sound.seconds, sound.recorded)


def segments(attention: AttentionMap, seconds: float) -> tuple[Segment, ...]:
    """The segment of each query of a map over Frames, in a sound of so many seconds."""
    assert isinstance(attention.keys, Frames)
    between = borders(attention.weights, attention.keys.centres, seconds).tolist()
    return tuple(map(Segment, attention.queries.labels, between[:-1], between[1:]))


def borders(weights: ArrayLike, centres: ArrayLike, seconds: float) -> Floats:
    """Where segments meet, in seconds, from 0 to `seconds`: (queries + 1,), or nothing where there are no queries.

    weights: (queries, keys). centres: of the keys in seconds, (keys,). A query without any weight has the centre of the
    one before.
    """
    middles = means(weights, centres, seconds)
    return np.concatenate([[0.0], (middles[:-1] + middles[1:]) / 2, [seconds]]) if len(middles) else middles


def means(weights: ArrayLike, centres: ArrayLike, seconds: float) -> Floats:
    """The centre of each query in seconds, made monotone: (queries,). The parameters are those of `borders`."""
    alpha, times = np.asarray(weights, dtype=np.float64), np.asarray(centres, dtype=np.float64)
    if not len(alpha):
        return np.zeros(0)
    total = alpha.sum(axis=1)
    mean = np.divide(alpha @ times, total, out=np.zeros_like(total), where=total > 0)
    rising: Floats = np.maximum.accumulate(np.clip(mean, 0, seconds))
    return rising


def words(sounds: Sequence[Segment], groups: Sequence[int], spelled: Sequence[str]) -> tuple[Segment, ...]:
    """The segment of each word, from the beginning of its first sound to the end of its last one. groups: the word of
    each sound, in order."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, group in enumerate(groups):
        first.setdefault(group, place)
        last[group] = place
    return tuple(
        Segment(word, sounds[first[i]].start, sounds[last[i]].end) for i, word in enumerate(spelled) if i in first
    )


def spellings(reading: Reading) -> tuple[str, ...]:
    """The words that the sounds of the output make: those of a transcript that a person gave. It is empty where the
    model wrote the sounds itself, or a person gave them one by one."""
    attention, forced = reading.map(), reading.given.forced
    if attention is None or forced is None:
        return ()
    spelled, groups = tuple(forced.split()), attention.queries.groups
    one_by_one = tuple(word.rstrip("012") for word in spelled) == attention.queries.labels  # stress is a digit
    return () if one_by_one or len(spelled) != max(groups, default=-1) + 1 else spelled
