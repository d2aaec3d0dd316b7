"""A small corpus of sounds, made on the spot, and small bundles that have learned nothing: each phone is a chord of
its own, and between them is a quiet hum."""

import io
import lzma
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import soundfile
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz import bundles
from attnviz.tasks.speech import features
from attnviz.tasks.speech.corpus import SILENCE, SpokenPhone
from attnviz.tasks.speech.model import VARIANTS, EncoderSize, Size, SpeechModel
from tests.small_bundles import TRAINING

CHORDS = {"AA": (400, 900), "IY": (250, 2300), "S": (4200, 6100), "M": (180, 1300), SILENCE: (90, 120)}
SPOKEN = {
    "u1": "SIL AA M IY SIL",
    "u2": "SIL S IY M SIL",
    "u3": "SIL M AA S AA SIL",
    "u4": "SIL IY S AA M SIL",
    "d1": "SIL S AA M IY SIL",
    "t1": "SIL M IY S SIL",
}
SPLITS = {"u": "train", "d": "dev", "t": "test"}
LONG = 0.13  # seconds of a phone


def segments(phones: Sequence[str]) -> list[SpokenPhone]:
    return [SpokenPhone(phone, round(i * LONG, 2), round((i + 1) * LONG, 2)) for i, phone in enumerate(phones)]


def sound(phones: Sequence[str], loudness: float = 0.3) -> NDArray[np.float32]:
    """The phones one after another, LONG seconds each."""
    parts = []
    for phone in phones:
        time = np.arange(round(LONG * features.RATE)) / features.RATE
        wave = sum(np.sin(2 * np.pi * pitch * time) for pitch in CHORDS[phone])
        parts.append(wave * (loudness if phone != SILENCE else loudness / 50))
    hiss = np.random.default_rng(1).normal(0, loudness / 500, sum(map(len, parts)))
    return (np.concatenate(parts) + hiss).astype(np.float32)


def file_of(samples: NDArray[np.float32], format: str = "FLAC", rate: int = features.RATE) -> bytes:
    content = io.BytesIO()
    soundfile.write(content, samples, rate, format=format, subtype="PCM_16")
    return content.getvalue()


def small_corpus(folder: Path) -> Path:
    """A folder as that of the speech corpora, with four recordings to learn from, one of dev and one of test."""
    folder.mkdir(parents=True, exist_ok=True)
    utterances = ["id\tsplit\tcorpus\tspeaker\tseconds\tfile\tphones"]
    times = ["id\tphone\tstart\tend"]
    tars: dict[str, dict[str, bytes]] = {
        f"audio_{name}.tar": {}
        for name in ("train_librispeech", "train_fraser", "train_speechocean", "train_extra", "dev", "test")
    }
    for name, text in SPOKEN.items():
        phones, split = text.split(), SPLITS[name[0]]
        samples = sound(phones)
        seconds = len(samples) / features.RATE
        said = " ".join(phone for phone in phones if phone != SILENCE)
        utterances.append(f"{name}\t{split}\tmade\t{name}\t{seconds:.2f}\t{name}.flac\t{said}")
        times += [f"{name}\t{s.phone}\t{s.start:.2f}\t{s.end:.2f}" for s in segments(phones)]
        tars[f"audio_{'train_fraser' if split == 'train' else split}.tar"][f"{name}.flac"] = file_of(samples)
    for table, rows in (("utts", utterances), ("phones", times)):
        _packed(folder / f"{table}.tsv.xz", rows)
        _packed(folder / f"{table}_extra.tsv.xz", rows[:1])
    for tar, members in tars.items():
        with tarfile.open(folder / tar, "w") as file:
            for member, content in members.items():
                info = tarfile.TarInfo(member)
                info.size = len(content)
                file.addfile(info, io.BytesIO(content))
    return folder


def _packed(path: Path, rows: Sequence[str]) -> None:
    path.write_bytes(lzma.compress("\n".join([*rows, ""]).encode()))


SIZE = Size(EncoderSize(channels=24, kernel=3, blocks=1, hidden=16, layers=1), embedding=16, hidden=24, score=12)
COMMAND = "python -m attnviz evaluate speech --variant {} --split utts:test"
TIMES = {"n": 31, "mass": 0.6123, "mass_uniform": 0.0321, "mass_linear": 0.2876}
TIMES |= {"centre_ms": 21.5, "centre_ms_uniform": 900.5, "centre_ms_linear": 80.5, "backward": 0.0123}


def untrained(variant: str) -> dict[str, Tensor]:
    """The weights of a model that has learned nothing. They are so large that it writes several phones, and listens
    more closely to some moments than to others."""
    torch.manual_seed(1)
    model = SpeechModel(variant, SIZE)
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.mul_(4.0 if "mechanism" in name else 2.0)
    return dict(model.state_dict())


def small_root(folder: Path, variants: Iterable[str] = VARIANTS) -> Path:
    """A folder as `pretrained/`, which holds these variants of speech, with figures for their maps."""
    for variant in variants:
        config = {
            "task": "speech",
            "variant": variant,
            "mechanism": SIZE.mechanism(variant),
            "size": asdict(SIZE),
            "recipe": {},
            **TRAINING,
        }
        bundles.write(folder / "speech" / variant, untrained(variant), config)
        scores = {"per": 0.2345, "times": None if variant == "none" else TIMES}
        result = {"task": "speech", "variant": variant, "split": "utts:test", "n": 3, "scores": scores}
        bundles.keep_score(folder / "speech" / variant, COMMAND.format(variant), result)
    return folder
