"""How a variant learned: what is read out of its bundle's files."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from attnviz import bundles, learned, service
from attnviz.errors import BundleError
from attnviz.learned import Curve

TRAINED = [(task, variant) for task in service.TASKS for variant in service.variants(task)]
ATTENTIVE = [(task, variant) for task, variant in TRAINED if service.TASKS[task].variant(variant).attentive]  # type: ignore[union-attr]
CONFIG = {"steps": 8, "hours": 0.5, "seed": 3, "machine": "a clock", "branched_from": "first"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with the bundle made/one."""
    folder = tmp_path / "made" / "one"
    bundles.write(folder, {"a": torch.zeros(2, 3), "b": torch.zeros(4)}, CONFIG)
    (folder / learned.LOG).write_text("step,dev\n2,3.0\n4,2.0\n6,1.5\n8,1.0\n")
    maps = {"0/10": np.eye(2), "0/9": np.ones((2, 2)) / 2, "1/9": np.ones((1, 3)) / 3}
    np.savez(
        folder / learned.PROBES, allow_pickle=False, **{name: kept.astype(np.float16) for name, kept in maps.items()}
    )
    return tmp_path


def test_what_a_training_took(root: Path) -> None:
    found = learned.training("made", "one", root)
    assert (found.parameters, found.steps, found.hours, found.seed) == (10, 8, 0.5, 3)
    assert found.branched_from == "first"


def test_up_to_the_branch_a_curve_is_another_variants(root: Path) -> None:
    curve = learned.curve("made", "one", root)
    assert curve == Curve((2, 4, 6, 8), (3.0, 2.0, 1.5, 1.0), branch=4)
    assert curve.own == ((6, 1.5), (8, 1.0))


def test_between_two_figures_a_curve_is_straight() -> None:
    curve = Curve((2, 4), (3.0, 2.0))
    assert [curve.at(step) for step in (1, 2, 3, 4, 5)] == [None, 3.0, 2.5, 2.0, None]
    assert Curve((), ()).at(1) is None


def test_the_maps_of_each_input_come_in_the_order_of_training(root: Path) -> None:
    first, second = learned.probes("made", "one", root)
    assert list(first) == [9, 10] and list(second) == [9]
    np.testing.assert_array_equal(first[10], np.eye(2, dtype=np.float32))


def test_what_was_not_kept_is_empty(tmp_path: Path) -> None:
    assert learned.curve("made", "one", tmp_path) == Curve((), ())
    assert learned.probes("made", "one", tmp_path) == []
    assert learned.seeds("made", "one", tmp_path) == []


@pytest.mark.parametrize(
    ("file", "content", "read"),
    [
        (learned.LOG, b"step,dev\n2,many\n", learned.curve),
        (learned.LOG, b"step\n2\n", learned.curve),
        (learned.PROBES, b"no archive", learned.probes),
        (bundles.CONFIG, b"[]", learned.training),
        (bundles.WEIGHTS, b"no weights", learned.training),
    ],
)
def test_a_damaged_file_is_one_clear_sentence(root: Path, file: str, content: bytes, read: object) -> None:
    (root / "made" / "one" / file).write_bytes(content)
    with pytest.raises(BundleError, match="made/one can't be read: check it out of the repository again"):
        read("made", "one", root)  # type: ignore[operator]


def test_a_second_seed_is_found(root: Path) -> None:
    bundles.write(root / "made" / "one.seed2", {"a": torch.zeros(1)}, CONFIG)
    bundles.write(root / "made" / "one_more", {"a": torch.zeros(1)}, CONFIG)
    assert learned.seeds("made", "one", root) == ["one.seed2"]


# What is committed


@pytest.mark.parametrize(("task", "variant"), TRAINED)
def test_every_variant_tells_how_it_learned(task: str, variant: str) -> None:
    found, curve = learned.training(task, variant), learned.curve(task, variant)
    config = json.loads((bundles.PRETRAINED / task / variant / bundles.CONFIG).read_text())
    assert found.parameters == pytest.approx(1e6 * found.megabytes / 2, rel=0.02), "two bytes each, and a little more"
    assert curve.steps[-1] == found.steps == config["steps"]
    assert (curve.branch > 0) == (found.branched_from is not None)
    assert curve.own[-1][1] < curve.own[0][1] or len(curve.own) < 2


@pytest.mark.parametrize(("task", "variant"), TRAINED)
def test_the_map_of_each_probe_takes_shape(task: str, variant: str) -> None:
    shapings, about = service.shapings(task, variant), service.TASKS[task].variant(variant)
    assert about is not None and (about.attentive or not shapings)
    # none, where the variant learned while the recipe had other inputs
    assert len(shapings) in (0, len(learned.probes(task, variant)))
    for shaping in shapings:
        assert shaping.probe.read and shaping.probe.wrote
        assert len(shaping.steps) == len(shaping.maps) >= 3 and list(shaping.steps) == sorted(shaping.steps)
        assert all(one.axes == shaping.maps[0].axes for one in shaping.maps)
        for one in shaping.maps:
            assert one.weights.shape == (len(one.queries), len(one.keys))
            sums = one.weights.sum(axis=1) + one.rest
            assert (sums <= 1.01).all() and (about.sums or (sums >= 0.99).all())


@pytest.mark.parametrize(("task", "variant"), [one for one in ATTENTIVE if one[0] in ("translation", "entailment")])
def test_the_words_of_a_probe_are_those_of_a_reading(task: str, variant: str) -> None:
    probe = (shaping := service.shapings(task, variant)[0]).probe
    writes = service.TASKS[task].length_penalty is not None
    source, target = (probe.read, probe.wrote) if writes else ((probe.read, probe.wrote), None)
    read = service.read(task, variant, source, target=target).map()
    assert read is not None and read.axes == shaping.maps[-1].axes
    assert np.abs(read.weights - shaping.maps[-1].weights).mean() < 0.05, "the last moment is near the finished model"
