"""How good the headlines of a variant are, and how far its maps and its copying agree with the text.

Which texts a file gives depends on its form: pairs (`.tsv`) have an opening and its headline, articles (`.jsonl`) are
read whole, and by their first words.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.analysis.bootstrap import SAMPLES, share_of_wins
from attnviz.errors import InputError
from attnviz.reading import COPY, Hypothesis
from attnviz.tasks.summaries.about import LENGTH_PENALTY, TASK
from attnviz.tasks.summaries.corpus import read_articles, read_pairs
from attnviz.tasks.summaries.reader import SummaryReader
from attnviz.training.corpora import take

BYTES = 75  # of a headline, for recall (DUC 2004, task 1)
LEAD = 12  # words of a text that are taken for its headline
FIRST = 60  # words of an article that are read
CHUNK = 200  # texts between two movements of the progress bar
ROUGE = ("rouge-1", "rouge-2", "rouge-l")

Scores = dict[str, Any]
Figures = Mapping[str, NDArray[np.float64]]  # of each text


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
    how often this one's is higher. Articles (`.jsonl` or `.jsonl.xz`) give the same for their first FIRST words, as
    `first60`, and for the whole text, as `whole`. Raises InputError for a file of another form, and if `part` is given,
    since these files have no splits.
    """
    if part is not None:
        raise InputError(f"The files of {TASK.name} have no split column: leave out {':' + part!r}.")
    name = path.name.removesuffix(".xz")
    options: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty, "progress": progress}
    if name.endswith(".tsv"):
        pairs = take(path, read_pairs(path), limit, "the columns of the corpora of headlines")
        headed = [Headed(pair.body, pair.headline) for pair in pairs]
        return len(headed), _scored(reader, headed, against, options)
    if name.endswith(".jsonl"):
        articles = take(path, read_articles(path), limit, "an article with its headline and paragraphs in each line")
        whole = [Headed("\n".join(article.paragraphs), article.headline) for article in articles]
        first = [Headed(" ".join(text.text.split()[:FIRST]), text.headline) for text in whole]
        sets = {f"first{FIRST}": first, "whole": whole}
        return len(articles), {name: _scored(reader, texts, against, options) for name, texts in sets.items()}
    raise InputError(f"{path.name} can't be scored: choose pairs (.tsv, .tsv.xz) or articles (.jsonl, .jsonl.xz).")


def _scored(
    reader: SummaryReader, headed: Sequence[Headed], against: SummaryReader | None, options: Mapping[str, Any]
) -> Scores:
    written = _written(reader, headed, **options)
    own = rouge([hypothesis.output.text for hypothesis in written], headed)
    scores = headline_scores(own, written, headed)
    if against is not None:
        others = rouge([hypothesis.output.text for hypothesis in _written(against, headed, **options)], headed)
        scores["against"] = {"variant": against.variant, **paired_bootstrap(own, others)}
    return scores


def _written(
    reader: SummaryReader, headed: Sequence[Headed], *, beam: int, length_penalty: float, progress: bool
) -> list[Hypothesis]:
    """The best headline of each text, with its maps. Texts of like length are read together, the longest first."""
    written: dict[int, Hypothesis] = {}
    order = sorted(range(len(headed)), key=lambda i: -len(headed[i].text))
    with tqdm(total=len(headed), unit="text", desc=reader.variant, disable=not progress) as bar:
        for start in range(0, len(order), CHUNK):
            rows = order[start : start + CHUNK]
            texts = [headed[i].text for i in rows]
            best = reader.headlines(texts, beam=beam, length_penalty=length_penalty)
            written |= dict(zip(rows, best, strict=True))
            bar.update(len(rows))
    return [written[i] for i in range(len(headed))]


def headline_scores(own: Figures, written: Sequence[Hypothesis], headed: Sequence[Headed]) -> Scores:
    """The figures of headlines, beside those of the first words of their texts. own: their ROUGE, as `rouge` gives it.

    ROUGE-1, -2 and -L as F1, and as recall of the first BYTES bytes, 0 to 100: means over the texts (rouge-score, with
    its stemmer). `prefix75` and `first12` are the same of the longest run of first words within BYTES bytes, and of the
    first LEAD words. All else is 0 to 1. `repetition`: the share of a headline's pairs of words that stood before.
    `novelty`: the share of its words that the text lacks, beside that of the people's headlines. `copy_check`: see
    there; `gate`: see there; None where the variant has no such map.
    """
    texts = [hypothesis.output.text for hypothesis in written]
    bodies = [one.text for one in headed]
    leads = {"prefix75": [prefix(body) for body in bodies], "first12": [first(body) for body in bodies]}
    return {
        **_means(own),
        "words": round(float(np.mean([len(text.split()) for text in texts])), 2),
        "repetition": repetition(texts),
        "novelty": novelty(texts, bodies),
        "novelty_reference": novelty([one.headline for one in headed], bodies),
        "lead": {name: _means(rouge(lead, headed)) for name, lead in leads.items()},
        "copy_check": copy_check(written),
        "gate": gate(written),
    }


# ROUGE


def rouge(texts: Sequence[str], headed: Sequence[Headed]) -> Figures:
    """ROUGE of each text against the headline: `rouge-1-f` … the F1 of the whole text, and `rouge-1-recall75` … the
    recall of its first BYTES bytes, 0 to 100 (Lin 2004; package rouge-score, with its stemmer)."""
    from rouge_score.rouge_scorer import RougeScorer

    names = {name: name.replace("-", "").replace("l", "L") for name in ROUGE}
    scorer = RougeScorer(list(names.values()), use_stemmer=True)
    figures: dict[str, list[float]] = {f"{name}-{kind}": [] for kind in ("f", "recall75") for name in ROUGE}
    for text, one in zip(texts, headed, strict=True):
        whole, cut = scorer.score(one.headline, text), scorer.score(one.headline, first_bytes(text))
        for name, of_package in names.items():
            figures[f"{name}-f"].append(100 * whole[of_package].fmeasure)
            figures[f"{name}-recall75"].append(100 * cut[of_package].recall)
    return {name: np.array(values) for name, values in figures.items()}


def _means(figures: Figures) -> Scores:
    return {name: round(float(values.mean()), 2) for name, values in figures.items()}


def paired_bootstrap(own: Figures, others: Figures, samples: int = SAMPLES) -> Scores:
    """The F1 of the others, and in what share of `samples` drawings of the texts the own one is higher."""
    names = [f"{name}-f" for name in ROUGE]
    compared = {
        name: {
            "other": round(float(others[name].mean()), 2),
            "share_of_wins": _wins(own[name], others[name], samples),
        }
        for name in names
    }
    return {**compared, "samples": samples}


def _wins(own: NDArray[np.float64], others: NDArray[np.float64], samples: int) -> float:
    return share_of_wins(lambda side, rows: float((own, others)[side][rows].mean()), len(own), samples)


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
