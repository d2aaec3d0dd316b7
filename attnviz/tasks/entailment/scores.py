"""How well a variant labels pairs, and how well its maps agree with what people marked.

Which figures a file gives depends on its form: pairs (`.tsv`, or SNLI as it is published) give accuracy and its kin,
gold (`.jsonl` of highlights or of alignments) the agreement of the maps.
"""

import json
import lzma
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from attnviz.analysis.alignment import Aligned, Links, aligned, score
from attnviz.analysis.bootstrap import SAMPLES, share_of_wins
from attnviz.attention import ATTENTION, Weights
from attnviz.errors import InputError
from attnviz.tasks.entailment import blind, changes
from attnviz.tasks.entailment.about import LABELS, REVERSE
from attnviz.tasks.entailment.corpus import Pair, read_pairs
from attnviz.tasks.entailment.gold import (
    AlignedPair,
    Highlights,
    average_precision,
    guess_at_random,
    guess_exact,
    only_here,
    read_gold,
)
from attnviz.tasks.entailment.reader import MOST_WORDS, EntailmentReader
from attnviz.training.corpora import file_in, opened, take

BINS = 15
CHUNK = 512  # pairs between two movements of the progress bar
DRAWS, DRAWS_AT_RANDOM = 3, 30  # of the order among tied words; where all are tied, more for a steady mean
NO_MAP = "This variant has no attention, so there is no map."
ONE_ROW = "This variant looks once for the whole hypothesis, so there is no map of its words."
ONE_WAY = "This variant's maps have premise words as keys, so they say nothing of hypothesis words."

# Which corpus of the training a set is of the kind of: by the beginning of its file's name, or by its `source`. Of
# counterfactually augmented data (CAD, Kaushik et al. 2020), a whole file holds revised pairs above all.
KINDS = {
    "snli": "snli",
    "sick": "sick",
    "mnli": "mnli",
    "cad_original": "snli",
    "cad": "cad_revised",
    "challenge": "cad_revised",
}

Side = Literal["premise", "hypothesis"]
Scores = dict[str, Any]
Maps = dict[str, tuple[Weights, Weights]]  # by name: weights and rest
Row = TypeVar("Row")


def evaluate(
    reader: EntailmentReader,
    path: Path,
    *,
    part: str | None = None,
    limit: int | None = None,
    beam: int = 5,
    length_penalty: float | None = None,
    against: EntailmentReader | None = None,
    progress: bool = False,
) -> tuple[int, Scores]:
    """Score a file: the number of pairs, and their figures, all from 0 to 1.

    part: only the pairs whose `split` is this. limit: only the first so many. beam, length_penalty: of tasks that
    write; they change nothing here. Pairs give `accuracy`, `macro_f1`, `ece`, `nll` and `confusion`, the same in
    `by_source` where the file names sources, and whether the kind of the pairs was trained on; where the train part of
    SNLI lies beside the file, also `hypothesis_alone`, the accuracy of a linear model that learned from that part and
    sees hypotheses alone; for single changes (see `changes`) it learned from their own train part. Highlights give the
    `auprc` of each side, by split. Alignments give `pointing` and `aer`, by corpus and split. Raises InputError for a
    file of another form.

    With `against`, pairs also give another variant's accuracy, and in what share of drawings of the pairs this one's is
    higher (paired bootstrap, Koehn 2004). Raises InputError where it is given for gold.
    """
    name = path.name.removesuffix(".xz")
    if not name.endswith((".tsv", ".txt", ".jsonl")):
        raise InputError(
            f"{path.name} can't be scored: choose pairs (.tsv, .txt) or gold (.jsonl), packed (.xz) or not."
        )
    if name.endswith(".jsonl") and not _published(path):
        if against is not None:
            raise InputError("Two variants are compared by accuracy: choose a file of pairs, or leave out --against.")
        golden = take(path, _part(read_gold(path), part), limit, _form(part))
        return len(golden), gold_scores(reader, golden, progress=progress)
    pairs = take(path, _part(read_pairs(path), part), limit, _form(part))
    learned = _learned_from(path)
    alone = blind.Blind(learned).guesses(pairs) if learned else None
    scores = label_scores(reader, pairs, name, alone, progress=progress)
    if against is not None:
        scores["against"] = {"variant": against.variant, **_compared(reader, against, pairs)}
    return len(pairs), scores


def _learned_from(path: Path) -> list[Pair]:
    """What a model that sees hypotheses alone learns from: the train part of single changes if the file holds them,
    else that of SNLI in the folder of the file. It is empty where there is none."""
    if path.name.startswith(changes.NAME):
        return [pair for pair in read_pairs(path) if pair.split == "train"]
    train = file_in(path.parent, "snli_train.tsv")
    return list(read_pairs(train)) if train else []


