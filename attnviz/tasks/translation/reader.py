"""Read a French sentence: translate it, or force a translation, and keep where the model looked."""

import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.errors import BundleError, InputError
from attnviz.nn.beam import OnStep, Trace, replay, search
from attnviz.reading import (
    SUBWORDS,
    Alternative,
    AttentionMap,
    Given,
    Hypothesis,
    Pieces,
    Provenance,
    Reading,
    Words,
    over_words,
)
from attnviz.tasks.base import VERSION, check_search, check_text
from attnviz.tasks.translation.corpus import (
    START,
    Encoded,
    Word,
    bare,
    decode,
    encode,
    join_words,
    normalise,
    recut,
    split_words,
)
from attnviz.tasks.translation.model import BEGIN, END, PAD, UNKNOWN, Size, TranslationModel

TASK = "translation"
INPUTS = ("text",)
MOST_WORDS = 200  # of one sentence; the longest that the models were trained on have about 70
MOST_SUBWORDS = 1000  # of these words; ordinary ones have about 2 each
NEVER = (PAD, UNKNOWN, BEGIN)  # these are not written
_FUNCTION_WORDS = (
    "le la les l' un une des de du d' et est sont a ont au aux en dans sur pour par avec ne n' pas que qu' qui ce c' "
    "cette ces il elle ils elles je j' tu nous vous on se s' son sa ses mon ma mes leur leurs mais ou où si y"
)
_FRENCH = frozenset(_FUNCTION_WORDS.split())

_NAMES = {"fr": "French text", "en": "English translation"}

Text = str | Sequence[str | Word]


