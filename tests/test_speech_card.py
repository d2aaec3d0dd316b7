"""The model card of speech says what its config and its scores say."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from attnviz import bundles
from attnviz.tasks.speech.card import ENCODER, write_card
from attnviz.tasks.speech.recipe import Recipe
from tests.test_speech_reader import small_reader

TIMES = {"n": 900, "recognised": 0.75, "mass": 0.612, "mass_uniform": 0.021, "mass_linear": 0.333}
TIMES |= {"centre_ms": 21.4, "centre_ms_uniform": 2012.0, "centre_ms_linear": 95.2, "backward": 0.013}
JOINED = {
    focus: {
        "1": {"n": 87, "per": per, "seen": 0.201, "unseen": 0.249},
        "10": {"n": 11, "per": 2 * per, "seen": None, "unseen": 0.777},
    }
    for focus, per in (("own", 0.234), ("window", 0.244))
}
CUT = {"own": {"n": 17, "whole": 0.468, "cut": 0.256}}
AGAINST = {"variant": "content", "per": 0.289, "share_of_wins": 0.998, "samples": 1000}
LONG_AGAINST = {
    "variant": "content",
    "samples": 1000,
    "joined": {"own": {"1": {"per": 0.281, "share_of_wins": 0.987}, "10": {"per": 0.902, "share_of_wins": 1.0}}},
}
RESULTS = {
    "one": {"split": "utts:test", "n": 195, "scores": {"per": 0.234, "times": TIMES, "against": AGAINST}},
    "two": {"split": "utts:dev", "n": 103, "scores": {"per": 0.2, "times": None}},
    "three": {"split": "test_long", "n": 162, "scores": {"joined": JOINED, "cut": CUT, "against": LONG_AGAINST}},
}


def bundle(root: Path, name: str, results: dict[str, Any]) -> Path:
    folder = root / "speech" / name
    config = {
        "task": "speech",
        "variant": name,
        "recipe": asdict(Recipe()),
        "dev": {"dev": 0.9},
        **{"steps": 1500, "hours": 1.2, "precision": "float32", "machine": "two cores", "seed": 1},
    }
    bundles.write(folder, dict(small_reader("content").model.state_dict()), config)
    for command, result in results.items():
        bundles.keep_score(folder, command, result)
    return folder


@pytest.fixture
def card(tmp_path: Path) -> str:
    bundle(tmp_path, ENCODER, {"e": {"split": "utts:test", "n": 195, "scores": {"per": 0.2285}}})
    folder = bundle(tmp_path, "hybrid", RESULTS)
    write_card(folder)
    return (folder / "card.md").read_text()


def test_phone_errors_stand_beside_those_of_others(card: str) -> None:
    assert "| utts:test | 195 | 23.4% | 22.9% | 55.8% | 100% | content: 28.9%; this one is lower in 99.8%" in card
    assert "| utts:dev | 103 | 20.0% | - | - | 100% | - |" in card


def test_times_stand_beside_guesses(card: str) -> None:
    row = "| utts:test | 900 | 75.0% | 0.612 | 0.021 | 0.333 | 21 | 2012 | 95 | 1.3% |"
    assert row in card


def test_long_recordings_have_their_tables(card: str) -> None:
    assert "| focus | 1 joined (87 lists) | 10 joined (11 lists) |" in card
    assert "| own | 23.4% (20.1%; 24.9%) | 46.8% (-; 77.7%) |" in card
    assert "| window | 24.4%" in card
    assert "| own | 46.8% | 25.6% |" in card and "17 lists" in card
    assert "| own | 28.1%; 98.7% | 90.2%; 100.0% |" in card


def test_a_card_without_scores_or_encoder_is_whole(tmp_path: Path) -> None:
    folder = bundle(tmp_path, "none", {})
    write_card(folder)
    text = (folder / "card.md").read_text()
    assert "None kept yet" in text and "{" not in text
    bundles.keep_score(folder, "one", json.loads(json.dumps(RESULTS["two"])))
    write_card(folder)
    assert "| utts:dev | 103 | 20.0% | - |" in (folder / "card.md").read_text()
