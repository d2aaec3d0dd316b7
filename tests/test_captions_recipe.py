"""The recipe of captions on a tiny corpus: what is cached, what a batch is, and a bundle from end to end."""

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

import tests.small  # noqa: F401  (one thread)
from attnviz import bundles, service
from attnviz.errors import InputError
from attnviz.tasks.captions import cnn, features, recipe
from attnviz.tasks.captions.corpus import words_of
from attnviz.tasks.captions.model import VARIANTS, CaptionModel, Size
from attnviz.tasks.captions.reader import load
from attnviz.tasks.captions.recipe import PROBES, Captions, Recipe, prepare, train_variant
from attnviz.training.loop import Plan
from attnviz.training.packed import Packed
from attnviz.training.runs import Settings

COLOURS = {"red": (250, 0, 0), "lime": (0, 250, 0), "blue": (0, 0, 250), "white": (250, 250, 250), "black": (0, 0, 0)}
SMALL = Recipe(
    kind="7",
    least=1,
    channels=2,
    photos=2,
    dropout=0.0,
    embedding=8,
    hidden=12,
    key=8,
    score=6,
    plan=Plan(steps=4, warmup=1, dev_every=2),
)


class Colours(nn.Module):
    """In place of the CNN: the mean colour of every 32 x 32 px."""

    def forward(self, pixels: Tensor) -> object:
        return type("Output", (), {"last_hidden_state": nn.functional.avg_pool2d(pixels, 32)})


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus whose captions tell the colour of the left half, and whose tars have an order of their own."""
    monkeypatch.setattr(cnn, "load", lambda root, device: cnn.CNN(Colours(), "digest", torch.device(device)))
    folder = tmp_path / "data"
    folder.mkdir()
    for split in ("train", "dev"):
        with tarfile.open(folder / f"images.{split}.tar", "w") as tar:
            for name in reversed(COLOURS):
                pixels = np.zeros((224, 224, 3), dtype=np.uint8)
                pixels[:, :112] = COLOURS[name]
                buffer = io.BytesIO()
                Image.fromarray(pixels).save(buffer, "WEBP", lossless=True)
                entry = tarfile.TarInfo(f"{name}.webp")
                entry.size = buffer.tell()
                tar.addfile(entry, io.BytesIO(buffer.getvalue()))
        with (folder / f"captions.{split}.jsonl").open("w") as lines:
            for name in COLOURS:
                captions = [f"It is {name}.", f"{name.title()} it is, on the left!", f"All {name}", ".", "so " * 40]
                lines.write(json.dumps({"image": name, "width": 4, "height": 3, "captions": captions}) + "\n")
    return folder


@pytest.fixture
def ready(data: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "captions"
    prepare(data, folder, SMALL)
    return folder


def test_each_caption_goes_with_the_features_of_its_photo(ready: Path) -> None:
    packed, cells = Packed.open(ready / "train.npz"), np.load(ready / "features.train.224.npy")
    words = json.loads((ready / "tokenizer.json").read_text())["model"]["vocab"]
    named = {number: word for word, number in words.items()}
    assert len(packed) == 4 * len(COLOURS)  # a caption without a word is left out
    assert packed.lengths["words"].max() == SMALL.longest
    colours = np.load(ready / "projection.224.npz")
    for i in range(len(packed)):
        text = [named[int(word)] for word in packed.row("words", i)]
        colour = next((name for name in COLOURS if name in text), None)
        if colour is not None:
            pixel = (torch.tensor(COLOURS[colour]).float().numpy() - 127) / 128
            expected = (pixel - colours["mean"]) @ colours["components"]
            grid = cells[packed.arrays["photo"][i]].reshape(7, 7, 2)
            assert grid[3, 0] == pytest.approx(expected, abs=0.01)


def test_an_epoch_shows_every_caption_once_photos_whole_in_an_order_of_its_own(ready: Path) -> None:
    task = Captions("soft", ready, SMALL)
    epochs = [task.batches(epoch) for epoch in (0, 0, 1)]
    photo = task.train.arrays["photo"]
    for batches in epochs:
        assert sorted(np.concatenate(batches).tolist()) == list(range(len(task.train)))
        assert [len(set(photo[batch])) for batch in batches] == [2, 2, 1]
    flat = [np.concatenate(batches).tolist() for batches in epochs]
    assert flat[0] == flat[1] != flat[2]


@pytest.mark.parametrize("kind", ["7", "14", "joined"])
def test_photos_are_mirrored_now_and_then_while_training_and_only_then(
    data: Path, tmp_path: Path, kind: features.Kind
) -> None:
    chosen = replace(SMALL, kind=kind)
    prepare(data, tmp_path / "runs", chosen)
    task = Captions("soft", tmp_path / "runs", chosen)
    side = features.SIDES[kind]
    every = np.arange(len(COLOURS))
    plain = eval_features(task, every)
    assert plain.shape == (len(COLOURS), side * side, 4 if kind == "joined" else 2)
    square = plain.view(len(COLOURS), side, side, -1)
    task.model.train()
    turned = []
    for _ in range(12):
        shown = task._features("train", every).view_as(square)
        for photo, own in zip(shown, square, strict=True):
            assert torch.equal(photo, own) or torch.equal(photo, own.flip(1))
            turned.append(not torch.equal(photo, own))
    coloured = turned[1::5]  # the first is black all over
    assert 0 < sum(coloured) < len(coloured)


def eval_features(task: Captions, rows: np.ndarray) -> Tensor:
    task.model.eval()
    return task._features("train", rows)


@pytest.mark.parametrize("variant", VARIANTS)
def test_dev_is_the_loss_of_a_word_and_repeats_itself(ready: Path, variant: str) -> None:
    task = Captions(variant, ready, SMALL)
    task.model.eval()
    with torch.inference_mode():
        first = task.dev()
        assert first == task.dev()
        every = np.arange(len(task.dev_set))
        _, plain, count = task._loss("dev", task.dev_set, every)
    assert first["dev"] == pytest.approx(plain.item() / count, rel=1e-5)
    fewer = Captions(variant, ready, replace(SMALL, dev_photos=1))
    fewer.model.eval()
    with torch.inference_mode():
        assert fewer.dev() != first


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_probe_is_the_map_of_our_own_caption_of_a_photo(ready: Path, variant: str) -> None:
    task = Captions(variant, ready, SMALL)
    task.model.eval()
    with torch.inference_mode():
        maps = task.probe()
    if variant == "none":
        assert maps == []
        return
    lengths = [len(text.split()) for text in PROBES.values()]
    assert [weights.shape for weights in maps] == [(length, 49 + (variant == "adaptive")) for length in lengths]
    assert all(weights.sum(axis=1) == pytest.approx(np.ones(len(weights)), abs=1e-5) for weights in maps)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_variant_is_trained_into_a_bundle_that_reads_the_cnns_own_features(
    data: Path, tmp_path: Path, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "Recipe", lambda: SMALL)
    settings = Settings(tmp_path / "runs", precision="float32")
    figures = train_variant(variant, data, tmp_path / "root", settings)
    assert figures["dev"] > 0
    bundle = bundles.read("captions", variant, tmp_path / "root")
    assert bundle.config["steps"] == 4 and bundle.config["recipe"]["kind"] == "7"
    assert bundle.config["cnn_sha256"] == bundles.digest("captions", "cnn")
    assert bundles.digest("captions", "cnn", tmp_path / "root") == bundle.config["cnn_sha256"], "it lies beside it"
    model = CaptionModel(variant, Size(**bundle.config["size"]))
    model.load_state_dict(bundle.weights)
    pixels = np.full((224, 224, 3), 90, dtype=np.uint8)
    cells = features.cells(cnn.CNN(Colours(), "", torch.device("cpu")), [pixels], "7")
    common = tmp_path / "runs" / "captions"
    own = Captions(variant, common, SMALL).model
    own.load_state_dict(torch.load(common / variant / "best.pt", weights_only=True))
    kept = {name: torch.from_numpy(value) for name, value in np.load(common / "projection.224.npz").items()}
    projected = (cells - kept["mean"]) @ kept["components"]
    torch.testing.assert_close(model.eval().encode(cells).keys, own.eval().encode(projected).keys, atol=2e-2, rtol=2e-2)


def test_a_second_seed_lies_beside_the_first_and_leaves_it_as_it_was(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipe, "Recipe", lambda: SMALL)
    runs, root = tmp_path / "runs", tmp_path / "root"
    train_variant("soft", data, root, Settings(runs, precision="float32"))
    before = contents(root), contents(runs)
    train_variant("soft", data, root, Settings(runs, precision="float32", seed=2))
    for folder, kept in zip((root, runs), before, strict=True):
        now = contents(folder)
        assert {name: now[name] for name in kept} == kept
        assert all(name.startswith("captions/soft.seed2/") for name in now.keys() - kept.keys())
    config = json.loads((root / "captions/soft.seed2/config.json").read_text())
    assert [config[name] for name in ("variant", "mechanism", "seed")] == ["soft.seed2", "soft", 2]
    assert service.variants("captions", root) == ["soft"]
    assert "soft, seed 2" in (root / "captions/soft.seed2/card.md").read_text()
    monkeypatch.setattr(cnn, "load", lambda root, device: cnn.CNN(Colours(), config["cnn_sha256"], torch.device("cpu")))
    pixels = [np.full((224, 224, 3), 90, dtype=np.uint8)]
    pixels[0][:, :112] = COLOURS["red"]
    both = [load(name, root).captions(pixels, beam=1, length_penalty=1.0)[0] for name in ("soft", "soft.seed2")]
    assert both[0].maps is not None and both[1].maps is not None
    assert not np.array_equal(both[0].maps[0], both[1].maps[0])


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_data_that_lack_a_file_are_told_in_a_sentence(data: Path, tmp_path: Path) -> None:
    (data / "captions.train.jsonl").unlink()
    with pytest.raises(InputError, match=r"holds no captions\.train\.jsonl\.xz: name the folder"):
        train_variant("soft", data, tmp_path / "root", Settings(tmp_path / "runs"))


@pytest.mark.parametrize("kind", ["7", "14", "joined"])
def test_the_cached_features_of_the_corpus_fit_two_gigabytes(kind: features.Kind) -> None:
    cells = sum((side // 32) ** 2 for side in features.INPUTS[kind])
    assert (6000 + 1000) * cells * Recipe().channels * 2 < 2e9


def test_words_of_the_probes_are_words() -> None:
    for name, text in PROBES.items():
        assert (recipe.PHOTOS / f"{name}.jpg").exists() and words_of(text) == text.split()
