"""What the length of a recording does to a variant: recordings of one speaker are joined, one after another, and read
with each focus (Chorowski et al. 2015, sec. 5.1), whole, or cut again into parts as a long recording is."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.analysis.bootstrap import SAMPLES
from attnviz.errors import InputError
from attnviz.tasks.speech import features
from attnviz.tasks.speech.about import OWN_FOCUS
from attnviz.tasks.speech.corpus import Utterance, read_sounds, read_utterances
from attnviz.tasks.speech.error_rate import Errors, Listener, errors_of
from attnviz.tasks.speech.parts import WHOLE, cut
from attnviz.tasks.speech.recordings import TARS, file_of
from attnviz.training.corpora import opened, take

TABLE = "utts.tsv.xz"  # what the recordings of a list are in
CHUNK = 8  # lists between two movements of the progress bar

Scores = dict[str, Any]


@dataclass(frozen=True)
class Joined:
    """Recordings of one speaker, one after another. seen: whether the speaker is in the training data. n: how many they
    are. samples: float32, mono, `features.RATE` a second."""

    seen: bool
    n: int
    samples: NDArray[np.float32]
    phones: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / features.RATE

    @property
    def cut(self) -> list[NDArray[np.float32]]:
        """The parts into which it is cut where it is too long to be read whole."""
        whole = np.round(self.samples * 32767).astype(np.int16)
        return [part.astype(np.float32) for part, _ in cut(whole)]


def evaluate(
    reader: Listener,
    path: Path,
    *,
    limit: int | None,
    beam: int,
    length_penalty: float,
    against: Listener | None,
    progress: bool,
) -> tuple[int, Scores]:
    """Score lists of recordings: the number of lists, and their figures.

    `joined` has for each focus, by how many recordings are joined, the phone error rate of all lists, and of those of
    `seen` and `unseen` speakers. `cut` has for each focus that rate of the lists that are longer than WHOLE seconds,
    read `whole` and `cut` into parts; it is left out where no list is. `against` has another variant's rates, and in
    what share of drawings of the lists this one's is lower. Raises InputError as `scores.evaluate` does.
    """
    lists = read(path, limit)
    bar = tqdm(unit="list", desc=reader.variant, disable=not progress)
    options: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty, "bar": bar}
    found = {focus: _whole(reader, lists, focus, **options) for focus in _focuses(reader)}
    scores: Scores = {"joined": {focus: _by_number(lists, errors) for focus, errors in found.items()}}
    long = [i for i, joined in enumerate(lists) if joined.seconds > WHOLE]
    if long:
        scores["cut"] = {
            focus: {
                "n": len(long),
                "whole": found[focus].rate(long),
                "cut": _in_parts(reader, [lists[i] for i in long], focus, **options).rate(),
            }
            for focus in (OWN_FOCUS, "window")
            if focus in found
        }
    if against is not None:
        others = {focus: _whole(against, lists, focus, **options) for focus in _focuses(against) if focus in found}
        scores["against"] = {
            "variant": against.variant,
            "samples": SAMPLES,
            "joined": {focus: _compared(lists, found[focus], theirs) for focus, theirs in others.items()},
        }
    bar.close()
    return len(lists), scores


def read(path: Path, limit: int | None) -> list[Joined]:
    """The first lists of a table, with their recordings joined. Raises InputError where a file or a recording is
    missing, and for a table of another form."""
    rows = take(path, _rows(path), limit, "speaker_seen, n and ids")
    wanted = {name for _, _, names in rows for name in names}
    table = {utterance.name: utterance for utterance in read_utterances(file_of(path.parent, TABLE))}
    if lacking := wanted - table.keys():
        raise InputError(f"{TABLE} lacks {len(lacking)} recordings, such as {min(lacking)}: fetch it again.")
    sounds = _sounds(path.parent, [table[name] for name in wanted])
    return [
        Joined(
            seen,
            n,
            np.concatenate([sounds[table[name].file] for name in names]),
            tuple(phone for name in names for phone in table[name].phones),
        )
        for seen, n, names in rows
    ]


def _rows(path: Path) -> Iterator[tuple[bool, int, list[str]]]:
    """Whether the speaker of each list was seen, how many recordings it has, and which."""
    with opened(path) as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            try:
                seen, n, names = {"y": True, "n": False}[row["speaker_seen"]], int(row["n"]), row["ids"].split()
            except (KeyError, TypeError, ValueError, AttributeError) as problem:
                raise InputError(
                    f"{path.name} is of another form: each row needs speaker_seen, n and ids."
                ) from problem
            yield seen, n, names


def _sounds(folder: Path, utterances: Sequence[Utterance]) -> dict[str, NDArray[np.float32]]:
    """The samples of recordings by their file's name. Raises InputError where one is missing."""
    wanted = {utterance.file for utterance in utterances}
    tars = dict.fromkeys(tar for utterance in utterances for tar in TARS[utterance.split])
    sounds = {name: samples for tar in tars for name, samples in read_sounds(file_of(folder, tar), wanted)}
    if lacking := wanted - sounds.keys():
        raise InputError(f"{folder} lacks {len(lacking)} recordings, such as {min(lacking)}: fetch it again.")
    return sounds


