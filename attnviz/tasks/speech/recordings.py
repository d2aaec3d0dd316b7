"""Recordings as training reads them: packed features with the phone of each frame, batches, and SpecAugment."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz.errors import InputError
from attnviz.tasks.speech import features
from attnviz.tasks.speech.corpus import (
    NUMBERS,
    SILENCE,
    faster,
    phones_of_frames,
    read_segments,
    read_sounds,
    read_utterances,
)
from attnviz.training.loop import Batch
from attnviz.training.packed import Packed, by_length, pack

TABLES = ("utts.tsv.xz", "utts_extra.tsv.xz")
SEGMENTS = ("phones.tsv.xz", "phones_extra.tsv.xz")
_TRAIN = ("train_librispeech", "train_fraser", "train_speechocean", "train_extra")
TARS = {
    "train": tuple(f"audio_{name}.tar" for name in _TRAIN),
    "dev": ("audio_dev.tar",),
    **dict.fromkeys(("test", "test_seen", "test_nonnative"), ("audio_test.tar",)),
}
SPEEDS = (0.9, 1.0, 1.1)  # at which every recording of train is packed
QUIET = -4.0  # the features of a silence between two recordings: the lowest of Masks.floors, to which any is lifted


@dataclass(frozen=True)
class Padded:
    """A batch of recordings, padded.

    features: (batch, frames, SIZE), padded with 0. lengths: (batch,), the frames of each. spoken: (batch, frames), the
    phone of each frame, -1 after the last one. phones: (batch, phones), what was said, padded with 0. counts: (batch,).
    """

    features: Tensor
    lengths: Tensor
    spoken: Tensor
    phones: Tensor
    counts: Tensor


class Recordings:
    """Recordings of a split, or the pieces that they were cut into. packed: the columns "frames", the phone of each
    frame, and "phones". heard: float16, the features of all frames one after another. whole: (rows,), the recording of
    each row. Those of train are there at each of SPEEDS, one after another."""

    def __init__(self, packed: Packed, heard: NDArray[np.float16], whole: NDArray[np.int64] | None = None) -> None:
        self.packed, self.heard = packed, heard
        self.lengths = packed.lengths["frames"]
        self.whole = np.arange(len(packed)) if whole is None else whole

    @classmethod
    def open(cls, folder: Path, split: str) -> "Recordings":
        """What `prepare` wrote."""
        return cls(Packed.open(folder / f"{split}.npz"), np.load(folder / f"{split}.npy", mmap_mode="r"))

    @classmethod
    def read(cls, data: Path, split: str, speeds: Sequence[float] = (1.0,)) -> "Recordings":
        """The recordings of a split of the corpus in `data`, each at every speed. Raises InputError where a file or a
        recording is missing."""
        utterances = [utterance for name in TABLES for utterance in read_utterances(file_of(data, name))]
        chosen = {utterance.file: utterance for utterance in utterances if utterance.split == split}
        segments = {name: found for table in SEGMENTS for name, found in read_segments(file_of(data, table)).items()}

        def heard(sound: tuple[str, NDArray[np.float32]]) -> list[_Row]:
            utterance, rows = chosen[sound[0]], []
            for speed in speeds:
                found = features.log_mel(faster(sound[1], speed)).astype(np.float16)
                spoken = phones_of_frames(segments[utterance.name], len(found), speed)
                rows.append(_Row(found, spoken, [NUMBERS[phone] for phone in utterance.phones]))
            return rows

        sounds = [sound for tar in TARS[split] for sound in read_sounds(file_of(data, tar), chosen)]
        if lacking := chosen.keys() - {name for name, _ in sounds}:
            raise InputError(f"{data} lacks {len(lacking)} recordings, such as {min(lacking)}: fetch it again.")
        with ThreadPoolExecutor(2) as pool:
            rows = [row for several in pool.map(heard, sounds) for row in several]
        arrays = pack("frames", [row.spoken for row in rows], np.uint8) | pack("phones", [row.phones for row in rows])
        return cls(Packed(arrays), np.concatenate([row.features for row in rows]))

    def __len__(self) -> int:
        return len(self.packed)

    def features(self, i: int) -> Tensor:
        """(frames, SIZE)."""
        start, end = self.packed.arrays["frames_offsets"][i : i + 2]
        return torch.from_numpy(self.heard[start:end].astype(np.float32))

    def together(self, batch: Batch) -> Padded:
        """The rows of a batch."""
        heard = [self.features(i) for i in batch]
        spoken = [torch.from_numpy(self.packed.row("frames", i)) for i in batch]
        phones = [torch.from_numpy(self.packed.row("phones", i)) for i in batch]
        return Padded(
            pad_sequence(heard, batch_first=True),
            torch.tensor([len(row) for row in heard]),
            pad_sequence(spoken, batch_first=True, padding_value=-1),
            pad_sequence(phones, batch_first=True),
            torch.tensor([len(row) for row in phones]),
        )

    def batches(self, seconds: float) -> list[Batch]:
        """All rows, the short ones first, in batches of at most so many seconds, padding included."""
        return by_length([self.lengths], np.arange(len(self)), round(seconds / features.FRAME))

    def epoch(self, seconds: float, chance: np.random.Generator) -> list[Batch]:
        """Each recording of train once, at a random speed, beside others of its length; the short ones first."""
        recordings = np.arange(0, self.whole.max() + 1, len(SPEEDS))
        drawn = recordings + chance.integers(len(SPEEDS), size=len(recordings))
        tenths = round(seconds / features.FRAME / 10)  # those that differ by less than 0.1 s are as good as equal
        return by_length([self.lengths // 10], np.flatnonzero(np.isin(self.whole, drawn)), tenths, chance)

    def cut(self, seconds: float) -> "Recordings":
        """The recordings in pieces of at most so many seconds where silence allows it: each is cut in the middle of
        the last silence before."""
        frames, phones, whole = [0], [0], []
        for i in range(len(self)):
            spoken, written = self.packed.row("frames", i), self.packed.row("phones", i)
            first, ends = frames[-1], _pieces(spoken, written, round(seconds / features.FRAME))
            start = phones[-1]
            frames += [first + frame for frame, _ in ends]
            phones += [start + phone for _, phone in ends]
            whole += [i] * len(ends)
        arrays = {**self.packed.arrays, "frames_offsets": np.array(frames), "phones_offsets": np.array(phones)}
        return Recordings(Packed(arrays), self.heard, np.array(whole))


def _pieces(spoken: NDArray[np.int64], phones: NDArray[np.int64], longest: int) -> list[tuple[int, int]]:
    """Where each piece of a recording ends: its frame, and the number of phones up to there.

    Where the same phone is on both sides of a silence, there is no cut: its frames don't tell how many there were.
    """
    borders = [0, *(np.flatnonzero(np.diff(spoken)) + 1).tolist(), len(spoken)]
    possible, place = [], 0
    for start, end in pairwise(borders):
        phone = int(spoken[start])
        if phone == NUMBERS[SILENCE]:
            if 0 < place < len(phones) and phones[place] != phones[place - 1]:
                possible.append(((start + end) // 2, place))
        else:
            while place < len(phones) and phones[place] == phone:
                place += 1
    ends: list[tuple[int, int]] = []
    for cut, following in pairwise([*possible, (len(spoken), len(phones))]):
        begin = ends[-1][0] if ends else 0
        if following[0] - begin > longest:
            ends.append(cut)
    return [*ends, (len(spoken), len(phones))]


@dataclass(frozen=True)
class _Row:
    features: NDArray[np.float16]
    spoken: NDArray[np.uint8]
    phones: list[int]


def prepare(data: Path, folder: Path) -> None:
    """Write the recordings of train, at every speed, and those of dev into `folder`, once for all variants.

    Raises InputError where a file is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for split, speeds in (("train", SPEEDS), ("dev", (1.0,))):
        recordings = Recordings.read(data, split, speeds)
        np.save(folder / f"{split}.npy", recordings.heard)
        np.savez(folder / f"{split}.npz", allow_pickle=False, **recordings.packed.arrays)


