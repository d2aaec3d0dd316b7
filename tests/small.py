"""Tiny translation bundles, made on the spot: real files, and models and a tokenizer that know ten sentences."""

import math
from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.nn.mechanisms import MECHANISMS
from attnviz.tasks.subwords import encode, normalise, split_words, train_tokenizer
from attnviz.tasks.translation.model import BEGIN, END, Size, TranslationModel
from attnviz.tasks.translation.reader import TranslationReader, load
from tests.small_bundles import half_learned

SENTENCES = [
    ("Le chat noir dort sur la chaise.", "The black cat is sleeping on the chair."),
    ("L'avenir, c'est toi et moi !", "The future is you and me!"),
    ("Avez-vous vu la voiture rouge de mon frère ?", "Have you seen my brother's red car?"),
    ("Elle m'a donné le livre qu'elle avait écrit.", "She gave me the book that she had written."),
    ('Il a dit : "Je ne sais pas."', 'He said: "I don\'t know."'),
    ("Aujourd'hui, nous mangeons à 12:30 (ou plus tôt).", "Today we eat at 12:30 (or earlier)."),
    ("Où est la gare, s'il vous plaît ?", "Where is the station, please?"),
    ("Deux enfants jouent avec un petit chien blanc.", "Two children play with a small white dog."),
    ("Ça coûte 3,50 euros, jusqu'à demain.", "It costs 3.50 euros, until tomorrow."),
    ("Mon père et ma mère habitent à Paris...", "My father and my mother live in Paris..."),
]
ATTENTIVE = [name for name, recipe in MECHANISMS.items() if recipe is not None]
SIZE = Size(200, embedding=16, hidden=24, score=12)
SOFTMAX = [name for name in ATTENTIVE if name != "local"]


@lru_cache(maxsize=1)
def small_tokenizer() -> Tokenizer:
    texts = [text for french, english in SENTENCES for text in (("fr", french), ("en", english))]
    return train_tokenizer(texts, 200)


def small_model(mechanism: str, vocabulary: int = 200, seed: int = 0, dropout: float = 0.0) -> TranslationModel:
    """A model whose random weights are large enough that its maps and its next words are far from uniform."""
    torch.manual_seed(seed)
    model = TranslationModel(mechanism, Size(vocabulary, embedding=8, hidden=12, score=6), dropout)
    with torch.no_grad():
        for name, value in model.named_parameters():
            if value.dim() == 1:
                value.copy_(torch.randn_like(value) / 2)
            value.mul_(3.0 if "mechanism" in name else 1.5)
    return model.eval()


@lru_cache
def trained(variant: str) -> dict[str, Tensor]:
    """The weights of a model that has half learned SENTENCES: under a second of training."""
    tokenizer = small_tokenizer()
    rows = [
        [
            encode(tokenizer, split_words(normalise(text), side)).ids
            for side, text in zip(("fr", "en"), pair, strict=True)
        ]
        for pair in SENTENCES
    ]
    source = pad_sequence([torch.tensor([*french, END]) for french, _ in rows], batch_first=True)
    target = pad_sequence([torch.tensor([BEGIN, *english, END]) for _, english in rows], batch_first=True)
    torch.manual_seed(1)
    model = TranslationModel(variant, SIZE)
    return half_learned(model, lambda: model.loss(source, target, 0.0), 80)


def small_root(folder: Path, variants: Iterable[str] = MECHANISMS) -> Path:
    """A folder as `pretrained/`, which holds these variants of translation."""
    task = folder / "translation"
    task.mkdir(parents=True, exist_ok=True)
    small_tokenizer().save(str(task / "tokenizer.json"))
    for variant in variants:
        config = {
            "task": "translation",
            "variant": variant,
            "mechanism": variant,
            "size": asdict(SIZE),
            "tokenizer_sha256": bundles.sha256(task / "tokenizer.json"),
        }
        bundles.write(task / variant, trained(variant), config)
    return folder


def small_reader(folder: Path, variant: str) -> TranslationReader:
    return load(variant, small_root(folder, [variant]))


# Formulas in plain Python, on lists of numbers, for tests to hold the modules to.

Vector = list[float]


def affine(layer: nn.Linear, x: Vector) -> Vector:
    """W x + b."""
    bias = [0.0] * layer.out_features if layer.bias is None else layer.bias.tolist()
    return [dot(row, x) + b for row, b in zip(layer.weight.tolist(), bias, strict=True)]


def dot(x: Vector, y: Vector) -> float:
    return sum(a * b for a, b in zip(x, y, strict=True))


def softmax(x: Vector) -> Vector:
    powers = [math.exp(value - max(x)) for value in x]
    return [power / sum(powers) for power in powers]


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))
