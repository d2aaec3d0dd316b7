"""Read a photo: caption it, or force a caption, and keep where the model looked for each word."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from attnviz import bundles
from attnviz.errors import BundleError, InputError
from attnviz.nn.beam import OnStep, Trace, replay, search
from attnviz.nn.mechanisms import Memory
from attnviz.reading import (
    ATTENTION,
    Alternative,
    AttentionMap,
    Given,
    Grid,
    Hypothesis,
    Photo,
    Pieces,
    Provenance,
    Reading,
    Words,
)
from attnviz.tasks.base import VERSION, check_search
from attnviz.tasks.captions import cnn, features
from attnviz.tasks.captions.about import DISTRIBUTION
from attnviz.tasks.captions.corpus import encode, words_of
from attnviz.tasks.captions.model import BEGIN, END, PAD, UNKNOWN, CaptionModel, Size
from attnviz.tasks.captions.photo import open_photo
from attnviz.tasks.captions.scores import Caption

TASK = "captions"
INPUTS = ("photo",)
LONGEST = 30  # words of a caption
NEVER = (PAD, UNKNOWN, BEGIN)

Pixels = NDArray[np.uint8]


class CaptionReader:
    """A trained variant, ready to read. Holds no state between readings: many threads may share one."""

    task = TASK

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

    def read(
        self,
        source: bytes | str | Path,
        *,
        target: str | None = None,
        beam: int = 5,
        length_penalty: float = 0.6,
        on_step: OnStep | None = None,
    ) -> Reading:
        """Caption a photo (the bytes of a file, or its path), or read it with `target` forced as its caption.

        `beam` captions are kept, best first; the length penalty is the best of 0.3, 0.6 and 1 on 300 photos of dev (by
        CIDEr-D). Raises InputError where it is no photo, or the caption has no word.
        """
        started = time.perf_counter()
        check_search(beam, length_penalty)
        if not isinstance(source, (bytes, str, Path)):
            raise InputError("This is no photo: give the bytes of its file, or its path.")
        if target is not None and not isinstance(target, str):
            raise InputError("The caption is no text: give a string.")
        opened = open_photo(source if isinstance(source, bytes) else _content(Path(source)))
        name = "" if isinstance(source, bytes) else Path(source).name
        notes = list(opened.notes)
        with torch.inference_mode():
            memory = self._memory([opened.pixels])
            if target is None:
                traces = self._search(memory, beam, length_penalty, on_step)[0]
                hypotheses = tuple(self._written(trace, memory, opened.photo) for trace in traces)
                output = hypotheses[0]
            else:
                words, unknown = self._given(target)
                notes += unknown
                ids = (*encode(self.tokenizer, words), END)
                trace = self._replay(memory, ids, length_penalty, on_step)
                hypotheses, output = (), self._hypothesis(trace, words, memory, opened.photo)
        settings: dict[str, Any] = {"length_penalty": length_penalty, "device": self.model.device.type}
        settings |= {} if target is not None else {"beam": beam}
        return Reading(
            task=TASK,
            variant=self.variant,
            source=(opened.photo,),
            output=output.output,
            score=output.score,
            maps=output.maps,
            hypotheses=hypotheses,
            provenance=Provenance(self.digest, settings, time.perf_counter() - started, VERSION, tuple(notes)),
            given=Given(forced=target, name=name),
        )

    def captions(self, photos: Sequence[Pixels], *, beam: int, length_penalty: float) -> list[Caption]:
        """A caption of each photo (height, width, 3), many at once: for scoring a corpus. Raises InputError."""
        check_search(beam, length_penalty)
        with torch.inference_mode():
            memory = self._memory(photos)
            found = []
            for i, traces in enumerate(self._search(memory, beam, length_penalty)):
                best = traces[0]
                words = tuple(self._word(token) for token in best.tokens[:-1])
                found.append(Caption(words, self._grids(best, memory.select(slice(i, i + 1)))))
        return found

    def maps(self, photo: Pixels, captions: Sequence[Sequence[str]]) -> list[NDArray[np.float64]] | None:
        """Where each word of each caption looks, (words, rows, columns), captions forced; None without attention."""
        if self.model.decoder.mechanism is None:
            return None
        found = []
        with torch.inference_mode():
            memory = self._memory([photo])
            for words in captions:
                trace = self._replay(memory, (*encode(self.tokenizer, words), END), 1.0)
                found.append(cast(NDArray[np.float64], self._grids(trace, memory)))
        return found

    def _memory(self, photos: Sequence[Pixels]) -> Memory:
        cells = features.cells(self.network, photos, self.kind)
        return self.model.encode(cells.to(self.model.device))

    def _search(
        self, memory: Memory, beam: int, length_penalty: float, on_step: OnStep | None = None
    ) -> list[list[Trace]]:
        return search(
            self.model.decoder,
            memory,
            begin=BEGIN,
            end=END,
            never=NEVER,
            beam=beam,
            length_penalty=length_penalty,
            max_tokens=LONGEST + 1,
            on_step=on_step,
        )

    def _replay(
        self, memory: Memory, ids: tuple[int, ...], length_penalty: float, on_step: OnStep | None = None
    ) -> Trace:
        return replay(
            self.model.decoder, memory, ids, begin=BEGIN, never=NEVER, length_penalty=length_penalty, on_step=on_step
        )

    def _given(self, text: str) -> tuple[list[str], list[str]]:
        """The words of a caption that somebody typed, and what is to be said of them."""
        words = words_of(text)
        if not words:
            raise InputError("There is no word in this caption: type an English one.")
        notes = []
        known = set("".join(words))
        if lost := "".join(dict.fromkeys(c for c in text if c.isalnum() and not known.issuperset(c.lower()))):
            notes.append(f"Captions have English letters alone. These characters were not read: {lost}")
        if len(words) > LONGEST:
            notes.append(f"This caption has {len(words):,} words; only the first {LONGEST} are used.")
        words = words[:LONGEST]
        unknown = [word for word in dict.fromkeys(words) if self.tokenizer.token_to_id(word) is None]
        if unknown:
            notes.append(
                f"The model does not know these words: {', '.join(unknown)}. What is shown for them, probability and "
                "map, is that of any word it does not know."
            )
        return words, notes

    def _written(self, trace: Trace, memory: Memory, photo: Photo) -> Hypothesis:
        return self._hypothesis(trace, [self._word(token) for token in trace.tokens[:-1]], memory, photo)

    def _hypothesis(self, trace: Trace, words: Sequence[str], memory: Memory, photo: Photo) -> Hypothesis:
        output = Pieces(
            text=" ".join(words),
            labels=tuple(words),
            units=tuple((word,) for word in words),
            logprobs=trace.logprobs[: len(words)],
            alternatives=tuple(
                tuple(Alternative("(end)" if token == END else self._word(token), logprob) for token, logprob in place)
                for place in trace.alternatives[: len(words)]
            ),
            logprob=sum(trace.logprobs),
        )
        if trace.weights is None:
            return Hypothesis(output, trace.score, ())
        read = self._map(ATTENTION, trace.weights[: len(words)], words, photo)
        if self.model.variant != "hard":
            return Hypothesis(output, trace.score, (read,))
        drawn = self._map(DISTRIBUTION, self._distributions(trace, memory)[: len(words)], words, photo)
        return Hypothesis(output, trace.score, (read, drawn))

    def _map(self, name: str, weights: NDArray[np.float32], words: Sequence[str], photo: Photo) -> AttentionMap:
        side = features.SIDES[self.kind]
        grid = Grid(side, side, photo.width, photo.height)
        rest = weights[:, len(grid) :].sum(axis=1).astype(np.float32)
        return AttentionMap(
            name=name,
            queries=Words.whole(words),
            keys=grid,
            weights=weights[:, : len(grid)].astype(np.float32),
            rest=rest,
            query_name="caption",
            key_name="photo",
            rest_name="no place in the photo (the sentinel)",
        )

    def _grids(self, trace: Trace, memory: Memory) -> NDArray[np.float64] | None:
        """The maps of a caption's words, (words, rows, columns); of `hard` the distributions."""
        if trace.weights is None:
            return None
        weights = self._distributions(trace, memory) if self.model.variant == "hard" else trace.weights
        side = features.SIDES[self.kind]
        return weights[:-1, : side * side].reshape(-1, side, side).astype(np.float64)

    def _distributions(self, trace: Trace, memory: Memory) -> NDArray[np.float32]:
        """What `hard` drew its cells from, (tokens, cells): the caption written again, as it was."""
        decoder = self.model.decoder
        state = decoder.begin(memory)
        rows = []
        for token in (BEGIN, *trace.tokens[:-1]):
            state = decoder.step(torch.tensor([token], device=self.model.device), state).state
            rows.append(decoder.look(state)[0].float().cpu().numpy())
        return np.stack(rows)

    def _word(self, token: int) -> str:
        return str(self.tokenizer.id_to_token(token))


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> CaptionReader:
    """A trained variant from its bundle, and the CNN that it was trained with. Raises BundleError."""
    bundle = bundles.read(TASK, variant, root)
    network = cnn.load(root, device)
    if network.digest != bundle.config.get("cnn_sha256"):
        raise BundleError(f"The CNN of captions is not the one that {variant} was trained with: fetch both anew.")
    try:
        model = CaptionModel(bundle.config["variant"], Size(**bundle.config["size"]))
        model.load_state_dict(bundle.weights)
        kind = bundle.config["recipe"]["kind"]
    except (KeyError, TypeError, RuntimeError) as problem:
        raise BundleError(f"Config and weights of {TASK}/{variant} do not fit: fetch both anew.") from problem
    tokenizer = Tokenizer.from_file(str(bundles.tokenizer_of(bundle)))
    return CaptionReader(model.to(device), tokenizer, network, kind, variant, bundle.digest)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(f"{path} can't be read ({problem.strerror}): choose another file.") from problem
