"""What is said about an example holds for the default variant that comes with attnviz."""

import pytest
from rapidfuzz.distance import Levenshtein

from attnviz.analysis.segments import times_of
from attnviz.reading import Reading
from attnviz.tasks.speech.about import SOUNDS, TASK
from attnviz.tasks.speech.pronunciation import pronounce
from attnviz.tasks.speech.reader import MOST_PHONES, SpeechReader, load


@pytest.fixture(scope="module")
def reader() -> SpeechReader:
    return load(TASK.default)


@pytest.fixture(scope="module")
def readings(reader: SpeechReader) -> dict[str, Reading]:
    return {example.name: reader.read(example.inputs[0]) for example in TASK.examples}


def dictionary(name: str) -> tuple[str, ...]:
    """What the dictionary says of the words of an example."""
    example = TASK.example(name)
    assert example is not None
    return tuple(phone for word in pronounce(example.person, MOST_PHONES).words for phone in word.phones)


def test_every_sound_has_its_credits_and_every_credit_its_sound() -> None:
    credits = (SOUNDS / "CREDITS.md").read_text("utf-8")
    files = {path.name for path in SOUNDS.iterdir()} - {"CREDITS.md"}
    assert all(f"`{name}`" in credits for name in files) and credits.count(".flac`") == len(files) == 5
    assert {example.inputs[0] for example in TASK.examples} == {str(SOUNDS / name) for name in files}
    assert all(example.person in credits and "CC BY 4.0" in example.credit for example in TASK.examples)


def test_the_first_one_is_right_and_repeated_sounds_are_heard_apart(readings: dict[str, Reading]) -> None:
    reading = readings["work"]
    assert reading.output.labels == dictionary("work")
    strongest = reading.maps[0].weights.argmax(axis=1)
    for phone in ("S", "T", "W", "Z"):
        first, second = (strongest[i] for i, label in enumerate(reading.output.labels) if label == phone)
        assert second - first > 5


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("mountains", "IH NG"),
        ("mountains", "M AW N T AH M Z"),
        ("outcast", "T ER AH L"),
        ("outcast", "IH N T AH N T AY L"),
        ("oz", "D OW N OW"),
        ("oz", "W AH N T IH D AW T"),
        ("chair", "K UH D IH D"),
        ("chair", "AH N D T UW"),
    ],
)
def test_a_phoneme_is_written_as_it_is_said(readings: dict[str, Reading], name: str, written: str) -> None:
    assert f" {written} " in f" {readings[name].output.text} "


def test_the_wrong_sound_is_heard_while_its_word_is_spoken(readings: dict[str, Reading], reader: SpeechReader) -> None:
    free, example = times_of(readings["mountains"]), TASK.example("mountains")
    assert free is not None and example is not None
    forced = times_of(reader.read(example.inputs[0], target=example.person))
    assert forced is not None
    (mountains,) = (word for word in forced.words if word.label == "mountains")
    wrong = [sound for sound in free.sounds if sound.label == "M"][-1]
    assert mountains.start < wrong.start < wrong.end < mountains.end


def test_two_in_five_of_the_fast_one_differ_from_the_dictionary(readings: dict[str, Reading]) -> None:
    said = dictionary("oz")
    assert 0.35 < Levenshtein.distance(readings["oz"].output.labels, said) / len(said) < 0.45
