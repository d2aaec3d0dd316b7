"""The recipe of the speech bundles: the encoder's pretraining, and what training needs."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz.errors import InputError
from attnviz.tasks.speech import features
from attnviz.tasks.speech.corpus import (
    NUMBERS,
    Segment,
    Utterance,
    faster,
    phones_of_frames,
    read_segments,
    read_sounds,
    read_utterances,
)
from attnviz.tasks.speech.model import EncoderSize, Pretraining
from attnviz.training import runs
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.packed import Packed, by_length, pack
from attnviz.training.runs import Settings

TABLES = ("utts.tsv.xz", "utts_extra.tsv.xz")
SEGMENTS = ("phones.tsv.xz", "phones_extra.tsv.xz")
TARS = {
    "train": (
        "audio_train_librispeech.tar",
        "audio_train_fraser.tar",
        "audio_train_speechocean.tar",
        "audio_train_extra.tar",
    ),
    "dev": ("audio_dev.tar",),
}


@dataclass(frozen=True)
class Masks:
    """SpecAugment (Park et al. 2019): how many bands of features and spans of frames are silenced, and how wide they
    are at most. Spans together take at most a fifth of a recording."""

    bands: int = 2
    width: int = 8
    spans: int = 2
    span: int = 20


@dataclass(frozen=True)
class EncoderRecipe:
    """Everything that decides what the encoder learns before any variant is trained.

    speeds: at which every recording is heard; an epoch has each recording once, at a random one. seconds: how much a
    batch has, padding included. ctc: the weight of CTC beside the frames' phones.
    """

    size: EncoderSize = field(default_factory=EncoderSize)
    speeds: tuple[float, ...] = (0.9, 1.0, 1.1)
    seconds: float = 240.0
    ctc: float = 0.3
    masks: Masks = field(default_factory=Masks)
    dropout: float = 0.2
    plan: Plan = field(
        default_factory=lambda: Plan(steps=3000, learning_rate=1.5e-3, warmup=150, decay_from=0.5, dev_every=100)
    )


def prepare(data: Path, folder: Path, speeds: Sequence[float]) -> None:
    """Write the features of the recordings in `data`, at every speed, into `folder`, once for all variants.

    `<split>.npz` has the phones of each recording and the phone of each of its frames; `<split>.npy` has the features,
    all frames one after another, float16. Raises InputError where a file is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    utterances = [utterance for name in TABLES for utterance in read_utterances(_file(data, name))]
    segments = {name: found for table in SEGMENTS for name, found in read_segments(_file(data, table)).items()}
    for split, tars in TARS.items():
        chosen = {utterance.file: utterance for utterance in utterances if utterance.split == split}
        _pack(split, chosen, segments, [_file(data, tar) for tar in tars], folder, speeds if split == "train" else [1])


def _pack(
    split: str,
    chosen: dict[str, Utterance],
    segments: dict[str, list[Segment]],
    tars: Sequence[Path],
    folder: Path,
    speeds: Sequence[float],
) -> None:
    def heard(one: tuple[str, NDArray[np.float32]]) -> list[tuple[NDArray[np.float16], NDArray[np.uint8], list[int]]]:
        name, samples = one
        utterance, rows = chosen[name], []
        for speed in speeds:
            found = features.log_mel(faster(samples, speed)).astype(np.float16)
            spoken = phones_of_frames(segments[utterance.name], len(found), speed)
            rows.append((found, spoken, [NUMBERS[phone] for phone in utterance.phones]))
        return rows

    sounds = [sound for tar in tars for sound in read_sounds(tar, chosen)]
    if lacking := chosen.keys() - {name for name, _ in sounds}:
        raise InputError(f"{tars[0].parent} lacks {len(lacking)} recordings, such as {min(lacking)}: fetch it again.")
    with ThreadPoolExecutor(2) as pool:
        rows = [row for several in pool.map(heard, sounds) for row in several]
    arrays = pack("frames", [spoken for _, spoken, _ in rows], np.uint8) | pack("phones", [row[2] for row in rows])
    np.save(folder / f"{split}.npy", np.concatenate([found for found, _, _ in rows]))
    np.savez(folder / f"{split}.npz", allow_pickle=False, **arrays)


def train_variant(variant: str, data: Path, root: Path, settings: Settings) -> dict[str, Any]:
    """Train a variant on the recordings in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a file or a run is already there.
    """
    recipe = EncoderRecipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    course = runs.Course(
        task="speech",
        plan=recipe.plan,
        files=[_file(data, name) for name in (*TABLES, *SEGMENTS, *TARS["train"], *TARS["dev"])],
        prepare=lambda common: prepare(data, common, chosen.speeds),
        trainable=lambda name, common: Hearing(common, chosen),
        finish=lambda name, common, run, bundle: _finish(chosen, run),
        write_card=lambda folder: None,
    )
    return runs.train_variant(course, variant, root, settings)


