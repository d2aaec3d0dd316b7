"""The recipe of the speech bundles: every variant begins with the same pretrained encoder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz import bundles
from attnviz.nn.beam import replay, search
from attnviz.tasks.speech import pretraining, recordings
from attnviz.tasks.speech.about import TASK
from attnviz.tasks.speech.card import ENCODER, write_card
from attnviz.tasks.speech.model import BEGIN, END, FIRST, PAD, Size, SpeechModel
from attnviz.tasks.speech.recordings import Masks, Recordings, joined, masked
from attnviz.training import runs
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.runs import Settings

PROBES = 6  # recordings of dev whose maps are kept while a variant learns


@dataclass(frozen=True)
class Recipe:
    """Everything that decides what is learned. It is the same for all variants of the task.

    seconds: how much sound a batch has, padding included, before silences come in. piece, pieces: in the first `pieces`
    epochs, recordings are cut at silences into pieces of at most `piece` seconds. Attention learns its way on these,
    and they are cheaper: a step of the decoder costs as much for few rows as for many. joined: of whole recordings, up
    to so many are heard as one, a new number in every batch, with a silence of at most `silence` seconds between two,
    so that no silence is taken for the end. frozen: in so many epochs the encoder stays as it began. longest: no output
    is longer than so many phones a key.
    """

    size: Size = field(default_factory=Size)
    seconds: float = 240.0
    piece: float = 4.0
    pieces: int = 6
    joined: int = 3
    silence: float = 3.0
    frozen: int = 3
    longest: float = 1.0
    masks: Masks = field(default_factory=Masks)
    dropout: float = 0.2
    smoothing: float = 0.1
    plan: Plan = field(
        default_factory=lambda: Plan(steps=1500, learning_rate=1.5e-3, warmup=100, decay_from=0.3, dev_every=100)
    )


def train_variant(
    variant: str, data: Path, root: Path, settings: Settings, recipe: Recipe | None = None
) -> dict[str, Any]:
    """Train a variant on the recordings in `data` and write its bundle under `root`; return its dev figures.

    It begins with the encoder that lies under `root`, or else with the one that attnviz comes with. Raises InputError
    where the data lack a file or a run is already there, and BundleError where there is no encoder.
    """
    recipe = recipe or Recipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    there = (root / TASK.name / ENCODER / bundles.CONFIG).exists()
    start, bundle = pretraining.load(root if there else bundles.PRETRAINED)
    encoder = start.encoder.state_dict()
    course = runs.Course(
        task=TASK.name,
        plan=recipe.plan,
        files=recordings.files(data),
        prepare=lambda common: recordings.prepare(data, common),
        trainable=lambda name, common: Speech(name, common, chosen, encoder),
        finish=lambda name, common, run, folder: (
            runs.best(run),
            {"size": asdict(chosen.size), "recipe": asdict(chosen), "encoder_sha256": bundle.digest},
        ),
        write_card=write_card,
    )
    return runs.train_variant(course, variant, root, settings)


class Speech:
    """The speech task as the training loop sees it. encoder: the weights that its encoder begins with."""

    def __init__(self, variant: str, folder: Path, recipe: Recipe, encoder: Weights) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.plan.seed)
        self.model = SpeechModel(variant, recipe.size, recipe.dropout)
        self.model.encoder.load_state_dict(encoder)
        whole, self.dev_set = (Recordings.open(folder, split) for split in ("train", "dev"))
        self.whole, self.pieces = whole, whole.cut(recipe.piece)
        self.train = self.pieces

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch: each recording once, at a random speed. The first epoch goes from the shortest to
        the longest, so that attention learns its way on short ones (Chorowski et al. 2015 too begin with these)."""
        self.train = self.pieces if epoch < self.recipe.pieces else self.whole
        self.model.encoder.requires_grad_(epoch >= self.recipe.frozen)
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        batches = self.train.epoch(self.recipe.seconds, chance)
        return batches if epoch == 0 else [batches[i] for i in chance.permutation(len(batches))]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        heard = self.train.together(batch)
        if self.train is self.whole:
            number = int(torch.randint(self.recipe.joined, ())) + 1
            heard = joined(heard, number, self.recipe.silence)
        heard = replace(heard, features=masked(heard.features, heard.lengths, self.recipe.masks))
        return self.model.loss(heard, self.recipe.smoothing)

    def dev(self) -> dict[str, float]:
        """The negative log-likelihood per phone of dev, as "dev", and the phone error rate of a greedy search."""
        from rapidfuzz.distance import Levenshtein

        loss, count, wrong, phones = 0.0, 0, 0, 0
        for batch in self.dev_set.batches(self.recipe.seconds):
            heard = self.dev_set.together(batch)
            _, plain, number = self.model.loss(heard, 0.0)
            loss, count = loss + float(plain), count + number
            memory = self.model.encode(heard.features, heard.lengths)
            most = [round(self.recipe.longest * keys) + 1 for keys in memory.mask.sum(dim=1).tolist()]
            outputs = search(
                self.model.decoder, memory, begin=BEGIN, end=END, never=(PAD, BEGIN), beam=1, max_tokens=most
            )
            for (best, *_), i in zip(outputs, batch, strict=True):
                spoken = (self.dev_set.packed.row("phones", i) + FIRST - 1).tolist()
                wrong += Levenshtein.distance([token for token in best.tokens if token != END], spoken)
                phones += len(spoken)
        return {"dev": loss / count, "dev_per": wrong / phones}

    def probe(self) -> list[NDArray[np.float32]]:
        """The maps of some recordings of dev, short and long ones, their phones forced: (phones and end mark, keys)."""
        rows = np.argsort(self.dev_set.lengths, kind="stable")
        chosen = rows[np.linspace(0, len(rows) - 1, min(PROBES, len(rows))).astype(int)]
        traces = []
        for i in chosen:
            heard = self.dev_set.together(np.array([i]))
            forced = [*(heard.phones[0] + FIRST - 1).tolist(), END]
            memory = self.model.encode(heard.features, heard.lengths)
            traces.append(replay(self.model.decoder, memory, forced, begin=BEGIN))
        return [trace.weights for trace in traces if trace.weights is not None]
