"""What is told of a map over time: its figures beside guesses, and where a guess is as good."""

from typing import Any

import pytest

from attnviz.tasks.speech.evidence import CENTRE, LINEAR, MASS, UNIFORM, evidence


def scores(mass: float = 0.6, far: float = 20.0) -> dict[str, Any]:
    times = {"n": 100, "mass": mass, "mass_uniform": 0.02, "mass_linear": 0.3}
    times |= {"centre_ms": far, "centre_ms_uniform": 2000.0, "centre_ms_linear": 90.0, "backward": 0.01}
    return {"a command": {"split": "utts:test", "n": 7, "scores": {"per": 0.3, "times": times}}}


def test_each_figure_stands_beside_its_guesses() -> None:
    mass, centre = evidence("hybrid", scores()).rows
    assert (mass.figure, mass.set, mass.n, mass.value, mass.better) == (
        MASS,
        "test, other speakers",
        100,
        0.6,
        "higher",
    )
    assert mass.baselines == {UNIFORM: 0.02, LINEAR: 0.3}
    assert (centre.figure, centre.value, centre.better) == (CENTRE, 20.0, "lower")
    assert evidence("hybrid", scores()).told == ()


@pytest.mark.parametrize(("mass", "far", "figure"), [(0.2, 60.0, MASS), (0.6, 95.0, CENTRE)])
def test_where_a_guess_is_as_good_it_is_told(mass: float, far: float, figure: str) -> None:
    (sentence,) = evidence("content", scores(mass, far)).told
    assert figure in sentence and "evenly spaced" in sentence


def test_without_maps_or_scores_nothing_is_told() -> None:
    without = {"a command": {"split": "utts:test", "n": 7, "scores": {"per": 0.9, "times": None}}}
    assert not evidence("none", without).rows and not evidence("hybrid", {}).rows
    assert not evidence("none", scores()).rows and not evidence("spiral", scores()).rows


def test_what_long_recordings_do_is_told_in_one_sentence() -> None:
    joined = {"own": {"1": {"per": 0.21}, "5": {"per": 0.4}, "10": {"per": 0.813}}}
    long = {"long": {"split": "test_long", "n": 162, "scores": {"joined": joined}}}
    (sentence,) = evidence("content", scores() | long).told
    assert sentence.startswith("**Long recordings** (test_long, 162 lists of recordings of one speaker): where one ")
    assert "where one recording is read, 21% of the phonemes are wrong" in sentence
    assert sentence.endswith("where 10 are joined and read whole, 81%.")
    joined["window"] = {"1": {"per": 0.22}, "10": {"per": 0.245}}
    (sentence,) = evidence("content", scores() | long).told
    assert sentence.endswith("81%, or 24% with “Near the last moment only”.")
    joined["own"]["10"]["per"] = 1.692
    (sentence,) = evidence("content", scores() | long).told
    assert "169% (above 100%, because it writes more than was said), or 24%" in sentence
    assert evidence("content", long).told == (sentence,), "a set without figures of maps has its own command"


@pytest.mark.parametrize(("mass", "far", "told"), [(0.4, 21.6, True), (0.6, 21.6, False), (0.4, 65.0, False)])
def test_why_a_map_is_near_and_yet_has_little_inside_is_told(mass: float, far: float, told: bool) -> None:
    found = evidence("location", scores(mass, far)).told
    assert bool(found) == told
    if told:
        (sentence,) = found
        assert "(test, other speakers): the centre is 22 ms from the middle, yet only 40.0% of the weight" in sentence
