"""The recipe of speech: what is packed, what an epoch is, SpecAugment, and training from files to a bundle."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from attnviz import bundles
from attnviz.errors import BundleError, InputError
from attnviz.tasks.speech import features
from attnviz.tasks.speech.corpus import NUMBERS
from attnviz.tasks.speech.model import EncoderSize
from attnviz.tasks.speech.pretraining import (
    EncoderRecipe,
    Hearing,
    load,
    score,
    scores,
    train,
    without_blanks,
    write_card,
)
from attnviz.tasks.speech.recordings import SPEEDS, Masks, Recordings, masked, prepare
from attnviz.training.loop import Plan
from attnviz.training.runs import Settings
from tests.small_speech import LONG, SPOKEN, small_corpus

SMALL = EncoderRecipe(
    size=EncoderSize(channels=24, kernel=3, blocks=1, hidden=16, layers=1),
    seconds=1.5,
    dropout=0.0,
    masks=Masks(bands=0, spans=0),
    plan=Plan(steps=4, dev_every=2, warmup=1),
)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speech")
    prepare(small_corpus(folder / "data"), folder / "runs")
    return folder / "runs"


def test_every_recording_is_packed_at_every_speed_with_the_phone_of_each_frame(packed: Path) -> None:
    hearing = Hearing(packed, SMALL)
    train = hearing.train.packed
    assert len(train) == 4 * 3 and len(hearing.dev_set.packed) == 1
    for i in range(len(train)):
        name, speed = f"u{i // 3 + 1}", SPEEDS[i % 3]
        said = SPOKEN[name].split()
        heard, spoken = hearing.train.features(i), train.row("frames", i)
        assert heard.shape == (len(spoken), features.SIZE)
        assert len(spoken) == pytest.approx(100 * LONG * len(said) / speed, abs=1)
        assert train.row("phones", i).tolist() == [NUMBERS[phone] for phone in said if phone != "SIL"]
        assert list(dict.fromkeys(spoken.tolist())) == list(dict.fromkeys(NUMBERS[phone] for phone in said))


def test_an_epoch_has_each_recording_once_at_a_speed_that_changes_from_epoch_to_epoch(packed: Path) -> None:
    hearing = Hearing(packed, SMALL)
    epochs = [np.concatenate(list(hearing.batches(epoch))) for epoch in range(6)]
    for drawn in epochs:
        assert sorted(drawn // 3) == [0, 1, 2, 3]
    assert len({tuple(sorted(drawn)) for drawn in epochs}) > 1
    assert np.array_equal(epochs[0], np.concatenate(list(hearing.batches(0))))


def test_no_batch_is_longer_than_the_recipe_says(packed: Path) -> None:
    hearing = Hearing(packed, SMALL)
    lengths = hearing.train.packed.lengths["frames"]
    batches = [batch for epoch in range(4) for batch in hearing.batches(epoch)]
    assert max(len(batch) for batch in batches) > 1
    assert all(len(batch) == 1 or len(batch) * lengths[batch].max() <= 150 + 10 * len(batch) for batch in batches)


@given(st.lists(st.integers(1, 300), min_size=1, max_size=5), st.integers(0, 3), st.integers(0, 3))
def test_masks_are_few_and_narrow(lengths: list[int], bands: int, spans: int) -> None:
    masks = Masks(bands=bands, width=6, spans=spans, span=20)
    heard = masked(torch.ones(len(lengths), max(lengths), features.SIZE), torch.tensor(lengths), masks)
    for row, length in zip(heard, lengths, strict=True):
        silenced = (row[:length] == 0).all(dim=1).sum().item()
        assert silenced <= min(20 * spans, length / 5)
        if silenced < length:
            assert (row[:length] == 0).all(dim=0).sum().item() <= 6 * bands
    assert set(heard.unique().tolist()) <= {0.0, 1.0}


def test_masks_are_drawn_anew_and_reach_all_places() -> None:
    heard = torch.stack([masked(torch.ones(1, 50, features.SIZE), torch.tensor([50]), Masks()) for _ in range(300)])
    silenced = heard[:, 0] == 0
    assert silenced.all(dim=2).any(dim=0).all() and silenced.all(dim=1).any(dim=0).all()


def test_features_are_lifted_to_a_floor_that_is_drawn_for_each_recording() -> None:
    masks = Masks(bands=0, spans=0, floors=(-4.0, -1.0))
    heard = torch.full((200, 6, features.SIZE), -9.0)
    heard[:, 3:] = 2.0
    lifted = masked(heard, torch.full((200,), 6), masks)
    floors = lifted[:, 0, 0]
    assert (lifted[:, :3] == floors[:, None, None]).all() and (lifted[:, 3:] == 2).all()
    assert -4 <= floors.min() < -3.5 and -1.5 < floors.max() <= -1


@pytest.mark.parametrize(
    ("numbers", "phones"),
    [([], []), ([0, 0], []), ([3, 3, 0, 3, 4, 4], [3, 3, 4]), ([5], [5]), ([0, 7, 0, 0, 7], [7, 7])],
)
def test_what_ctc_writes(numbers: list[int], phones: list[int]) -> None:
    assert without_blanks(numbers) == phones


def test_it_learns_to_tell_the_phones_of_four_recordings(packed: Path) -> None:
    hearing = Hearing(packed, replace(SMALL, seconds=6.0))
    hearing.dev_set = hearing.train
    optimiser = torch.optim.Adam(hearing.model.parameters(), lr=5e-3)
    for epoch in range(220):
        for batch in hearing.batches(epoch):
            optimiser.zero_grad()
            loss, _, count = hearing.loss(batch)
            torch.autograd.backward(loss / count)
            torch.nn.utils.clip_grad_norm_(hearing.model.parameters(), 1.0)
            optimiser.step()
    hearing.model.eval()
    with torch.inference_mode():
        figures = hearing.dev()
    assert figures["dev"] <= 0.1
    assert figures["dev_frames"] >= 0.9


def test_a_folder_without_the_corpus_is_named_with_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds no utts\.tsv\.xz"):
        prepare(tmp_path, tmp_path / "runs")


def test_recordings_that_a_tar_lacks_are_an_error(tmp_path: Path) -> None:
    data = small_corpus(tmp_path / "data")
    (data / "audio_dev.tar").write_bytes((data / "audio_test.tar").read_bytes())
    with pytest.raises(InputError, match=r"lacks 1 recordings, such as d1\.flac"):
        prepare(data, tmp_path / "runs")


def test_it_is_trained_scored_and_told_from_its_files(tmp_path: Path) -> None:
    data, root = small_corpus(tmp_path / "data"), tmp_path / "pretrained"
    figures = train(data, root, Settings(tmp_path / "runs", steps=4, precision="float32"), SMALL)
    score(data, root, ["dev", "test"])
    folder = root / "speech" / "encoder"
    assert {path.name for path in folder.iterdir()} == {
        "card.md",
        "config.json",
        "log.csv",
        "scores.json",
        "weights.safetensors",
    }
    model, bundle = load(root)
    kept = list(bundles.scores("speech", "encoder", root).values())
    assert [(result["split"], result["n"]) for result in kept] == [("utts:dev", 1), ("utts:test", 1)]
    with torch.inference_mode():
        found = scores(model, Recordings.read(data, "dev"))
    assert kept[0]["scores"] == pytest.approx(found, abs=1e-4)
    assert figures["dev_loss"] == pytest.approx(found["loss"], abs=0.01)  # the weights are kept in float16
    assert set(bundle.config["data_sha256"]) >= {"utts.tsv.xz", "audio_dev.tar", "phones_extra.tsv.xz"}
    told = (folder / "card.md").read_text()
    for result in kept:
        assert (
            f"| {result['split']} | 1 | {result['scores']['frames']:.3f} | {100 * result['scores']['per']:.1f} % |"
            in told
        )
    again = train(data, root, Settings(tmp_path / "runs", steps=4, precision="float32", resume=True), SMALL)
    assert again == figures


def test_an_encoder_that_is_missing_or_of_another_size_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no trained variant speech/encoder"):
        load(tmp_path)
    bundles.write(tmp_path / "speech" / "encoder", {"a": torch.zeros(2)}, {"size": {"channels": 12}})
    with pytest.raises(BundleError, match="do not fit"):
        load(tmp_path)


def test_the_encoder_that_attnviz_comes_with_is_whole_and_its_card_is_of_its_figures(tmp_path: Path) -> None:
    model, bundle = load()
    assert (
        sum(value.numel() for value in model.parameters()) * 2
        <= (bundle.folder / "weights.safetensors").stat().st_size
        <= 12e6
    )
    folder = tmp_path / "speech" / "encoder"
    folder.mkdir(parents=True)
    for name in ("config.json", "scores.json", "weights.safetensors"):
        (folder / name).symlink_to(bundle.folder / name)
    write_card(folder)
    assert (folder / "card.md").read_text() == (bundle.folder / "card.md").read_text()


def test_its_figures_on_dev_are_those_that_it_keeps(shared: Path) -> None:
    model, _ = load()
    kept = next(r for r in bundles.scores("speech", "encoder").values() if r["split"] == "utts:dev")
    with torch.inference_mode():
        found = scores(model, Recordings.read(shared / "data" / "speech", "dev"))
    assert found == pytest.approx(kept["scores"], abs=0.002)
