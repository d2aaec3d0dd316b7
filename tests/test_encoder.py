"""The bidirectional encoder against torch's own on packed sequences."""

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from attnviz.nn.lstm import BiLSTM

LENGTHS = torch.tensor([7, 4, 1])


def encoder() -> BiLSTM:
    torch.manual_seed(0)
    return BiLSTM(5, 3).double()


def sentences() -> tuple[Tensor, Tensor]:
    return torch.randn(3, 7, 5, dtype=torch.float64), torch.arange(7) < LENGTHS[:, None]


def test_it_is_torchs_bidirectional_lstm_on_packed_sequences() -> None:
    ours = encoder()
    theirs = nn.LSTM(5, 3, batch_first=True, bidirectional=True).double()
    ahead = dict(ours.forwards.named_parameters())
    back = {f"{name}_reverse": value for name, value in ours.backwards.named_parameters()}
    theirs.load_state_dict({**ahead, **back})
    inputs, mask = sentences()
    packed, (last, _) = theirs(pack_padded_sequence(inputs, LENGTHS, batch_first=True))
    expected, _ = pad_packed_sequence(packed, batch_first=True)
    states, summary = ours(inputs, mask)
    torch.testing.assert_close(states[mask], expected[mask])
    torch.testing.assert_close(summary, torch.cat([last[0], last[1]], dim=1))


def test_extra_padding_changes_nothing_whatever_it_holds() -> None:
    ours = encoder()
    inputs, mask = sentences()
    wider = torch.cat([inputs.masked_fill(~mask[:, :, None], 9.0), torch.randn(3, 5, 5, dtype=torch.float64)], dim=1)
    longer = torch.cat([mask, torch.zeros(3, 5, dtype=torch.bool)], dim=1)
    states, summary = ours(inputs, mask)
    states_wider, summary_wider = ours(wider, longer)
    torch.testing.assert_close(states_wider[longer], states[mask])
    torch.testing.assert_close(summary_wider, summary)


def test_padding_gets_no_gradient() -> None:
    inputs, mask = sentences()
    inputs.requires_grad_()
    states, summary = encoder()(inputs, mask)
    (states[mask].square().sum() + summary.square().sum()).backward()
    assert inputs.grad is not None
    assert (inputs.grad[~mask] == 0).all() and (inputs.grad[mask] != 0).any(dim=1).all()
