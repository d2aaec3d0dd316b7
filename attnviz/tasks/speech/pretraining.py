"""The encoder's pretraining, the common start of all variants: `pretrained/speech/encoder`.

python -m attnviz.tasks.speech.pretraining train --data DIR --root pretrained
python -m attnviz.tasks.speech.pretraining score --data DIR --root pretrained
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz import bundles
from attnviz.tasks import card
from attnviz.tasks.speech import recordings
from attnviz.tasks.speech.about import TASK
from attnviz.tasks.speech.card import DATA, ENCODER, LIMITS
from attnviz.tasks.speech.model import KEY, EncoderSize, Pretraining
from attnviz.tasks.speech.recordings import TARS, Masks, Recordings, masked
from attnviz.training import runs
from attnviz.training.loop import Batch, Plan, Weights
from attnviz.training.runs import Settings


@dataclass(frozen=True)
class EncoderRecipe:
    """Everything that decides what the encoder learns before any variant is trained.

    seconds: how much a batch has, padding included. ctc: the weight of CTC beside the frames' phones.
    """

    size: EncoderSize = field(default_factory=EncoderSize)
    seconds: float = 240.0
    ctc: float = 0.3
    masks: Masks = field(default_factory=Masks)
    dropout: float = 0.2
    plan: Plan = field(
        default_factory=lambda: Plan(steps=3000, learning_rate=1.5e-3, warmup=150, decay_from=0.5, dev_every=100)
    )


class Hearing:
    """The encoder's pretraining as the training loop sees it."""

    def __init__(self, folder: Path, recipe: EncoderRecipe) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.plan.seed)
        self.model = Pretraining(recipe.size, recipe.dropout)
        self.train, self.dev_set = (Recordings.open(folder, split) for split in ("train", "dev"))

    def batches(self, epoch: int) -> Sequence[Batch]:
        """The batches of an epoch, in random order: each recording once, at a random speed."""
        chance = np.random.default_rng((self.recipe.plan.seed, epoch))
        batches = self.train.epoch(self.recipe.seconds, chance)
        return [batches[i] for i in chance.permutation(len(batches))]

    def loss(self, batch: Batch) -> tuple[Tensor, Tensor, int]:
        heard = self.train.together(batch)
        hidden = masked(heard.features, heard.lengths, self.recipe.masks)
        return self.model.loss(replace(heard, features=hidden), self.recipe.ctc)

    def dev(self) -> dict[str, float]:
        """The phone error rate of CTC as "dev", and the figures of `scores` beside it."""
        found = scores(self.model, self.dev_set, self.recipe.seconds)
        return {"dev": found["per"], "dev_frames": found["frames"], "dev_loss": found["loss"]}

    def probe(self) -> list[NDArray[np.float32]]:
        """An encoder has no map."""
        return []


def scores(model: Pretraining, recordings: Recordings, seconds: float = 240.0) -> dict[str, float]:
    """How well the encoder alone tells phones apart.

    `per` is the phone error rate of what CTC writes where the strongest symbol of each key is taken, on 0 to 1.
    `frames` is the share of 10 ms frames whose phone, or silence, is right; `loss` their negative log-likelihood.
    """
    from rapidfuzz.distance import Levenshtein

    right = frames = wrong = phones = 0
    loss = 0.0
    for batch in recordings.batches(seconds):
        heard = recordings.together(batch)
        by_frame, by_key, mask = model(heard.features, heard.lengths)
        said, real = by_frame[:, : heard.spoken.shape[1]], heard.spoken >= 0
        right += int((said.argmax(dim=2) == heard.spoken)[real].sum())
        frames += int(real.sum())
        loss -= float(said[real].gather(1, heard.spoken[real][:, None]).sum())
        for symbols, keys, i in zip(by_key.argmax(dim=2), mask.sum(dim=1), batch, strict=True):
            spoken = recordings.packed.row("phones", i).tolist()
            wrong += Levenshtein.distance(without_blanks(symbols[:keys].tolist()), spoken)
            phones += len(spoken)
    return {"per": wrong / phones, "frames": right / frames, "loss": loss / frames}


def without_blanks(symbols: Sequence[int]) -> list[int]:
    """What the symbols of CTC spell: repeated ones are one, and 0 is dropped (Graves et al. 2006, eq. 1)."""
    return [symbol for symbol, _ in groupby(symbols) if symbol]


def train(data: Path, root: Path, settings: Settings, recipe: EncoderRecipe | None = None) -> dict[str, Any]:
    """Train the encoder on the recordings in `data` and write its bundle under `root`; return its dev figures.

    Raises InputError where the data lack a file or a run is already there.
    """
    recipe = recipe or EncoderRecipe()
    chosen = replace(recipe, plan=settings.plan(recipe.plan))
    course = runs.Course(
        task=TASK.name,
        plan=recipe.plan,
        files=recordings.files(data),
        prepare=lambda common: recordings.prepare(data, common),
        trainable=lambda _, common: Hearing(common, chosen),
        finish=lambda _, common, run, bundle: _finish(chosen, run),
        write_card=write_card,
    )
    figures = runs.train_variant(course, ENCODER, root, settings)
    (root / TASK.name / ENCODER / "probes.npz").unlink(missing_ok=True)  # there is no map to keep
    return figures


