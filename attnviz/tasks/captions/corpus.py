"""Captions as words and as numbers, and the files of the corpus: photos with five captions each."""

import io
import json
import re
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel

from attnviz.errors import InputError
from attnviz.tasks.captions.objects import Object
from attnviz.training.corpora import opened

SPECIALS = ["<pad>", "<unk>", "<s>", "</s>"]
_OTHER = re.compile(r"[^a-z0-9'\- ]")


@dataclass(frozen=True)
class Captioned:
    """A photo of a corpus: its name, the captions that people wrote, and the objects that they boxed, if they did."""

    image: str
    captions: tuple[str, ...]
    objects: tuple[Object, ...] = ()


def words_of(caption: str) -> list[str]:
    """The words of a caption, in lower case and without punctuation; apostrophes and hyphens stay inside a word."""
    words = (word.strip("'-") for word in _OTHER.sub(" ", caption.lower()).split())
    return [word for word in words if word]


def vocabulary(captions: Iterable[Sequence[str]], least: int) -> Tokenizer:
    """A tokenizer of the words that come at least `least` times in captions, the most frequent first; others are <unk>.

    captions: each as its words.
    """
    counts = Counter(word for caption in captions for word in caption)
    kept = sorted((word for word, count in counts.items() if count >= least), key=lambda word: (-counts[word], word))
    return Tokenizer(WordLevel({word: i for i, word in enumerate([*SPECIALS, *kept])}, unk_token="<unk>"))


def encode(tokenizer: Tokenizer, words: Sequence[str]) -> list[int]:
    """The token ids of words, one for each, without begin and end marks."""
    ids: list[int] = tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False).ids
    return ids


def read_captions(path: Path) -> Iterator[Captioned]:
    """The photos of a file of captions, `.jsonl` or `.jsonl.xz`. Raises InputError where a line holds no photo."""
    with opened(path) as lines:
        for line in lines:
            try:
                row = json.loads(line)
                captions = tuple(map(str, row["captions"]))
                yield Captioned(str(row["image"]), captions, tuple(map(_object, row.get("objects", ()))))
            except (ValueError, KeyError, TypeError) as problem:
                raise InputError(f"{path.name} holds no captions: each line needs image and captions.") from problem


def _object(row: Any) -> Object:
    x0, y0, x1, y1 = map(float, row["box"])
    return Object(str(row["name"]), (x1 - x0) * (y1 - y0), bool(row["crowd"]))


def read_photos(path: Path) -> Iterator[tuple[str, NDArray[np.uint8]]]:
    """The photos of a tar as they are stored, each with its name without the ending: uint8 RGB (height, width, 3)."""
    from PIL import Image

    with tarfile.open(path) as tar:
        for member in tar:
            file = tar.extractfile(member)
            if file is not None:
                photo = Image.open(io.BytesIO(file.read())).convert("RGB")
                yield Path(member.name).stem, np.asarray(photo)
