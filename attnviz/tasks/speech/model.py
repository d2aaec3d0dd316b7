"""The speech model: an attention-based recurrent sequence generator (Chorowski et al. 2015) on the shared decoder, with
a pretrained encoder of convolutions and bidirectional LSTMs, the same for all variants.

The encoder makes one key of four frames, so that key j stands for the time from j * 40 ms to (j + 1) * 40 ms.
"""

from dataclasses import dataclass, field
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder
from attnviz.nn.fused import smoothed_cross_entropy
from attnviz.nn.lstm import BiLSTM
from attnviz.nn.mechanisms import MECHANISMS, Memory
from attnviz.nn.precision import precise
from attnviz.tasks.speech import features
from attnviz.tasks.speech.corpus import PHONES
from attnviz.tasks.speech.recordings import Padded

POOLED = 4  # frames a key
KEY = POOLED * features.FRAME  # seconds of a key
CLASSES = len(PHONES) + 1  # a frame's phone, or silence; CTC's phones, or blank

PAD, BEGIN, END = range(3)
FIRST = 3  # the token of the first of PHONES; the others follow
VOCABULARY = FIRST + len(PHONES)
VARIANTS = ("hybrid", "content", "location", "none")


@dataclass(frozen=True)
class EncoderSize:
    """Widths and depths of the encoder. Its keys are twice as wide as `hidden`."""

    channels: int = 256
    kernel: int = 5
    blocks: int = 4
    hidden: int = 256
    layers: int = 2


@dataclass(frozen=True)
class Size:
    """Widths of the layers. smooth: whether `hybrid` has sigmoids in place of a softmax, also while it learns
    (Chorowski et al. 2015, sec. 2.3). In a try, the loss on dev after 650 steps was .963 with sigmoids and .719 with
    the softmax. So the bundles have the softmax."""

    encoder: EncoderSize = field(default_factory=EncoderSize)
    embedding: int = 128
    hidden: int = 256
    score: int = 128
    smooth: bool = False

    def mechanism(self, variant: str) -> str:
        """The name of a variant's mechanism in MECHANISMS."""
        if variant == "content":
            return "additive"
        return f"{variant}_smooth" if self.smooth and variant == "hybrid" else variant


