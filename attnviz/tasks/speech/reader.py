"""Reads a recording: its phones are written, or forced, and when the model listened for each of them is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.utils.rnn import pad_sequence

from attnviz import bundles
from attnviz.attention import ATTENTION, AttentionMap, Weights
from attnviz.axes import Frames, Words
from attnviz.errors import InputError
from attnviz.media import Sound
from attnviz.nn.beam import Trace
from attnviz.nn.focus import Refocus, Sharpened, Smoothed, Windowed
from attnviz.nn.mechanisms import Memory
from attnviz.tasks.base import Parts, check_search
from attnviz.tasks.prepared import Prepared
from attnviz.tasks.speech import features
from attnviz.tasks.speech.about import LENGTH_PENALTY, TASK, WINDOW_AHEAD, WINDOW_BEHIND
from attnviz.tasks.speech.corpus import NUMBERS, PHONES, SILENCE
from attnviz.tasks.speech.features import Features
from attnviz.tasks.speech.model import BEGIN, END, FIRST, KEY, PAD, POOLED, EncoderSize, Size, SpeechModel
from attnviz.tasks.speech.parts import open_parts
from attnviz.tasks.speech.pronunciation import pronounce
from attnviz.tasks.speech.sound import open_sound
from attnviz.tasks.writing import WritingReader
from attnviz.tasks.written import Written

MOST_FRAMES = 12_000  # of recordings that are searched together, padding included
MOST_PHONES = 1_500  # of a given output
LONGEST_TOLD = 20  # characters of what is no phoneme
WINDOW = Windowed(behind=round(WINDOW_BEHIND / KEY), ahead=round(WINDOW_AHEAD / KEY))


class SpeechReader(WritingReader):
    """A trained variant, ready to read. A recording is the bytes of a file, its path, or a Sound, such as a part of a
    longer recording (`parts.py`), which keeps its place in it.

    An output is phones in ARPABET without stress, parted by spaces. What a person gives in its place may be phones, or
    the English words that were said: a text is taken for phones where it is in capitals and at least half of its words
    are phones. A list always holds phones. Of a transcript, the map's queries say which phones make a word, and
    `Given.forced` holds the words, parted by spaces.
    """

    about, task = TASK, TASK.name
    begin, end, never = BEGIN, END, (PAD, BEGIN)
    finest = ATTENTION
    together = MOST_FRAMES
    focuses: Mapping[str, Refocus] = {"window": WINDOW, "sharp": Sharpened(), "smooth": Smoothed()}
    rest_key = False
    model: SpeechModel

    def __init__(self, model: SpeechModel, variant: str, digest: str) -> None:
        self.model = model.eval()
        self.variant = variant
        self.digest = digest

    @property
    def attentive(self) -> bool:
        return self.model.decoder.mechanism is not None

    def parts(self, source: bytes | str | Path | Sound) -> Parts:
        """A recording as it is, or its parts where it is longer than `parts.WHOLE`. Raises InputError where it is no
        recording that can be read, and where it is longer than `parts.MOST_SECONDS`."""
        if isinstance(source, Sound):
            return Parts((source,))
        recording = open_parts(_content(source))
        uncut = not recording.parts[0].whole
        return Parts((source,)) if uncut else Parts(recording.parts, recording.notes, _name(source))

    def phones(
        self, heard: Sequence[Features], *, beam: int = 5, length_penalty: float = LENGTH_PENALTY, focus: str = ""
    ) -> list[tuple[str, ...]]:
        """The phones of many recordings, without maps: for scoring a corpus. heard: the features of each. focus: see
        `read`. Raises InputError."""
        check_search(beam, length_penalty)
        traces = self._best(heard, beam, length_penalty, focus)
        return [self._words(trace).words for trace in traces]

    def listened(self, heard: Features, phones: Sequence[str]) -> tuple[Weights, NDArray[np.bool_]] | None:
        """Where each phone that was spoken is listened for, (phones, keys), and whether it is the one that the model
        would have written there, (phones,). None without attention."""
        if not self.attentive:
            return None
        tokens = [NUMBERS[phone] + FIRST - 1 for phone in phones]
        with torch.inference_mode():
            trace = self._replay(self._encode([heard]), tokens)
        assert trace.weights is not None
        likeliest = [places[0][0] for places in trace.alternatives[:-1]]
        return trace.weights[:-1], np.array(likeliest) == np.array(tokens)

    def _prepare(self, source: bytes | str | Path | Sound) -> Prepared:
        opened = open_sound(_content(source))
        heard = features.log_mel(opened.samples)
        sound = opened.sound
        if isinstance(source, Sound):
            sound = replace(sound, start=source.start, whole=source.whole)
        return Prepared(
            row=heard,
            source=sound,
            keys=Frames(0.0, KEY, -(-len(heard) // POOLED)),
            notes=opened.notes,
            name=_name(source),
        )

    def _encode(self, rows: Sequence[Features]) -> Memory:
        heard = pad_sequence([torch.from_numpy(row) for row in rows], batch_first=True)
        lengths = torch.tensor([len(row) for row in rows])
        return self.model.encode(heard.to(self.model.device), lengths.to(self.model.device))

    def _places(self, row: Features) -> int:
        return len(row)

    def _longest(self, row: Features) -> int:
        return -(-len(row) // POOLED) + 1  # nobody speaks 25 phones a second

    def _forced(self, target: Any) -> Written:
        if isinstance(target, str) and not _are_phones(target):
            return _transcript(target)
        said = target.split() if isinstance(target, str) else target
        if not isinstance(said, Sequence) or not all(isinstance(phone, str) for phone in said):
            raise InputError("What was said is no text: give English words, or phonemes such as HH AH L OW.")
        stressless = {given: given.upper().rstrip("012") for given in said}  # dictionaries mark stress by a digit
        unknown = next((given for given, phone in stressless.items() if phone not in NUMBERS), None)
        if unknown is not None:
            raise InputError(
                f"{unknown[:LONGEST_TOLD]!r} is no phoneme here: choose from {' '.join(PHONES)}, or type English words "
                "in small letters."
            )
        phones = [phone for given in said if (phone := stressless[given]) != SILENCE]
        if not phones:
            raise InputError("There is no phoneme in this: type some, such as HH AH L OW.")
        notes: tuple[str, ...] = ()
        if len(phones) > MOST_PHONES:
            notes = (f"Of the {len(phones):,} phonemes that were given, only the first {MOST_PHONES:,} are used.",)
        return _output([NUMBERS[phone] + FIRST - 1 for phone in phones[:MOST_PHONES]], notes)

    def _written(self, tokens: Sequence[int]) -> Written:
        return _output(tokens)

    def _spelled(self, token: int) -> str:
        return PHONES[token - FIRST]

    def _maps(self, trace: Trace, weights: Weights, written: Written, prepared: Prepared) -> tuple[AttentionMap, ...]:
        return (
            AttentionMap(
                name=ATTENTION,
                queries=Words(written.words, written.parts_of) if written.parts_of else Words.whole(written.words),
                keys=prepared.keys,
                weights=weights,
                rest=np.zeros(len(weights), dtype=np.float32),
                query_name="phonemes",
                key_name="time",
                rest_name="no time",
            ),
        )


def load(variant: str, root: Path = bundles.PRETRAINED, device: str = "cpu") -> SpeechReader:
    """A trained variant, loaded from its bundle under `root`. Raises BundleError."""
    bundle = bundles.read(TASK.name, variant, root)
    return SpeechReader(bundles.model_of(bundle, _model, device), variant, bundle.digest)


def _model(config: dict[str, Any]) -> SpeechModel:
    size = config["size"]
    return SpeechModel(config["mechanism"], Size(**{**size, "encoder": EncoderSize(**size["encoder"])}))


def _are_phones(text: str) -> bool:
    """Whether a person who typed this meant phones and not English words."""
    words = text.split()
    known = sum(word.rstrip("012") in NUMBERS for word in words)
    return known > 0 and 2 * known >= len(words) and text == text.upper()


def _transcript(text: str) -> Written:
    """The phones of an English text. Raises InputError."""
    said = pronounce(text, MOST_PHONES)
    of_word = [(phone, i) for i, word in enumerate(said.words) for phone in word.phones]
    return replace(
        _output([NUMBERS[phone] + FIRST - 1 for phone, _ in of_word], said.notes),
        forced=" ".join(word.spelling for word in said.words),
        parts_of=tuple(i for _, i in of_word),
        guessed=tuple(place for place, (_, i) in enumerate(of_word) if said.words[i].guessed),
    )


def _output(tokens: Sequence[int], notes: tuple[str, ...] = ()) -> Written:
    phones = tuple(PHONES[token - FIRST] for token in tokens)
    return Written(" ".join(phones), phones, tuple(tokens), phones, tuple(range(len(phones))), notes)


def _name(source: bytes | str | Path | Sound) -> str:
    """The name of a recording's file, where it is known."""
    return Path(source).name if isinstance(source, (str, Path)) else ""


def _content(source: bytes | str | Path | Sound) -> bytes:
    """The content of a recording's file. Raises InputError."""
    if not isinstance(source, (bytes, str, Path, Sound)):
        raise InputError("This is no recording: give the bytes of its file, or its path.")
    if isinstance(source, Sound):
        return source.content
    if isinstance(source, bytes):
        return source
    path = Path(source)
    try:
        return path.read_bytes()
    except OSError as problem:
        raise InputError(f"{path} can't be read ({problem.strerror}): choose another file.") from problem
