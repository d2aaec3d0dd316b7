"""The corpus: recordings in tar files, with their phones and when each of them was spoken."""

import csv
import io
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from attnviz.errors import InputError
from attnviz.tasks.speech import features
from attnviz.training.corpora import opened

# The phones of CMUdict without stress, in ARPABET.
PHONES = "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH".split()
SILENCE = "SIL"
NUMBERS = {SILENCE: 0, **{phone: i for i, phone in enumerate(PHONES, start=1)}}
LONGEST = 60.0  # seconds, of a recording of a corpus

Row = TypeVar("Row")


@dataclass(frozen=True)
class SpokenPhone:
    """When a phone, or silence, was spoken. start, end: seconds."""

    phone: str
    start: float
    end: float


@dataclass(frozen=True)
class Utterance:
    """A recording of the corpus. phones: what was said, without silence."""

    name: str
    split: str
    corpus: str
    speaker: str
    seconds: float
    file: str
    phones: tuple[str, ...]


def read_utterances(path: Path) -> Iterator[Utterance]:
    """The rows of a table of recordings. Raises InputError where a row is of another form."""

    def parsed(row: dict[str, str]) -> Utterance:
        phones = _known(row["phones"].split(), path)
        seconds = float(row["seconds"])
        return Utterance(row["id"], row["split"], row["corpus"], row["speaker"], seconds, row["file"], phones)

    return _rows(path, parsed, "id, split, corpus, speaker, seconds, file and phones")


def read_segments(path: Path) -> dict[str, list[SpokenPhone]]:
    """The segments of each recording, by its name, in time. Raises InputError where a row is of another form."""

    def parsed(row: dict[str, str]) -> tuple[str, SpokenPhone]:
        (phone,) = _known([row["phone"]], path)
        return row["id"], SpokenPhone(phone, float(row["start"]), float(row["end"]))

    segments: dict[str, list[SpokenPhone]] = defaultdict(list)
    for name, segment in _rows(path, parsed, "id, phone, start and end"):
        segments[name].append(segment)
    return dict(segments)


def read_sounds(path: Path, names: Iterable[str]) -> Iterator[tuple[str, NDArray[np.float32]]]:
    """The named members of a tar of recordings as samples, mono, `features.RATE` a second, each with its name."""
    import soundfile

    wanted = set(names)
    with tarfile.open(path) as tar:
        for member in tar:
            if member.name in wanted and (content := tar.extractfile(member)) is not None:
                samples, rate = soundfile.read(io.BytesIO(content.read()), dtype="float32")
                if rate != features.RATE or samples.ndim != 1 or len(samples) > LONGEST * rate:
                    raise InputError(f"{member.name} of {path.name} is not mono at 16 kHz, or longer than a minute.")
                yield member.name, samples


def faster(samples: NDArray[np.float32], speed: float) -> NDArray[np.float32]:
    """The samples as they sound when played so many times as fast, and so much higher."""
    import soxr

    if speed == 1:
        return samples
    played: NDArray[np.float32] = soxr.resample(samples, features.RATE * speed, features.RATE)
    return played


def phones_of_frames(segments: Sequence[SpokenPhone], count: int, speed: float = 1.0) -> NDArray[np.uint8]:
    """The number of the phone that is spoken at the centre of each of `count` frames; silence is 0."""
    centres = (np.arange(count) + 0.5) * features.FRAME * speed
    ends = np.array([segment.end for segment in segments])
    numbers = np.array([*(NUMBERS[segment.phone] for segment in segments), NUMBERS[SILENCE]], dtype=np.uint8)
    place = np.searchsorted(ends, centres, side="right")
    return numbers[place]


def _rows(path: Path, parsed: Callable[[dict[str, str]], Row], columns: str) -> Iterator[Row]:
    """The parsed rows of a table with a head. A quotation mark is an ordinary character."""
    with opened(path) as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            try:
                made = parsed(row)
            except InputError:
                raise
            except (KeyError, ValueError, AttributeError, TypeError) as problem:
                raise InputError(f"{path.name} is of another form: each row needs {columns}.") from problem
            yield made


def _known(phones: Sequence[str], path: Path) -> tuple[str, ...]:
    unknown = next((phone for phone in phones if phone not in NUMBERS), None)
    if unknown is not None:
        raise InputError(f"{path.name} has the phone {unknown!r}, which is none of {', '.join(PHONES)}.")
    return tuple(phones)
