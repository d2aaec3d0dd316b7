"""Bundles: what is written is what is loaded, and a broken one is one clear sentence."""

import hashlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from attnviz import bundles
from attnviz.errors import BundleError
from attnviz.tasks.translation.reader import load
from tests.small import small_root, trained

TASK = "translation"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_root(tmp_path, ["additive", "general"])


@pytest.fixture
def folder(root: Path) -> Path:
    return root / TASK / "additive"


def change(folder: Path, **changes: Any) -> None:
    """Change settings of the config; None takes one away."""
    config = {**json.loads((folder / "config.json").read_text()), **changes}
    (folder / "config.json").write_text(json.dumps({k: v for k, v in config.items() if v is not None}))


def replace_weights(folder: Path, content: bytes) -> None:
    """Other weights, whose digest the config vouches for."""
    (folder / "weights.safetensors").write_bytes(content)
    change(folder, weights_sha256=hashlib.sha256(content).hexdigest())


def test_weights_come_back_as_float32_of_what_float16_keeps(root: Path) -> None:
    bundle = bundles.read(TASK, "additive", root)
    written = trained("additive")
    assert bundle.weights.keys() == written.keys()
    for name, value in bundle.weights.items():
        assert value.dtype == torch.float32
        assert torch.equal(value, written[name].half().float())
    stored = load_file(bundle.folder / "weights.safetensors")
    assert {value.dtype for value in stored.values()} == {torch.float16}


def test_shared_weights_are_stored_once(root: Path, folder: Path) -> None:
    parameters = load("additive", root).model.parameters()
    stored = load_file(folder / "weights.safetensors").values()
    assert sum(value.numel() for value in stored) == sum(value.numel() for value in parameters)


def test_the_digest_is_that_of_the_weight_file(root: Path, folder: Path) -> None:
    expected = hashlib.sha256((folder / "weights.safetensors").read_bytes()).hexdigest()
    assert bundles.digest(TASK, "additive", root) == bundles.read(TASK, "additive", root).digest == expected
    assert load("additive", root).digest == expected


def test_writing_the_same_weights_gives_the_same_file(tmp_path: Path) -> None:
    weights = trained("additive")
    turned = dict(reversed(weights.items()))
    assert bundles.write(tmp_path / "a", weights, {}) == bundles.write(tmp_path / "b", turned, {})


def test_variants_are_whole_folders_and_no_second_seeds(root: Path) -> None:
    (root / TASK / "additive.seed2").mkdir()
    (root / TASK / "additive.seed2" / "config.json").write_text("{}")
    (root / TASK / "notes").mkdir()
    assert bundles.names(TASK, root) == ["additive", "general"]
    assert bundles.names("elsewhere", root) == []


BREAKS: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (lambda f: f.rename(f.with_name("moved")), "no trained variant translation/additive"),
    "no config": (lambda f: (f / "config.json").unlink(), "no trained variant translation/additive"),
    "config is no JSON": (lambda f: (f / "config.json").write_text("{mechanism: additive"), "not readable JSON"),
    "config is no text": (lambda f: (f / "config.json").write_bytes(b"\xff\xfe\x00{"), "not readable JSON"),
    "config is a list": (lambda f: (f / "config.json").write_text("[1, 2]"), "config of translation/additive"),
    "config is a number": (lambda f: (f / "config.json").write_text("5"), "config of translation/additive"),
    "config is empty": (lambda f: (f / "config.json").write_text("{}"), "translation/additive"),
    "no digest": (lambda f: change(f, weights_sha256=None), "translation/additive"),
    "no weights": (lambda f: (f / "weights.safetensors").unlink(), "has no weights.safetensors"),
    "weights cut short": (lambda f: os.truncate(f / "weights.safetensors", 500), "damaged"),
    "weights are empty": (lambda f: os.truncate(f / "weights.safetensors", 0), "damaged"),
    "a bit fell over": (lambda f: flip(f / "weights.safetensors"), "damaged"),
    "weights of another": (
        lambda f: (f / "weights.safetensors").write_bytes((f.parent / "general/weights.safetensors").read_bytes()),
        "damaged",
    ),
    "no weight file at all": (lambda f: replace_weights(f, b"weights"), "translation/additive"),
    "no size": (lambda f: change(f, size=None), "translation/additive"),
    "wrong size": (lambda f: change(f, size={"hidden": 10}), "translation/additive"),
    "size unknown to us": (lambda f: change(f, size={"depth": 3}), "translation/additive"),
    "no mechanism": (lambda f: change(f, mechanism=None), "translation/additive"),
    "mechanism unknown to us": (lambda f: change(f, mechanism="telepathic"), "translation/additive"),
    "mechanism of another": (lambda f: change(f, mechanism="general"), "translation/additive"),
    "a weight is missing": (lambda f: drop_weight(f), "translation/additive"),
    "no tokenizer": (lambda f: (f.parent / "tokenizer.json").unlink(), "tokenizer of translation"),
    "another tokenizer": (lambda f: (f.parent / "tokenizer.json").write_text("{}"), "tokenizer of translation"),
    "tokenizer not vouched for": (lambda f: change(f, tokenizer_sha256=None), "tokenizer of translation"),
}


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-100] ^= 1
    path.write_bytes(content)


def drop_weight(folder: Path) -> None:
    weights = load_file(folder / "weights.safetensors")
    weights.pop("decoder.start.weight")
    save_file(weights, folder / "weights.safetensors")
    replace_weights(folder, (folder / "weights.safetensors").read_bytes())


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_bundle_is_one_clear_sentence(root: Path, folder: Path, broken: str) -> None:
    spoil, words = BREAKS[broken]
    spoil(folder)
    with pytest.raises(BundleError) as caught:
        load("additive", root)
    message = str(caught.value)
    assert words in message
    assert "\n" not in message and message.endswith(".") and len(message) < 200
    assert load("general", root).read("Le chat.").output if "tokenizer" not in broken else True


@pytest.mark.parametrize("broken", ["no config", "config is no JSON", "config is a list", "no digest"])
def test_a_digest_that_cannot_be_had_is_one_clear_sentence(root: Path, folder: Path, broken: str) -> None:
    BREAKS[broken][0](folder)
    with pytest.raises(BundleError, match="translation/additive"):
        bundles.digest(TASK, "additive", root)


class Bomb:
    """Unpickling it makes a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("vouched", [True, False])
@pytest.mark.parametrize("form", ["pickle", "torch"])
def test_nothing_is_ever_unpickled(root: Path, folder: Path, form: str, vouched: bool) -> None:
    target, path = folder / "exploded", folder / "weights.safetensors"
    if form == "pickle":
        path.write_bytes(pickle.dumps(Bomb(target)))
    else:
        torch.save({"embedding.weight": Bomb(target)}, path)
    if vouched:
        replace_weights(folder, path.read_bytes())
    with pytest.raises(BundleError, match="translation/additive"):
        load("additive", root)
    assert not target.exists()


def test_scores_are_kept_by_their_command(root: Path, folder: Path) -> None:
    assert bundles.scores(TASK, "additive", root) == {}
    bundles.keep_score(folder, "evaluate a", {"bleu": 50.0})
    bundles.keep_score(folder, "evaluate b", {"bleu": 40.0})
    bundles.keep_score(folder, "evaluate a", {"bleu": 51.0})
    assert bundles.scores(TASK, "additive", root) == {"evaluate a": {"bleu": 51.0}, "evaluate b": {"bleu": 40.0}}
