"""The scores of speech: known answers, a plain loop, and a table of recordings from files to figures."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from attnviz.errors import InputError
from attnviz.tasks.speech.corpus import SpokenPhone
from attnviz.tasks.speech.error_rate import Map, errors_of
from attnviz.tasks.speech.features import Features
from attnviz.tasks.speech.scores import Spoken, evaluate, times_of
from tests.small_speech import SPOKEN, segments, small_corpus
from tests.test_speech_reader import small_reader


class Perfect:
    """A variant that knows what was said, and listens to the middle of each phone."""

    variant, attentive, focuses = "perfect", True, {"window": None}

    def phones(
        self, heard: Sequence[Features], *, beam: int, length_penalty: float, focus: str = ""
    ) -> list[tuple[str, ...]]:
        return [tuple(phone for phone in SPOKEN["t1"].split() if phone != "SIL") for _ in heard]

    def listened(self, heard: Features, phones: Sequence[str]) -> tuple[Map, np.ndarray]:
        keys, spoken = -(-len(heard) // 4), [s for s in segments(SPOKEN["t1"].split()) if s.phone != "SIL"]
        weights = np.zeros((len(phones), keys))
        for row, segment in enumerate(spoken):
            weights[row, int((segment.start + segment.end) / 2 / 0.04)] = 1
        return weights, np.ones(len(phones), dtype=bool)


@pytest.mark.parametrize(
    ("written", "said", "rate"),
    [
        (["AA"], ["AA"], 0.0),
        ([], ["AA", "S"], 1.0),
        (["AA", "M"], ["AA", "S"], 0.5),
        (["AA", "M", "S"], ["AA", "S"], 0.5),
        (["S"] * 6, ["AA", "S"], 2.5),
    ],
)
def test_error_rates_by_hand(written: list[str], said: list[str], rate: float) -> None:
    assert errors_of([written], [said]).rate() == rate
    two = errors_of([written, ["M"]], [said, ["M"]])
    assert two.rate() == pytest.approx(rate * len(said) / (len(said) + 1), abs=1e-4)
    assert (two.rate([0]), two.rate([1]), two.rate([])) == (rate, 0.0, None)


def test_times_are_those_of_a_plain_loop() -> None:
    chance = np.random.default_rng(0)
    maps = []
    for phones, keys in ((3, 9), (1, 4), (5, 30)):
        ends = np.cumsum(chance.uniform(0.03, 0.2, phones + 1))
        times = tuple(SpokenPhone("AA", a, b) for a, b in pairwise(ends))
        weights = chance.dirichlet(np.ones(keys), phones)
        maps.append(
            (Spoken(np.zeros((4 * keys, 41), "f4"), ("AA",) * phones, times), weights, chance.random(phones) < 0.6)
        )
    mass, far, back, steps = [], [], 0, 0
    for spoken, weights, right in maps:
        for i, segment in enumerate(spoken.segments):
            centres = [(j + 0.5) * 0.04 for j in range(weights.shape[1])]
            mass.append(sum(w for w, c in zip(weights[i], centres, strict=True) if segment.start <= c < segment.end))
            if right[i]:
                centre = sum(w * c for w, c in zip(weights[i], centres, strict=True))
                far.append(abs(centre - (segment.start + segment.end) / 2))
            if i:
                steps += 1
                back += weights[i].argmax() < weights[i - 1].argmax()
    found = times_of(maps)
    assert found["n"] == 9
    assert found["mass"] == pytest.approx(np.mean(mass), abs=1e-4)
    assert found["centre_ms"] == pytest.approx(1000 * np.median(far), abs=0.1)
    assert found["backward"] == pytest.approx(back / steps, abs=1e-4)


def test_guesses_that_need_no_model_by_hand() -> None:
    times = (SpokenPhone("AA", 0.0, 0.08), SpokenPhone("S", 0.08, 0.16))
    spoken = Spoken(np.zeros((16, 41), "f4"), ("AA", "S"), times)
    found = times_of([(spoken, np.eye(4)[[0, 3]], np.array([True, True]))])
    assert (found["mass"], found["mass_uniform"], found["mass_linear"]) == (1.0, 0.5, 1.0)
    assert (found["centre_ms"], found["centre_ms_uniform"], found["centre_ms_linear"]) == (20.0, 40.0, 20.0)
    assert found["backward"] == 0.0


def test_a_split_is_scored_from_its_files(tmp_path: Path) -> None:
    data = small_corpus(tmp_path)
    n, scores = evaluate(Perfect(), data / "utts.tsv.xz", part="test")
    assert (n, scores["per"]) == (1, 0.0)
    assert scores["times"]["n"] == 3 and scores["times"]["mass"] == 1.0 and scores["times"]["centre_ms"] <= 20
    for variant in ("hybrid", "none"):
        n, scores = evaluate(small_reader(variant), data / "utts.tsv.xz", part="test", limit=5, beam=2)
        assert n == 1 and scores["per"] > 0
        assert (scores["times"] is None) == (variant == "none")


@pytest.mark.parametrize(
    ("part", "sentence"), [(None, "which split"), ("x", "which split"), ("test_seen", "nothing to score")]
)
def test_a_split_that_is_not_there_is_one_sentence(tmp_path: Path, part: str | None, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        evaluate(Perfect(), small_corpus(tmp_path) / "utts.tsv.xz", part=part)
