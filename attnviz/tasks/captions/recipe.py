"""The recipe of the caption bundles: grid, sizes and plan, and what training needs."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.errors import InputError
from attnviz.nn.beam import replay
from attnviz.tasks.captions import cnn, features
from attnviz.tasks.captions.about import PHOTOS, TASK
from attnviz.tasks.captions.card import write_card
from attnviz.tasks.captions.corpus import encode, read_captions, read_photos, vocabulary, words_of
from attnviz.tasks.captions.model import BEGIN, DISTRIBUTION, END, PAD, CaptionModel, Regularisers, Size
from attnviz.training import runs
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.packed import Packed, pack
from attnviz.training.runs import Settings

# Our own captions of the example photos, whose maps are kept while a variant learns.
PROBES = {
    "astronaut": "a woman in an orange suit smiles",
    "cameraman": "a man in a black coat with a camera",
    "cat": "a brown cat is looking at the camera",
    "coffee": "a cup of coffee on a table",
    "hopper": "a woman in a black uniform with a hat",
    "rocket": "a rocket is going up into the sky",
}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what is learned. It is the same for all variants of the task.

    kind: the grid. After 1,000 steps of `soft`, on dev, "7" had CIDEr-D 42.3 and pointing .506 (small things .285),
    "14" 42.4 and .563 (.373), "joined" 44.9 and .581 (.398). least: a word that comes less often is unknown. channels:
    how many a cell has after the projection of each grid. longest: how many words of a caption are learned from.
    photos: how many a batch has, with all their captions. dev_photos: how many decide.
    """

    kind: features.Kind = "joined"
    least: int = 4
    channels: int = 448
    longest: int = 24
    photos: int = 16
    dev_photos: int = 300
    dropout: float = 0.4
    smoothing: float = 0.05
    embedding: int = 256
    hidden: int = 512
    key: int = 512
    score: int = 128
    regularisers: Regularisers = field(default_factory=Regularisers)
    plan: Plan = field(default_factory=lambda: Plan(steps=3500, learning_rate=1e-3, decay_from=0.3, dev_every=250))

    def size(self, tokenizer: Tokenizer) -> Size:
        each = self.channels * (2 if self.kind == "joined" else 1)
        return Size(tokenizer.get_vocab_size(), each, self.embedding, self.hidden, self.key, self.score)


def prepare(data: Path, folder: Path, recipe: Recipe, root: Path = bundles.PRETRAINED, device: str = "cpu") -> None:
    """Pack the captions in `data` and cache the grids of its photos, once for all variants, in `folder`.

    It goes on where an interrupted run stopped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    captions = {
        split: {entry.image: entry for entry in read_captions(_file(data, f"captions.{split}.jsonl"))}
        for split in ("train", "dev")
    }
    texts = [words_of(text) for entry in captions["train"].values() for text in entry.captions]
    tokenizer = vocabulary(texts, recipe.least)
    tokenizer.save(str(folder / "tokenizer.json"))
    network = cnn.load(root, device)
    for side in features.INPUTS[recipe.kind]:
        projection = _projection(network, data, folder, side, recipe.channels)
        for split, entries in captions.items():
            photos = (pixels for name, pixels in read_photos(data / f"images.{split}.tar") if name in entries)
            features.cache(network, photos, len(entries), side, projection, _features(folder, split, side))
        examples = (np.asarray(_photo(name)) for name in PROBES)
        features.cache(network, examples, len(PROBES), side, projection, _features(folder, "probes", side))
    for split, entries in captions.items():
        order = [name for name, _ in read_photos(data / f"images.{split}.tar") if name in entries]
        rows = [(i, encode(tokenizer, words_of(t))) for i, name in enumerate(order) for t in entries[name].captions]
        rows = [(i, ids[: recipe.longest]) for i, ids in rows if ids]
        arrays = pack("words", [ids for _, ids in rows])
        arrays["photo"] = np.array([i for i, _ in rows], dtype=np.int32)
        np.savez(folder / f"{split}.npz", allow_pickle=False, **arrays)


def train_variant(variant: str, data: Path, root: Path, settings: Settings) -> dict[str, Any]:
    """Train a variant on the corpus in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a file or a run is already there.
    """
    recipe = Recipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    course = runs.Course(
        task=TASK.name,
        plan=recipe.plan,
        files=[_file(data, "captions.train.jsonl"), data / "images.train.tar"],
        prepare=lambda common: prepare(data, common, chosen, device=settings.device),
        trainable=lambda name, common: Captions(name, common, chosen),
        finish=lambda name, common, run, bundle: _finish(chosen, common, run, bundle),
        write_card=write_card,
    )
    return runs.train_variant(course, variant, root, settings)


def _finish(recipe: Recipe, common: Path, run: Path, bundle: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights of a finished run and the facts of its config; tokenizer and CNN are put beside the bundle.

    The projection of the CNN's cells is folded into the first layer, so that a bundle reads the cells themselves.
    """
    folder = bundle.parent
    shutil.copyfile(common / "tokenizer.json", folder / "tokenizer.json")
    shared = bundles.PRETRAINED / TASK.name
    if folder.resolve() != shared.resolve():
        shutil.copytree(shared / cnn.NAME, folder / cnn.NAME, dirs_exist_ok=True)
    weights = runs.best(run)
    projections = [_kept_projection(common, side) for side in features.INPUTS[recipe.kind]]
    weights["key.weight"], weights["key.bias"] = features.folded(
        weights["key.weight"], weights["key.bias"], projections
    )
    size = recipe.size(Tokenizer.from_file(str(folder / "tokenizer.json")))
    return weights, {
        "size": asdict(replace(size, features=weights["key.weight"].shape[1])),
        "recipe": asdict(recipe),
        "tokenizer_sha256": bundles.sha256(folder / "tokenizer.json"),
        "cnn_sha256": bundles.digest(TASK.name, cnn.NAME),
    }


