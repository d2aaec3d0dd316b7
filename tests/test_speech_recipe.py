"""The recipe of the speech variants: they begin with the pretrained encoder, and learn to write what was said."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from attnviz import bundles
from attnviz.errors import BundleError
from attnviz.tasks.speech import pretraining
from attnviz.tasks.speech.corpus import NUMBERS
from attnviz.tasks.speech.model import BEGIN, END, FIRST, PAD, VARIANTS, EncoderSize, Size, SpeechModel, tokens
from attnviz.tasks.speech.recipe import Recipe, Speech, train_variant
from attnviz.tasks.speech.recordings import QUIET, SPEEDS, Masks, Recordings, joined, prepare
from attnviz.training.loop import Plan
from attnviz.training.packed import Packed, pack
from attnviz.training.runs import Settings
from tests.small_speech import small_corpus

ENCODER = EncoderSize(channels=24, kernel=3, blocks=1, hidden=16, layers=1)
SMALL = Recipe(
    size=Size(ENCODER, embedding=16, hidden=24, score=12),
    seconds=2.0,
    piece=60.0,
    joined=1,
    frozen=0,
    dropout=0.0,
    smoothing=0.0,
    masks=Masks(bands=0, spans=0, floors=(-100.0, -100.0)),
    plan=Plan(steps=4, dev_every=2, warmup=1),
)
PRETRAINING = pretraining.EncoderRecipe(size=ENCODER, seconds=2.0, plan=Plan(steps=2, dev_every=1, warmup=1))


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("speech")
    prepare(small_corpus(folder / "data"), folder / "runs")
    return folder / "runs"


def speech(packed: Path, variant: str, recipe: Recipe = SMALL) -> Speech:
    torch.manual_seed(3)
    return Speech(variant, packed, recipe, SpeechModel(variant, recipe.size).encoder.state_dict())


def test_phones_become_tokens_between_begin_and_end() -> None:
    found = tokens(torch.tensor([[1, 39, 5], [7, 0, 0]]), torch.tensor([3, 1]))
    assert found.tolist() == [[BEGIN, FIRST, FIRST + 38, FIRST + 4, END], [BEGIN, FIRST + 6, END, PAD, PAD]]


@pytest.mark.parametrize("variant", [*VARIANTS, "smooth"])
def test_a_batch_has_the_loss_of_its_recordings_one_by_one(packed: Path, variant: str) -> None:
    size = replace(SMALL.size, smooth=variant == "smooth")
    task = speech(packed, "hybrid" if variant == "smooth" else variant, replace(SMALL, size=size))
    task.model.eval()
    rows = np.array([0, 4, 8])
    smooth, plain, count = task.loss(rows)
    apart = [task.loss(rows[i : i + 1]) for i in range(3)]
    assert count == sum(number for _, _, number in apart)
    torch.testing.assert_close(smooth, sum((loss for loss, _, _ in apart), torch.zeros(())), rtol=1e-4, atol=1e-3)
    torch.testing.assert_close(plain, smooth, rtol=1e-4, atol=1e-3)  # nothing is smoothed here


def test_smoothing_changes_the_hybrid_variant_alone() -> None:
    smooth = replace(SMALL.size, smooth=True)
    assert [smooth.mechanism(variant) for variant in VARIANTS] == ["hybrid_smooth", "additive", "location", "none"]
    assert [SMALL.size.mechanism(variant) for variant in VARIANTS] == ["hybrid", "additive", "location", "none"]


def test_the_first_epoch_goes_from_short_to_long_and_later_ones_do_not(packed: Path) -> None:
    task = speech(packed, "hybrid", replace(SMALL, seconds=0.5))
    lengths = task.train.lengths

    def longest(epoch: int) -> list[int]:
        return [int(lengths[batch].max()) // 10 for batch in task.batches(epoch)]

    assert longest(0) == sorted(longest(0))
    assert any(longest(epoch) != sorted(longest(epoch)) for epoch in range(1, 8))


def test_a_cut_recording_has_all_its_frames_and_phones_in_order() -> None:
    said = "SIL SIL SIL SIL AA AA AA S S S S S SIL SIL SIL SIL T T T T T T SIL SIL".split()
    numbers = [[NUMBERS[phone] for phone in row] for row in (said, ["B"] * 9)]
    phones = [[NUMBERS[phone] for phone in row] for row in (["AA", "S", "T", "T"], ["B"])]
    whole = Recordings(
        Packed(pack("frames", numbers) | pack("phones", phones)), np.arange(33, dtype=np.float16)[:, None]
    )
    pieces = whole.cut(0.12)
    rows = [[pieces.packed.row(name, i).tolist() for name in ("frames", "phones")] for i in range(len(pieces))]
    assert rows == [[numbers[0][:14], phones[0][:2]], [numbers[0][14:], phones[0][2:]], [numbers[1], phones[1]]]
    assert pieces.whole.tolist() == [0, 0, 1]
    assert pieces.features(1)[:, 0].tolist() == list(range(14, 24))


def test_a_recording_is_not_cut_where_its_frames_do_not_tell_the_phones_apart() -> None:
    row = [NUMBERS[phone] for phone in ["S"] * 3 + ["SIL"] * 4 + ["S"] * 3]
    packed = Packed(pack("frames", [row]) | pack("phones", [[NUMBERS["S"]] * 2]))
    assert len(Recordings(packed, np.zeros((10, 1), np.float16)).cut(0.05)) == 1


def test_an_epoch_of_pieces_has_all_of_a_recording_at_one_speed(packed: Path) -> None:
    pieces = Recordings.open(packed, "train").cut(0.2)
    drawn = np.concatenate(pieces.epoch(2.0, np.random.default_rng(4)))
    whole = set(pieces.whole[drawn].tolist())
    assert sorted(drawn) == sorted(np.flatnonzero(np.isin(pieces.whole, list(whole))))
    assert sorted(row // len(SPEEDS) for row in whole) == list(range((pieces.whole.max() + 1) // len(SPEEDS)))


@pytest.mark.parametrize("silence", [0.0, 0.5])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_joined_recordings_are_heard_and_written_one_after_another(packed: Path, number: int, silence: float) -> None:
    train = Recordings.open(packed, "train")
    rows = np.array([0, 3, 6, 9, 1, 4, 7])
    groups = len(rows) // number
    torch.manual_seed(2)
    heard = joined(train.together(rows), number, silence)
    assert len(heard.lengths) == groups
    pauses = []
    for group in range(groups):
        members = rows[group::groups][:number]
        place = 0
        for i in members:
            said = train.features(i)
            torch.testing.assert_close(heard.features[group, place : place + len(said)], said)
            assert heard.spoken[group, place : place + len(said)].tolist() == train.packed.row("frames", i).tolist()
            place += len(said)
            pause = 0
            while i != members[-1] and bool((heard.features[group, place + pause] == QUIET).all()):
                pause += 1
            assert not heard.spoken[group, place : place + pause].any()
            assert pause <= 50 * (silence > 0)
            pauses.append(pause)
            place += pause
        phones = np.concatenate([train.packed.row("phones", i) for i in members]).tolist()
        assert int(heard.lengths[group]) == place and int(heard.counts[group]) == len(phones)
        assert heard.phones[group, : len(phones)].tolist() == phones
        assert not heard.features[group, place:].any() and bool((heard.spoken[group, place:] == -1).all())
        assert not heard.phones[group, len(phones) :].any()
    assert any(pauses) == (silence > 0 and number > 1)


def test_fewer_recordings_than_are_joined_make_one(packed: Path) -> None:
    train = Recordings.open(packed, "train")
    assert joined(train.together(np.array([3])), 3, 0.0).lengths.tolist() == [train.lengths[3]]
    assert joined(train.together(np.array([0, 3])), 3, 0.0).lengths.tolist() == [train.lengths[[0, 3]].sum()]


def test_only_whole_recordings_are_joined(packed: Path) -> None:
    task = speech(packed, "hybrid", replace(SMALL, seconds=6.0, joined=3, pieces=2))
    torch.manual_seed(1)
    fewer = []
    for epoch in (0, 1, 2):
        batch = max(task.batches(epoch), key=len)
        assert len(batch) >= 3
        alone = int((task.train.packed.lengths["phones"][batch] + 1).sum())
        fewer.append({alone - task.loss(batch)[2] for _ in range(20)})
    assert fewer[:2] == [{0}, {0}]
    assert len(fewer[2]) == 3, "one, two and three at a time have fewer end marks each time"


def test_the_encoder_learns_once_it_is_no_longer_frozen(packed: Path) -> None:
    task = speech(packed, "hybrid", replace(SMALL, frozen=1))
    for epoch, learns in ((0, False), (1, True)):
        loss, _, _ = task.loss(task.batches(epoch)[0])
        torch.autograd.backward(loss)
        assert all((weights.grad is not None) == learns for weights in task.model.encoder.parameters())


def test_it_learns_to_write_four_recordings(packed: Path) -> None:
    task = speech(packed, "hybrid", replace(SMALL, seconds=6.0))
    task.dev_set = task.train
    optimiser = torch.optim.Adam(task.model.parameters(), lr=1e-2)
    for epoch in range(150):
        for batch in task.batches(epoch):
            optimiser.zero_grad()
            loss, _, count = task.loss(batch)
            torch.autograd.backward(loss / count)
            torch.nn.utils.clip_grad_norm_(task.model.parameters(), 1.0)
            optimiser.step()
    task.model.eval()
    with torch.inference_mode():
        assert task.dev()["dev_per"] <= 0.1
        maps = task.probe()
    assert all(np.allclose(rows.sum(axis=1), 1, atol=1e-5) for rows in maps)


def test_every_variant_is_trained_from_the_same_encoder_to_a_bundle(tmp_path: Path) -> None:
    data, root = small_corpus(tmp_path / "data"), tmp_path / "pretrained"
    settings = Settings(tmp_path / "runs", precision="float32")
    pretraining.train(data, root, replace(settings, steps=2), PRETRAINING)
    start, encoder = pretraining.load(root)
    for variant in VARIANTS:
        task = Speech(variant, tmp_path / "runs" / "speech", SMALL, start.encoder.state_dict())
        for name, value in start.encoder.state_dict().items():
            assert torch.equal(task.model.encoder.state_dict()[name], value)
        figures = train_variant(variant, data, root, replace(settings, steps=4), SMALL)
        assert set(figures) == {"dev", "dev_per", "averaged"}
        bundle = bundles.read("speech", variant, root)
        assert bundle.config["encoder_sha256"] == encoder.digest
        assert (bundle.config["mechanism"], bundle.config["steps"]) == (variant, 4)
        with np.load(bundle.folder / "probes.npz") as probes:
            assert bool(list(probes)) == (variant != "none")
        told = (bundle.folder / "card.md").read_text()
        assert "`speech/encoder`" in told and ("no attention" in told) == (variant == "none")


def test_without_an_encoder_there_is_nothing_to_begin_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", tmp_path / "nowhere")
    with pytest.raises(BundleError, match="no trained variant speech/encoder"):
        train_variant("hybrid", tmp_path, tmp_path / "root", Settings(tmp_path / "runs"), SMALL)
