"""The recipe of the caption bundles: photos, grid, sizes and plan, and what training needs.

Variants learn from two corpora together: Flickr8k, and fewer ordinary scenes of COCO, which an epoch shows several
times. The grids of all photos are computed and packed before, so that the training itself needs no CNN and no photo.
"""

import shutil
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.nn.beam import replay
from attnviz.tasks.captions import cnn, features
from attnviz.tasks.captions.about import PHOTOS, TASK
from attnviz.tasks.captions.card import write_card
from attnviz.tasks.captions.corpus import encode, read_captions, read_photos, vocabulary, words_of
from attnviz.tasks.captions.model import BEGIN, DISTRIBUTION, END, PAD, CaptionModel, Regularisers, Size
from attnviz.tasks.captions.photo import open_photo
from attnviz.tasks.captions.stored import as_stored
from attnviz.training import runs
from attnviz.training.corpora import needed_file
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.packed import Packed, dev_losses, pack
from attnviz.training.runs import Settings

# The splits that are packed together, "train" and "dev": from each corpus the stem of its files.
CORPORA = {"train": {"flickr8k": "train", "coco": "extra"}, "dev": {"flickr8k": "dev", "coco": "extradev"}}

# The words that change places in the captions of a mirrored photo. They do so in any sense: another one, as in "right
# next to", is rare.
LEFT, RIGHT = "left", "right"

