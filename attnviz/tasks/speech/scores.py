"""How well a variant writes phones, and how well it listens when each of them is spoken.

A table of recordings (`utts.tsv.xz`, with `:SPLIT`) gives the phone error rate and, with the times of `phones.tsv.xz`
beside it, the figures of `times_of`. A table of lists of recordings to join (`test_long.tsv`) gives those of `long.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.analysis.bootstrap import SAMPLES
from attnviz.analysis.shape import backward_steps
from attnviz.errors import InputError
from attnviz.tasks.speech import features, long
from attnviz.tasks.speech.about import LENGTH_PENALTY
from attnviz.tasks.speech.corpus import SILENCE, SpokenPhone, read_segments, read_sounds, read_utterances
from attnviz.tasks.speech.error_rate import Listener, Map, errors_of
from attnviz.tasks.speech.features import Features
from attnviz.tasks.speech.model import KEY
from attnviz.tasks.speech.recordings import TARS, file_of
from attnviz.training.corpora import take

LISTS = "test_long"  # what the name of a table of lists begins with

Scores = dict[str, Any]


@dataclass(frozen=True)
class Spoken:
    """A recording with what was said in it, and when: one segment for each phone."""

    heard: Features
    phones: tuple[str, ...]
    segments: tuple[SpokenPhone, ...]


def evaluate(
    reader: Listener,
    path: Path,
    *,
    part: str | None = None,
    limit: int | None = None,
    beam: int = 5,
    length_penalty: float = LENGTH_PENALTY,
    against: Listener | None = None,
    progress: bool = False,
) -> tuple[int, Scores]:
    """Score a split of a table of recordings, or lists of them: the number of recordings or lists, and their figures.

    part: the split. limit: only the first so many of it. `per` is the phone error rate on 0 to 1: substitutions,
    insertions and deletions over the phones that were said. `times` holds the figures of `times_of`, and is None
    without attention. `against` has another variant's rate, and in what share of drawings of the recordings this one's
    is lower. The figures of lists are those of `long.evaluate`. Raises InputError for a table of another form, and for
    a split that it lacks.
    """
    options: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty}
    if path.name.startswith(LISTS):
        if part is not None:
            raise InputError(f"{path.name} has no splits: leave out {':' + part!r}.")
        return long.evaluate(reader, path, limit=limit, against=against, progress=progress, **options)
    if part not in TARS:
        raise InputError(f"Say which split of {path.name} is scored, with :SPLIT: choose one of {', '.join(TARS)}.")
    recordings = read(path, part, limit)
    heard, said = [spoken.heard for spoken in recordings], [spoken.phones for spoken in recordings]
    errors = errors_of(reader.phones(heard, **options), said)
    scores: Scores = {"per": errors.rate(), "times": _times(reader, recordings, progress)}
    if against is not None:
        others = errors_of(against.phones(heard, **options), said)
        won = {"share_of_wins": errors.share_of_wins(others), "samples": SAMPLES}
        scores["against"] = {"variant": against.variant, "per": others.rate(), **won}
    return len(recordings), scores


def _times(reader: Listener, recordings: Sequence[Spoken], progress: bool) -> Scores | None:
    """The figures of `times_of`, where the phones that were said are forced; None without attention."""
    if not reader.attentive:
        return None
    maps = []
    for spoken in tqdm(recordings, unit="recording", desc=reader.variant, disable=not progress):
        listened = reader.listened(spoken.heard, spoken.phones)
        assert listened is not None
        maps.append((spoken, *listened))
    return times_of(maps)


def times_of(maps: Sequence[tuple[Spoken, Map, NDArray[np.bool_]]]) -> Scores:
    """How well maps over time agree with when phones were spoken, each figure beside two guesses that need no model.

    `mass` is the share of a phone's weight inside its own segment, the mean over phones; a key is inside where its
    centre is. `centre_ms` is how far the weights' centre lies from the segment's, the median in milliseconds over the
    phones that the model would have written. `backward` is the share of steps whose strongest key lies before the one
    of the step before. uniform: all keys weigh the same. linear: phone i of n is at the share (i + 1/2) / n of the
    sound.
    """
    scores: Scores = {"n": sum(len(spoken.phones) for spoken, _, _ in maps)}
    recognised = np.concatenate([right for _, _, right in maps])
    scores["recognised"] = round(float(recognised.mean()), 4)
    guesses: Mapping[str, Callable[[Map], Map]] = {
        "": lambda weights: weights,
        "_uniform": _uniform,
        "_linear": _linear,
    }
    for name, guess in guesses.items():
        inside, far = zip(*(_of_map(spoken, guess(weights)) for spoken, weights, _ in maps), strict=True)
        scores[f"mass{name}"] = round(float(np.concatenate(inside).mean()), 4)
        known = np.concatenate(far)[recognised]
        scores[f"centre_ms{name}"] = round(1000 * float(np.median(known)), 1) if len(known) else None
    steps = [(backward_steps(weights), len(weights) - 1) for _, weights, _ in maps if len(weights) > 1]
    scores["backward"] = round(sum(share * n for share, n in steps) / max(1, sum(n for _, n in steps)), 4)
    return scores


def _of_map(spoken: Spoken, weights: Map) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The weight inside each phone's segment, and how far its centre is from the segment's in seconds, (phones,)."""
    centres = (np.arange(weights.shape[1]) + 0.5) * KEY
    starts, ends = (np.array([getattr(segment, side) for segment in spoken.segments]) for side in ("start", "end"))
    inside = (centres >= starts[:, None]) & (centres < ends[:, None])
    found = weights @ centres / np.maximum(weights.sum(axis=1), 1e-9)
    return (weights * inside).sum(axis=1), np.abs(found - (starts + ends) / 2)


def _uniform(weights: Map) -> Map:
    """All keys weigh the same."""
    return np.full(weights.shape, 1 / weights.shape[1])


def _linear(weights: Map) -> Map:
    """The phones are evenly spaced over the keys."""
    phones, keys = weights.shape
    places = np.minimum(((np.arange(phones) + 0.5) / phones * keys).astype(int), keys - 1)
    linear: Map = (np.arange(keys) == places[:, None]).astype(np.float64)
    return linear


def read(path: Path, part: str, limit: int | None) -> list[Spoken]:
    """The first recordings of a split, with the times of phones.tsv.xz. Raises InputError where a file is missing."""
    of_part = (utterance for utterance in read_utterances(path) if utterance.split == part)
    utterances = take(path, of_part, limit, "id, split, corpus, speaker, seconds, file and phones")
    times = read_segments(file_of(path.parent, "phones.tsv.xz"))
    wanted = {utterance.file for utterance in utterances}
    sounds = {name: samples for tar in TARS[part] for name, samples in read_sounds(file_of(path.parent, tar), wanted)}
    if lacking := wanted - sounds.keys():
        raise InputError(f"{path.parent} lacks {len(lacking)} recordings, such as {min(lacking)}: fetch it again.")
    return [
        Spoken(
            features.log_mel(sounds[utterance.file]),
            utterance.phones,
            tuple(segment for segment in times[utterance.name] if segment.phone != SILENCE),
        )
        for utterance in utterances
    ]
