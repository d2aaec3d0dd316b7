"""The summary models: an encoder of the article's words, and a decoder that writes the headline.

pointer    bidirectional LSTM; a decoder that covers and copies (See et al. 2017)
additive   bidirectional LSTM; the common decoder (Nallapati et al. 2016)
abs        embeddings, of which neighbours are read together; a decoder that knows its last words (Rush et al. 2015)
conv, bow  a summary by convolutions, or the mean of the embeddings, without attention; the same decoder
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder
from attnviz.nn.fused import smoothed_cross_entropy
from attnviz.nn.lstm import BiLSTM
from attnviz.nn.mechanisms import MECHANISMS, Memory, Recipe
from attnviz.nn.pointer import PointerDecoder, TokenMemory, coverage_loss, pointed
from attnviz.nn.window import BagOfWords, Convolutions, Neighbours, WindowDecoder

PAD, UNKNOWN, BEGIN, END = range(4)
VARIANTS = ("pointer", "additive", "abs", "conv", "bow")
CONVOLUTIONS = 2  # layers of `conv`


@dataclass(frozen=True)
class Size:
    """Widths of the layers. The encoder's two directions together are as wide as the decoder. window: how many of its
    last words the decoder of Rush et al. knows (C, the paper's 5)."""

    vocabulary: int = 8000
    embedding: int = 192
    hidden: int = 384
    score: int = 192
    window: int = 5


class SummaryModel(nn.Module):
    """`encode` once per article, then `decoder` step by step.

    Article and headline share one embedding; those of Rush et al. have one for each, as in the paper.
    """

    def __init__(self, variant: str, size: Size, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.source, self.encoder = _encoder(variant, size)
        self.decoder = _decoder(variant, size, dropout)
        for weights in self.parameters():
            if weights.dim() > 1:
                nn.init.xavier_uniform_(weights)
        for embedding in filter(None, (self.source, self.embedding)):
            nn.init.normal_(embedding.weight, std=size.embedding**-0.5)

    def encode(self, source: Tensor) -> Memory:
        """The memory of articles. source: (batch, keys) token ids, padded with PAD."""
        mask = source != PAD
        words = self.dropout((self.source or self.embedding)(source))
        states, summary = map(self.dropout, self.encoder(words, mask))
        mechanism = self.decoder.mechanism
        if mechanism is None:
            return Memory(states, mask, summary)
        if isinstance(self.encoder, Neighbours):  # they are read together, but each word is asked by itself
            return replace(mechanism.prepare(words, mask, summary), keys=states)
        return TokenMemory(**vars(mechanism.prepare(states, mask, summary)), tokens=source)

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
    def embedding(self) -> nn.Embedding:
        """The decoder's embedding. Where the encoder shares it, it is registered once, so that it is saved once."""
        return self.decoder.embedding

    @property
    def device(self) -> torch.device:
        return self.embedding.weight.device


def _encoder(variant: str, size: Size) -> tuple[nn.Embedding | None, nn.Module]:
    """A variant's own embedding of articles, None where it shares the decoder's, and its encoder."""
    if variant in ("pointer", "additive"):
        return None, BiLSTM(size.embedding, size.hidden // 2)
    kinds: dict[str, Callable[[], nn.Module]] = {
        "abs": Neighbours,
        "conv": lambda: Convolutions(size.embedding, CONVOLUTIONS),
        "bow": BagOfWords,
    }
    return nn.Embedding(size.vocabulary, size.embedding, padding_idx=PAD), kinds[variant]()


def _decoder(variant: str, size: Size, dropout: float) -> Decoder | WindowDecoder:
    embedding = nn.Embedding(size.vocabulary, size.embedding, padding_idx=PAD)
    if variant in ("pointer", "additive"):
        recipe = cast(Recipe, MECHANISMS["covered" if variant == "pointer" else variant])
        kind = PointerDecoder if variant == "pointer" else Decoder
        return kind(embedding, recipe.build(size.hidden, size.hidden, size.score), size.hidden, size.hidden, dropout)
    general = cast(Recipe, MECHANISMS["general"])  # x P y, as in the paper
    attention = general.build(size.window * size.embedding, size.embedding, size.score) if variant == "abs" else None
    return WindowDecoder(embedding, attention, size.hidden, size.embedding, size.window, dropout)
