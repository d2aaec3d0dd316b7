"""Reading a recording: its map over time, forced phones, a chosen focus, a part of a longer one."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from attnviz import bundles
from attnviz.analysis.segments import spellings, times_of
from attnviz.attention import ATTENTION
from attnviz.axes import Frames
from attnviz.errors import BundleError, InputError
from attnviz.media import Sound
from attnviz.reading import Reading
from attnviz.tasks.base import Parts
from attnviz.tasks.speech import features
from attnviz.tasks.speech import reader as module
from attnviz.tasks.speech.about import TASK
from attnviz.tasks.speech.model import KEY, VARIANTS, EncoderSize, Size, SpeechModel
from attnviz.tasks.speech.parts import open_parts
from attnviz.tasks.speech.reader import SpeechReader, load
from attnviz.tasks.speech.sound import open_sound
from tests.small_speech import file_of, sound

SIZE = Size(EncoderSize(channels=16, kernel=3, blocks=1, hidden=12, layers=1), embedding=12, hidden=16, score=8)
SPOKEN = sound("SIL AA M IY S SIL".split())
FILE = file_of(SPOKEN)


def small_reader(variant: str) -> SpeechReader:
    """A reader whose random weights are large enough that its maps are far from uniform."""
    torch.manual_seed(0)
    model = SpeechModel(variant, SIZE)
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.mul_(4.0 if "mechanism" in name else 1.5)
    return SpeechReader(model, variant, "a digest")


def test_a_long_recording_has_parts_and_a_short_one_is_read_whole(tmp_path: Path) -> None:
    reader, path = small_reader("hybrid"), tmp_path / "long.flac"
    assert reader.parts(FILE) == Parts((FILE,))
    path.write_bytes(file_of(np.tile(SPOKEN, 40)))
    parts = reader.parts(path)
    assert parts.sources == open_parts(path.read_bytes()).parts and len(parts.sources) > 1
    assert parts.name == "long.flac" and reader.parts(parts.sources[0]) == Parts((parts.sources[0],))
    with pytest.raises(InputError, match="no recording"):
        reader.parts(3.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("target", [None, "HH AH L OW"])
def test_a_reading_has_a_map_over_time_and_survives_json(variant: str, target: str | None) -> None:
    reading = small_reader(variant).read(FILE, target=target, beam=3)
    assert Reading.loads(reading.dumps()) == reading
    (heard,) = reading.source
    assert isinstance(heard, Sound) and heard.samples == len(SPOKEN)
    if variant == "none":
        assert reading.maps == ()
        return
    attention = reading.map(ATTENTION)
    assert attention is not None
    assert attention.keys == Frames(0.0, 0.04, -(-len(SPOKEN) // 640))
    assert attention.queries.labels == reading.output.labels
    np.testing.assert_allclose(attention.weights.sum(axis=1), 1, atol=1e-5)
    assert not attention.rest.any()


def test_the_sound_in_a_reading_is_what_was_heard() -> None:
    opened = open_sound(FILE)
    back, rate = soundfile.read(io.BytesIO(opened.sound.content), dtype="float32")
    assert rate == 16_000
    np.testing.assert_array_equal(back, opened.samples)


def test_a_reading_of_its_own_sound_is_the_same() -> None:
    reader = small_reader("hybrid")
    first = reader.read(FILE)
    (heard,) = first.source
    assert isinstance(heard, Sound)
    again = reader.read(heard.content)
    assert (again.output, again.maps, again.source) == (first.output, first.maps, first.source)


def test_a_part_of_a_recording_keeps_its_place_in_it() -> None:
    reader = small_reader("hybrid")
    whole = reader.read(FILE, target="AA")
    (heard,) = whole.source
    part = reader.read(replace(heard, start=12.4), target="AA")
    assert part.source == (replace(heard, start=12.4),)
    assert (part.output, part.maps) == (whole.output, whole.maps)
    assert Reading.loads(part.dumps()) == part


def test_forced_phones_are_taken_with_and_without_stress() -> None:
    reader = small_reader("hybrid")
    forced = reader.read(FILE, target="SIL HH AH0 L OW1 SIL")
    assert forced.output.labels == ("HH", "AH", "L", "OW") and forced.output.text == "HH AH L OW"
    assert forced.given.forced == "SIL HH AH0 L OW1 SIL"
    assert reader.read(FILE, target=["hh", "AH", "l", "OW"]).maps == forced.maps
    assert spellings(forced) == ()


@pytest.mark.parametrize("text", ["Hello, old friend!", "HELLO OLD FRIEND", "hello old  friend"])
def test_a_transcript_is_forced_by_its_phones_and_the_map_keeps_its_words(text: str) -> None:
    reading = small_reader("hybrid").read(FILE, target=text)
    assert reading.output.labels == tuple("HH AH L OW OW L D F R EH N D".split())
    assert reading.maps[0].queries.groups == (0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2)
    again = Reading.loads(reading.dumps())
    assert again == reading
    assert [word.lower() for word in spellings(again)] == ["hello", "old", "friend"]
    times = times_of(again)
    assert times is not None and len(times.sounds) == 12
    assert [word.label.lower() for word in times.words] == ["hello", "old", "friend"]
    assert (times.words[0].start, times.words[-1].end) == (0, times.seconds)


@pytest.mark.parametrize("text", ["a", "ow", "AW SHUCKS NO", "uh oh"])
def test_short_english_is_no_list_of_phones(text: str) -> None:
    assert spellings(small_reader("hybrid").read(FILE, target=text)) == tuple(text.split())


def test_a_guessed_word_is_told_and_marked() -> None:
    reading = small_reader("hybrid").read(FILE, target="a blorfing a")
    assert reading.output.unknown == (1, 2, 3, 4, 5, 6)
    assert any("“blorfing”" in note and "guessed" in note for note in reading.provenance.notes)
    assert any("first one was taken" in note for note in reading.provenance.notes)


@pytest.mark.parametrize("target", ["", "SIL", "HH XX", f"HH {'B' * 9_999}", ["hello"], "日本語", 7, [7]])
def test_what_is_no_phoneme_is_one_sentence(target: object) -> None:
    with pytest.raises(InputError) as problem:
        small_reader("hybrid").read(FILE, target=target)
    assert str(problem.value).endswith(".") and len(str(problem.value)) < 300


@pytest.mark.parametrize("focus", ["smooth", "sharp", "window"])
def test_a_chosen_focus_changes_the_map_of_its_reading_alone(focus: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SpeechReader, "focuses", {**SpeechReader.focuses, "window": module.Windowed(2, 2)})
    reader, forced = small_reader("hybrid"), "AA M IY S"
    own = reader.read(FILE, target=forced)
    other = reader.read(FILE, target=forced, focus=focus)
    assert (own.given.focus, other.given.focus) == ("", focus)
    assert own.maps != other.maps
    assert Reading.loads(other.dumps()) == other
    assert reader.read(FILE, target=forced).maps == own.maps
    if focus == "window":
        assert ((other.maps[0].weights > 0).sum(axis=1) <= 4).all()


def test_several_focuses_are_joined_in_whatever_order_they_are_named() -> None:
    reader = small_reader("hybrid")
    one, other = (reader.read(FILE, target="AA M IY S", focus=focus) for focus in ("smooth, window", "window,smooth"))
    assert one.given.focus == other.given.focus == "window,smooth"
    assert one.maps == other.maps


def test_a_window_is_as_wide_as_it_is_told() -> None:
    refocus = SpeechReader.focuses["window"]
    (told,) = (choice.exact for choice in TASK.focuses if choice.name == "window")
    assert isinstance(refocus, module.Windowed)
    assert f"from {refocus.behind * KEY:g} seconds before it to {refocus.ahead * KEY:g} seconds after it" in told


@pytest.mark.parametrize("focus", ["", "window", "sharp", "window,smooth"])
def test_many_recordings_are_read_with_a_focus_as_one_is(focus: str) -> None:
    reader = small_reader("hybrid")
    files = [file_of(sound(phones.split())) for phones in ("SIL AA M IY S SIL", "SIL S SIL")]
    written = reader.phones([features.log_mel(open_sound(file).samples) for file in files], focus=focus)
    assert written == [reader.read(file, focus=focus).output.labels for file in files]


@pytest.mark.parametrize(
    ("variant", "focus", "what_to_do"),
    [
        ("hybrid", "spiral", "choose from window, sharp, smooth."),
        ("hybrid", "window,", "choose from window, sharp, smooth."),
        ("none", "window", "leave it out."),
    ],
)
def test_a_focus_that_a_variant_lacks_is_refused(variant: str, focus: str, what_to_do: str) -> None:
    for ask in (
        lambda: small_reader(variant).read(FILE, focus=focus),
        lambda: small_reader(variant).phones([features.log_mel(SPOKEN)], focus=focus),
    ):
        with pytest.raises(InputError, match=f"no focus .*: {what_to_do}"):
            ask()


def test_given_weights_are_used() -> None:
    reader, forced = small_reader("hybrid"), "AA M"
    keys = len(reader.read(FILE, target=forced).maps[0].keys)
    given = np.zeros((2, keys + 1), dtype=np.float32)
    given[:, 3] = 1
    edited = reader.read(FILE, target=forced, weights={ATTENTION: given})
    np.testing.assert_array_equal(edited.maps[0].weights, given[:, :-1])
    assert edited.given.edits == (ATTENTION,)


def test_a_bundle_is_loaded_and_a_broken_one_is_one_sentence(tmp_path: Path) -> None:
    from dataclasses import asdict

    reader = small_reader("content")
    config = {"task": "speech", "variant": "content", "mechanism": "content", "size": asdict(SIZE)}
    bundles.write(tmp_path / "speech" / "content", dict(reader.model.state_dict()), config)
    assert load("content", tmp_path).read(FILE, target="AA").output.labels == ("AA",)
    bundles.write(tmp_path / "speech" / "content", {"a": torch.zeros(1)}, config)
    with pytest.raises(BundleError, match="do not fit"):
        load("content", tmp_path)


@pytest.mark.parametrize("source", [7, None, ["a"]])
def test_what_is_no_file_is_one_sentence(source: object) -> None:
    with pytest.raises(InputError, match="no recording"):
        small_reader("hybrid").read(source)
