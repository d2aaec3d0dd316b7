"""How alike a model's captions and those of people are for the same photos: BLEU, CIDEr-D and ROUGE-L, on words."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attnviz.analysis.bootstrap import SAMPLES, Figure, share_of_wins

ORDERS = 4  # BLEU and CIDEr-D count n-grams of up to so many words
SIGMA = 6.0  # the standard deviation of CIDEr-D's Gaussian over the difference in length
BETA = 1.2  # how much more recall counts in ROUGE-L

Floats = NDArray[np.float64]
Words = Sequence[str]
Scores = dict[str, Any]


def caption_scores(written: Sequence[Words], references: Sequence[Sequence[Words]]) -> Scores:
    """The figures of captions against those that people wrote for the same photos.

    BLEU is sacrebleu's, on words and unsmoothed, once with the brevity penalty and once (as in Xu et al. 2015) without.
    """
    bleu = _bleu()
    counts = _counts(bleu, written, references)
    return {
        **{f"bleu-{n}": round(_bleu_of(bleu, counts, n), 2) for n in range(1, ORDERS + 1)},
        "without_brevity_penalty": {
            f"bleu-{n}": round(_bleu_of(bleu, counts, n, brevity=False), 2) for n in range(1, ORDERS + 1)
        },
        "cider": round(float(cider_d(written, references).mean()), 2),
        "rouge-l": round(float(rouge_l(written, references).mean()), 2),
        "distinct": round(len({tuple(words) for words in written}) / len(written), 4),
        "bleu_signature": str(bleu.get_signature()),
    }


def paired_bootstrap(
    written: Sequence[Words], others: Sequence[Words], references: Sequence[Sequence[Words]], samples: int = SAMPLES
) -> Scores:
    """`bleu-4` and `cider` of the other captions, and in what share of `samples` drawings of the photos the first ones
    have more."""
    bleu = _bleu()
    counts = [_counts(bleu, texts, references) for texts in (written, others)]
    ciders = [cider_d(texts, references) for texts in (written, others)]
    ways: dict[str, Figure] = {
        "bleu-4": lambda side, rows: _bleu_of(bleu, counts[side][rows], ORDERS),
        "cider": lambda side, rows: float(ciders[side][rows].mean()),
    }
    every = np.arange(len(references))
    return {
        "samples": samples,
        **{
            name: {
                "value": round(figure(1, every), 2),
                "share_of_wins": share_of_wins(figure, len(references), samples),
            }
            for name, figure in ways.items()
        },
    }


def cider_d(written: Sequence[Words], references: Sequence[Sequence[Words]]) -> Floats:
    """CIDEr-D of each photo's caption (Vedantam et al. 2015, eq. 4 to 6 and section 5; computed as in pycocoevalcap).

    An n-gram's weight is its count times ln (photos / photos whose references have it). A caption and a reference are
    as alike as the cosine of their weights, those of the caption clipped at the reference's, times a Gaussian of the
    difference in length. The figure is the mean over n = 1 to 4 and over references. pycocoevalcap's scale goes to 10;
    here it is a hundred times that, as papers print it: usually below 100, at most 1,000.
    """
    known = [[_ngrams(words) for words in texts] for texts in references]
    photos = Counter(gram for texts in known for gram in set().union(*texts))

    def vectors(grams: Mapping[Any, int]) -> list[dict[Any, float]]:
        weights: list[dict[Any, float]] = [{} for _ in range(ORDERS)]
        for gram, count in grams.items():
            weights[len(gram) - 1][gram] = count * (math.log(len(known)) - math.log(max(1, photos[gram])))
        return weights

    def fit(caption: Words, reference: Words) -> float:
        """How alike a caption and a reference are, as the mean over n."""
        cosines = []
        for own, theirs in zip(vectors(_ngrams(caption)), vectors(_ngrams(reference)), strict=True):
            product = sum(min(weight, theirs[gram]) * theirs[gram] for gram, weight in own.items() if gram in theirs)
            norms = math.hypot(*own.values()) * math.hypot(*theirs.values())
            cosines.append(product / norms if norms else 0.0)
        longer = max(len(caption) - 1, 0) - max(len(reference) - 1, 0)  # in bigrams, as pycocoevalcap counts
        return math.exp(-(longer**2) / (2 * SIGMA**2)) * sum(cosines) / ORDERS

    return np.array(
        [
            1000 * sum(fit(words, text) for text in texts) / len(texts)
            for words, texts in zip(written, references, strict=True)
        ]
    )


def rouge_l(written: Sequence[Words], references: Sequence[Sequence[Words]]) -> Floats:
    """ROUGE-L of each photo's caption, 0 to 100 (Lin 2004; computed as in pycocoevalcap, from the best precision and
    the best recall over the references, with beta = 1.2)."""
    figures = []
    for words, texts in zip(written, references, strict=True):
        common = [_common(words, text) for text in texts]
        precision = max(common) / len(words) if words else 0.0
        recall = max(count / len(text) if text else 0.0 for count, text in zip(common, texts, strict=True))
        together = recall + BETA**2 * precision
        figures.append(100 * (1 + BETA**2) * precision * recall / together if together else 0.0)
    return np.array(figures)


def _ngrams(words: Words) -> Counter[tuple[str, ...]]:
    return Counter(tuple(words[at : at + n]) for n in range(1, ORDERS + 1) for at in range(len(words) - n + 1))


def _common(words: Words, other: Words) -> int:
    """The length of the longest common subsequence."""
    best = [0] * (len(other) + 1)
    for word in words:
        before = best
        best = [0]
        for at, there in enumerate(other):
            best.append(before[at] + 1 if word == there else max(before[at + 1], best[at]))
    return best[-1]


def _bleu() -> Any:
    from sacrebleu.metrics.bleu import BLEU

    return BLEU(tokenize="none", smooth_method="none", force=True)


def _counts(bleu: Any, written: Sequence[Words], references: Sequence[Sequence[Words]]) -> NDArray[np.int64]:
    """What BLEU counts in each caption, (captions, 10): the matches for n = 1 to 4, the n-grams, and two lengths."""
    scores = [
        bleu.corpus_score([" ".join(words)], [[" ".join(text)] for text in texts])
        for words, texts in zip(written, references, strict=True)
    ]
    return np.array([[*score.counts, *score.totals, score.sys_len, score.ref_len] for score in scores])


def _bleu_of(bleu: Any, counts: NDArray[np.int64], order: int, *, brevity: bool = True) -> float:
    matches, ngrams, (written, reference) = np.split(counts.sum(axis=0), [ORDERS, 2 * ORDERS])
    length = int(reference) if brevity else min(int(written), int(reference))
    score = bleu.compute_bleu(
        matches[:order].tolist(), ngrams[:order].tolist(), int(written), length, "none", max_ngram_order=order
    )
    return float(score.score)
