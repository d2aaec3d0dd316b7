"""How well a variant translates, and how well its maps agree with alignments that people drew.

Which figures a file gives depends on its form: pairs (`.tsv`) give BLEU and chrF, gold alignments (`.jsonl`) the
figures of `analysis.alignment`.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.analysis import phrases
from attnviz.analysis.alignment import Aligned, aligned, diagonal_score, score
from attnviz.analysis.bootstrap import SAMPLES, share_of_wins
from attnviz.errors import InputError
from attnviz.tasks.translation import aligner
from attnviz.tasks.translation.about import LENGTH_PENALTY, TASK
from attnviz.tasks.translation.corpus import Pair, read_pairs
from attnviz.tasks.translation.gold import GoldPair, join_english, join_french, owners, read_gold
from attnviz.tasks.translation.reader import TranslationReader
from attnviz.training.corpora import take

CHUNK = 400  # sentences between two movements of the progress bar: many at once are cut into batches of like length
SHUFFLES = 20
ALIGNMENT = ("aer", "match", "argmax_hit", "argmax_hit_previous", "argmax_hit_next", "mass", "precision", "recall")

Scores = dict[str, Any]


def evaluate(
    reader: TranslationReader,
    path: Path,
    *,
    part: str | None = None,
    limit: int | None = None,
    beam: int = 5,
    length_penalty: float = LENGTH_PENALTY,
    against: TranslationReader | None = None,
    progress: bool = False,
) -> tuple[int, Scores]:
    """Score a file: the number of pairs, and their figures. limit: only the first so many pairs of the file.

    Pairs (`.tsv` or `.tsv.xz`) give `bleu` and `chrf` (0 to 100) with sacrebleu's signatures, `loops` (0 to 1), and the
    same in `by_length` beside `chance`; with `against`, they also give another variant's BLEU, and how often this one
    wins. Gold alignments (`.jsonl` or `.jsonl.xz`) give for each set the figures of `analysis.alignment.score` (0 to
    1), where the model has to write the reference, beside the same of the diagonal and, where training corpora
    (`train_*.tsv`) lie beside the file, of IBM model 1. Raises InputError for a file of another form, and if `part` is
    given, since these files have no splits.
    """
    if part is not None:
        raise InputError(f"The files of {TASK.name} have no split column: leave out {':' + part!r}.")
    name = path.name.removesuffix(".xz")
    if name.endswith(".tsv"):
        pairs = take(path, read_pairs(path), limit, "an identifier, French and English in each line, with tabs between")
        options: dict[str, Any] = {"beam": beam, "length_penalty": length_penalty, "progress": progress}
        outputs = _translations(reader, pairs, **options)
        references = [pair.english for pair in pairs]
        scores = translation_scores(outputs, pairs, bins_of(path))
        if against is not None:
            others = _translations(against, pairs, **options)
            scores["against"] = {"variant": against.variant, **paired_bootstrap(outputs, others, references)}
        return len(pairs), scores
    if name.endswith(".jsonl"):
        if against is not None:
            raise InputError(
                "Two variants are compared by BLEU: choose a file of pairs (.tsv), or leave out --against."
            )
        golden = take(path, read_gold(path), limit, "gold alignments")
        return len(golden), alignment_scores(reader, golden, aligner.beside(path), progress=progress)
    raise InputError(f"{path.name} can't be scored: choose pairs (.tsv, .tsv.xz) or alignments (.jsonl, .jsonl.xz).")


# BLEU and chrF


def bins_of(path: Path) -> list[tuple[int, float]]:
    """The least and the largest number of French words of each bin. A bin spans ten lengths; a `bylength` file has
    bins of its own."""
    if "bylength" in path.name:
        return [(4, 10), (11, 20), (21, 30), (31, 40), (41, 50), (51, 60), (61, 80)]
    return [(1, 10), (11, 20), (21, 30), (31, 40), (41, 50), (51, math.inf)]


def translation_scores(outputs: Sequence[str], pairs: Sequence[Pair], bins: Sequence[tuple[int, float]]) -> Scores:
    """sacreBLEU (13a, mixed case, detokenised) and chrF of a corpus, and of its pairs by length of the French.

    loops: the share of outputs in which some three words stand three times or more. chance: of a bin of several pairs,
    see `chance`. Lengths are in white-space words. Pairs outside every bin count only in the total; "more than 30"
    spans several bins.
    """
    bleu, chrf = _metrics()
    lengths = np.array([len(pair.french.split()) for pair in pairs])

    def figures(rows: Sequence[int]) -> Scores:
        written, references = [outputs[i] for i in rows], [pairs[i].english for i in rows]
        return {
            "bleu": round(bleu.corpus_score(written, [references]).score, 2),
            "chrf": round(chrf.corpus_score(written, [references]).score, 2),
            "loops": round(float(np.mean([phrases.loops(text.split()) for text in written])), 4),
        }

    def of_bin(rows: Sequence[int]) -> Scores:
        by_chance = {"chance": round(chance([pairs[i].english for i in rows]), 2)} if len(rows) > 1 else {}
        return {"n": len(rows), **figures(rows), **by_chance}

    chosen = {_label(low, high): (lengths >= low) & (lengths <= high) for low, high in bins}
    chosen["more than 30"] = lengths > 30
    return {
        **figures(range(len(pairs))),
        "bleu_signature": str(bleu.get_signature()),
        "chrf_signature": str(chrf.get_signature()),
        "by_length": {label: of_bin(np.flatnonzero(rows).tolist()) for label, rows in chosen.items() if rows.any()},
    }


def chance(references: Sequence[str]) -> float:
    """The BLEU of the references of other sentences, the mean of SHUFFLES drawings: what is got by writing good English
    of the right length and kind that has nothing to do with the input. references: two at least."""
    bleu, _ = _metrics()
    draws = np.random.default_rng(1)
    scores = []
    for _ in range(SHUFFLES):
        order = draws.permutation(len(references))
        others = [""] * len(references)
        for place, other in zip(order, np.roll(order, 1), strict=True):
            others[place] = references[other]
        scores.append(bleu.corpus_score(others, [references]).score)
    return float(np.mean(scores))


def paired_bootstrap(
    outputs: Sequence[str], others: Sequence[str], references: Sequence[str], samples: int = SAMPLES
) -> Scores:
    """The BLEU of the others, and in what share of `samples` drawings of the sentences the outputs' BLEU is higher."""
    bleu, _ = _metrics()
    counts = [_counts(bleu, texts, references) for texts in (outputs, others)]
    won = share_of_wins(lambda side, rows: _bleu(bleu, counts[side][rows]), len(references), samples)
    return {"bleu": round(_bleu(bleu, counts[1]), 2), "share_of_wins": won, "samples": samples}