def _focuses(reader: Listener) -> list[str]:
    """The mechanism's own focus, and each that can be chosen beside it."""
    return [OWN_FOCUS, *(reader.focuses if reader.attentive else ())]


def _whole(reader: Listener, lists: Sequence[Joined], focus: str, **options: Any) -> Errors:
    written = _phones(reader, [joined.samples for joined in lists], focus, **options)
    return errors_of(written, [joined.phones for joined in lists])


def _in_parts(reader: Listener, lists: Sequence[Joined], focus: str, **options: Any) -> Errors:
    parts = [joined.cut for joined in lists]
    written = iter(_phones(reader, [part for cut in parts for part in cut], focus, **options))
    joined = [tuple(phone for _ in cut for phone in next(written)) for cut in parts]
    return errors_of(joined, [one.phones for one in lists])


def _phones(
    reader: Listener,
    sounds: Sequence[NDArray[np.float32]],
    focus: str,
    *,
    beam: int,
    length_penalty: float,
    bar: "tqdm[Any]",
) -> list[tuple[str, ...]]:
    """What is written of each sound. Those of like length are read together."""
    bar.set_postfix_str("" if focus == OWN_FOCUS else focus)
    chosen = "" if focus == OWN_FOCUS else focus
    order = sorted(range(len(sounds)), key=lambda i: len(sounds[i]))
    written: dict[int, tuple[str, ...]] = {}
    for at in range(0, len(order), CHUNK):
        rows = order[at : at + CHUNK]
        heard = [features.log_mel(sounds[i]) for i in rows]
        found = reader.phones(heard, beam=beam, length_penalty=length_penalty, focus=chosen)
        written |= dict(zip(rows, found, strict=True))
        bar.update(len(rows))
    return [written[i] for i in range(len(sounds))]


def _by_number(lists: Sequence[Joined], errors: Errors) -> Mapping[str, Scores]:
    """The phone error rate by how many recordings are joined."""
    figures = {}
    for n, rows in _numbers(lists).items():
        by_speaker = {True: [i for i in rows if lists[i].seen], False: [i for i in rows if not lists[i].seen]}
        figures[n] = {
            "n": len(rows),
            "per": errors.rate(rows),
            "seen": errors.rate(by_speaker[True]),
            "unseen": errors.rate(by_speaker[False]),
        }
    return figures


def _compared(lists: Sequence[Joined], ours: Errors, theirs: Errors) -> Mapping[str, Scores]:
    return {
        n: {"per": theirs.rate(rows), "share_of_wins": ours.share_of_wins(theirs, rows)}
        for n, rows in _numbers(lists).items()
    }


def _numbers(lists: Sequence[Joined]) -> dict[str, list[int]]:
    """The places of the lists by how many recordings they join, the fewest first; as JSON has it, by text."""
    numbers = sorted({joined.n for joined in lists})
    return {str(n): [i for i, joined in enumerate(lists) if joined.n == n] for n in numbers}
