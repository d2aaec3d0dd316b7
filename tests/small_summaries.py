"""Tiny summary bundles, made on the spot: real files, of models that have half learned ten headlines."""

import csv
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.tasks.subwords import train_tokenizer
from attnviz.tasks.summaries.corpus import encoded
from attnviz.tasks.summaries.model import BEGIN, END, VARIANTS, Size, SummaryModel
from attnviz.tasks.summaries.reader import SummaryReader, load
from tests.small_bundles import TRAINING, half_learned

PAIRS = [
    ("A fire destroyed a bakery in the old town of Lund on Monday, police said.", "Fire destroys bakery in Lund"),
    ("The city council voted to close the main street to cars.", "City to close main street to cars"),
    ("Scientists have found a new species of frog in Madagascar.", "New frog found in Madagascar"),
    ("The home team won the final in extra time on Saturday.", "Home team win final in extra time"),
    ("Heavy rain has flooded dozens of villages in the north.", "Dozens of villages flooded in north"),
    ("A court has ordered the railway company to pay 3 million euros.", "Railway company to pay 3 million euros"),
    ("The minister said that schools will open again in May.", "Schools to open again in May, says minister"),
    ("Two men were arrested after a robbery at a bank in Turku.", "Two arrested after bank robbery in Turku"),
    ("The price of coffee rose to its highest level in ten years.", "Coffee price highest in ten years"),
    ("A whale that was stranded on a beach has been freed.", "Stranded whale freed from beach"),
]
SIZE = Size(500, embedding=16, hidden=24, score=12)
COLUMNS = ["id", "date", "source", "case", "cov", "body", "headline"]


@lru_cache(maxsize=1)
def small_tokenizer() -> Tokenizer:
    return train_tokenizer([("en", text) for pair in PAIRS for text in pair], SIZE.vocabulary, in_bytes=True)


def small_corpus(folder: Path, pairs: Iterable[tuple[str, str]] = PAIRS) -> Path:
    """A folder as that of the corpora of headlines; every set has the same pairs, the last of them In Title Case."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(f"{i}", "2020-01-01", "test", "sentence", "0.5", *pair) for i, pair in enumerate(pairs)]
    rows.append(("t", "2020-01-01", "test", "title", "0.5", "A dog bit a man.", "Dog Bites Man"))
    for name in ("guardian", "newsmix"):
        for split in ("train", "dev", "test"):
            with (folder / f"{name}.{split}.tsv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
                writer.writerows([COLUMNS, *rows])
    return folder


def batch() -> tuple[Tensor, Tensor]:
    """PAIRS as the model reads them: bodies, and headlines between their marks."""
    rows = [[encoded(small_tokenizer(), text).ids for text in pair] for pair in PAIRS]
    source = pad_sequence([torch.tensor(body) for body, _ in rows], batch_first=True)
    return source, pad_sequence([torch.tensor([BEGIN, *headline, END]) for _, headline in rows], batch_first=True)


@lru_cache
def trained(variant: str) -> dict[str, Tensor]:
    """The weights of a model that has half learned PAIRS."""
    source, target = batch()
    torch.manual_seed(1)
    model = SummaryModel(variant, SIZE)
    return half_learned(model, lambda: model.loss(source, target, 0.0, 0.0), 80)


def small_root(folder: Path, variants: Iterable[str] = VARIANTS) -> Path:
    """A folder as `pretrained/`, which holds these variants of summaries."""
    task = folder / "summaries"
    task.mkdir(parents=True, exist_ok=True)
    small_tokenizer().save(str(task / "tokenizer.json"))
    for variant in variants:
        config = {
            "task": "summaries",
            "variant": variant,
            "mechanism": variant,
            "size": asdict(SIZE),
            "recipe": {"dropout": 0.1, "smoothing": 0.1, "longest": 120, "covered": 2, "corpora": {"guardian": 2.0}},
            "tokenizer_sha256": bundles.sha256(task / "tokenizer.json"),
            "target_tokens": 100,
            **TRAINING,
        }
        bundles.write(task / variant, trained(variant), config)
    return folder


def small_reader(folder: Path, variant: str) -> SummaryReader:
    return load(variant, small_root(folder, [variant]))
