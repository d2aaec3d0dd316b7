"""Reads a premise and a hypothesis: does the one follow from the other, and which words were looked at?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from attnviz import bundles
from attnviz.analysis import shape
from attnviz.analysis.language import doubt
from attnviz.analysis.plain import encodable
from attnviz.analysis.wording import sentence_case
from attnviz.attention import ATTENTION, AttentionMap, Weights, over_words
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.nn.beam import OnStep
from attnviz.nn.one_row import Logits, OneRow, row_of
from attnviz.nn.rows import select
from attnviz.reading import Given, Pieces, Provenance, Reading
from attnviz.tasks.base import VERSION, Answer, Parts, check_text, checked_focuses, clock
from attnviz.tasks.entailment import vectors
from attnviz.tasks.entailment.about import LABELS, REVERSE, TASK
from attnviz.tasks.entailment.corpus import recut, split_words
from attnviz.tasks.entailment.model import EntailmentModel, Size, Text
from attnviz.tasks.weights import Room, by_name, check_weights

SIDES = TASK.inputs
MOST_WORDS = 250  # how many words of each text are read; the longest that the models were trained on have 60
LONGEST_SHOWN = 30  # how many characters of a word a note shows
BATCH = 64  # how many pairs of like length are classified at once

Source = str | Sequence[str]


@dataclass(frozen=True)
class SplitText:
    """A text as it was given.

    words: the labels of an axis. parts: the words as the model reads them. groups: the word that each part belongs to.
    """

    text: str
    words: tuple[str, ...]
    parts: tuple[str, ...]
    groups: tuple[int, ...]


class EntailmentReader:
    """A trained variant, ready to read. It holds no state between readings: many threads may share it.

    sources: how often an epoch of its training showed each corpus.
    """

    task = TASK.name

    def __init__(
        self, model: EntailmentModel, words: vectors.WordVectors, variant: str, digest: str, sources: dict[str, float]
    ) -> None:
        self.model = model.eval()
        self.words = words
        self.variant = variant
        self.digest = digest
        self.sources = sources

    def parts(self, source: tuple[Source, Source]) -> Parts:
        """See `tasks.base.Reader`."""
        return Parts((source,))

    def read(
        self,
        source: tuple[Source, Source],
        *,
        target: str | None = None,
        weights: Mapping[str, Weights] | None = None,
        beam: int = 5,
        length_penalty: float = 1.0,
        focus: str = "",
        on_step: OnStep | None = None,
    ) -> Reading:
        """Read a premise and a hypothesis. Each is a text, or words that are already split: then these are exactly the
        labels of the map's axis.

        The output is the most probable label, or `target`; its pieces are all labels with their log-probabilities.
        weights: float32 (queries, keys + 1) by the name of a map ("attention", and for `two_way` "attention/premise"),
        used in place of what the mechanism would choose. The last column is the rest, the weight on NULL, and rows need
        not sum to 1. `beam`, `length_penalty` and `on_step` are for tasks that write and change nothing here.

        Raises InputError where there is nothing to read, where the weights don't fit, and for any focus: the variants
        have none to choose.
        """
        now = clock(self.model.device.type)
        started = now()
        weights = by_name(weights)
        checked_focuses(focus, ())
        if target is not None and target not in LABELS:
            raise InputError(f"There is no label {target!r}: choose one of {', '.join(LABELS)}.")
        whole = _pair(source)
        premise, hypothesis = pair = [_cut(given) for given in whole]
        unknown = [self._unknown(given) for given in pair]
        notes = [note for side, given in zip(SIDES, whole, strict=True) for note in _notes(side, given)]
        notes += _notes_on_words(pair, unknown) + _notes_on_language(pair, unknown)
        rows = self._given_weights(weights, premise, hypothesis)
        with torch.inference_mode():
            answer = self.model(
                self.text([premise.parts]),
                self.text([hypothesis.parts]),
                weights=rows.get(ATTENTION),
                reverse=rows.get(REVERSE),
            )
        logprobs = tuple(answer.log_probs[0].tolist())
        label = target or LABELS[int(answer.log_probs[0].argmax())]
        logprob = logprobs[LABELS.index(label)]
        settings = {"device": self.model.device.type}
        return Reading(
            task=TASK.name,
            variant=self.variant,
            variant_name=TASK.called(self.variant),
            source=tuple(
                Pieces(text.text, text.words, _units(text), unknown=tuple(places))
                for text, places in zip(pair, unknown, strict=True)
            ),
            output=Pieces(label, LABELS, tuple((name,) for name in LABELS), logprobs, logprob=logprob),
            score=logprob,
            maps=self._maps(answer.maps, premise, hypothesis),
            hypotheses=(),
            provenance=Provenance(self.digest, settings, now() - started, VERSION, tuple(notes)),
            given=Given(forced=target, edits=tuple(weights)),
        )

    def row(
        self, source: tuple[Source, Source], target: str, place: int, *, name: str | None = None, focus: str = ""
    ) -> OneRow:
        """One row of a map, to be replaced while both texts' states and all other rows stay as they were.

        target: the label of which it tells the probability. place: the row's, counted from 0. name: of the map, by
        default the first one. Under any weights it answers what `read` gives with these weights in this row, and the
        map's own in the others. Raises InputError as `read` does, for a variant without attention, and for a map that
        has no such row.
        """
        name = name or ATTENTION
        own = {attention.name: attention for attention in self.read(source, target=target, focus=focus).maps}
        if name not in own:
            raise InputError("This variant has no such map: choose another variant.")
        attention = own[name]
        if not 0 <= place < len(attention.queries):
            raise InputError(f"This map has {len(attention.queries)} rows, so none has number {place}.")
        premise, hypothesis = pair = [_cut(given) for given in _pair(source)]
        given = {one.name: np.column_stack([one.weights, one.rest]) for one in own.values()}
        rows = self._given_weights(given, premise, hypothesis)
        with torch.no_grad():
            ways = self.model.encode_ways(*(self.text([text.parts]) for text in pair))

        def answer(weights: Tensor) -> Tensor:
            same = torch.zeros(len(weights), dtype=torch.long, device=weights.device)
            every = {one: [row[same] for row in of_map] for one, of_map in rows.items()}
            every[name][place] = weights.roll(1, dims=1)
            repeated = [select(way, same) for way in ways]
            return self.model.answer(repeated, every[ATTENTION], every.get(REVERSE)).log_probs

        mask = ways[0 if name == ATTENTION else 1].memory.mask[0, 1:].tolist()
        written = LABELS.index(target)
        return row_of(given[name][place], answer, mask=mask, written=written, device=self.model.device)

    def without_each(
        self,
        source: tuple[Source, Source],
        target: str,
        place: int,
        *,
        name: str | None = None,
        focus: str = "",
        on_step: OnStep | None = None,
    ) -> Logits | None:
        """The log-probabilities (words, labels) of the pair without each word in turn of the text that the map looks
        at; None where it has a single word. The arguments are those of `row`; `on_step` changes nothing, since there is
        a single step. Raises InputError as `read` does."""
        pair = [_cut(given) for given in _pair(source)]
        side = 1 if name == REVERSE else 0
        shorter = [
            [part for part, group in zip(pair[side].parts, pair[side].groups, strict=True) if group != word]
            for word in range(len(pair[side].words))
        ]
        if not all(shorter):
            return None
        rows: list[Sequence[Sequence[str]]] = [[text.parts] * len(shorter) for text in pair]
        rows[side] = shorter
        with torch.inference_mode():
            found: Logits = self.model(*map(self.text, rows)).log_probs.double().cpu().numpy()
        return found

    def outputs(
        self, sources: Sequence[tuple[Source, Source]], *, beam: int = 5, length_penalty: float | None = None
    ) -> list[Answer]:
        """See `tasks.base.Reader`. Both settings are for tasks that write and change nothing here."""
        problems = [_problem(source) for source in sources]
        readable = [source for source, problem in zip(sources, problems, strict=True) if not problem]
        labels = iter([LABELS[best] for best in self.classify(readable).argmax(axis=1)])
        return [Answer("" if problem else next(labels), problem) for problem in problems]

    def classify(self, pairs: Sequence[tuple[Source, Source]]) -> NDArray[np.float64]:
        """The log-probabilities (pairs, labels) for many pairs, without maps: for scoring a corpus, and for tables."""
        given = [tuple(_cut(text) for text in _pair(pair)) for pair in pairs]
        order = sorted(range(len(given)), key=lambda i: (len(given[i][1].parts), len(given[i][0].parts)))
        log_probs = np.zeros((len(given), len(LABELS)))
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            premise, hypothesis = (self.text([given[i][side].parts for i in rows]) for side in (0, 1))
            with torch.inference_mode():
                log_probs[rows] = self.model(premise, hypothesis).log_probs.cpu().numpy()
        return log_probs

    def text(self, rows: Sequence[Sequence[str]]) -> Text:
        """Texts as the model takes them. rows: the parts of each; equal parts are looked up once."""
        known = list(dict.fromkeys(chain.from_iterable(rows)))
        places = {word: i for i, word in enumerate(known)}
        table = torch.from_numpy(self.words.of(known)).to(self.model.device)
        return Text.of([table[[places[word] for word in row]] for row in rows], [shape.marks(row) for row in rows])

    def _maps(self, weights: Sequence[Tensor], premise: SplitText, hypothesis: SplitText) -> tuple[AttentionMap, ...]:
        maps = []
        sides = ((hypothesis, premise), (premise, hypothesis))
        for name, alphas, (queries, keys), (query_name, key_name) in zip(
            (ATTENTION, REVERSE), weights, sides, (SIDES[::-1], SIDES), strict=False
        ):
            alpha = alphas[0].float().cpu().numpy()
            if self.model.variant == "attention":
                queries = _whole(queries)
            parts = AttentionMap(
                name=name,
                queries=Words(queries.parts, queries.groups),
                keys=Words(keys.parts, keys.groups),
                weights=alpha[:, -len(keys.parts) :],
                rest=alpha[:, 0],
                query_name=query_name,
                key_name=key_name,
                rest_name=f"no {key_name} word (NULL)",
            )
            maps.append(over_words(parts, queries.words, keys.words))
        return tuple(maps)

    def _given_weights(
        self, weights: Mapping[str, Weights], premise: SplitText, hypothesis: SplitText
    ) -> dict[str, list[Tensor]]:
        """A person's weights in the model's form: (1, keys) for each query, NULL's first. Raises InputError."""
        variant = self.model.variant
        first, second = len(premise.words), len(hypothesis.words)
        rooms = {} if variant == "none" else {ATTENTION: Room(1 if variant == "attention" else second, first, True)}
        rooms |= {REVERSE: Room(first, second, True)} if variant == "two_way" else {}
        rows = check_weights(weights, rooms)
        if rows and any(text.groups != tuple(range(len(text.words))) for text in (premise, hypothesis)):
            raise InputError(
                "Weights can be given only for words that the model reads whole, and one of these is read in parts: "
                "write it in ordinary letters and digits, and give both as plain text."
            )
        return {
            name: [row[None] for row in torch.from_numpy(np.roll(table, 1, axis=1)).to(self.model.device)]
            for name, table in rows.items()
        }

    def _unknown(self, given: SplitText) -> list[int]:
        """The positions of the words that the list lacks, in whole or in part."""
        return sorted({group for part, group in zip(given.parts, given.groups, strict=True) if part not in self.words})


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> EntailmentReader:
    """A trained variant, loaded from its bundle under `root`. Raises BundleError."""
    bundle = bundles.read(TASK.name, variant, root)
    model = bundles.model_of(bundle, _model, device)
    with bundles.fitting(bundle):
        digest, sources = bundle.config["vectors_sha256"], dict(bundle.config["recipe"]["sources"])
    words = vectors.load(bundle.folder.parent / vectors.NAME, digest)
    return EntailmentReader(model, words, variant, bundle.digest, sources)