def files(data: Path) -> list[Path]:
    """The files that training depends on. Raises InputError where one is missing."""
    return [file_of(data, name) for name in (*TABLES, *SEGMENTS, *TARS["train"], *TARS["dev"])]


def file_of(data: Path, name: str) -> Path:
    if not (data / name).exists():
        raise InputError(f"{data} holds no {name}: name the folder of the recordings with --data.")
    return data / name


@dataclass(frozen=True)
class Masks:
    """SpecAugment (Park et al. 2019): how many bands of features and spans of frames are silenced, and how wide they
    are at most. Spans together take at most a fifth of a recording.

    floors: the features of each recording are lifted to a floor, drawn between these two, in deviations from the mean,
    as a steady noise would lift them. So no model learns how deep one recording's silence is.
    """

    bands: int = 2
    width: int = 8
    spans: int = 2
    span: int = 20
    floors: tuple[float, float] = (-4.0, -1.0)


def joined(heard: Padded, number: int, silence: float) -> Padded:
    """The recordings of a batch, `number` of them at a time said one after another, with a silence of random length, at
    most `silence` seconds, between two. So a silence is heard where more is said.

    Those that are left over, the longest ones, are left out. Where there are fewer than `number`, all are said one
    after another.
    """
    number = min(number, len(heard.lengths))
    groups = len(heard.lengths) // number
    members = torch.arange(groups * number).view(number, groups).T
    pauses = torch.randint(round(silence / features.FRAME) + 1, (groups, number))
    pauses[:, -1] = 0  # after the last one

    def end_to_end(rows: Tensor, counts: Tensor, padding: float, quiet: float | None = None) -> Tensor:
        together = []
        for group, after in zip(members.tolist(), pauses.tolist(), strict=True):
            said = []
            for i, pause in zip(group, after, strict=True):
                said.append(rows[i, : counts[i]])
                if quiet is not None:
                    said.append(rows.new_full((pause, *rows.shape[2:]), quiet))
            together.append(torch.cat(said))
        return pad_sequence(together, batch_first=True, padding_value=padding)

    return Padded(
        end_to_end(heard.features, heard.lengths, 0, QUIET),
        (heard.lengths[members] + pauses).sum(dim=1),
        end_to_end(heard.spoken, heard.lengths, -1, NUMBERS[SILENCE]),
        end_to_end(heard.phones, heard.counts, 0),
        heard.counts[members].sum(dim=1),
    )


