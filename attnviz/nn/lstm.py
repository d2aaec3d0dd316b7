"""Bidirectional LSTM encoder."""

import torch
from torch import Tensor, nn


class BiLSTM(nn.Module):
    """Two LSTMs, left to right and right to left: h_j = [forward_j; backward_j] (Bahdanau et al. 2015, sec. 3.2).

    Each row is turned round within its own length, so that padding stands at the end for both directions and never
    changes a result.
    """

    def __init__(self, input_size: int, hidden_size: int) -> None:
        super().__init__()
        self.forwards = nn.LSTM(input_size, hidden_size, batch_first=True)
        self.backwards = nn.LSTM(input_size, hidden_size, batch_first=True)

    def forward(self, inputs: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """The states (batch, keys, 2 * hidden_size) and the last ones of both directions (batch, 2 * hidden_size).

        inputs: (batch, keys, input_size). mask: (batch, keys), true where a key is real; padding comes last.
        """
        lengths = mask.sum(dim=1)
        positions = torch.arange(inputs.shape[1], device=inputs.device)
        reversal = torch.where(mask, lengths[:, None] - 1 - positions, positions)
        ahead, _ = self.forwards(inputs)
        back, _ = self.backwards(reordered(inputs, reversal))
        states = torch.cat([ahead, reordered(back, reversal)], dim=2)
        last = (lengths - 1)[:, None, None].expand(-1, 1, ahead.shape[2])
        summary = torch.cat([ahead.gather(1, last), back.gather(1, last)], dim=2).squeeze(1)
        return states, summary


def reordered(sequence: Tensor, order: Tensor) -> Tensor:
    """The steps (batch, steps, size), reordered within each row by `order` (batch, steps)."""
    return sequence.gather(1, order[:, :, None].expand(-1, -1, sequence.shape[2]))
