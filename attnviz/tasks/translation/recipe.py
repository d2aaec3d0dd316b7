"""The recipe of the translation bundles: corpora with their weights, sizes and plan, and what training needs."""

from collections.abc import Callable, Sequence
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
from attnviz.tasks.subwords import RandomCuts, Word, encode, normalise, split_words, train_tokenizer
from attnviz.tasks.translation import constructions
from attnviz.tasks.translation.about import TASK
from attnviz.tasks.translation.card import write_card
from attnviz.tasks.translation.corpus import Pair, read_pairs
from attnviz.tasks.translation.model import BEGIN, END, PAD, Size, TranslationModel
from attnviz.training import runs
from attnviz.training.corpora import needed_file
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.packed import Packed, by_length, dev_losses, drawn, pack
from attnviz.training.runs import Settings

# How often an epoch shows each corpus: everyday sentences once, long ones in part, those about pictures twice.
CORPORA = {
    "tatoeba": 1.0,
    "multi30k": 2.0,
    "diabla": 1.0,
    "chat": 1.0,
    "xnli": 1.0,
    "asp": 1.0,
    "pawsx": 0.5,
    "tico19": 1.0,
    "books": 0.5,
    "news": 1.0,
    "ted": 1.0,
    "europarl": 0.2,
    constructions.NAME: 1.0,  # our own, made by code
}
DEV = {"multi30k": 500, "tatoeba": 500, "europarl_bylength": 180, "newstest2013": 150}

