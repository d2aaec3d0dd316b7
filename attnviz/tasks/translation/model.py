"""The translation model: RNNsearch (Bahdanau et al. 2015) on LSTMs, one encoder and one decoder for all variants."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder
from attnviz.nn.fused import smoothed_cross_entropy
from attnviz.nn.lstm import BiLSTM
from attnviz.nn.mechanisms import MECHANISMS, Memory

PAD, UNKNOWN, BEGIN, END = range(4)
VARIANTS = ("none", "additive", "dot", "general", "scaled_dot", "local")


@dataclass(frozen=True)
class Size:
    """Widths of the layers. The encoder's two directions together are as wide as the decoder, so that `dot` fits."""

    vocabulary: int = 6000
    embedding: int = 256
    hidden: int = 384
    score: int = 256


class TranslationModel(nn.Module):
    """`encode` once per sentence, then `decoder` step by step. French and English share one embedding."""

    def __init__(self, mechanism: str, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        embedding = nn.Embedding(size.vocabulary, size.embedding, padding_idx=PAD)
        self.encoder = BiLSTM(size.embedding, size.hidden // 2)
        self.dropout = nn.Dropout(dropout)
        recipe = MECHANISMS[mechanism]
        attention = recipe.build(size.hidden, size.hidden, size.score) if recipe else None
        self.decoder = Decoder(embedding, attention, size.hidden, size.hidden, dropout)
        for weights in self.parameters():
            if weights.dim() > 1:
                nn.init.xavier_uniform_(weights)
        nn.init.normal_(self.embedding.weight, std=size.embedding**-0.5)

    def encode(self, source: Tensor) -> Memory:
        """The memory of sentences. source: (batch, keys) token ids, each row ending in END and padded with PAD."""
        mask = source != PAD
        states, summary = self.encoder(self.dropout(self.embedding(source)), mask)
        states, summary = self.dropout(states), self.dropout(summary)
        mechanism = self.decoder.mechanism
        return Memory(states, mask, summary) if mechanism is None else mechanism.prepare(states, mask, summary)

    def loss(self, source: Tensor, target: Tensor, smoothing: float) -> tuple[Tensor, Tensor, int]:
        """The summed cross-entropy over the words of `target`, smoothed and plain, and the number of these words.

        source: (batch, keys). target: (batch, steps + 1), BEGIN first, END last, padded with PAD.
        """
        readouts = self.decoder.teach(self.encode(source), target[:, :-1])
        answers = target[:, 1:]
        real = answers != PAD
        smooth, plain = smoothed_cross_entropy(
            readouts[real], self.embedding.weight, self.decoder.output_bias, answers[real], smoothing
        )
        return smooth, plain, int(real.sum())

    @property
    def embedding(self) -> nn.Embedding:
        """The decoder's embedding, which the encoder shares. It is registered once, so that it is saved once."""
        return self.decoder.embedding

    @property
    def device(self) -> torch.device:
        return self.embedding.weight.device
