"""How good the headlines of a variant are, and how far its maps and its copying agree with the text.

Which texts a file gives depends on its form: pairs (`.tsv`) have an opening and its headline, articles (`.jsonl`) are
read whole, and by their first words.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.attention import COPY
from attnviz.errors import InputError
from attnviz.reading import Hypothesis
from attnviz.tasks.summaries import extractive
from attnviz.tasks.summaries.about import LENGTH_PENALTY, TASK
from attnviz.tasks.summaries.corpus import read_articles, read_pairs
from attnviz.tasks.summaries.reader import SummaryReader
from attnviz.tasks.summaries.rouge import F1, Figures, leads, means, paired_bootstrap, rouge
from attnviz.training.corpora import file_in, take

FIRST = 60  # words of an article that are read
TUNED, TUNED_ON = "abs", "guardian.dev"  # the variant that has ABS+, and the set that its weights are tuned on
TUNED_TEXTS = 500  # of the set
RANKED = 20  # headlines of a text, which a search with this beam finds
CHUNK = 200  # texts between two movements of the progress bar

Scores = dict[str, Any]


@dataclass(frozen=True)
class Headed:
    """A text, and the headline that a person gave it."""

    text: str
    headline: str


def evaluate(
    reader: SummaryReader,
    path: Path,
    *,
    part: str | None = None,
    limit: int | None = None,
    beam: int = 5,
    length_penalty: float = LENGTH_PENALTY,
    against: SummaryReader | None = None,
    progress: bool = False,
) -> tuple[int, Scores]:
    """Score a file: the number of texts, and their figures. limit: only the first so many of the file.

    Pairs (`.tsv` or `.tsv.xz`) give the figures of `headline_scores`; with `against`, also another variant's ROUGE, and
    how often this one's is higher. For `abs`, they have those of ABS+ too (`extractive.py`), where the file of TUNED_ON
    lies beside the one that is scored. Articles (`.jsonl` or `.jsonl.xz`) give the same for their first FIRST words, as
    `first60`, and for the whole text, as `whole`. Raises InputError for a file of another form, and if `part` is given,
    since these files have no splits.
    """
    if part is not None:
        raise InputError(f"The files of {TASK.name} have no split column: leave out {':' + part!r}.")
    name = path.name.removesuffix(".xz")
    options: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty, "progress": progress}
    if name.endswith(".tsv"):
        sets = {"": _headed(path, limit)}
    elif name.endswith(".jsonl"):
        articles = take(path, read_articles(path), limit, "an article with its headline and paragraphs in each line")
        whole = [Headed("\n".join(article.paragraphs), article.headline) for article in articles]
        first = [Headed(" ".join(text.text.split()[:FIRST]), text.headline) for text in whole]
        sets = {f"first{FIRST}": first, "whole": whole}
    else:
        raise InputError(f"{path.name} can't be scored: choose pairs (.tsv, .tsv.xz) or articles (.jsonl, .jsonl.xz).")
    weights = _tuned(reader, path.parent, options) if reader.variant == TUNED else None
    scores = {called: _scored(reader, headed, against, weights, options) for called, headed in sets.items()}
    return len(next(iter(sets.values()))), scores.get("", scores)


def _headed(path: Path, limit: int | None) -> list[Headed]:
    pairs = take(path, read_pairs(path), limit, "the columns of the corpora of headlines")
    return [Headed(pair.body, pair.headline) for pair in pairs]


def _scored(
    reader: SummaryReader,
    headed: Sequence[Headed],
    against: SummaryReader | None,
    weights: NDArray[np.float64] | None,
    options: Mapping[str, Any],
) -> Scores:
    """weights: of ABS+, None where it isn't scored."""
    written = _best(reader, headed, options)
    own = _rouge(written, headed)
    scores = headline_scores(own, written, headed)
    if against is not None:
        others = _rouge(_best(against, headed, options), headed)
        scores["against"] = {"variant": against.variant, **paired_bootstrap(own, others)}
    if weights is not None:
        scores["extractive"] = _extractive(reader, headed, own, weights, options)
    return scores