# Our own captions of photos whose maps are kept while a variant learns.
PROBES = {
    "dog": "a wet black and white dog on the beach",
    "surfers": "two people are surfing on a wave",
    "skier": "a skier jumps high into the air",
    "motorcycle": "a man stands next to a motorcycle",
    "desk": "a cat sits on a desk next to a remote",
    "giraffes": "two giraffes stand in the dry grass",
}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what is learned. It is the same for all variants of the task.

    mechanism: of the variants with attention, as `attnviz.nn.mechanisms` names them. kind: the grid. After 1,000 steps
    of `soft` on Flickr8k alone, "7" had CIDEr-D 42.3 and pointing .506 (small things .285) on dev, "14" 42.4 and .563
    (.373), "joined" 44.9 and .581 (.398). versions: how many copies of a training photo are seen, see `stored`. coco:
    how often an epoch shows each photo of COCO. least: a word that comes less often is unknown. channels: how many a
    cell has after the projection of each grid. longest: how many words of a caption are learned from. photos: how many
    a batch has, with all their captions. dev_photos: how many of each corpus, at most, decide.
    """

    mechanism: str = "additive"
    kind: features.Kind = "joined"
    versions: int = 3
    coco: int = 3
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
    plan: Plan = field(default_factory=lambda: Plan(steps=5000, learning_rate=1e-3, decay_from=0.3, dev_every=250))

    def size(self, tokenizer: Tokenizer) -> Size:
        each = self.channels * (2 if self.kind == "joined" else 1)
        words = tokenizer.get_vocab_size()
        return Size(words, each, self.embedding, self.hidden, self.key, self.score, self.mechanism)


def prepare(data: Path, folder: Path, recipe: Recipe, root: Path = bundles.PRETRAINED, device: str = "cpu") -> None:
    """Pack the captions in `data` and cache the grids of its photos, once for all variants, in `folder`.

    It goes on where an interrupted run stopped.
    """
    folder.mkdir(parents=True, exist_ok=True)
    captions = {
        stem: _captions(data, stem, recipe.dev_photos if split == "dev" else None)
        for split, stems in CORPORA.items()
        for stem in stems.values()
    }
    learned = [text for stem in CORPORA["train"].values() for texts in captions[stem].values() for text in texts]
    tokenizer = vocabulary(map(words_of, learned), recipe.least)
    tokenizer.save(str(folder / "tokenizer.json"))
    for split, stems in CORPORA.items():
        texts = {
            name: [captions[stem][image] for image, _ in _photos(data, stem, captions[stem])]
            for name, stem in stems.items()
        }
        np.savez(folder / f"{split}.npz", allow_pickle=False, **_packed(texts, tokenizer, recipe.longest))
    network = cnn.load(root, device)
    for side in features.INPUTS[recipe.kind]:
        projection = _projection(network, data, folder, side, recipe.channels)
        for split, stems in CORPORA.items():
            count = sum(len(captions[stem]) for stem in stems.values())
            pixels = (photo for stem in stems.values() for _, photo in _photos(data, stem, captions[stem]))
            versions = recipe.versions if split == "train" else 1
            features.cache(network, pixels, count, side, projection, _features(folder, split, side), versions)
        examples = map(_example, PROBES)
        features.cache(network, examples, len(PROBES), side, projection, _features(folder, "probes", side))


def _captions(data: Path, stem: str, most: int | None) -> dict[str, tuple[str, ...]]:
    """The captions of each photo of a file by its name, of the first `most` photos where there is such a number."""
    entries = islice(read_captions(_file(data, stem)), most)
    return {entry.image: entry.captions for entry in entries}


def _packed(
    captions: Mapping[str, Sequence[Sequence[str]]], tokenizer: Tokenizer, longest: int
) -> dict[str, NDArray[Any]]:
    """Captions as `Packed` has them: the "words" of each, its "photo", numbered over all corpora, and its "corpus".

    captions: of each corpus, by its name, those of each photo. A caption without a word is left out.
    """
    words, photo, corpus = [], [], []
    photos = ((number, texts) for number, whole in enumerate(captions.values()) for texts in whole)
    for place, (number, texts) in enumerate(photos):
        for text in texts:
            if ids := encode(tokenizer, words_of(text))[:longest]:
                words.append(ids)
                photo.append(place)
                corpus.append(number)
    numbers = {"photo": np.array(photo, dtype=np.int32), "corpus": np.array(corpus, dtype=np.int32)}
    return {**pack("words", words), **numbers, "names": np.array(list(captions))}


def train_variant(variant: str, data: Path, root: Path, settings: Settings) -> dict[str, Any]:
    """Train a variant on the corpus in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a file or a run is already there.
    """
    recipe = Recipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    course = runs.Course(
        task=TASK.name,
        plan=recipe.plan,
        files=[path for stem in CORPORA["train"].values() for path in (_file(data, stem), data / f"images.{stem}.tar")],
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
        self.mirrored = _swapped(tokenizer)

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch: photos in random order, each with all its captions. Those of COCO come several
        times."""
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        photo, size = self.train.arrays["photo"], self.recipe.photos
        captions = np.split(np.arange(len(photo)), np.flatnonzero(np.diff(photo)) + 1)
        names = self.train.arrays["names"][self.train.arrays["corpus"]]
        times = [self.recipe.coco if names[rows[0]] == "coco" else 1 for rows in captions]
        order = chance.permutation(np.repeat(np.arange(len(captions)), times))
        return [np.concatenate([captions[i] for i in order[at : at + size]]) for at in range(0, len(order), size)]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        return self._loss("train", self.train, batch)

    def dev(self) -> dict[str, float]:
        """See `dev_losses`. It is smooth, quick and needs no search; BLEU and CIDEr of whole captions are for
        `evaluate`."""
        lengths = [self.dev_set.lengths["words"]]
        return dev_losses(self.dev_set, lengths, lambda batch: self._loss("dev", self.dev_set, batch))

    def probe(self) -> list[NDArray[np.float32]]:
        """The maps of PROBES, captions forced: (words, cells), the sentinel last where there is one.

        For the `hard` variant, these are the distributions.
        """
        memories = [self.model.encode(self._features("probes", np.array([i]))[0]) for i in range(len(self.probes))]
        traces = [
            replay(self.model.decoder, memory, words, begin=BEGIN)
            for memory, words in zip(memories, self.probes, strict=True)
        ]
        return [trace.extras.get(DISTRIBUTION, trace.weights) for trace in traces if trace.weights is not None]

    def _loss(self, split: str, packed: Packed, batch: Batch) -> tuple[Tensor, Tensor, int]:
        photos, places = np.unique(packed.arrays["photo"][batch], return_inverse=True)
        cells, mirrored = self._features(split, photos)
        words = [packed.row("words", i) for i in batch]
        told = [self.mirrored[ids] if mirrored[place] else ids for ids, place in zip(words, places, strict=True)]
        target = [torch.from_numpy(np.concatenate([[BEGIN], ids, [END]])) for ids in told]
        return self.model.loss(
            cells,
            torch.from_numpy(places).to(self.model.device),
            pad_sequence(target, batch_first=True, padding_value=PAD).to(self.model.device),
            self.recipe.smoothing,
            self.recipe.regularisers,
        )

    def _features(self, split: str, photos: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        """The grids (photos, cells, features), and (photos,) which of them are mirrored.

        While training, any of a photo's versions is seen, and half of the photos are mirrored.
        """
        versions = torch.zeros(len(photos), dtype=torch.long)
        mirrored = torch.zeros(len(photos), dtype=torch.bool)
        if self.model.training:
            versions = torch.randint(self.grids[split][0].shape[1], (len(photos),))
            mirrored = torch.rand(len(photos)) < 0.5
        kept = [grid[photos, versions.numpy()].astype(np.float32) for grid in self.grids[split]]
        cells = features.joined([torch.from_numpy(grid).to(self.model.device) for grid in kept])
        side = features.SIDES[self.recipe.kind]
        square = cells.view(len(cells), side, side, -1)
        turned = mirrored.to(cells.device)[:, None, None, None]
        return torch.where(turned, square.flip(2), square).flatten(1, 2), mirrored


def _swapped(tokenizer: Tokenizer) -> NDArray[np.int64]:
    """For each token the one that a mirrored photo needs: LEFT and RIGHT change places, where both are known."""
    tokens = np.arange(tokenizer.get_vocab_size())
    left, right = tokenizer.token_to_id(LEFT), tokenizer.token_to_id(RIGHT)
    if left is not None and right is not None:
        tokens[left], tokens[right] = right, left
    return tokens


def _features(folder: Path, split: str, side: int) -> Path:
    return folder / f"features.{split}.{side}.npy"


def _open(folder: Path, split: str, kind: features.Kind) -> list[NDArray[np.float16]]:
    return [np.load(_features(folder, split, side), mmap_mode="r") for side in features.INPUTS[kind]]


def _projection(network: cnn.CNN, data: Path, folder: Path, side: int, size: int) -> features.Projection:
    """The projection of a grid's cells, learned once from some hundred training photos and kept in `folder`."""
    path = _projection_file(folder, side)
    if not path.exists():
        photos = (
            pixels
            for stem in CORPORA["train"].values()
            for i, (_, pixels) in enumerate(read_photos(data / f"images.{stem}.tar"))
            if i % 20 == 0
        )
        cells = torch.cat([features.grid(network, [pixels], side)[0].float().cpu() for pixels in photos])
        learned = features.principal(cells, size)
        np.savez(path, allow_pickle=False, mean=learned.mean.numpy(), components=learned.components.numpy())
    return _kept_projection(folder, side)


def _projection_file(folder: Path, side: int) -> Path:
    return folder / f"projection.{side}.npz"


def _kept_projection(folder: Path, side: int) -> features.Projection:
    arrays = np.load(_projection_file(folder, side))
    return features.Projection(*(torch.from_numpy(arrays[name]) for name in ("mean", "components")))


def _photos(data: Path, stem: str, wanted: Container[str]) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """The photos that have captions, each with its name, in the order of their file."""
    return ((name, pixels) for name, pixels in read_photos(data / f"images.{stem}.tar") if name in wanted)


def _example(name: str) -> NDArray[np.uint8]:
    return as_stored(open_photo((PHOTOS / f"{name}.jpg").read_bytes()).pixels)


def _file(data: Path, stem: str) -> Path:
    return needed_file(data, f"captions.{stem}.jsonl", "the captions")