def _metrics() -> tuple[Any, Any]:
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF

    return BLEU(tokenize="13a", lowercase=False), CHRF()


def _counts(bleu: Any, texts: Sequence[str], references: Sequence[str]) -> NDArray[np.int64]:
    """What BLEU counts in each sentence: (sentences, 10): four of matches, four of n-grams, two lengths."""
    scores = [bleu.corpus_score([text], [[reference]]) for text, reference in zip(texts, references, strict=True)]
    return np.array([[*score.counts, *score.totals, score.sys_len, score.ref_len] for score in scores])


def _bleu(bleu: Any, counts: NDArray[np.int64]) -> float:
    matches, ngrams, (written, reference) = np.split(counts.sum(axis=0), [4, 8])
    return float(bleu.compute_bleu(matches.tolist(), ngrams.tolist(), int(written), int(reference), "exp").score)


def _label(low: int, high: float) -> str:
    return f"{low} and more" if math.isinf(high) else f"{low}-{high}"


def _translations(
    reader: TranslationReader, pairs: Sequence[Pair], *, beam: int, length_penalty: float, progress: bool
) -> list[str]:
    """Sentences of like length together, the longest first, so that the bar's guess errs on the safe side."""
    outputs = [""] * len(pairs)
    order = sorted(range(len(pairs)), key=lambda i: -len(pairs[i].french))
    with tqdm(total=len(pairs), unit="sentence", desc=reader.variant, disable=not progress) as bar:
        for start in range(0, len(order), CHUNK):
            rows = order[start : start + CHUNK]
            answers = reader.outputs([pairs[i].french for i in rows], beam=beam, length_penalty=length_penalty)
            for i, answer in zip(rows, answers, strict=True):
                outputs[i] = answer.text
            bar.update(len(rows))
    return outputs


# Alignment


def alignment_scores(
    reader: TranslationReader, golden: Sequence[GoldPair], ibm1: aligner.Aligner | None, *, progress: bool = False
) -> Scores:
    """The figures of each set: gold tokens joined into ordinary text, `as_given`, and what they are compared with.

    ibm1: an aligner without a network, which reads the same joined text; it is left out where there is none. A variant
    without attention has no map: its figures are None, with the reason.
    """
    bar = tqdm(golden, unit="pair", desc=reader.variant, disable=not progress)
    forced = [(pair, _joined(reader, pair), _as_given(reader, pair)) for pair in bar]
    return {
        name: _of_set([row for row in forced if row[0].set == name], ibm1)
        for name in dict.fromkeys(pair.set for pair in golden)
    }


def _of_set(forced: Sequence[tuple[GoldPair, Aligned | None, Aligned | None]], ibm1: aligner.Aligner | None) -> Scores:
    joined = [(links, pair.links) for pair, links, _ in forced if links is not None]
    given = [(links, pair.links) for pair, _, links in forced if links is not None]
    nothing: Scores = dict.fromkeys(ALIGNMENT)
    scores: Scores = {"n": len(forced)}
    if joined:
        scores |= {**_plain(score(joined)), "as_given": _plain(score(given))}
    else:
        scores |= {**nothing, "as_given": nothing, "reason": "This variant has no attention, so there is no map."}
    guess = diagonal_score((len(pair.english), len(pair.french), pair.links) for pair, _, _ in forced)
    scores["diagonal"] = _plain(guess)
    if ibm1 is not None:
        scores["ibm1"] = _plain(score((_by_counting(ibm1, pair), pair.links) for pair, _, _ in forced))
    return scores


def _by_counting(ibm1: aligner.Aligner, pair: GoldPair) -> Aligned:
    french, english = join_french(pair.french), join_english(pair.english)
    weights, rest = ibm1.map([word.text for word in english], [word.text for word in french])
    return aligned(weights, rest, owners(english), owners(french))


def _joined(reader: TranslationReader, pair: GoldPair) -> Aligned | None:
    french, english = join_french(pair.french), join_english(pair.english)
    attention = reader.read(french, target=english).map()
    return aligned(attention.weights, attention.rest, owners(english), owners(french)) if attention else None


def _as_given(reader: TranslationReader, pair: GoldPair) -> Aligned | None:
    """The map over the gold tokens, because `read` keeps words that are already split."""
    attention = reader.read(pair.french, target=pair.english).map()
    return aligned(attention.weights, attention.rest) if attention else None


def _plain(figures: dict[str, float]) -> Scores:
    """For JSON: rounded, and None for what is undefined."""
    return {name: None if math.isnan(value) else round(value, 4) for name, value in figures.items()}