class Captions:
    """The caption task as the training loop sees it. A batch holds the numbers of captions, all of a photo together."""

    def __init__(self, variant: str, folder: Path, recipe: Recipe) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.plan.seed)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.model = CaptionModel(variant, recipe.size(tokenizer), recipe.dropout)
        self.train, self.dev_set = Packed.open(folder / "train.npz"), Packed.open(folder / "dev.npz")
        self.grids = {split: _open(folder, split, recipe.kind) for split in ("train", "dev", "probes")}
        self.probes = [encode(tokenizer, text.split()) for text in PROBES.values()]

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch: photos in random order, each with all its captions."""
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        photo = self.train.arrays["photo"]
        captions = np.split(np.arange(len(photo)), np.flatnonzero(np.diff(photo)) + 1)
        order = chance.permutation(len(captions))
        size = self.recipe.photos
        return [np.concatenate([captions[i] for i in order[at : at + size]]) for at in range(0, len(order), size)]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        return self._loss("train", self.train, batch)

    def dev(self) -> dict[str, float]:
        """The negative log-likelihood per word of the captions of the first photos of dev, as "dev".

        It is smooth, quick and needs no search; BLEU and CIDEr of whole captions are for `evaluate`.
        """
        rows = np.flatnonzero(self.dev_set.arrays["photo"] < self.recipe.dev_photos)
        parts = np.array_split(rows, max(1, len(rows) // 250))
        sums = [self._loss("dev", self.dev_set, part)[1:] for part in parts]
        return {"dev": sum(float(plain) for plain, _ in sums) / sum(count for _, count in sums)}

    def probe(self) -> list[NDArray[np.float32]]:
        """The maps of PROBES, captions forced: (words, cells), the sentinel last where there is one.

        For the `hard` variant, these are the distributions.
        """
        memories = [self.model.encode(self._features("probes", np.array([i]))) for i in range(len(self.probes))]
        traces = [
            replay(self.model.decoder, memory, words, begin=BEGIN)
            for memory, words in zip(memories, self.probes, strict=True)
        ]
        return [trace.extras.get(DISTRIBUTION, trace.weights) for trace in traces if trace.weights is not None]

    def _loss(self, split: str, packed: Packed, batch: Batch) -> tuple[Tensor, Tensor, int]:
        photos, places = np.unique(packed.arrays["photo"][batch], return_inverse=True)
        target = [torch.from_numpy(np.concatenate([[BEGIN], packed.row("words", i), [END]])) for i in batch]
        return self.model.loss(
            self._features(split, photos),
            torch.from_numpy(places).to(self.model.device),
            pad_sequence(target, batch_first=True, padding_value=PAD).to(self.model.device),
            self.recipe.smoothing,
            self.recipe.regularisers,
        )

    def _features(self, split: str, photos: NDArray[np.int64]) -> Tensor:
        """(photos, cells, features); while training, half of the photos are mirrored."""
        grids = [torch.from_numpy(grid[photos].astype(np.float32)).to(self.model.device) for grid in self.grids[split]]
        cells = features.joined(grids)
        if self.model.training:
            side = features.SIDES[self.recipe.kind]
            square = cells.view(len(cells), side, side, -1)
            mirrored = torch.rand(len(cells), device=cells.device) < 0.5
            cells = torch.where(mirrored[:, None, None, None], square.flip(2), square).flatten(1, 2)
        return cells


def _features(folder: Path, split: str, side: int) -> Path:
    return folder / f"features.{split}.{side}.npy"


def _open(folder: Path, split: str, kind: features.Kind) -> list[NDArray[np.float16]]:
    return [np.load(_features(folder, split, side), mmap_mode="r") for side in features.INPUTS[kind]]


def _projection(network: cnn.CNN, data: Path, folder: Path, side: int, size: int) -> features.Projection:
    """The projection of a grid's cells, learned once from some hundred training photos and kept in `folder`."""
    path = _projection_file(folder, side)
    if not path.exists():
        photos = (pixels for i, (_, pixels) in enumerate(read_photos(data / "images.train.tar")) if i % 20 == 0)
        cells = torch.cat([features.grid(network, [pixels], side)[0].float().cpu() for pixels in photos])
        learned = features.principal(cells, size)
        np.savez(path, allow_pickle=False, mean=learned.mean.numpy(), components=learned.components.numpy())
    return _kept_projection(folder, side)


def _projection_file(folder: Path, side: int) -> Path:
    return folder / f"projection.{side}.npz"


def _kept_projection(folder: Path, side: int) -> features.Projection:
    arrays = np.load(_projection_file(folder, side))
    return features.Projection(*(torch.from_numpy(arrays[name]) for name in ("mean", "components")))


def _photo(name: str) -> Any:
    from PIL import Image

    return Image.open(PHOTOS / f"{name}.jpg").convert("RGB").resize((features.SMALL, features.SMALL))


def _file(data: Path, stem: str) -> Path:
    for path in (data / f"{stem}.xz", data / stem):
        if path.exists():
            return path
    raise InputError(f"{data} holds no {stem}.xz: name the folder of the captions with --data.")
