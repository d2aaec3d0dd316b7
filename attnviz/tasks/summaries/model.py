"""The summary models: an encoder of the article's words, and a decoder that writes the headline."""

from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder
from attnviz.nn.fused import smoothed_cross_entropy
from attnviz.nn.lstm import BiLSTM
from attnviz.nn.mechanisms import MECHANISMS, Mechanism, Memory, Recipe
from attnviz.nn.pointer import PointerDecoder, TokenMemory, coverage_loss, pointed

PAD, UNKNOWN, BEGIN, END = range(4)
VARIANTS = ("pointer", "additive")


@dataclass(frozen=True)
class Size:
    """Widths of the layers. The encoder's two directions together are as wide as the decoder."""

    vocabulary: int = 8000
    embedding: int = 192
    hidden: int = 384
    score: int = 192


class SummaryModel(nn.Module):
    """`encode` once per article, then `decoder` step by step. Article and headline share one embedding."""

    def __init__(self, variant: str, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        embedding = nn.Embedding(size.vocabulary, size.embedding, padding_idx=PAD)
        self.encoder = BiLSTM(size.embedding, size.hidden // 2)
        self.dropout = nn.Dropout(dropout)
        recipe = cast(Recipe, MECHANISMS["covered" if variant == "pointer" else variant])
        kind = PointerDecoder if variant == "pointer" else Decoder
        attention = recipe.build(size.hidden, size.hidden, size.score)
        self.decoder = kind(embedding, attention, size.hidden, size.hidden, dropout)
        for weights in self.parameters():
            if weights.dim() > 1:
                nn.init.xavier_uniform_(weights)
        nn.init.normal_(self.embedding.weight, std=size.embedding**-0.5)

    def encode(self, source: Tensor) -> Memory:
        """The memory of articles. source: (batch, keys) token ids, padded with PAD."""
        mask = source != PAD
        states, summary = self.encoder(self.dropout(self.embedding(source)), mask)
        states, summary = self.dropout(states), self.dropout(summary)
        return TokenMemory(**vars(self.attention.prepare(states, mask, summary)), tokens=source)

    def loss(self, source: Tensor, target: Tensor, smoothing: float, coverage: float) -> tuple[Tensor, Tensor, int]:
        """The summed cross-entropy over the words of `target`, smoothed and plain, and the number of these words.

        source: (batch, keys). target: (batch, steps + 1), BEGIN first, END last, padded with PAD. coverage: the weight
        of the coverage loss, which is added to the first sum of `pointer`.
        """
        memory, answers = self.encode(source), target[:, 1:]
        real = answers != PAD
        mixed, looked_again = None, None
        if isinstance(self.decoder, PointerDecoder):
            taught = self.decoder.teach_pointing(memory, target[:, :-1])
            readouts = taught.readouts
            mixed = taught.gates[real], pointed(taught.weights, source, answers)[real]
            looked_again = coverage_loss(taught.weights)[real].sum() if coverage else None
        else:
            readouts = self.decoder.teach(memory, target[:, :-1])
        smooth, plain = smoothed_cross_entropy(
            readouts[real], self.embedding.weight, self.decoder.output_bias, answers[real], smoothing, mixed=mixed
        )
        smooth = smooth if looked_again is None else smooth + coverage * looked_again
        return smooth, plain, int(real.sum())

    @property
    def attentive(self) -> bool:
        """Whether the decoder looks at each word of the article by itself."""
        return self.decoder.mechanism is not None

    @property
    def attention(self) -> Mechanism:
        return cast(Mechanism, self.decoder.mechanism)

    @property
    def embedding(self) -> nn.Embedding:
        """The decoder's embedding, which the encoder shares. It is registered once, so that it is saved once."""
        return self.decoder.embedding

    @property
    def device(self) -> torch.device:
        return self.embedding.weight.device
