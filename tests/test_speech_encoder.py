"""The speech encoder: what a key stands for, padding, and what it is pretrained by."""

import math
from itertools import groupby, product

import pytest
import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz.tasks.speech import features
from attnviz.tasks.speech.model import CLASSES, POOLED, Encoder, EncoderSize, Pretraining
from attnviz.tasks.speech.recordings import Padded

SMALL = EncoderSize(channels=12, kernel=3, blocks=2, hidden=8, layers=2)


def encoder(seed: int = 0) -> Encoder:
    torch.manual_seed(seed)
    return Encoder(SMALL).double().eval()


def draw(*lengths: int) -> tuple[Tensor, Tensor]:
    """Features of recordings with so many frames, padded with 0."""
    chance = torch.Generator().manual_seed(sum(lengths))
    rows = [torch.randn(length, features.SIZE, generator=chance, dtype=torch.float64) for length in lengths]
    return pad_sequence(rows, batch_first=True), torch.tensor(lengths)


@pytest.mark.parametrize("frames", [1, 3, 4, 5, 8, 41])
def test_a_key_stands_for_four_frames(frames: int) -> None:
    keys, mask, summary = encoder()(*draw(frames))
    assert keys.shape == (1, math.ceil(frames / POOLED), 2 * SMALL.hidden)
    assert mask.all() and mask.shape == keys.shape[:2]
    assert summary.shape == (1, 2 * SMALL.hidden)


@pytest.mark.parametrize("key", [3, 5, 6])
def test_a_key_of_the_front_hears_as_much_before_its_frames_as_after(key: int) -> None:
    heard, lengths = draw(48)
    heard.requires_grad_()
    front = encoder().front
    torch.autograd.backward(front(heard, lengths)[0, key].square().sum())
    assert heard.grad is not None
    reached = heard.grad[0].abs().sum(dim=1).nonzero().squeeze(1).tolist()
    assert reached[0] + reached[-1] == POOLED * key + POOLED * key + POOLED - 1
    assert reached == list(range(reached[0], reached[-1] + 1))


@pytest.mark.parametrize("lengths", [(41, 17, 8, 1), (12, 12), (7, 5, 3)])
def test_a_recording_is_heard_the_same_alone_and_beside_longer_ones(lengths: tuple[int, ...]) -> None:
    model, (heard, counts) = encoder(), draw(*lengths)
    keys, mask, summary = model(heard, counts)
    for row, length in enumerate(lengths):
        alone, _, last = model(heard[row : row + 1, :length], counts[row : row + 1])
        assert int(mask[row].sum()) == alone.shape[1]
        torch.testing.assert_close(keys[row, : alone.shape[1]], alone[0])
        torch.testing.assert_close(summary[row], last[0])


def test_the_summary_is_the_last_state_of_each_direction() -> None:
    keys, _, summary = encoder()(*draw(20))
    torch.testing.assert_close(summary[0, : SMALL.hidden], keys[0, -1, : SMALL.hidden])
    torch.testing.assert_close(summary[0, SMALL.hidden :], keys[0, 0, SMALL.hidden :])


def pretraining(dropout: float = 0.0) -> Pretraining:
    torch.manual_seed(0)
    return Pretraining(SMALL, dropout).double()


def test_its_loss_is_that_of_the_frames_and_of_ctc() -> None:
    """CTC's probability of some phones is the sum over all ways of spelling them, key by key (Graves 2006, eq. 3)."""
    model, (heard, lengths) = pretraining(), draw(10, 6)
    spoken = pad_sequence([torch.arange(10) % CLASSES, torch.arange(6) + 20], batch_first=True, padding_value=-1)
    phones, counts = torch.tensor([[5, 7], [9, 0]]), torch.tensor([2, 1])
    by_frame, by_key, mask = model(heard, lengths)
    assert by_frame.shape == (2, 12, CLASSES) and by_key.shape == (2, 3, CLASSES)
    by_hand = -sum(by_frame[row, t, spoken[row, t]].item() for row in range(2) for t in range(int(lengths[row])))
    ctc = 0.0
    for row in range(2):
        keys, said = int(mask[row].sum()), phones[row, : counts[row]].tolist()
        symbols = {0, *said}
        chance = sum(
            math.exp(sum(by_key[row, j, symbol].item() for j, symbol in enumerate(path)))
            for path in product(symbols, repeat=keys)
            if [symbol for symbol, _ in groupby(path) if symbol] == said
        )
        ctc -= math.log(chance)
    loss, plain, count = model.loss(Padded(heard, lengths, spoken, phones, counts), 0.3)
    assert count == 16
    assert plain.item() == pytest.approx(by_hand, rel=1e-5)
    assert loss.item() == pytest.approx(by_hand + 0.3 * POOLED * ctc, rel=1e-5)


def test_padding_adds_nothing_to_the_loss() -> None:
    model, (heard, lengths) = pretraining(), draw(30, 9)
    spoken = torch.full((2, 30), -1)
    spoken[0], spoken[1, :9] = 3, 4
    phones, counts = torch.tensor([[3, 5, 3], [4, 0, 0]]), torch.tensor([3, 1])
    together, _, _ = model.loss(Padded(heard, lengths, spoken, phones, counts), 0.3)
    apart = 0.0
    for i, n in enumerate((30, 9)):
        row = slice(i, i + 1)
        alone = Padded(heard[row, :n], lengths[row], spoken[row, :n], phones[row], counts[row])
        apart = apart + model.loss(alone, 0.3)[0]
    torch.testing.assert_close(together, apart, rtol=1e-6, atol=1e-4)


def test_more_phones_than_keys_do_not_spoil_the_loss() -> None:
    model, (heard, lengths) = pretraining(), draw(8)
    phones = torch.tensor([[1, 2, 3, 4, 5]])
    loss, _, _ = model.loss(Padded(heard, lengths, torch.ones(1, 8, dtype=torch.long), phones, torch.tensor([5])), 0.3)
    assert math.isfinite(loss.item())