def _rouge(written: Sequence[Hypothesis], headed: Sequence[Headed]) -> Figures:
    return rouge([hypothesis.output.text for hypothesis in written], [text.headline for text in headed])


def _best(reader: SummaryReader, headed: Sequence[Headed], options: Mapping[str, Any]) -> list[Hypothesis]:
    """The best headline of each text."""
    written = {
        i: best for rows, lists in _read(reader, headed, 1, **options) for i, (best,) in zip(rows, lists, strict=True)
    }
    return [written[i] for i in range(len(headed))]


def _read(
    reader: SummaryReader, headed: Sequence[Headed], most: int, *, beam: int, length_penalty: float, progress: bool
) -> Iterator[tuple[list[int], list[list[Hypothesis]]]]:
    """The texts by their numbers, CHUNK at a time, with the best headlines of each, at most so many. Texts of like
    length are read together, the longest first."""
    order = sorted(range(len(headed)), key=lambda i: -len(headed[i].text))
    with tqdm(total=len(headed), unit="text", desc=reader.variant, disable=not progress) as bar:
        for start in range(0, len(order), CHUNK):
            rows = order[start : start + CHUNK]
            texts = [headed[i].text for i in rows]
            yield rows, reader.n_best(texts, most, beam=beam, length_penalty=length_penalty)
            bar.update(len(rows))


# ABS+


def _ranked(
    reader: SummaryReader, headed: Sequence[Headed], options: Mapping[str, Any]
) -> Iterator[tuple[list[int], list[list[Hypothesis]], NDArray[np.float64]]]:
    """The texts by their numbers, the headlines of each that ABS+ ranks, and their features."""
    for rows, lists in _read(reader, headed, RANKED, **{**options, "beam": RANKED}):
        texts = [best[0].maps[0].keys.labels for best in lists]
        yield rows, lists, extractive.features(lists, texts, RANKED, options["length_penalty"])


def _tuned(reader: SummaryReader, folder: Path, options: Mapping[str, Any]) -> NDArray[np.float64] | None:
    """The weights of ABS+, tuned for the mean of the three F1 on the first texts of TUNED_ON; None where it lacks."""
    path = file_in(folder, f"{TUNED_ON}.tsv")
    if path is None:
        return None
    headed = _headed(path, TUNED_TEXTS)
    figures = np.zeros((len(headed), RANKED))
    features = np.zeros((len(headed), RANKED, len(extractive.FEATURES)))
    for rows, lists, of_rows in _ranked(reader, headed, options):
        features[rows] = of_rows
        for i, best in zip(rows, lists, strict=True):
            of_each = _rouge(best, [headed[i]] * len(best))
            figures[i, : len(best)] = np.mean([of_each[name] for name in F1], axis=0)
    return extractive.tuned(features, figures)


def _extractive(
    reader: SummaryReader,
    headed: Sequence[Headed],
    without: Figures,
    weights: NDArray[np.float64],
    options: Mapping[str, Any],
) -> Scores:
    """The figures of ABS+, how it was tuned, and how often its ROUGE is higher than without it."""
    taken: dict[int, Hypothesis] = {}
    for rows, lists, features in _ranked(reader, headed, options):
        places = extractive.chosen(features, weights).tolist()
        taken |= {i: best[place] for i, best, place in zip(rows, lists, places, strict=True)}
    written = [taken[i] for i in range(len(headed))]
    own = _rouge(written, headed)
    return {
        **headline_scores(own, written, headed),
        "weights": dict(zip(extractive.FEATURES, weights.round(3).tolist(), strict=True)),
        "tuned_on": {"set": TUNED_ON, "most": TUNED_TEXTS, "beam": RANKED},
        "against": {"variant": reader.variant, **paired_bootstrap(own, without)},
    }


# Figures