class Front(nn.Module):
    """Two convolutions over time and frequency, each of which halves both, and a projection of what is left.

    A kernel spans 4 places in time and begins 1 before those that it pools, so that a key is centred on its frames.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 32, (4, 3), stride=2, padding=1)
        self.second = nn.Conv2d(32, 64, (4, 3), stride=2, padding=1)
        self.project = nn.Linear(64 * -(-features.SIZE // POOLED), channels)
        self.norm = nn.LayerNorm(channels)

    def forward(self, heard: Tensor, lengths: Tensor) -> Tensor:
        """(batch, keys, channels). heard: (batch, frames, SIZE), 0 after each row's length (batch,); the number of
        frames is a multiple of 4."""
        moving = _only(features.changes(heard), lengths)
        planes = torch.stack([heard, moving, _only(features.changes(moving), lengths)], dim=1)
        half = torch.relu(self.first(planes))
        half = half * _real(half.shape[2], -(-lengths // 2))[:, None, :, None]
        whole = torch.relu(self.second(half)).transpose(1, 2).flatten(2)
        return torch.relu(self.norm(self.project(whole)))


class Block(nn.Module):
    """x + relu(convolution over time of the normalised x): context at a third of a recurrent layer's cost."""

    def __init__(self, channels: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.convolution = nn.Conv1d(channels, channels, kernel, padding=kernel // 2)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """states: (batch, keys, channels). mask: (batch, keys), true where a key is real."""
        heard = self.norm(states) * mask[:, :, None]
        return states + cast(Tensor, self.dropout(torch.relu(self.convolution(heard.transpose(1, 2)).transpose(1, 2))))


class Encoder(nn.Module):
    """Log-mel features to keys: the front, residual blocks of convolutions, and layers of bidirectional LSTMs."""

    def __init__(self, size: EncoderSize, dropout: float = 0.0) -> None:
        super().__init__()
        self.front = Front(size.channels)
        self.blocks = nn.ModuleList(Block(size.channels, size.kernel, dropout) for _ in range(size.blocks))
        inputs = [size.channels, *[2 * size.hidden] * (size.layers - 1)]
        self.layers = nn.ModuleList(BiLSTM(width, size.hidden) for width in inputs)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The keys (batch, keys, 2 * hidden), their mask (batch, keys), and the last states of both directions
        (batch, 2 * hidden).

        heard: (batch, frames, SIZE), 0 after each row's length. lengths: (batch,), frames of each row, at least 1.
        """
        heard = F.pad(heard, (0, 0, 0, -heard.shape[1] % POOLED))
        states = self.front(heard, lengths)
        mask = _real(states.shape[1], -(-lengths // POOLED))
        for block in self.blocks:
            states = block(states, mask)
        summary = states
        for layer in self.layers:
            states, summary = layer(self.dropout(states), mask)
        return states, mask, summary


class Pretraining(nn.Module):
    """The encoder with what it is pretrained by: the phone of each of a key's frames, and the phones in order by CTC
    (Graves et al. 2006)."""

    def __init__(self, size: EncoderSize, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = Encoder(size, dropout)
        self.dropout = nn.Dropout(dropout)
        self.frames = nn.Linear(2 * size.hidden, POOLED * CLASSES)
        self.phones = nn.Linear(2 * size.hidden, CLASSES)

    def forward(self, heard: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Log-probabilities of the phone of each frame (batch, 4 * keys, CLASSES), those of CTC (batch, keys, CLASSES),
        where 0 is the blank, and the mask (batch, keys)."""
        states, mask, _ = self.encoder(heard, lengths)
        states = self.dropout(states)
        frames = precise(self.frames(states)).view(len(states), -1, CLASSES)  # a key's frames one after another
        return F.log_softmax(frames, dim=2), F.log_softmax(precise(self.phones(states)), dim=2), mask

    def loss(self, heard: Padded, ctc: float) -> tuple[Tensor, Tensor, int]:
        """The summed loss of frames, with that of CTC times `ctc`; the summed negative log-likelihood of the frames'
        phones; the number of frames. CTC's loss is one of keys, so it counts for the frames of a key."""
        frames, keys, mask = self(heard.features, heard.lengths)
        spoken = F.pad(heard.spoken, (0, frames.shape[1] - heard.spoken.shape[1]), value=-1)
        plain = F.nll_loss(frames.transpose(1, 2), spoken, ignore_index=-1, reduction="sum")
        written = F.ctc_loss(
            keys.transpose(0, 1), heard.phones, mask.sum(dim=1), heard.counts, reduction="sum", zero_infinity=True
        )
        return plain + ctc * POOLED * written, plain.detach(), int(heard.lengths.sum())


class SpeechModel(nn.Module):
    """`encode` once per sound, then `decoder` phone by phone."""

    def __init__(self, variant: str, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.encoder = Encoder(size.encoder, dropout)
        self.dropout = nn.Dropout(dropout)
        recipe, keys = MECHANISMS[size.mechanism(variant)], 2 * size.encoder.hidden
        attention = recipe.build(size.hidden, keys, size.score) if recipe else None
        embedding = nn.Embedding(VOCABULARY, size.embedding, padding_idx=PAD)
        self.decoder = Decoder(embedding, attention, size.hidden, keys, dropout)
        for weights in self.decoder.parameters():
            if weights.dim() > 1:
                nn.init.xavier_uniform_(weights)
        nn.init.normal_(embedding.weight, std=size.embedding**-0.5)

    def encode(self, heard: Tensor, lengths: Tensor) -> Memory:
        """The memory of sounds. heard: (batch, frames, SIZE), 0 after each row's length (batch,)."""
        keys, mask, summary = self.encoder(heard, lengths)
        keys, summary = self.dropout(keys), self.dropout(summary)
        mechanism = self.decoder.mechanism
        return Memory(keys, mask, summary) if mechanism is None else mechanism.prepare(keys, mask, summary)

    def loss(self, heard: Padded, smoothing: float) -> tuple[Tensor, Tensor, int]:
        """The summed cross-entropy over phones and end marks, smoothed and plain, and the number of these."""
        target = tokens(heard.phones, heard.counts)
        readouts = self.decoder.teach(self.encode(heard.features, heard.lengths), target[:, :-1])
        answers = target[:, 1:]
        real = answers != PAD
        smooth, plain = smoothed_cross_entropy(
            readouts[real], self.decoder.embedding.weight, self.decoder.output_bias, answers[real], smoothing
        )
        return smooth, plain, int(real.sum())

    @property
    def device(self) -> torch.device:
        return self.decoder.embedding.weight.device


def tokens(phones: Tensor, counts: Tensor) -> Tensor:
    """(batch, phones + 2): BEGIN, the phones as tokens, END, and then PAD. phones: (batch, phones), numbered from 1;
    counts: (batch,), how many there are."""
    ended = F.pad(phones + FIRST - 1, (1, 1), value=BEGIN)
    places = torch.arange(ended.shape[1], device=phones.device)
    last = counts[:, None] + 1
    return torch.where(places < last, ended, torch.where(places == last, END, PAD))


def _real(count: int, lengths: Tensor) -> Tensor:
    """(batch, count), true below each row's length (batch,)."""
    return torch.arange(count, device=lengths.device) < lengths[:, None]


def _only(sequence: Tensor, lengths: Tensor) -> Tensor:
    """The sequence (batch, places, size) with 0 after each row's length."""
    return sequence * _real(sequence.shape[1], lengths)[:, :, None]
