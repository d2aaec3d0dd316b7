"""The recipe of the summary bundles: corpora with their weights, sizes and plan, and what training needs."""

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
from attnviz.nn.beam import replay
from attnviz.tasks.subwords import train_tokenizer
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.card import write_card
from attnviz.tasks.summaries.corpus import Pair, encoded, read_pairs
from attnviz.tasks.summaries.model import BEGIN, END, PAD, Size, SummaryModel
from attnviz.training import runs
from attnviz.training.corpora import needed_file
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.packed import Packed, by_length, dev_losses, drawn, pack
from attnviz.training.runs import Settings

# How often an epoch shows each corpus. The Guardian's openings and headlines are the cleanest.
CORPORA = {"guardian": 2.0, "newsmix": 1.0}
CASE = "sentence"  # headlines In Title Case would teach the models to write so
DEV = 1000  # pairs of each corpus

# Our own texts, whose maps are kept while a variant learns.
PROBES = [
    (
        "A fire destroyed a bakery in the old town of Lund early on Monday, but nobody was hurt, police said.",
        "Fire destroys bakery in Lund",
    ),
    (
        "The city council voted on Tuesday to close the main street to cars from next summer, after years of protests "
        "by residents.",
        "City to close main street to cars",
    ),
    (
        "Scientists have discovered a new species of frog that is smaller than a fingernail in the forests of "
        "Madagascar.",
        "Tiny new frog species discovered in Madagascar",
    ),
    (
        "The home team came from two goals down to win the final in extra time, with their captain scoring twice.",
        "Captain scores twice as home team win final",
    ),
    (
        "Heavy rain has flooded dozens of villages in the north of the country and forced thousands of people to leave "
        "their homes, officials said.",
        "Floods force thousands to leave their homes",
    ),
    (
        "A court has ordered the railway company to pay 3 million euros to passengers whose trains were late last "
        "winter.",
        "Railway company ordered to pay €3m over late trains",
    ),
]


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what is learned. It is the same for all variants of the task.

    batch_tokens: how many places of headlines a batch has, padding included. coverage: the weight of the coverage loss
    of `pointer`, which counts from the epoch `covered` on: the paper too adds it when all else is learned.
    """

    size: Size = field(default_factory=Size)
    plan: Plan = field(
        default_factory=lambda: Plan(steps=6000, learning_rate=2e-3, warmup=200, decay_from=0.3, dev_every=200)
    )
    batch_tokens: int = 2400
    longest: int = 120
    dropout: float = 0.1
    smoothing: float = 0.1
    coverage: float = 1.0
    covered: int = 2


def prepare(data: Path, folder: Path, recipe: Recipe) -> None:
    """Train the tokenizer on the corpora in `data` and pack these as arrays into `folder`, once for all variants."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = {name: _pairs(data, name, "train") for name in CORPORA}
    if not (folder / "tokenizer.json").exists():
        texts = [("en", text) for corpus in pairs.values() for pair in corpus for text in (pair.body, pair.headline)]
        train_tokenizer(texts, recipe.size.vocabulary, in_bytes=True).save(str(folder / "tokenizer.json"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    dev = {name: _pairs(data, name, "dev")[:DEV] for name in CORPORA}
    for split, corpora in (("train", pairs), ("dev", dev)):
        np.savez(folder / f"{split}.npz", allow_pickle=False, **_pack(corpora, tokenizer))


def _pairs(data: Path, name: str, split: str) -> list[Pair]:
    """The pairs of a corpus whose headlines are cased as running text."""
    return [pair for pair in read_pairs(_file(data, name, split)) if pair.case == CASE]


def _pack(corpora: dict[str, list[Pair]], tokenizer: Tokenizer) -> dict[str, NDArray[Any]]:
    packed: dict[str, NDArray[Any]] = {"names": np.array(list(corpora))}
    pairs = [pair for corpus in corpora.values() for pair in corpus]
    packed["corpus"] = np.repeat(np.arange(len(corpora), dtype=np.int16), [len(corpus) for corpus in corpora.values()])
    packed |= pack("body", [encoded(tokenizer, pair.body).ids for pair in pairs])
    return packed | pack("headline", [encoded(tokenizer, pair.headline).ids for pair in pairs])


def _file(data: Path, name: str, split: str) -> Path:
    return needed_file(data, f"{name}.{split}.tsv", "the corpora of headlines")


def train_variant(
    variant: str, data: Path, root: Path, settings: Settings, recipe: Recipe | None = None
) -> dict[str, Any]:
    """Train a variant on the corpora in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a corpus or a run is already there.
    """
    recipe = recipe or Recipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    course = runs.Course(
        task=TASK.name,
        plan=recipe.plan,
        files=[_file(data, name, "train") for name in CORPORA],
        prepare=lambda common: prepare(data, common, chosen),
        trainable=lambda name, common: Summaries(name, common, chosen),
        finish=lambda name, common, run, bundle: _finish(chosen, common, run, bundle),
        write_card=write_card,
    )
    return runs.train_variant(course, variant, root, settings)


def _finish(recipe: Recipe, common: Path, run: Path, bundle: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights of a finished run and the facts of its config; the tokenizer is put beside the bundle."""
    return runs.best(run), {
        "size": asdict(recipe.size),
        "recipe": {**asdict(recipe), "corpora": CORPORA, "case": CASE},
        "tokenizer_sha256": bundles.put_tokenizer(common / "tokenizer.json", bundle),
    }


class Summaries:
    """The summary task as the training loop sees it."""

    def __init__(self, variant: str, folder: Path, recipe: Recipe) -> None:
        self.recipe = recipe
        self.coverage = 0.0
        torch.manual_seed(recipe.plan.seed)
        self.model = SummaryModel(variant, recipe.size, recipe.dropout)
        self.train = Packed.open(folder / "train.npz")
        self.dev_set = Packed.open(folder / "dev.npz")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.probes = [(encoded(tokenizer, body).ids, encoded(tokenizer, headline).ids) for body, headline in PROBES]

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch, in random order: corpora are drawn by their weights, and headlines of like length
        are together."""
        self.coverage = self.recipe.coverage if epoch >= self.recipe.covered else 0.0
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        fits = np.maximum(self.train.lengths["headline"], self.train.lengths["body"]) <= self.recipe.longest
        rows = drawn(self.train, CORPORA, fits, chance)
        batches = by_length(_lengths(self.train), rows, self.recipe.batch_tokens, chance)
        return [batches[i] for i in chance.permutation(len(batches))]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        return self._loss(self.train, batch, self.coverage)

    def dev(self) -> dict[str, float]:
        """See `dev_losses`."""
        return dev_losses(self.dev_set, _lengths(self.dev_set), lambda batch: self._loss(self.dev_set, batch, 0.0))

    def probe(self) -> list[NDArray[np.float32]]:
        """The subword maps of PROBES, headlines forced: (headline's subwords and end mark, subwords of the text)."""
        traces = []
        for body, headline in self.probes:
            memory = self.model.encode(torch.tensor([body], device=self.model.device))
            traces.append(replay(self.model.decoder, memory, [*headline, END], begin=BEGIN))
        return [trace.weights for trace in traces if trace.weights is not None]

    def _loss(self, packed: Packed, batch: Batch, coverage: float) -> tuple[Tensor, Tensor, int]:
        source = [torch.from_numpy(packed.row("body", i)) for i in batch]
        target = [torch.from_numpy(np.concatenate([[BEGIN], packed.row("headline", i), [END]])) for i in batch]
        device = self.model.device
        return self.model.loss(
            pad_sequence(source, batch_first=True, padding_value=PAD).to(device),
            pad_sequence(target, batch_first=True, padding_value=PAD).to(device),
            self.recipe.smoothing,
            coverage,
        )


def _lengths(packed: Packed) -> list[NDArray[np.int64]]:
    """How many places each pair takes: first its headline with the end mark, then its body."""
    return [packed.lengths["headline"] + 1, packed.lengths["body"]]