def headline_scores(own: Figures, written: Sequence[Hypothesis], headed: Sequence[Headed]) -> Scores:
    """The figures of headlines, beside those of the first words of their texts. own: their ROUGE, as `rouge` gives it.

    ROUGE-1, -2 and -L as F1, and as recall of the first 75 bytes, 0 to 100: means over the texts (rouge-score, with
    its stemmer). `prefix75` and `first12` are the same of the longest run of first words within 75 bytes, and of the
    first 12 words, with the share of random drawings of the texts in which the headlines' F1 is higher
    (`share_of_wins`: paired bootstrap). All else is 0 to 1. `repetition`: the share of a headline's pairs of words that
    stood before. `novelty`: the share of its words that the text lacks, beside that of the people's headlines.
    `copy_check`: see there; `gate`: see there; None where the variant has no such map.
    """
    texts = [hypothesis.output.text for hypothesis in written]
    bodies, headlines = [article.text for article in headed], [article.headline for article in headed]
    return {
        **means(own),
        "words": round(float(np.mean([len(text.split()) for text in texts])), 2),
        "repetition": repetition(texts),
        "novelty": novelty(texts, bodies),
        "novelty_reference": novelty(headlines, bodies),
        "lead": leads(own, bodies, headlines),
        "copy_check": copy_check(written),
        "gate": gate(written),
    }


# What is said again, what is new, and what was copied


def repetition(texts: Sequence[str]) -> float:
    """The share of all pairs of neighbouring words that stood in the same text before, whatever their case."""
    pairs = [list(pairwise(text.lower().split())) for text in texts]
    return _share(sum(len(of_text) - len(set(of_text)) for of_text in pairs), sum(map(len, pairs)))


def novelty(texts: Sequence[str], bodies: Sequence[str]) -> float:
    """The share of the texts' words that their bodies lack, in rouge-score's words: letters and digits, small."""
    from rouge_score.tokenize import tokenize

    new = total = 0
    for text, body in zip(texts, bodies, strict=True):
        words, known = tokenize(text, None), set(tokenize(body, None))
        new, total = new + sum(word not in known for word in words), total + len(words)
    return _share(new, total)


def copy_check(written: Sequence[Hypothesis]) -> Scores | None:
    """Of the headlines' words that stand in the text, whatever their case, the share whose strongest word of the text
    is the same word; None without maps.

    Beside it, the same of the map of the headline's word before (`previous`) and after (`next`), and what a word of the
    text that is drawn at random gets (`chance`). n: the words that stand in the text; punctuation doesn't count.
    """
    counts: defaultdict[str, float] = defaultdict(float)
    for hypothesis in written:
        if (attention := next(iter(hypothesis.maps), None)) is None:
            return None
        keys = np.array([label.lower() for label in attention.keys.labels])
        strongest = attention.weights.argmax(axis=1)
        for i, word in enumerate(label.lower() for label in attention.queries.labels):
            same = keys == word
            if not same.any() or not any(c.isalnum() for c in word):
                continue
            counts["n"] += 1
            for name, place in (("same", i), ("previous", i - 1), ("next", i + 1)):
                counts[name] += 0 <= place < len(strongest) and bool(same[strongest[place]])
            counts["chance"] += float(same.mean())
    names = ("same", "previous", "next", "chance")
    return {"n": int(counts["n"]), **{name: _share(counts[name], counts["n"]) for name in names}}


def gate(written: Sequence[Hypothesis]) -> Scores | None:
    """What copying says of a word, against the text: of the words with a copied share above one half (`copied` of
    them), how many stand in the text, whatever their case; of the others (`written`), how many don't. None where
    nothing can be copied. Punctuation doesn't count."""
    counts: Counter[str] = Counter()
    for hypothesis in written:
        attention, ways = (next((m for m in hypothesis.maps if m.name == name), None) for name in ("attention", COPY))
        if attention is None or ways is None:
            return None
        keys = {label.lower() for label in attention.keys.labels}
        for word, (_, share) in zip(ways.queries.labels, ways.weights.tolist(), strict=True):
            if any(c.isalnum() for c in word):
                how = "copied" if share > 0.5 else "written"
                counts[how] += 1
                counts[f"{how}_right"] += (word.lower() in keys) == (how == "copied")
    return {
        "copied": counts["copied"],
        "copied_in_text": _share(counts["copied_right"], counts["copied"]),
        "written": counts["written"],
        "written_not_in_text": _share(counts["written_right"], counts["written"]),
    }


def _share(part: float, of: float) -> float:
    return round(part / of, 4) if of else 0.0
