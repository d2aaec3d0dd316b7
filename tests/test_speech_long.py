"""Recordings of one speaker joined, and read whole or cut again: known answers from a table to its figures."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from attnviz.errors import InputError
from attnviz.tasks.speech import features, long
from attnviz.tasks.speech.features import Features
from attnviz.tasks.speech.scores import evaluate
from tests.small_speech import SPOKEN, small_corpus, sound
from tests.test_speech_reader import small_reader

LISTS = ["list\tspeaker\tspeaker_seen\tn\tseconds\tn_phones\tids"]
SAID = {name: [phone for phone in phones.split() if phone != "SIL"] for name, phones in SPOKEN.items()}


def table(folder: Path, *rows: str) -> Path:
    path = small_corpus(folder) / "test_long.tsv"
    path.write_text("\n".join([*LISTS, *rows, ""]))
    return path


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    return table(tmp_path, "L1\tt\tn\t1\t0\t0\tt1", "L2\tt\ty\t1\t0\t0\td1", "L3\tt\tn\t3\t0\t0\tt1 d1 t1")


class Counter:
    """A variant that writes as many M as its focus wants, and remembers how long the recordings were."""

    variant, attentive, focuses = "counter", True, {"window": None, "sharp": None}

    def __init__(self, wrong: dict[str, int]) -> None:
        self.wrong, self.asked = wrong, dict[str, list[int]]()

    def phones(
        self, heard: Sequence[Features], *, beam: int, length_penalty: float, focus: str = ""
    ) -> list[tuple[str, ...]]:
        self.asked[focus] = [*self.asked.get(focus, []), *map(len, heard)]
        return [("ZH",) * self.wrong.get(focus, 0) for _ in heard]

    def listened(self, heard: Features, phones: Sequence[str]) -> None:
        return None


def test_recordings_are_joined_in_their_order(lists: Path) -> None:
    *_, joined = long.read(lists, None)
    alone = [sound(SPOKEN[name].split()) for name in ("t1", "d1", "t1")]
    np.testing.assert_allclose(joined.samples, np.concatenate(alone), atol=1e-4)
    assert joined.phones == (*SAID["t1"], *SAID["d1"], *SAID["t1"])
    assert (joined.n, joined.seen) == (3, False)


def test_rates_are_told_by_number_by_speaker_and_by_focus(lists: Path) -> None:
    n, scores = evaluate(Counter({"": 0, "window": 6, "sharp": 20}), lists)
    assert n == 3
    assert scores["joined"]["own"] == {
        "1": {"n": 2, "per": 1.0, "seen": 1.0, "unseen": 1.0},
        "3": {"n": 1, "per": 1.0, "seen": None, "unseen": 1.0},
    }
    said = {name: len(phones) for name, phones in SAID.items()}
    window = scores["joined"]["window"]["1"]
    assert window["seen"] == round(6 / said["d1"], 4) and window["unseen"] == 6 / said["t1"]
    assert window["per"] == round(12 / (said["t1"] + said["d1"]), 4)
    assert list(scores["joined"]) == ["own", "window", "sharp"]
    assert "cut" not in scores and "against" not in scores


def test_what_is_too_long_is_read_whole_and_cut_besides(lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = features.frames(long.read(lists, None)[2].samples.size)
    monkeypatch.setattr(long, "WHOLE", 1.0)
    monkeypatch.setattr("attnviz.tasks.speech.parts.WHOLE", 1.0)
    monkeypatch.setattr("attnviz.tasks.speech.parts.LONGEST", 0.8)
    monkeypatch.setattr("attnviz.tasks.speech.parts.SHORTEST", 0.2)
    counter = Counter({"": 1})
    _, scores = evaluate(counter, lists)
    whole = counter.asked["sharp"]
    parts = counter.asked[""][len(whole) :]
    assert max(whole) == seconds and max(parts) <= 80 and sum(parts) == pytest.approx(seconds, abs=len(parts))
    assert list(scores["cut"]) == ["own", "window"]
    assert scores["cut"]["own"]["n"] == 1 and scores["cut"]["own"]["whole"] == 1.0
    phones = 2 * len(SAID["t1"]) + len(SAID["d1"])
    assert scores["cut"]["own"]["cut"] == round(max(phones, len(parts)) / phones, 4)


def test_another_variant_is_compared_list_by_list(lists: Path) -> None:
    _, scores = evaluate(Counter({"": 0}), lists, against=Counter({"": 9}))
    assert scores["against"]["variant"] == "counter"
    assert scores["against"]["joined"]["own"]["1"]["share_of_wins"] == 1.0
    assert scores["against"]["joined"]["window"]["1"]["share_of_wins"] == 0.5


def test_variants_are_scored_with_the_focuses_that_they_have(lists: Path) -> None:
    for variant, focuses in (("hybrid", ["own", "window", "sharp", "smooth"]), ("none", ["own"])):
        _, scores = evaluate(small_reader(variant), lists, limit=1, beam=2)
        assert list(scores["joined"]) == focuses
    _, scores = evaluate(small_reader("hybrid"), lists, limit=1, beam=1, against=small_reader("none"))
    assert list(scores["against"]["joined"]) == ["own"]


@pytest.mark.parametrize(
    ("row", "part", "sentence"),
    [
        ("L1\tt\tn\t1\t0\t0\tx9", None, "lacks 1 recordings, such as x9"),
        ("L1\tt\tperhaps\t1\t0\t0\tt1", None, "another form"),
        ("L1\tt\tn\tmany\t0\t0\tt1", None, "another form"),
        ("L1\tt\tn", None, "another form"),
        ("", None, "nothing to score"),
        ("L1\tt\tn\t1\t0\t0\tt1", "test", "no splits"),
    ],
)
def test_a_table_of_another_form_is_one_sentence(tmp_path: Path, row: str, part: str | None, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as problem:
        evaluate(Counter({}), table(tmp_path, row), part=part)
    assert str(problem.value).endswith(".")