def _compared(reader: EntailmentReader, against: EntailmentReader, pairs: Sequence[Pair]) -> Scores:
    """The accuracy of `against`, and in what share of drawings of the pairs that of `reader` is higher."""
    gold = np.array([LABELS.index(pair.label) for pair in pairs])
    texts = [(pair.premise, pair.hypothesis) for pair in pairs]
    right = [one.classify(texts).argmax(axis=1) == gold for one in (reader, against)]
    wins = share_of_wins(lambda side, rows: float(right[side][rows].mean()), len(pairs))
    return {"accuracy": round(float(right[1].mean()), 4), "share_of_wins": wins, "samples": SAMPLES}


def _published(path: Path) -> bool:
    """Whether a `.jsonl` is SNLI as it is published."""
    try:
        with opened(path) as lines:
            return "gold_label" in json.loads(next(lines, "{}"))
    except (OSError, ValueError, TypeError, EOFError, lzma.LZMAError):
        return False


def _part(rows: Iterator[Row], part: str | None) -> Iterator[Row]:
    return (row for row in rows if part is None or getattr(row, "split", None) == part)


def _form(part: str | None) -> str:
    return f"pairs or gold of the split {part!r}" if part else "pairs or gold"


# Labels


def label_scores(
    reader: EntailmentReader,
    pairs: Sequence[Pair],
    name: str,
    alone: NDArray[np.int64] | None = None,
    *,
    progress: bool = False,
) -> Scores:
    """The figures of all pairs, and of each source that is a kind of its own. name: of their file. alone: what a model
    that sees only the hypothesis says of each pair."""
    log_probs = np.zeros((len(pairs), len(LABELS)))
    with tqdm(total=len(pairs), unit="pair", desc=reader.variant, disable=not progress) as bar:
        for at in range(0, len(pairs), CHUNK):
            chunk = pairs[at : at + CHUNK]
            log_probs[at : at + len(chunk)] = reader.classify([(pair.premise, pair.hypothesis) for pair in chunk])
            bar.update(len(chunk))
    gold = np.array([LABELS.index(pair.label) for pair in pairs])
    sources = np.array([pair.source for pair in pairs])

    def figures(rows: NDArray[np.bool_]) -> Scores:
        own = classification(log_probs[rows], gold[rows])
        return _plain(own if alone is None else own | {"hypothesis_alone": float((alone == gold)[rows].mean())})

    scores = figures(np.ones(len(pairs), dtype=np.bool_)) | {"in_training": _in_training(reader, name)}
    named = sorted({source for source in sources.tolist() if source})
    if named and "snli_train" not in name:
        scores["in_training"] = all(_in_training(reader, source) for source in named)
        scores["by_source"] = {
            source: {"n": int((sources == source).sum())}
            | figures(sources == source)
            | {"in_training": _in_training(reader, source)}
            for source in named
        }
    return scores


def _in_training(reader: EntailmentReader, name: str) -> bool:
    """Whether pairs of this kind (the name of a file or of a source) were trained on."""
    kinds = [kind for beginning, kind in KINDS.items() if name.startswith(beginning)] or [name]
    return reader.sources.get(kinds[0], 0.0) > 0


def classification(log_probs: NDArray[np.float64], gold: NDArray[np.int64]) -> Scores:
    """Figures of log-probabilities (pairs, labels) against the right labels (pairs,).

    accuracy. macro_f1: the mean, over the labels that occur, of 2 hits / (guesses + gold). ece: expected calibration
    error, sum over BINS equal-width bins of the top probability of (share of pairs) * |accuracy - mean probability|
    (Guo et al. 2017, eq. 3). nll: mean negative log-likelihood. confusion: rows are the right labels, columns the
    guesses, in the order of LABELS.
    """
    guesses, top = log_probs.argmax(axis=1), np.exp(log_probs.max(axis=1))
    confusion = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(confusion, (gold, guesses), 1)
    hits, each = np.diag(confusion), confusion.sum(axis=0) + confusion.sum(axis=1)
    bins = np.clip(np.ceil(top * BINS).astype(int) - 1, 0, BINS - 1)
    gaps = np.bincount(bins, (guesses == gold) - top, BINS)
    return {
        "accuracy": float(hits.sum() / len(gold)),
        "macro_f1": float(np.mean(2 * hits[each > 0] / each[each > 0])),
        "ece": float(np.abs(gaps).sum() / len(gold)),
        "nll": float(-log_probs[np.arange(len(gold)), gold].mean()),
        "confusion": confusion.tolist(),
    }


# Maps


def gold_scores(
    reader: EntailmentReader, golden: Sequence[Highlights | AlignedPair], *, progress: bool = False
) -> Scores:
    """The figures of each set: highlights by split, alignments by corpus and split.

    Pairs with a text that can't be read whole (above MOST_WORDS words) are left out.
    """
    golden = [pair for pair in golden if max(len(pair.premise), len(pair.hypothesis)) <= MOST_WORDS]
    bar = tqdm(golden, unit="pair", desc=reader.variant, disable=not progress)
    read = [(pair, _maps(reader, pair)) for pair in bar]
    marked: dict[str, list[tuple[Highlights, Maps]]] = {}
    linked: dict[str, list[tuple[AlignedPair, Maps]]] = {}
    for pair, maps in read:
        if isinstance(pair, Highlights):
            marked.setdefault(pair.split, []).append((pair, maps))
        else:
            linked.setdefault(f"{pair.corpus}.{pair.split}", []).append((pair, maps))
    return {name: highlight_scores(pairs) for name, pairs in marked.items()} | {
        name: alignment_scores(pairs) for name, pairs in linked.items()
    }