class TranslationReader:
    """A trained variant, ready to read. Holds no state between readings: many threads may share one."""

    task = TASK

    def __init__(self, model: TranslationModel, tokenizer: Tokenizer, variant: str, digest: str) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.variant = variant
        self.digest = digest

    def read(
        self,
        source: Text,
        *,
        target: Text | None = None,
        beam: int = 5,
        length_penalty: float = 1.0,
        on_step: OnStep | None = None,
    ) -> Reading:
        """Translate one text, never split into sentences, or read it with `target` forced as its translation.

        Text is a string, or words already split: then the map's axis is exactly these. `beam` outputs are kept, best
        first. Of a text that is too long only the first words are read, and a note says so; a string stays in the
        reading as it was given, so that reading it again gives the same. Raises InputError where there is nothing to
        read.
        """
        started = time.perf_counter()
        check_search(beam, length_penalty)
        words = _words(source, "fr", "Type a French sentence.")
        notes = _notes(words)
        words = words[:MOST_WORDS]
        encoded, unread = _known(_encode(self.tokenizer, words, "fr"))
        if unread:
            notes.append(f"The model does not know these characters, and they were not read: {unread}")
        if not encoded.ids:
            raise InputError("The model knows none of these characters. Type a French sentence.")
        with torch.inference_mode():
            memory = self.model.encode(torch.tensor([[*encoded.ids, END]], device=self.model.device))
            if target is None:
                traces = search(
                    self.model.decoder,
                    memory,
                    begin=BEGIN,
                    end=END,
                    never=NEVER,
                    beam=beam,
                    length_penalty=length_penalty,
                    max_tokens=2 * len(encoded.ids) + 10,
                    on_step=on_step,
                )[0]
                hypotheses = tuple(self._written(trace, words, encoded) for trace in traces)
                output = hypotheses[0]
            else:
                given = _words(target, "en", "Type an English translation.")
                if len(given) > MOST_WORDS:
                    notes.append(
                        f"The given translation has {len(given):,} words; only the first {MOST_WORDS} are used."
                    )
                given = given[:MOST_WORDS]
                forced = _encode(self.tokenizer, given, "en")
                if lost := _known(forced)[1]:
                    notes.append(f"The model does not know these characters of the English: {lost}")
                trace = replay(
                    self.model.decoder,
                    memory,
                    (*forced.ids, END),
                    begin=BEGIN,
                    never=NEVER,
                    length_penalty=length_penalty,
                    on_step=on_step,
                )
                hypotheses, output = (), self._hypothesis(trace, given, forced, words, encoded)
        settings: dict[str, Any] = {"length_penalty": length_penalty, "device": self.model.device.type}
        settings |= {} if target is not None else {"beam": beam}
        return Reading(
            task=TASK,
            variant=self.variant,
            source=(Pieces(_text(source, words), tuple(w.text for w in words), _units(encoded, len(words))),),
            output=output.output,
            score=output.score,
            maps=output.maps,
            hypotheses=hypotheses,
            provenance=Provenance(self.digest, settings, time.perf_counter() - started, VERSION, tuple(notes)),
            given=Given(forced=None if target is None else _text(target, given)),
        )

    def translate(
        self, texts: Sequence[str], *, beam: int = 5, length_penalty: float = 1.0, batch_tokens: int = 2000
    ) -> list[str]:
        """Many texts at once, output only: for scoring a corpus. Unknown characters are not read, as in `read`. Raises
        InputError."""
        check_search(beam, length_penalty)
        if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
            raise InputError("Many texts are translated at once: give a list of strings.")
        rows = [_known(encode(self.tokenizer, split_words(normalise(text), "fr")))[0].ids for text in texts]
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        outputs = [""] * len(rows)
        while order:
            size = max(1, batch_tokens // (len(rows[order[-1]]) + 1))
            batch, order = order[-size:], order[:-size]
            source = pad_sequence(
                [torch.tensor([*rows[i], END]) for i in batch], batch_first=True, padding_value=PAD
            ).to(self.model.device)
            with torch.inference_mode():
                found = search(
                    self.model.decoder,
                    self.model.encode(source),
                    begin=BEGIN,
                    end=END,
                    never=NEVER,
                    beam=beam,
                    length_penalty=length_penalty,
                    max_tokens=2 * source.shape[1] + 8,
                )
            for i, traces in zip(batch, found, strict=True):
                outputs[i] = join_words(decode(self._tokens(traces[0]))[0])
        return outputs

    def _tokens(self, trace: Trace) -> list[str]:
        return [str(self.tokenizer.id_to_token(token)) for token in trace.tokens if token != END]

    def _written(self, trace: Trace, source_words: Sequence[Word], source: Encoded) -> Hypothesis:
        tokens = self._tokens(trace)
        words, groups = decode(tokens)
        written = Encoded(list(trace.tokens[: len(tokens)]), groups, [bare(token) for token in tokens])
        return self._hypothesis(trace, words, written, source_words, source)

    def _hypothesis(
        self, trace: Trace, words: Sequence[Word], written: Encoded, source_words: Sequence[Word], source: Encoded
    ) -> Hypothesis:
        firsts = [written.groups.index(i) if i in written.groups else None for i in range(len(words))]
        alternatives = [
            tuple(self._alternative(*one) for one in trace.alternatives[first]) if first is not None else ()
            for first in firsts
        ]
        output = Pieces(
            text=join_words(words),
            labels=tuple(word.text for word in words),
            units=_units(written, len(words)),
            logprobs=tuple(
                sum(p for p, g in zip(trace.logprobs, written.groups, strict=False) if g == i)
                for i in range(len(words))
            ),
            alternatives=tuple(alternatives),
            logprob=sum(trace.logprobs),
        )
        if trace.weights is None:
            return Hypothesis(output, trace.score, ())
        subwords = AttentionMap(
            name=SUBWORDS,
            queries=Words(tuple(written.units), tuple(written.groups)),
            keys=Words(tuple(source.units), tuple(source.groups)),
            weights=trace.weights[: len(written.ids), :-1].astype(np.float32),
            rest=trace.weights[: len(written.ids), -1].astype(np.float32),
        )
        words_map = over_words(subwords, output.labels, [word.text for word in source_words])
        return Hypothesis(output, trace.score, (words_map, subwords))

    def _alternative(self, token: int, logprob: float) -> Alternative:
        text = "(end)" if token == END else bare(str(self.tokenizer.id_to_token(token)))
        return Alternative(text, logprob)


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> TranslationReader:
    """A trained variant from its bundle. Raises BundleError."""
    bundle = bundles.read(TASK, variant, root)
    try:
        model = TranslationModel(bundle.config["mechanism"], Size(**bundle.config["size"]))
        model.load_state_dict(bundle.weights)
    except (KeyError, TypeError, RuntimeError) as problem:
        raise BundleError(f"Config and weights of {TASK}/{variant} do not fit: fetch both anew.") from problem
    tokenizer = Tokenizer.from_file(str(bundles.tokenizer_of(bundle)))
    return TranslationReader(model.to(device), tokenizer, variant, bundle.digest)


def _words(text: Text, language: str, what_to_do: str) -> list[Word]:
    check_text(text, _NAMES[language], (str, Word))
    if isinstance(text, str):
        words = split_words(normalise(text), language)
    else:
        words = _spaced(
            [Word(w, True) if isinstance(w, str) else w for w in text], any(isinstance(w, str) for w in text)
        )
    if not words:
        raise InputError(f"There is nothing to read. {what_to_do}")
    if not any(c.isalnum() for word in words for c in word.text):
        raise InputError(f"There is no word in this text. {what_to_do}")
    return words


def _spaced(words: list[Word], guess: bool) -> list[Word]:
    """Words that came without their spacing get that of ordinary text: none before a full stop or after `l'`."""
    if not guess or not words:
        return words
    rest = [
        Word(b.text, not (b.text[:1] in set(".,)]-'") or (a.text.endswith("'") and len(a.text) > 1)))
        for a, b in pairwise(words)
    ]
    return [words[0], *rest]


def _encode(tokenizer: Tokenizer, words: Sequence[Word], language: str) -> Encoded:
    """Subwords of words, which may be ones that a person split: each subword's word is one of these."""
    parts, owners = recut(words, language)
    encoded = encode(tokenizer, parts)
    if len(encoded.ids) > MOST_SUBWORDS:
        raise InputError("These words are too long to be read: give one sentence of ordinary words.")
    return Encoded(encoded.ids, [owners[group] for group in encoded.groups], encoded.units)


def _known(encoded: Encoded) -> tuple[Encoded, str]:
    """The subwords that the tokenizer knows, and the characters that it doesn't, once each, as they were typed. A word
    without any known character keeps no subword: the mark of its beginning alone would be read as some word."""
    subwords = list(zip(encoded.ids, encoded.groups, encoded.units, strict=True))
    worded = {group for token, group, unit in subwords if token != UNKNOWN and unit != START}
    known = [one for one in subwords if one[0] != UNKNOWN and one[1] in worded]
    unknown = "".join(unit for token, _, unit in subwords if token == UNKNOWN)
    kept = Encoded([one[0] for one in known], [one[1] for one in known], [one[2] for one in known])
    return kept, "".join(dict.fromkeys(unknown))


def _units(encoded: Encoded, count: int) -> tuple[tuple[str, ...], ...]:
    units: list[list[str]] = [[] for _ in range(count)]
    for unit, group in zip(encoded.units, encoded.groups, strict=True):
        units[group].append(unit)
    return tuple(map(tuple, units))


def _text(source: Text, words: Sequence[Word]) -> str:
    return source if isinstance(source, str) else join_words(words)


def _notes(words: Sequence[Word]) -> list[str]:
    notes = []
    if len(words) > MOST_WORDS:
        notes.append(f"This text has {len(words):,} words; only the first {MOST_WORDS} were read.")
    worded = [word.text.lower() for word in words if any(c.isalpha() for c in word.text)]
    if len(worded) >= 10 and sum(word in _FRENCH for word in worded) < len(worded) / 20:
        notes.append(
            "This does not look like French. It was translated all the same, by a model that knows only French."
        )
    return notes
