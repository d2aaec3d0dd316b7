"""Reads a photo: it is captioned, or a caption is forced, and where the model looked for each word is kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from attnviz import bundles
from attnviz.attention import ATTENTION, AttentionMap, Weights
from attnviz.axes import Grid, Words
from attnviz.errors import BundleError, InputError
from attnviz.nn.beam import Trace
from attnviz.nn.mechanisms import Memory
from attnviz.tasks.base import check_search
from attnviz.tasks.captions import cnn, features
from attnviz.tasks.captions.about import DISTRIBUTION, TASK
from attnviz.tasks.captions.corpus import encode, words_of
from attnviz.tasks.captions.model import BEGIN, END, PAD, UNKNOWN, CaptionModel, Size
from attnviz.tasks.captions.model import DISTRIBUTION as DRAWN_FROM
from attnviz.tasks.captions.photo import open_photo
from attnviz.tasks.captions.scores import Caption
from attnviz.tasks.captions.stored import as_stored
from attnviz.tasks.prepared import Prepared
from attnviz.tasks.writing import WritingReader
from attnviz.tasks.written import Written

LONGEST = 30  # how many words a caption may have
MOST_PHOTOS = 64  # how many photos are captioned at once

Pixels = NDArray[np.uint8]


class CaptionReader(WritingReader):
    """A trained variant, ready to read. A photo is the bytes of a file, or its path.

    The `hard` variant reads given weights even if they are not on a single cell; the map of its distribution stays the
    mechanism's own.
    """

    about = TASK
    task = TASK.name
    begin, end, never = BEGIN, END, (PAD, UNKNOWN, BEGIN)
    finest = ATTENTION
    together = MOST_PHOTOS
    model: CaptionModel

    def __init__(
        self,
        model: CaptionModel,
        tokenizer: Tokenizer,
        network: cnn.CNN,
        kind: features.Kind,
        variant: str,
        digest: str,
    ) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.network = network
        self.kind = kind
        self.variant = variant
        self.digest = digest

    @property
    def attentive(self) -> bool:
        return self.model.decoder.mechanism is not None

    @property
    def rest_key(self) -> bool:
        return self.model.variant == "adaptive"

    def captions(self, photos: Sequence[Pixels], *, beam: int, length_penalty: float) -> list[Caption]:
        """A caption for each photo of a corpus (height, width, 3), many at once, as it is stored. Raises InputError."""
        check_search(beam, length_penalty)
        traces = self._best(photos, beam, length_penalty)
        return [Caption(self._words(trace).words, self._grids(trace)) for trace in traces]

    def maps(self, photo: Pixels, captions: Sequence[Sequence[str]]) -> list[NDArray[np.float64]] | None:
        """Where each word of each caption looks, (words, rows, columns), captions forced; None without attention."""
        if not self.attentive:
            return None
        with torch.inference_mode():
            memory = self._encode([photo])
            traces = [self._replay(memory, encode(self.tokenizer, words)) for words in captions]
        return [cast(NDArray[np.float64], self._grids(trace)) for trace in traces]

    def _prepare(self, source: bytes | str | Path) -> Prepared:
        if not isinstance(source, (bytes, str, Path)):
            raise InputError("This is no photo: give the bytes of its file, or its path.")
        opened = open_photo(source if isinstance(source, bytes) else _content(Path(source)))
        side = features.SIDES[self.kind]
        return Prepared(
            row=as_stored(opened.pixels),
            source=opened.photo,
            keys=Grid(side, side, opened.photo.width, opened.photo.height),
            notes=tuple(opened.notes),
            name="" if isinstance(source, bytes) else Path(source).name,
        )

    def _encode(self, rows: Sequence[Pixels]) -> Memory:
        return self.model.encode(features.cells(self.network, rows, self.kind).to(self.model.device))

    def _places(self, row: Pixels) -> int:
        return 1

    def _longest(self, row: Pixels) -> int:
        return LONGEST + 1

    def _forced(self, target: str) -> Written:
        if not isinstance(target, str):
            raise InputError("The caption is no text: give a string.")
        words = words_of(target)
        if not words:
            raise InputError("There is no word in this caption: type an English one.")
        notes = []
        known = set("".join(words))
        if lost := "".join(dict.fromkeys(c for c in target if c.isalnum() and not known.issuperset(c.lower()))):
            notes.append(f"A caption can have English letters only. These characters were not read: {lost}")
        if len(words) > LONGEST:
            notes.append(f"This caption has {len(words):,} words; only the first {LONGEST} are used.")
        words = words[:LONGEST]
        unknown = [word for word in dict.fromkeys(words) if self.tokenizer.token_to_id(word) is None]
        if unknown:
            notes.append(
                f"The model does not know these words: {', '.join(unknown)}. For them, "
                "probability and map are those of any unknown word."
            )
        return _caption(words, encode(self.tokenizer, words), notes)

    def _written(self, tokens: Sequence[int]) -> Written:
        return _caption([self._spelled(token) for token in tokens], tokens)

    def _spelled(self, token: int) -> str:
        return str(self.tokenizer.id_to_token(token))

    def _maps(self, trace: Trace, weights: Weights, written: Written, prepared: Prepared) -> tuple[AttentionMap, ...]:
        maps = {ATTENTION: weights}
        if DRAWN_FROM in trace.extras:
            maps[DISTRIBUTION] = trace.extras[DRAWN_FROM][: len(weights)]
        cells = len(prepared.keys)
        return tuple(
            AttentionMap(
                name=name,
                queries=Words.whole(written.words),
                keys=prepared.keys,
                weights=rows[:, :cells],
                rest=rows[:, cells:].sum(axis=1),
                query_name="caption",
                key_name="photo",
                rest_name="no place in the photo (the sentinel)",
            )
            for name, rows in maps.items()
        )

    def _grids(self, trace: Trace) -> NDArray[np.float64] | None:
        """The maps of a caption's words, (words, rows, columns), which for `hard` are the distributions."""
        if trace.weights is None:
            return None
        weights, side = trace.extras.get(DRAWN_FROM, trace.weights), features.SIDES[self.kind]
        return weights[:-1, : side * side].reshape(-1, side, side).astype(np.float64)


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> CaptionReader:
    """A trained variant from its bundle under `root`, with the CNN that it was trained with. Raises BundleError."""
    bundle = bundles.read(TASK.name, variant, root)
    network = cnn.load(root, device)
    if network.digest != bundle.config.get("cnn_sha256"):
        raise BundleError(f"The CNN of captions is not the one that {variant} was trained with: fetch both anew.")
    model = bundles.model_of(bundle, _model, device)
    with bundles.fitting(bundle):
        kind = bundle.config["recipe"]["kind"]
    tokenizer = Tokenizer.from_file(str(bundles.tokenizer_of(bundle)))
    return CaptionReader(model, tokenizer, network, kind, variant, bundle.digest)


def _model(config: dict[str, Any]) -> CaptionModel:
    return CaptionModel(config.get("mechanism", config["variant"]), Size(**config["size"]))


def _caption(words: Sequence[str], tokens: Sequence[int], notes: Sequence[str] = ()) -> Written:
    """A caption, whose tokens are its words."""
    whole = tuple(words)
    return Written(" ".join(words), whole, tuple(tokens), whole, tuple(range(len(words))), tuple(notes))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(f"{path} can't be read ({problem.strerror}): choose another file.") from problem