def _model(config: dict[str, Any]) -> EntailmentModel:
    return EntailmentModel(config["mechanism"], Size(**config["size"]))


def _pair(source: tuple[Source, Source]) -> tuple[SplitText, SplitText]:
    if isinstance(source, str) or not isinstance(source, Sequence) or len(source) != 2:
        raise InputError("Entailment is between two texts: give a premise and a hypothesis.")
    premise, hypothesis = (_given(side, text) for side, text in zip(SIDES, source, strict=True))
    return premise, hypothesis


def _problem(source: tuple[Source, Source]) -> str:
    """Why a pair can't be read; empty where it can."""
    try:
        _pair(source)
    except InputError as refused:
        return str(refused)
    return ""


def _given(side: str, text: Source) -> SplitText:
    check_text(text, side)
    words = split_words(text) if isinstance(text, str) else list(text)
    if not words:
        raise InputError(f"There is no {side} to read: give one.")
    if not any(c.isalnum() for word in words for c in word):
        raise InputError(f"There is no word in the {side}: give a sentence.")
    parts, groups = recut(words)
    return SplitText(
        encodable(text if isinstance(text, str) else " ".join(text)), tuple(words), tuple(parts), tuple(groups)
    )


def _cut(given: SplitText) -> SplitText:
    """The text with its first MOST_WORDS words alone; `text` stays whole."""
    kept = sum(group < MOST_WORDS for group in given.groups)
    return SplitText(given.text, given.words[:MOST_WORDS], given.parts[:kept], given.groups[:kept])


