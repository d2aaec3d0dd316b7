"""Small caption bundles, made on the spot: real files, a stand-in for the CNN, and models that know eight photos."""

import io
from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.tasks.captions import cnn, features
from attnviz.tasks.captions.corpus import encode, vocabulary
from attnviz.tasks.captions.model import BEGIN, END, PAD, VARIANTS, CaptionModel, Regularisers, Size
from attnviz.tasks.captions.recipe import Recipe
from tests.small_bundles import TRAINING, half_learned

COLOURS = {"red": (220, 30, 30), "green": (30, 200, 30), "blue": (40, 60, 220), "white": (250, 250, 250)}
SIDES = ("left", "right")
CNN = "digest of the stand-in"
COMMAND = "python -m attnviz evaluate captions --variant {} --split captions.test"
POINTING = {
    "pointing": 0.6123,
    "pointing_previous": 0.5812,
    "pointing_next": 0.6044,
    "pointing_mean": 0.5905,
    "pointing_centre": 0.5476,
    "pointing_random": 0.3151,
}
GAIN = {"specificity": 0.0218, "specificity_wins": 0.987}
SMALL = {"n": 7, "pointing": 0.4321, "pointing_centre": 0.3091, "pointing_random": 0.1012}
INSIDE = {"correctness": 0.4567, "correctness_gaussian": 0.3827, "correctness_uniform": 0.3049}


class Colours(nn.Module):
    """In place of the CNN: the mean colour of every 32 x 32 px."""

    def forward(self, pixels: Tensor) -> object:
        return type("Output", (), {"last_hidden_state": nn.functional.avg_pool2d(pixels, 32)})


def stand_in(root: Path = Path(), device: str = "cpu") -> cnn.CNN:
    return cnn.CNN(Colours(), CNN, torch.device(device))


def caption(colour: str) -> str:
    """The stand-in tells colours, and not where they are."""
    return f"a {colour} box in the dark"


def pixels_of(colour: str, side: str, width: int = 96, height: int = 64) -> NDArray[np.uint8]:
    """A box of that colour in one half of a dark photo."""
    pixels = np.full((height, width, 3), 20, dtype=np.uint8)
    half = slice(0, width // 2) if side == "left" else slice(width // 2, width)
    pixels[height // 4 : -height // 4, half] = COLOURS[colour]
    return pixels


def picture(colour: str = "red", side: str = "left", format: str = "JPEG", width: int = 96, height: int = 64) -> bytes:
    """Such a photo as a file."""
    buffer = io.BytesIO()
    Image.fromarray(pixels_of(colour, side, width, height)).save(buffer, format)
    return buffer.getvalue()


@lru_cache(maxsize=1)
def words() -> list[list[str]]:
    return [caption(colour).split() for colour in COLOURS for _ in SIDES]


@lru_cache
def trained(variant: str) -> tuple[dict[str, Tensor], Size]:
    """The weights of a model that has learned the eight photos, more or less: some seconds of training."""
    tokenizer = vocabulary(words(), 1)
    size = Size(tokenizer.get_vocab_size(), 3, embedding=12, hidden=24, key=12, score=8)
    pixels = [pixels_of(colour, side) for colour in COLOURS for side in SIDES]
    cells = features.cells(stand_in(), pixels, "7").clone()
    target = [torch.tensor([BEGIN, *encode(tokenizer, text), END]) for text in words()]
    torch.manual_seed(1)
    model = CaptionModel(variant, size)
    padded = pad_sequence(target, batch_first=True, padding_value=PAD)
    photos = torch.arange(len(pixels))
    return half_learned(model, lambda: model.loss(cells, photos, padded, 0.0, Regularisers()), 60), size


def small_root(folder: Path, variants: Iterable[str] = VARIANTS) -> Path:
    """A folder as `pretrained/`, which holds these variants of captions, with figures for their maps. It is read with
    `stand_in` in the place of `cnn.load`."""
    task = folder / "captions"
    task.mkdir(parents=True, exist_ok=True)
    vocabulary(words(), 1).save(str(task / "tokenizer.json"))
    for variant in variants:
        weights, size = trained(variant)
        config = {
            "task": "captions",
            "variant": variant,
            "size": asdict(size),
            "recipe": asdict(replace(Recipe(), kind="7")),
            **TRAINING,
            "tokenizer_sha256": bundles.sha256(task / "tokenizer.json"),
            "cnn_sha256": CNN,
        }
        bundles.write(task / variant, weights, config)
        regions = {
            "n": 9,
            **POINTING,
            **GAIN,
            **INSIDE,
            "small": {**SMALL, **INSIDE},
            "by_type": {"people": {"n": 5, **POINTING}},
        }
        if variant == "none":
            regions = {"n": None, "reason": "This variant has no attention, so there is no map."}
        result = {
            "task": "captions",
            "variant": variant,
            "split": "captions.test",
            "n": 3,
            "scores": {"regions": regions},
        }
        bundles.keep_score(task / variant, COMMAND.format(variant), result)
    return folder
