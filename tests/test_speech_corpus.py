"""The speech corpus: its tables, its recordings, and which phone a frame belongs to."""

import lzma
from pathlib import Path

import numpy as np
import pytest

from attnviz.errors import InputError
from attnviz.tasks.speech import features
from attnviz.tasks.speech.corpus import (
    NUMBERS,
    PHONES,
    SpokenPhone,
    faster,
    phones_of_frames,
    read_segments,
    read_sounds,
    read_utterances,
)
from tests.small_speech import SPOKEN, file_of, segments, small_corpus, sound


def table(path: Path, *rows: str) -> Path:
    path.write_bytes(lzma.compress("\n".join([*rows, ""]).encode()))
    return path


def test_there_are_39_phones_and_silence_is_0() -> None:
    assert len(PHONES) == 39 and NUMBERS["SIL"] == 0 and sorted(NUMBERS.values()) == list(range(40))


def test_recordings_and_their_segments_are_read(tmp_path: Path) -> None:
    folder = small_corpus(tmp_path)
    utterances = {utterance.name: utterance for utterance in read_utterances(folder / "utts.tsv.xz")}
    assert list(utterances) == list(SPOKEN)
    assert utterances["u3"].phones == ("M", "AA", "S", "AA")
    assert (utterances["u3"].split, utterances["d1"].split) == ("train", "dev")
    assert read_segments(folder / "phones.tsv.xz")["u1"] == segments(SPOKEN["u1"].split())
    names, sounds = zip(*read_sounds(folder / "audio_train_fraser.tar", ["u2.flac", "u1.flac"]), strict=True)
    assert names == ("u1.flac", "u2.flac")
    np.testing.assert_allclose(sounds[0], sound(SPOKEN["u1"].split()), atol=1e-4)


@pytest.mark.parametrize(
    "rows",
    [
        ("id\tsplit", "a\ttrain"),
        ("id\tsplit\tcorpus\tspeaker\tseconds\tfile\tphones", "a\ttrain\tx\ty\tlong\ta.flac\tAA"),
        ("id\tsplit\tcorpus\tspeaker\tseconds\tfile\tphones", "a\ttrain"),
    ],
)
def test_a_table_of_another_form_is_one_sentence(tmp_path: Path, rows: tuple[str, ...]) -> None:
    with pytest.raises(InputError, match=r"utts\.tsv\.xz is of another form: each row needs"):
        list(read_utterances(table(tmp_path / "utts.tsv.xz", *rows)))


def test_a_phone_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="phone 'XX'"):
        read_segments(table(tmp_path / "phones.tsv.xz", "id\tphone\tstart\tend", "a\tXX\t0\t1"))


def test_a_quotation_mark_is_a_character_like_others(tmp_path: Path) -> None:
    head = "id\tsplit\tcorpus\tspeaker\tseconds\tfile\tphones"
    (only,) = read_utterances(table(tmp_path / "utts.tsv.xz", head, 'a"b\ttrain\tx\ty\t1.0\ta.flac\tAA'))
    assert only.name == 'a"b'


def test_another_rate_is_refused(tmp_path: Path) -> None:
    import io
    import tarfile

    content = file_of(sound(["AA"]), rate=8000)
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        info = tarfile.TarInfo("a.flac")
        info.size = len(content)
        tar.addfile(info, io.BytesIO(content))
    with pytest.raises(InputError, match="16 kHz"):
        list(read_sounds(tmp_path / "a.tar", ["a.flac"]))


def test_a_frame_has_the_phone_that_is_spoken_at_its_centre() -> None:
    known = [SpokenPhone("SIL", 0.0, 0.03), SpokenPhone("AA", 0.03, 0.10), SpokenPhone("S", 0.10, 0.14)]
    expected = ["SIL"] * 3 + ["AA"] * 7 + ["S"] * 4 + ["SIL"] * 2  # after the last segment is silence
    assert phones_of_frames(known, 16).tolist() == [NUMBERS[phone] for phone in expected]
    known[:2] = [SpokenPhone("SIL", 0.0, 0.02), SpokenPhone("AA", 0.02, 0.10)]
    twice = phones_of_frames(known, 8, speed=2.0)  # every second frame's
    assert twice.tolist() == [NUMBERS[phone] for phone in ["SIL", "AA", "AA", "AA", "AA", "S", "S", "SIL"]]


@pytest.mark.parametrize("speed", [0.9, 1.0, 1.1])
def test_played_faster_a_sound_is_shorter_and_higher(speed: float) -> None:
    time = np.arange(features.RATE) / features.RATE
    played = faster(np.sin(2 * np.pi * 1000 * time).astype(np.float32), speed)
    assert len(played) == pytest.approx(features.RATE / speed, abs=2)
    spectrum = np.abs(np.fft.rfft(played * np.hanning(len(played))))
    assert spectrum.argmax() * features.RATE / len(played) == pytest.approx(1000 * speed, abs=2)


def test_the_shared_corpus_is_as_its_readme_says(shared: Path) -> None:
    folder = shared / "data" / "speech"
    utterances = [u for name in ("utts", "utts_extra") for u in read_utterances(folder / f"{name}.tsv.xz")]
    by_split = {split: [u for u in utterances if u.split == split] for split in {u.split for u in utterances}}
    assert {split: len(them) for split, them in by_split.items()} == {
        "train": 804 + 843 + 1213 + 2067,
        "dev": 103,
        "test": 195,
        "test_seen": 152,
        "test_nonnative": 186,
    }
    known = read_segments(folder / "phones.tsv.xz")
    for utterance in by_split["dev"]:
        said = [s.phone for s in known[utterance.name] if s.phone != "SIL"]
        assert said == list(utterance.phones)
    _, samples = next(read_sounds(folder / "audio_dev.tar", [by_split["dev"][0].file]))
    assert len(samples) / features.RATE == pytest.approx(by_split["dev"][0].seconds, abs=0.02)