def _maps(reader: EntailmentReader, pair: Highlights | AlignedPair) -> Maps:
    """The maps over the gold tokens, because `read` keeps words that are already split."""
    maps = reader.read((pair.premise, pair.hypothesis)).maps
    return {attention.name: (attention.weights, attention.rest) for attention in maps}


def highlight_scores(read: Sequence[tuple[Highlights, Maps]]) -> Scores:
    """AUPRC of what the keys of a map got, against the highlighted words of that side (DeYoung et al. 2020).

    A word's score is its column's sum. The mean over the pairs with a highlighted word on that side; ties broken at
    random, mean of DRAWS draws. Beside it what needs no model: `random` (all tied), `uniform` (ties as one threshold:
    the share of highlighted words) and `only_here` (words that the other side lacks).
    """
    return {
        "n": len(read),
        "premise": _side(read, "premise", ATTENTION),
        "hypothesis": _side(read, "hypothesis", REVERSE),
    }


def _side(read: Sequence[tuple[Highlights, Maps]], side: Side, name: str) -> Scores:
    own = [(pair, maps) for pair, maps in read if _texts(pair, side)[2]]
    if not own:
        return {"n": 0}
    scores: Scores = {"n": len(own)}
    if all(name in maps for _, maps in own):
        scores["auprc"] = _auprc([maps[name][0].sum(axis=0) for _, maps in own], own, side)
    else:
        scores |= {"auprc": None, "reason": ONE_WAY if any(maps for _, maps in own) else NO_MAP}
    flat = [np.zeros(len(_texts(pair, side)[0])) for pair, _ in own]
    share = [len(_texts(pair, side)[2]) / len(_texts(pair, side)[0]) for pair, _ in own]
    here = [only_here(*_texts(pair, side)[:2]) for pair, _ in own]
    return scores | {
        "random": _auprc(flat, own, side, DRAWS_AT_RANDOM),
        "uniform": round(float(np.mean(share)), 4),
        "only_here": _auprc(here, own, side),
    }


def _texts(pair: Highlights, side: Side) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[int]]:
    """The words of a side, those of the other, and the highlighted positions."""
    if side == "premise":
        return pair.premise, pair.hypothesis, pair.premise_marked
    return pair.hypothesis, pair.premise, pair.hypothesis_marked


def _auprc(
    scores: Sequence[NDArray[Any]], own: Sequence[tuple[Highlights, Maps]], side: Side, count: int = DRAWS
) -> float:
    draws = [np.random.default_rng(draw) for draw in range(count)]
    precisions = [
        average_precision(values, _texts(pair, side)[2], chance)
        for chance in draws
        for values, (pair, _) in zip(scores, own, strict=True)
    ]
    return round(float(np.mean(precisions)), 4)


def alignment_scores(read: Sequence[tuple[AlignedPair, Maps]]) -> Scores:
    """`pointing` (how often the strongest premise word is a linked one) and `aer`, beside random and exact matches.

    Where a corpus has no sure links (iSTS aligns chunks), its possible ones count as sure.
    """
    some_sure = any(pair.links.sure for pair, _ in read)
    pairs = [pair if some_sure else replace(pair, links=Links(pair.links.all)) for pair, _ in read]
    scores: Scores = {"n": len(pairs)}
    own = [_aligned(pair, maps) for pair, (_, maps) in zip(pairs, read, strict=True)]
    if all(guess is not None for guess in own):
        figures = score((guess, pair.links) for guess, pair in zip(own, pairs, strict=True) if guess is not None)
        kept = {"pointing": figures["argmax_hit"], **{k: figures[k] for k in ("aer", "match", "mass", "words")}}
        scores |= _plain(kept)
    else:
        scores |= {"pointing": None, "aer": None, "reason": ONE_ROW if any(maps for _, maps in read) else NO_MAP}
    if not any(pair.links.all for pair in pairs):
        return scores
    return scores | {"random": _plain(asdict(guess_at_random(pairs))), "exact": _plain(asdict(guess_exact(pairs)))}


def _aligned(pair: AlignedPair, maps: Maps) -> Aligned | None:
    weights, rest = maps.get(ATTENTION, (np.zeros((0, 0), dtype=np.float32), np.zeros(0, dtype=np.float32)))
    fits = weights.shape == (len(pair.hypothesis), len(pair.premise))
    return aligned(weights, rest) if fits else None


def _plain(figures: Scores) -> Scores:
    """For JSON: rounded, and without what is undefined."""
    rounded = {name: round(value, 4) if isinstance(value, float) else value for name, value in figures.items()}
    return {name: value for name, value in rounded.items() if not (isinstance(value, float) and math.isnan(value))}
