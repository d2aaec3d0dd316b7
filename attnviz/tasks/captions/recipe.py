"""The recipe of the caption bundles: grid, sizes, plan; what the training loop asks for."""

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
from attnviz.tasks.captions import cnn, features
from attnviz.tasks.captions.card import write_card
from attnviz.tasks.captions.corpus import encode, read_captions, read_photos, vocabulary, words_of
from attnviz.tasks.captions.model import BEGIN, END, PAD, CaptionModel, Regularisers, Size
from attnviz.training.loop import Batch, Plan
from attnviz.training.packed import Packed, pack
from attnviz.training.runs import Settings, best, keep, run

TASK = "captions"
PHOTOS = Path(__file__).parent / "photos"

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
    """Everything that decides what is learned; the same for all variants of the task.

    kind: the grid. After 1,000 steps of `soft`, on dev, "7" had CIDEr-D 42.3 and pointing .506 (small things .285),
    "14" 42.4 and .563 (.373), "joined" 44.9 and .581 (.398). least: a word that comes less often is unknown. channels:
    of a cell, after the projection of each grid. longest: of the words of a caption. photos: in a batch, with all their
    captions. dev_photos: how many decide.
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
    """Pack the captions of `data` and cache the grids of its photos, once for all variants, into `folder`.

    Goes on where an interrupted run stopped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    captions = {
        split: {one.image: one for one in read_captions(_file(data, f"captions.{split}.jsonl"))}
        for split in ("train", "dev")
    }
    texts = [words_of(text) for one in captions["train"].values() for text in one.captions]
    tokenizer = vocabulary(texts, recipe.least)
    tokenizer.save(str(folder / "tokenizer.json"))
    network = cnn.load(root, device)
    for side in features.INPUTS[recipe.kind]:
        projection = _projection(network, data, folder, side, recipe.channels)
        for split, found in captions.items():
            photos = (pixels for name, pixels in read_photos(data / f"images.{split}.tar") if name in found)
            features.cache(network, photos, len(found), side, projection, _features(folder, split, side))
        examples = (np.asarray(_photo(name)) for name in PROBES)
        features.cache(network, examples, len(PROBES), side, projection, _features(folder, "probes", side))
    for split, found in captions.items():
        order = [name for name, _ in read_photos(data / f"images.{split}.tar") if name in found]
        rows = [(i, encode(tokenizer, words_of(t))) for i, name in enumerate(order) for t in found[name].captions]
        rows = [(i, ids[: recipe.longest]) for i, ids in rows if ids]
        arrays = pack("words", [ids for _, ids in rows])
        arrays["photo"] = np.array([i for i, _ in rows], dtype=np.int32)
        np.savez(folder / f"{split}.npz", allow_pickle=False, **arrays)


def train_variant(variant: str, data: Path, root: Path, settings: Settings) -> dict[str, Any]:
    """Train a variant on the corpus in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a file or a run is already there.
    """
    recipe = Recipe()
    plan = settings.plan(recipe.plan)
    recipe = replace(recipe, plan=plan)
    common = settings.runs / TASK
    facts = run(
        TASK,
        variant,
        plan,
        settings,
        files=[_file(data, "captions.train.jsonl"), data / "images.train.tar"],
        prepare=lambda: prepare(data, common, recipe, device=settings.device),
        trainable=lambda: Captions(variant, common, recipe),
    )
    if not facts:
        return {}
    folder = root / TASK / variant
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = root / TASK / "tokenizer.json"
    shutil.copyfile(common / "tokenizer.json", tokenizer)
    if root.resolve() != bundles.PRETRAINED.resolve():
        shutil.copytree(bundles.PRETRAINED / TASK / cnn.NAME, root / TASK / cnn.NAME, dirs_exist_ok=True)
    weights = best(common / variant)
    projections = [_kept_projection(common, side) for side in features.INPUTS[recipe.kind]]
    weights["key.weight"], weights["key.bias"] = features.folded(
        weights["key.weight"], weights["key.bias"], projections
    )
    size = recipe.size(Tokenizer.from_file(str(tokenizer)))
    config = {
        "task": TASK,
        "variant": variant,
        "size": asdict(replace(size, features=weights["key.weight"].shape[1])),
        "recipe": asdict(recipe),
        **facts,
        "tokenizer_sha256": bundles.sha256(tokenizer),
        "cnn_sha256": bundles.digest(TASK, cnn.NAME),
    }
    keep(common / variant, folder, weights, config)
    write_card(folder)
    return dict(facts["dev"])


class Captions:
    """The caption task as the training loop sees it. A batch is the numbers of captions, whole photos together."""

    def __init__(self, variant: str, folder: Path, recipe: Recipe) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.plan.seed)
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.model = CaptionModel(variant, recipe.size(tokenizer), recipe.dropout)
        self.train, self.dev_set = Packed.open(folder / "train.npz"), Packed.open(folder / "dev.npz")
        self.grids = {split: _open(folder, split, recipe.kind) for split in ("train", "dev", "probes")}
        self.probes = [encode(tokenizer, text.split()) for text in PROBES.values()]

    def batches(self, epoch: int) -> Sequence[Batch]:
        """Photos in random order, each with all its captions."""
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        photo = self.train.arrays["photo"]
        captions = np.split(np.arange(len(photo)), np.flatnonzero(np.diff(photo)) + 1)
        order = chance.permutation(len(captions))
        size = self.recipe.photos
        return [np.concatenate([captions[i] for i in order[at : at + size]]) for at in range(0, len(order), size)]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        return self._loss("train", self.train, batch)

    def dev(self) -> dict[str, float]:
        """ "dev": negative log-likelihood a word of the captions of the first photos of dev.

        It is smooth, quick and needs no search; BLEU and CIDEr of whole captions are for `evaluate`.
        """
        rows = np.flatnonzero(self.dev_set.arrays["photo"] < self.recipe.dev_photos)
        parts = np.array_split(rows, max(1, len(rows) // 250))
        sums = [self._loss("dev", self.dev_set, part)[1:] for part in parts]
        return {"dev": sum(float(plain) for plain, _ in sums) / sum(count for _, count in sums)}

    def probe(self) -> list[NDArray[np.float32]]:
        """The maps of PROBES, captions forced: (words, cells), the sentinel last where there is one; of `hard` the
        distributions."""
        decoder = self.model.decoder
        if decoder.mechanism is None:
            return []
        maps = []
        for i, words in enumerate(self.probes):
            state = decoder.begin(self.model.encode(self._features("probes", np.array([i]))))
            rows = []
            for token in [BEGIN, *words][:-1]:
                step = decoder.step(torch.tensor([token], device=self.model.device), state)
                state = step.state
                assert step.weights is not None
                weights = decoder.look(state) if self.model.variant == "hard" else step.weights
                rows.append(weights[0].float().cpu().numpy())
            maps.append(np.stack(rows))
        return maps

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
    """Learned once from the cells of some hundred training photos, and kept."""
    path = _projection_file(folder, side)
    if not path.exists():
        photos = (pixels for i, (_, pixels) in enumerate(read_photos(data / "images.train.tar")) if i % 20 == 0)
        cells = torch.cat([features.grid(network, [pixels], side)[0].float().cpu() for pixels in photos])
        found = features.principal(cells, size)
        np.savez(path, allow_pickle=False, mean=found.mean.numpy(), components=found.components.numpy())
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
    found = [path for path in (data / f"{stem}.xz", data / stem) if path.exists()]
    if not found:
        raise InputError(f"{data} holds no {stem}.xz: name the folder of the captions with --data.")
    return found[0]