def _finish(recipe: EncoderRecipe, run: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights of a finished run and the facts of its config."""
    return runs.best(run), {"recipe": asdict(recipe)}


class Recordings:
    """Recordings of a split as they lie in `prepare`'s folder."""

    def __init__(self, folder: Path, split: str) -> None:
        self.packed = Packed.open(folder / f"{split}.npz")
        self.heard = np.load(folder / f"{split}.npy", mmap_mode="r")

    def features(self, i: int) -> Tensor:
        """(frames, SIZE)."""
        start, end = self.packed.arrays["frames_offsets"][i : i + 2]
        return torch.from_numpy(self.heard[start:end].astype(np.float32))


class Hearing:
    """The encoder's pretraining as the training loop sees it."""

    def __init__(self, folder: Path, recipe: EncoderRecipe) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.plan.seed)
        self.model = Pretraining(recipe.size, recipe.dropout)
        self.train, self.dev_set = Recordings(folder, "train"), Recordings(folder, "dev")

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch, in random order: each recording once, at a random speed, beside others of its
        length."""
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        speeds = len(self.recipe.speeds)
        recordings = np.arange(0, len(self.train.packed), speeds)
        drawn = recordings + chance.integers(speeds, size=len(recordings))
        batches = by_length([self.train.packed.lengths["frames"] // 10], drawn, self._most() // 10, chance)
        return [batches[i] for i in chance.permutation(len(batches))]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        heard, lengths, spoken, phones, counts = _together(self.train, batch)
        return self.model.loss(
            masked(heard, lengths, self.recipe.masks), lengths, spoken, phones, counts, self.recipe.ctc
        )

    def dev(self) -> dict[str, float]:
        """The phone error rate of CTC, whose strongest phone of each key is taken, as "dev"; the share of frames whose
        phone is wrong, and their negative log-likelihood."""
        from rapidfuzz.distance import Levenshtein

        right = frames = wrong = phones_written = 0
        loss = 0.0
        rows = np.arange(len(self.dev_set.packed))
        for batch in by_length([self.dev_set.packed.lengths["frames"]], rows, self._most()):
            heard, lengths, spoken, _, _ = _together(self.dev_set, batch)
            by_frame, order, mask = self.model(heard, lengths)
            said = by_frame[:, : spoken.shape[1]]
            real = spoken >= 0
            right += int((said.argmax(dim=2) == spoken)[real].sum())
            frames += int(real.sum())
            loss -= float(said[real].gather(1, spoken[real][:, None]).sum())
            for row, count, i in zip(order.argmax(dim=2), mask.sum(dim=1), batch, strict=True):
                phones = self.dev_set.packed.row("phones", i).tolist()
                wrong += Levenshtein.distance(without_blanks(row[:count].tolist()), phones)
                phones_written += len(phones)
        return {"dev": wrong / phones_written, "dev_frames_wrong": 1 - right / frames, "dev_loss": loss / frames}

    def probe(self) -> list[NDArray[np.float32]]:
        """An encoder has no map."""
        return []

    def _most(self) -> int:
        return round(self.recipe.seconds / features.FRAME)


def without_blanks(numbers: Sequence[int]) -> list[int]:
    """What CTC's numbers of each key mean: repeated ones are one, and 0 is dropped (Graves et al. 2006, eq. 1)."""
    return [number for number, _ in groupby(numbers) if number]


def masked(heard: Tensor, lengths: Tensor, masks: Masks) -> Tensor:
    """The features with random bands and spans set to 0, their mean. heard: (batch, frames, SIZE)."""
    bands = _spans(torch.full_like(lengths, heard.shape[2]), heard.shape[2], masks.bands, torch.tensor(masks.width))
    widths = torch.minimum(torch.tensor(masks.span), lengths // (5 * max(1, masks.spans)))
    spans = _spans(lengths, heard.shape[1], masks.spans, widths)
    return heard.masked_fill(bands[:, None, :] | spans[:, :, None], 0)


def _spans(lengths: Tensor, count: int, number: int, most: Tensor) -> Tensor:
    """(batch, count), true in `number` random spans of each row, at most `most` wide, that begin below its length."""
    chance = torch.rand(2, len(lengths), number)
    widths = (chance[0] * (most.expand_as(lengths)[:, None] + 1)).long()
    starts = (chance[1] * (lengths[:, None] - widths + 1)).long()
    places = torch.arange(count)
    return ((places >= starts[..., None]) & (places < (starts + widths)[..., None])).any(dim=1)


def _together(recordings: Recordings, batch: Batch) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Padded features, their lengths, the phone of each frame (-1 where there is none), the phones and their counts."""
    heard = [recordings.features(i) for i in batch]
    spoken = [torch.from_numpy(recordings.packed.row("frames", i)) for i in batch]
    phones = [torch.from_numpy(recordings.packed.row("phones", i)) for i in batch]
    return (
        pad_sequence(heard, batch_first=True),
        torch.tensor([len(row) for row in heard]),
        pad_sequence(spoken, batch_first=True, padding_value=-1),
        pad_sequence(phones, batch_first=True),
        torch.tensor([len(row) for row in phones]),
    )


def _file(data: Path, name: str) -> Path:
    if not (data / name).exists():
        raise InputError(f"{data} holds no {name}: name the folder of the recordings with --data.")
    return data / name
