"""The recipe of captions on a tiny corpus: what is cached, what a batch is, and a bundle from end to end."""

import io
import json
import tarfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tokenizers import Tokenizer
from torch import Tensor, nn

from attnviz import bundles, service
from attnviz.errors import InputError
from attnviz.nn.focus import Entmax
from attnviz.tasks.captions import cnn, features, recipe
from attnviz.tasks.captions.corpus import words_of
from attnviz.tasks.captions.model import VARIANTS, CaptionModel, Size
from attnviz.tasks.captions.reader import load
from attnviz.tasks.captions.recipe import PROBES, Captions, Recipe, prepare, train_variant
from attnviz.training.loop import Plan
from attnviz.training.packed import Packed
from attnviz.training.runs import Settings
from tests.small_bundles import contents

COLOURS = {"red": (250, 0, 0), "lime": (0, 250, 0), "blue": (0, 0, 250), "white": (250, 250, 250), "black": (0, 0, 0)}
ORDINARY = {"pink": (250, 120, 180), "grey": (120, 120, 120)}
SMALL = Recipe(
    kind="7",
    versions=2,
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
    """Two corpora whose captions tell the colour of the left half, and whose tars have an order of their own."""
    monkeypatch.setattr(cnn, "load", lambda root, device: cnn.CNN(Colours(), "digest", torch.device(device)))
    folder = tmp_path / "data"
    folder.mkdir()
    for stem, colours in {"train": COLOURS, "dev": COLOURS, "extra": ORDINARY, "extradev": ORDINARY}.items():
        with tarfile.open(folder / f"images.{stem}.tar", "w") as tar:
            for name in reversed(colours):
                pixels = np.zeros((224, 224, 3), dtype=np.uint8)
                pixels[:, :112] = colours[name]
                buffer = io.BytesIO()
                Image.fromarray(pixels).save(buffer, "WEBP", lossless=True)
                entry = tarfile.TarInfo(f"{name}.webp")
                entry.size = buffer.tell()
                tar.addfile(entry, io.BytesIO(buffer.getvalue()))
        with (folder / f"captions.{stem}.jsonl").open("w") as lines:
            for name in colours:
                captions = [f"It is {name}.", f"{name.title()} it is, on the left!", f"All {name}", ".", "so " * 40]
                lines.write(json.dumps({"image": name, "captions": captions}) + "\n")
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
    every = {**COLOURS, **ORDINARY}
    assert len(packed) == 4 * len(every)  # a caption without a word is left out
    assert cells.shape == (len(every), SMALL.versions, 49, 2)
    assert packed.lengths["words"].max() == SMALL.longest
    colours = np.load(ready / "projection.224.npz")
    for i in range(len(packed)):
        text = [named[int(word)] for word in packed.row("words", i)]
        colour = next((name for name in every if name in text), None)
        if colour is not None:
            assert packed.arrays["names"][packed.arrays["corpus"][i]] == ("coco" if colour in ORDINARY else "flickr8k")
            pixel = (torch.tensor(every[colour]).float().numpy() - 127) / 128
            expected = (pixel - colours["mean"]) @ colours["components"]
            grid = cells[packed.arrays["photo"][i]].reshape(SMALL.versions, 7, 7, 2)
            assert grid[0, 3, 0] == pytest.approx(expected, abs=0.01)
            assert grid[1, 3, 0] == pytest.approx(expected, abs=0.2), "a copy is almost the same"


def test_an_epoch_shows_photos_whole_in_an_order_of_its_own_and_those_of_coco_several_times(ready: Path) -> None:
    task = Captions("soft", ready, SMALL)
    epochs = [task.batches(epoch) for epoch in (0, 0, 1)]
    photo, corpus = task.train.arrays["photo"], task.train.arrays["corpus"]
    often = np.where(task.train.arrays["names"][corpus] == "coco", SMALL.coco, 1)
    for batches in epochs:
        assert np.bincount(np.concatenate(batches)).tolist() == often.tolist()
        for batch in batches:
            assert np.isin(np.flatnonzero(np.isin(photo, photo[batch])), batch).all()
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
    kept = [grid[every].astype(np.float32) for grid in task.grids["train"]]
    seen = [features.joined([torch.from_numpy(grid[:, v]) for grid in kept]) for v in range(chosen.versions)]
    squares = [version.view(len(COLOURS), side, side, -1) for version in seen]
    task.model.train()
    shown = set()
    for _ in range(12):
        cells, mirrored = task._features("train", every)
        for i, (photo, turned) in enumerate(zip(cells.view_as(squares[0]), mirrored.tolist(), strict=True)):
            whole = photo.flip(1) if turned else photo
            version = next(v for v, square in enumerate(squares) if torch.equal(whole, square[i]))
            shown.add((turned, version))
    assert shown == {(turned, version) for turned in (False, True) for version in range(chosen.versions)}


def eval_features(task: Captions, rows: np.ndarray) -> Tensor:
    task.model.eval()
    cells, mirrored = task._features("train", rows)
    assert not mirrored.any()
    return cells


def test_captions_of_mirrored_photos_say_right_for_left(data: Path, tmp_path: Path, monkeypatch: Any) -> None:
    lines = (data / "captions.extra.jsonl").read_text()
    (data / "captions.extra.jsonl").write_text(lines.replace("All pink", "All pink, right and left"))
    prepare(data, tmp_path / "runs", SMALL)
    task = Captions("soft", tmp_path / "runs", SMALL)
    words = Tokenizer.from_file(str(tmp_path / "runs" / "tokenizer.json"))
    cells, batch = task._features("train", np.arange(1))[0], np.arange(len(task.train))
    written = {}
    for mirrored in (False, True):
        seen = (cells, torch.full((len(COLOURS) + len(ORDINARY),), mirrored))
        monkeypatch.setattr(task, "_features", lambda split, photos, seen=seen: seen)
        monkeypatch.setattr(task.model, "loss", lambda cells, photo, target, *rest: target)
        written[mirrored] = {words.decode(row.tolist()) for row in task.loss(batch)}
    assert any("pink right and left" in text for text in written[False])
    assert any("pink left and right" in text for text in written[True])
    assert any("red it is on the right" in text for text in written[True])
    assert not any("it is on the left" in text for text in written[True])


@pytest.mark.parametrize("variant", VARIANTS)
def test_dev_is_the_loss_of_a_word_and_repeats_itself(ready: Path, variant: str) -> None:
    task = Captions(variant, ready, SMALL)
    task.model.eval()
    with torch.inference_mode():
        first = task.dev()
        assert first == task.dev()
        for number, name in enumerate(task.dev_set.arrays["names"]):
            rows = np.flatnonzero(task.dev_set.arrays["corpus"] == number)
            _, plain, count = task._loss("dev", task.dev_set, rows)
            assert first[f"dev_{name}"] == pytest.approx(plain.item() / count, rel=1e-5)
    assert first["dev"] == pytest.approx((first["dev_flickr8k"] + first["dev_coco"]) / 2)


def test_the_first_photos_of_each_corpus_decide(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "runs", replace(SMALL, dev_photos=1))
    packed = Packed.open(tmp_path / "runs" / "dev.npz")
    assert packed.arrays["photo"].tolist() == [0] * 4 + [1] * 4
    assert packed.arrays["corpus"].tolist() == packed.arrays["photo"].tolist()
    assert len(np.load(tmp_path / "runs" / "features.dev.224.npy")) == 2


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


def test_the_cnn_sees_an_upload_as_it_saw_the_photos_of_the_corpora(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = (recipe.PHOTOS / "cat.jpg").read_bytes()
    image = Image.open(io.BytesIO(upload)).convert("RGB").resize((224, 224), Image.Resampling.LANCZOS)
    stored = io.BytesIO()
    image.save(stored, "WEBP", quality=52, method=6)  # what the README of the corpora says
    with tarfile.open(data / "images.train.tar", "w") as tar:
        entry = tarfile.TarInfo("cat.webp")
        entry.size = stored.tell()
        tar.addfile(entry, io.BytesIO(stored.getvalue()))
    (data / "captions.train.jsonl").write_text(json.dumps({"image": "cat", "captions": ["a cat"]}) + "\n")
    seen: list[Tensor] = []

    class Seeing(Colours):
        def forward(self, pixels: Tensor) -> object:
            seen.extend(pixels.clone())
            return super().forward(pixels)

    digest = bundles.digest("captions", "cnn")
    monkeypatch.setattr(cnn, "load", lambda root, device: cnn.CNN(Seeing(), digest, torch.device(device)))
    both = replace(SMALL, kind="joined")
    monkeypatch.setattr(recipe, "Recipe", lambda: both)
    train_variant("soft", data, tmp_path / "root", Settings(tmp_path / "runs", precision="float32"))
    learned, seen = seen, []
    load("soft", tmp_path / "root").read(upload)
    assert [photo.shape[-1] for photo in seen] == [224, 448]
    for photo in seen:
        assert any(photo.shape == other.shape and torch.equal(photo, other) for other in learned)


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
    pixels = np.full((224, 224, 3), 90, dtype=np.uint8)
    pixels[:, :112] = COLOURS["red"]
    both = [load(name, root).maps(pixels, [["it", "is", "red"]]) for name in ("soft", "soft.seed2")]
    assert both[0] is not None and both[1] is not None
    assert not np.array_equal(both[0][0], both[1][0])


def test_data_that_lack_a_file_are_told_in_a_sentence(data: Path, tmp_path: Path) -> None:
    (data / "captions.train.jsonl").unlink()
    with pytest.raises(InputError, match=r"holds no captions\.train\.jsonl\.xz: name the folder"):
        train_variant("soft", data, tmp_path / "root", Settings(tmp_path / "runs"))


def test_the_cached_features_of_the_corpora_fit_seven_gigabytes() -> None:
    chosen = Recipe()
    cells = sum((side // 32) ** 2 for side in features.INPUTS[chosen.kind])
    photos = (6000 + 947) * chosen.versions + chosen.dev_photos + 200
    assert photos * cells * chosen.channels * 2 < 7e9


def test_all_variants_take_the_same_steps_on_the_same_photos(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What differs between variants is the attention."""
    monkeypatch.setattr(recipe, "Recipe", lambda: SMALL)
    for variant in VARIANTS:
        train_variant(variant, data, tmp_path / "root", Settings(tmp_path / "runs", precision="float32"))
    configs = [bundles.read("captions", variant, tmp_path / "root").config for variant in VARIANTS]
    for shared in ("recipe", "steps", "target_tokens", "data_sha256", "tokenizer_sha256"):
        assert len({json.dumps(config[shared]) for config in configs}) == 1, shared
    assert {"captions.extra.jsonl", "images.extra.tar"} <= set(configs[0]["data_sha256"])


@pytest.mark.parametrize("variant", ["soft", "hard", "adaptive"])
def test_sharper_maps_are_settings_of_the_recipe(
    data: Path, tmp_path: Path, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sharper = replace(SMALL, mechanism="additive_entmax", regularisers=replace(SMALL.regularisers, contrast=0.1))
    monkeypatch.setattr(recipe, "Recipe", lambda: sharper)
    train_variant(variant, data, tmp_path / "root", Settings(tmp_path / "runs", precision="float32"))
    config = bundles.read("captions", variant, tmp_path / "root").config
    assert config["recipe"]["regularisers"]["contrast"] == 0.1
    monkeypatch.setattr(cnn, "load", lambda root, device: cnn.CNN(Colours(), config["cnn_sha256"], torch.device("cpu")))
    assert isinstance(load(variant, tmp_path / "root").model.decoder.mechanism.focus, Entmax)


def test_words_of_the_probes_are_words() -> None:
    for name, text in PROBES.items():
        assert (recipe.PHOTOS / f"{name}.jpg").exists() and words_of(text) == text.split()