def _finish(recipe: EncoderRecipe, run: Path) -> tuple[Weights, dict[str, Any]]:
    return runs.best(run), {"size": asdict(recipe.size), "recipe": asdict(recipe)}


def load(root: Path = bundles.PRETRAINED) -> tuple[Pretraining, bundles.Bundle]:
    """The pretrained encoder with the layers that it was pretrained by, from its bundle. Raises BundleError."""
    bundle = bundles.read(TASK.name, ENCODER, root)
    return bundles.model_of(bundle, lambda config: Pretraining(EncoderSize(**config["size"])), "cpu"), bundle


def score(data: Path, root: Path, splits: Sequence[str] = ("dev", "test", "test_seen", "test_nonnative")) -> None:
    """Keep the figures of the encoder's bundle on these splits in its `scores.json`, and write its card anew."""
    model, bundle = load(root)
    for split in splits:
        heard = Recordings.read(data, split)
        with torch.inference_mode():
            found = {name: round(value, 4) for name, value in scores(model, heard).items()}
        result = {"task": TASK.name, "variant": ENCODER, "split": f"utts:{split}", "n": len(heard), "scores": found}
        bundles.keep_score(bundle.folder, f"python -m {__spec__.name} score --data {data} --splits {split}", result)
        print(json.dumps(result))
    write_card(bundle.folder)


_WHAT = (
    "The encoder that all speech variants start from: it turns the log-mel features of a sound (40 bands and the "
    "energy, with how fast they change; 25 ms windows every 10 ms, each feature with mean 0 and deviation 1 over the "
    "sound) into one key for every {step} ms. Two convolutions over time and frequency halve both, {blocks} residual "
    "convolutions of {channels} channels (kernel {kernel}) and {layers} bidirectional LSTM layers of {hidden} a "
    "direction follow. It has {size}; two small layers of it, which say phones, only served the pretraining."
)
_LEARNED = (
    "Two things were learned at once: the phone, or silence, of each 10 ms frame (cross-entropy; times by forced "
    "alignment), and the phones in order by CTC (Graves et al. 2006), with a weight of {ctc}. Recordings were heard at "
    "0.9, 1 and 1.1 times their speed, with SpecAugment (Park et al. 2019: {bands} bands of at most {width} features, "
    "{spans} spans of at most {span} frames). The task, the data and the times are those of the variants, so that it "
    "has seen nothing that they may not see; but attention begins on keys that already tell phones and their places."
)


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's config and scores."""
    config, results = card.read(folder)
    recipe = config["recipe"]
    step = round(1000 * KEY)
    averaged = config["dev"].get("averaged", 1)
    sections = {
        "What it is": _WHAT.format(step=step, size=card.size(folder), **config["size"]),
        "How it learned": _LEARNED.format(ctc=recipe["ctc"], **recipe["masks"]),
        "Data and licence": card.terms(DATA),
        "What it can't do": LIMITS,
        "Training": f"{config['steps']:,} steps of batches of {recipe['seconds']:g} seconds in {config['hours']} hours "
        f"({config['precision']}; {config['machine']}; other work ran beside it), with seed {config['seed']}, dropout "
        f"{recipe['dropout']} and Adam. The weights are the mean of the last {averaged} checkpoints. All settings are "
        f"in `config.json`, the learning curve is in `log.csv`. {config.get('history', '')}",
    }
    head = ["split", "recordings", "frames right", "phone error rate (greedy CTC)"]
    rows = [
        [r["split"], f"{r['n']:,}", card.number(r["scores"]["frames"]), f"{100 * r['scores']['per']:.1f} %"]
        for r in results.values()
    ]
    told = [card.table(head, rows), "Every figure is in `scores.json`, with the command that made it."]
    none = ["None kept yet: `python -m attnviz.tasks.speech.pretraining score --help` says how they are made."]
    card.write(folder, "The pretrained encoder of the speech models", sections, told if rows else none)


def main() -> None:
    parser = argparse.ArgumentParser(prog=f"python -m {__spec__.name}", description=__doc__)
    parser.add_argument("what", choices=("train", "score"))
    parser.add_argument("--data", type=Path, required=True, help="The folder of the speech corpora.")
    parser.add_argument("--root", type=Path, default=Path("runs/bundles"), help="Where the bundle is, or will be.")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="The folder of checkpoints.")
    parser.add_argument("--steps", type=int, help="How many steps to train; by default as many as the recipe has.")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), help="By default the faster one.")
    parser.add_argument("--resume", action="store_true", help="Go on from the last checkpoint.")
    parser.add_argument(
        "--splits", nargs="+", choices=sorted(TARS), default=["dev", "test", "test_seen", "test_nonnative"]
    )
    given = parser.parse_args()
    if given.what == "score":
        score(given.data, given.root, given.splits)
    else:
        settings = Settings(given.runs, steps=given.steps, precision=given.precision, resume=given.resume)
        print(json.dumps(train(given.data, given.root, settings), indent=1))


if __name__ == "__main__":
    main()