# Our own sentences, whose maps are kept while a variant learns.
PROBES = [
    ("Le chat noir dort sur la chaise.", "The black cat is sleeping on the chair."),
    ("Je ne mange jamais de viande.", "I never eat meat."),
    ("Elle m'a donné le livre qu'elle avait écrit.", "She gave me the book that she had written."),
    ("Avez-vous vu la voiture rouge de mon frère ?", "Have you seen my brother's red car?"),
    (
        "Deux enfants jouent avec un petit chien blanc dans le parc.",
        "Two children play with a small white dog in the park.",
    ),
    ("Il a fermé la porte parce qu'il avait froid.", "He closed the door because he was cold."),
]


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what is learned. It is the same for all variants of the task, which all learn from
    scratch.

    single_digits, in_bytes: of the tokenizer, see `subwords.train_tokenizer`. bpe_dropout: with what chance a merge of
    subwords is left out in training, see `subwords.RandomCuts`; then an epoch reads one of `cuts` ways to cut all
    sentences, and the next epoch the next one.
    """

    size: Size = field(default_factory=Size)
    plan: Plan = field(default_factory=lambda: Plan(steps=8000, learning_rate=2.5e-3, decay_from=0.3, dev_every=200))
    batch_tokens: int = 1600
    longest: int = 150
    dropout: float = 0.1
    smoothing: float = 0.1
    single_digits: bool = True
    in_bytes: bool = True
    bpe_dropout: float = 0.0
    cuts: int = 4


def prepare(data: Path, folder: Path, recipe: Recipe) -> None:
    """Train the tokenizer on the corpora in `data` and pack these as arrays into `folder`, once for all variants."""
    folder.mkdir(parents=True, exist_ok=True)
    pairs = {
        name: constructions.pairs() if name == constructions.NAME else list(read_pairs(_file(data, f"train_{name}")))
        for name in CORPORA
    }
    if not (folder / "tokenizer.json").exists():
        drawn = [pair for name, corpus in pairs.items() for pair in corpus[:: max(1, round(1 / CORPORA[name]))]]
        texts = [text for pair in drawn for text in (("fr", pair.french), ("en", pair.english))]
        form = {"in_bytes": recipe.in_bytes, "single_digits": recipe.single_digits}
        train_tokenizer(texts, recipe.size.vocabulary, **form).save(str(folder / "tokenizer.json"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    dev = {name: list(read_pairs(_file(data, f"dev_{name}"))) for name in DEV}
    dev = {name: corpus[:: max(1, len(corpus) // DEV[name])] for name, corpus in dev.items()}
    plain: list[Cut] = [lambda words: encode(tokenizer, words).ids]
    seeds = range(1, recipe.cuts + 1)
    random: list[Cut] = [RandomCuts(tokenizer, recipe.bpe_dropout, seed).encode for seed in seeds]
    np.savez(folder / "train.npz", allow_pickle=False, **_pack(pairs, random if recipe.bpe_dropout else plain))
    np.savez(folder / "dev.npz", allow_pickle=False, **_pack(dev, plain))


Cut = Callable[[Sequence[Word]], list[int]]


def _pack(corpora: dict[str, list[Pair]], cuts: Sequence[Cut]) -> dict[str, NDArray[Any]]:
    """All pairs, once for each way to cut them, whose number is in the array "cut"."""
    pairs = [pair for corpus in corpora.values() for pair in corpus]
    corpus = np.repeat(np.arange(len(corpora), dtype=np.int16), [len(corpus) for corpus in corpora.values()])
    packed: dict[str, NDArray[Any]] = {"names": np.array(list(corpora)), "corpus": np.tile(corpus, len(cuts))}
    packed["cut"] = np.repeat(np.arange(len(cuts), dtype=np.int16), len(pairs))
    for side, texts in (("fr", [p.french for p in pairs]), ("en", [p.english for p in pairs])):
        words = [split_words(normalise(text), side) for text in texts]
        packed |= pack(side, [cut(sentence) for cut in cuts for sentence in words])
    return packed


def _file(data: Path, stem: str) -> Path:
    return needed_file(data, f"{stem}.tsv", "the translation corpora")


def train_variant(variant: str, data: Path, root: Path, settings: Settings) -> dict[str, Any]:
    """Train a variant on the corpora in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a corpus or a run is already there.
    """
    recipe = Recipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    course = runs.Course(
        task=TASK.name,
        plan=recipe.plan,
        files=[_file(data, f"train_{name}") for name in CORPORA if name != constructions.NAME],
        prepare=lambda common: prepare(data, common, chosen),
        trainable=lambda name, common: Translation(name, common, chosen),
        finish=lambda name, common, run, bundle: _finish(chosen, common, run, bundle),
        write_card=write_card,
    )
    return runs.train_variant(course, variant, root, settings)


def _finish(recipe: Recipe, common: Path, run: Path, bundle: Path) -> tuple[Weights, dict[str, Any]]:
    """The weights of a finished run and the facts of its config; the tokenizer is put beside the bundle."""
    return runs.best(run), {
        "size": asdict(recipe.size),
        "recipe": {**asdict(recipe), "corpora": CORPORA},
        "tokenizer_sha256": bundles.put_tokenizer(common / "tokenizer.json", bundle),
    }


class Translation:
    """The translation task as the training loop sees it."""

    def __init__(self, variant: str, folder: Path, recipe: Recipe) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.plan.seed)
        self.model = TranslationModel(variant, recipe.size, recipe.dropout)
        self.train = Packed.open(folder / "train.npz")
        self.dev_set = Packed.open(folder / "dev.npz")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.probes = [
            (
                encode(tokenizer, split_words(normalise(french), "fr")).ids,
                encode(tokenizer, split_words(normalise(english), "en")).ids,
            )
            for french, english in PROBES
        ]

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch, in random order: corpora are drawn by their weights, and sentences of like length
        are together."""
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        fits = np.maximum(self.train.lengths["fr"], self.train.lengths["en"]) <= self.recipe.longest
        fits &= self.train.arrays["cut"] == epoch % (self.train.arrays["cut"].max() + 1)
        rows = drawn(self.train, CORPORA, fits, chance)
        batches = by_length(_lengths(self.train), rows, self.recipe.batch_tokens, chance)
        return [batches[i] for i in chance.permutation(len(batches))]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        return self._loss(self.train, batch)

    def dev(self) -> dict[str, float]:
        """See `dev_losses`."""
        return dev_losses(self.dev_set, _lengths(self.dev_set), lambda batch: self._loss(self.dev_set, batch))

    def probe(self) -> list[NDArray[np.float32]]:
        """The subword maps of PROBES, translations forced: (English subwords, French subwords and end mark)."""
        sources = [torch.tensor([[*french, END]], device=self.model.device) for french, _ in self.probes]
        traces = [
            replay(self.model.decoder, self.model.encode(source), english, begin=BEGIN)
            for source, (_, english) in zip(sources, self.probes, strict=True)
        ]
        return [trace.weights for trace in traces if trace.weights is not None]

    def _loss(self, packed: Packed, batch: Batch) -> tuple[Tensor, Tensor, int]:
        source = [torch.from_numpy(np.append(packed.row("fr", i), END)) for i in batch]
        target = [torch.from_numpy(np.concatenate([[BEGIN], packed.row("en", i), [END]])) for i in batch]
        device = self.model.device
        return self.model.loss(
            pad_sequence(source, batch_first=True, padding_value=PAD).to(device),
            pad_sequence(target, batch_first=True, padding_value=PAD).to(device),
            self.recipe.smoothing,
        )


def _lengths(packed: Packed) -> list[NDArray[np.int64]]:
    """How many places each pair takes, begin or end mark included: first its English, then its French."""
    return [packed.lengths["en"] + 1, packed.lengths["fr"] + 1]
