"""ROUGE of headlines beside that of the first words of their texts, and whether a difference is more than chance."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from attnviz.analysis.bootstrap import SAMPLES, share_of_wins

BYTES = 75  # of a headline, for recall (DUC 2004, task 1)
LEAD = 12  # words of a text that are taken for its headline
ROUGE = ("rouge-1", "rouge-2", "rouge-l")
F1 = tuple(f"{name}-f" for name in ROUGE)

Figures = Mapping[str, NDArray[np.float64]]  # of each text


def rouge(texts: Sequence[str], headlines: Sequence[str]) -> Figures:
    """ROUGE of each text against the headline: `rouge-1-f` … the F1 of the whole text, and `rouge-1-recall75` … the
    recall of its first BYTES bytes, 0 to 100 (Lin 2004; package rouge-score, with its stemmer)."""
    from rouge_score.rouge_scorer import RougeScorer

    names = {name: name.replace("-", "").replace("l", "L") for name in ROUGE}
    scorer = RougeScorer(list(names.values()), use_stemmer=True)
    figures: dict[str, list[float]] = {f"{name}-{kind}": [] for kind in ("f", "recall75") for name in ROUGE}
    for text, headline in zip(texts, headlines, strict=True):
        whole, cut = scorer.score(headline, text), scorer.score(headline, first_bytes(text))
        for name, of_package in names.items():
            figures[f"{name}-f"].append(100 * whole[of_package].fmeasure)
            figures[f"{name}-recall75"].append(100 * cut[of_package].recall)
    return {name: np.array(values) for name, values in figures.items()}


def means(figures: Figures) -> dict[str, Any]:
    return {name: round(float(values.mean()), 2) for name, values in figures.items()}


def paired_bootstrap(own: Figures, others: Figures, samples: int = SAMPLES) -> dict[str, Any]:
    """The F1 of the others, and in what share of `samples` drawings of the texts the own one is higher."""
    compared = {
        name: {
            "value": round(float(others[name].mean()), 2),
            "share_of_wins": _wins(own[name], others[name], samples),
        }
        for name in F1
    }
    return {**compared, "samples": samples}


def _wins(own: NDArray[np.float64], others: NDArray[np.float64], samples: int) -> float:
    return share_of_wins(lambda side, rows: float((own, others)[side][rows].mean()), len(own), samples)


def leads(own: Figures, bodies: Sequence[str], headlines: Sequence[str]) -> dict[str, Any]:
    """The mean figures of the first words of each body, and how often the own F1 is higher, by the name of the lead."""
    by_name = {}
    for name, lead in (("prefix75", prefix), ("first12", first)):
        figures = rouge([lead(body) for body in bodies], headlines)
        wins = {f1: _wins(own[f1], figures[f1], SAMPLES) for f1 in F1}
        by_name[name] = {**means(figures), "share_of_wins": wins}
    return by_name


def first_bytes(text: str) -> str:
    """The first BYTES bytes of a text, without a character that they cut."""
    return text.encode()[:BYTES].decode(errors="ignore")


def prefix(text: str) -> str:
    """The longest run of first words of a text that has no more than BYTES bytes."""
    words = text.split()
    ends = accumulate(len(word.encode()) + 1 for word in words)
    return " ".join(word for word, end in zip(words, ends, strict=True) if end - 1 <= BYTES)


def first(text: str) -> str:
    """The first LEAD words of a text."""
    return " ".join(text.split()[:LEAD])