def _notes(side: str, given: SplitText) -> list[str]:
    if len(given.words) <= MOST_WORDS:
        return []
    return [f"The {side} has {len(given.words):,} words; only the first {MOST_WORDS} were read."]


def _notes_on_words(pair: Sequence[SplitText], unknown: Sequence[Sequence[int]]) -> list[str]:
    """Sentences about the words that the model has not learned. unknown: their positions in each text."""
    strange = list(dict.fromkeys(given.words[i] for given, places in zip(pair, unknown, strict=True) for i in places))
    spelled = [word for word in strange if any(c.isascii() and c.isalpha() for c in word)]
    others = [word for word in strange if word not in spelled]
    notes = []
    if spelled:
        notes.append(f"Words outside the model's list, guessed from their spelling: {_listed(spelled)}")
    if others:
        notes.append(f"The model knows nothing of these: {_listed(others)}")
    return notes


def _notes_on_language(pair: Sequence[SplitText], unknown: Sequence[Sequence[int]]) -> list[str]:
    """A sentence if a text doesn't look like English, or if most words of both are not in the model's list."""
    reasons = [(side, doubt(given.text, "English")) for side, given in zip(SIDES, pair, strict=True)]
    told = " and ".join(f"the {side} {reason}" for side, reason in reasons if reason)
    if not told and 2 * sum(map(len, unknown)) > sum(len(given.words) for given in pair):
        told = "this does not look like English"
    sentence = f"{sentence_case(told)}. It was read all the same, by a model that knows only English."
    return [sentence] if told else []


def _listed(words: Sequence[str]) -> str:
    """The first words with commas between them; long words are cut."""
    shown = [word if len(word) <= LONGEST_SHOWN else f"{word[:LONGEST_SHOWN]}…" for word in words[:10]]
    return ", ".join(shown) + (f" and {len(words) - 10:,} more" if len(words) > 10 else "")


def _whole(given: SplitText) -> SplitText:
    """The text as a single query, for the only row of `attention`."""
    words = (" ".join(given.words),)
    return SplitText(given.text, words, words, (0,))


def _units(given: SplitText) -> tuple[tuple[str, ...], ...]:
    units: list[list[str]] = [[] for _ in given.words]
    for part, group in zip(given.parts, given.groups, strict=True):
        units[group].append(part)
    return tuple(map(tuple, units))