def masked(heard: Tensor, lengths: Tensor, masks: Masks) -> Tensor:
    """The features above a random floor, with random bands and spans set to 0, their mean. heard: (batch, frames,
    SIZE)."""
    lowest, highest = masks.floors
    floors = lowest + (highest - lowest) * torch.rand(len(lengths), 1, 1)
    bands = _spans(torch.full_like(lengths, heard.shape[2]), heard.shape[2], masks.bands, torch.tensor(masks.width))
    widths = torch.minimum(torch.tensor(masks.span), lengths // (5 * max(1, masks.spans)))
    spans = _spans(lengths, heard.shape[1], masks.spans, widths)
    return torch.maximum(heard, floors).masked_fill(bands[:, None, :] | spans[:, :, None], 0)


def _spans(lengths: Tensor, count: int, number: int, most: Tensor) -> Tensor:
    """(batch, count), true in `number` random spans of each row, at most `most` wide, that begin below its length."""
    chance = torch.rand(2, len(lengths), number)
    widths = (chance[0] * (most.expand_as(lengths)[:, None] + 1)).long()
    starts = (chance[1] * (lengths[:, None] - widths + 1)).long()
    places = torch.arange(count)
    return ((places >= starts[..., None]) & (places < (starts + widths)[..., None])).any(dim=1)
