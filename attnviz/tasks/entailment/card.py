"""The model card of an entailment bundle (Mitchell et al. 2019), written from its config and its scores."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ATTENTION = {
    "none": "conditional encoding alone: the hypothesis is read from the state in which the premise ended, and nothing "
    "looks back (Rocktäschel et al. 2016, section 2.2)",
    "attention": "attention from the last output: the whole hypothesis looks at the premise once "
    "(Rocktäschel et al. 2016, eq. 7 to 10)",
    "word_by_word": "word-by-word attention: each word of the hypothesis looks at the premise "
    "(Rocktäschel et al. 2016, eq. 11 to 14)",
    "two_way": "word-by-word attention in both directions with the same weights (Rocktäschel et al. 2016, section 2.5)",
    "match": "a match-LSTM: both texts are read apart, and each word of the hypothesis is matched with the premise "
    "words it looks at, or with the word NULL (Wang and Jiang 2016)",
}

_TEXT = """# Entailment, {variant}

**What it is.** Two small LSTMs on fixed word vectors with {attention}. It tells of an English premise and hypothesis
whether the one follows from the other (entailment), can't be true with it (contradiction), or neither (neutral).
{megabytes:.1f} MB of weights in float16. All variants share vectors, projection, LSTMs, score and training. Unlike in
the papers, each output of an LSTM has the word added that was just read.

**What for.** Seeing attention at work, teaching, and experiments on how far a map can be believed. It is no judge of
whether something is true: let no decision hang on its labels.

**What it can't do.** It learned from what people wrote about photos above all. It knows little of numbers, negation
beyond the common words, word order and long texts, and a good part of its accuracy comes from the hypothesis alone
(a model that sees nothing else has 63.0 on snli_test). It was trained on texts of up to {longest} words and reads the
first 250. A word outside the list of vectors gets one guessed from its spelling, and the reading names it. The pairs
carry their writers' prejudices, and the model may repeat them.

**Warning: the word vectors flatter.** They come from all-MiniLM-L6-v2, which was itself fine-tuned on training pairs of
SNLI and MultiNLI and saw the captions of Flickr30k (the source of SNLI's premises) without labels. Scores here are
not comparable with those of the papers, whose vectors are word2vec and GloVe. See `vectors.md`.

**Where the map misleads.** A weight says how much of an LSTM's output at a premise word went into a step, not why the
label was chosen; such an output is a word and, added to it, what was read before. {rest}

**Data and licence.** Pairs of each corpus that an epoch shows: {pairs_of}. The full train part of SNLI (550,000 pairs)
was not obtainable where the bundles were made; `train entailment` takes it where it is there. Sources and terms:
`pretrained/LICENSE.md`. Weights are for research and non-commercial use.

**Training.** {steps:,} steps of {pairs} pairs, {hours} hours ({precision}; {machine}), seed {seed}{branch}. {balanced}
Label smoothing {smoothing}, dropout {dropout}, Adam. {kept} All settings are in `config.json`, the learning curve in
`log.csv`, and maps of six pairs along the training in `probes.npz`. Choices were made on snli_dev alone.

## Scores

{scores}
"""


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    scores = folder / "scores.json"
    found = json.loads(scores.read_text(encoding="utf-8")) if scores.exists() else {}
    recipe, branched = config["recipe"], config.get("branched_from")
    text = _TEXT.format(
        variant=config["variant"],
        attention=_ATTENTION[config["mechanism"]],
        megabytes=(folder / "weights.safetensors").stat().st_size / 1e6,
        longest=recipe["longest"],
        rest="The weight on NULL is shown apart and never redistributed." if config["mechanism"] == "match" else "",
        pairs_of=", ".join(f"{name} {count:,}" for name, count in recipe["pairs_of"].items()),
        steps=config["steps"],
        pairs=recipe["pairs"],
        hours=config["hours"],
        precision=config["precision"],
        machine=config["machine"],
        seed=config["seed"],
        branch=f"; branched off `{branched}` at half the steps, which are counted" if branched else "",
        balanced="The loss weighs the three labels alike." if recipe["balanced"] else "",
        smoothing=recipe["smoothing"],
        dropout=recipe["dropout"],
        kept=_kept(config["dev"].get("averaged", 1)),
        scores=_other_seeds(folder) + _scores(found)
        if found
        else "None kept yet: `python -m attnviz evaluate entailment --help`.",
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def _other_seeds(folder: Path) -> str:
    """The accuracies of the bundles that differ in their seed alone: what a difference between variants is worth."""
    told = []
    for other in sorted(folder.parent.glob(f"{folder.name}.seed*/scores.json")):
        rows = json.loads(other.read_text(encoding="utf-8")).values()
        accuracies = [f"{one['split']} {one['scores']['accuracy']:.3f}" for one in rows if "accuracy" in one["scores"]]
        told.append(f"Trained again with another seed (`{other.parent.name}`), accuracy: {', '.join(accuracies)}.\n\n")
    return "".join(told)


def _kept(averaged: int) -> str:
    if averaged == 1:
        return "The weights are those of the last step: no mean of checkpoints was better on snli_dev."
    return f"The weights are the mean of the last {averaged} checkpoints, the number that was best on snli_dev."


def _scores(found: dict[str, dict[str, Any]]) -> str:
    """Tables of what was kept: labels by set and by source, and the map against highlights and alignments."""
    rows = [row for result in found.values() if "accuracy" in result["scores"] for row in _label_rows(result)]
    gold = [one for result in found.values() if "accuracy" not in result["scores"] for one in result["scores"].items()]
    lines: list[str] = []
    if rows:
        lines += ["| set | pairs | accuracy | macro F1 | ECE | such pairs in training |", _row(["---"] * 6), *rows, ""]
    marked = [(name, side, one[side]) for name, one in gold for side in ("premise", "hypothesis") if side in one]
    if marked:
        lines += ["The map against words that people highlighted (contradictions, one annotator): AUPRC.", ""]
        lines += ["| split, side | pairs | map | random | uniform | words the other side lacks |", _row(["---"] * 6)]
        lines += [
            _row([f"{name}, {side}", f"{one['n']:,}", _number(one.get("auprc")), *_numbers(one, *_BESIDE)])
            for name, side, one in marked
            if one["n"]
        ]
        lines += [""]
    linked = [(name, one) for name, one in gold if "pointing" in one]
    if linked:
        lines += ["The map against links that people drew, and guesses that need no model: pointing, and AER.", ""]
        lines += ["| set | pairs | map | random | exact match | AER: map | random | exact match |", _row(["---"] * 8)]
        lines += [
            _row([name, f"{one['n']:,}", *_three(one, "pointing"), *_three(one, "aer")])
            for name, one in linked
            if "exact" in one
        ]
        lines += [""]
    sinks = [
        f"On {name}, {one['on_marks']:.0%} of the weight on the {side} lies on punctuation, where no word matters."
        for name, side, one in marked
        if one.get("on_marks") is not None
    ]
    lines += [*sinks, ""] if sinks else []
    return "\n".join([*lines, "Every figure with the command that made it: `scores.json`."])


_BESIDE = ("random", "uniform", "only_here")


def _label_rows(result: dict[str, Any]) -> list[str]:
    scores = result["scores"]
    named = [(result["split"], {"n": result["n"], **scores}), *scores.get("by_source", {}).items()]
    return [
        _row([name, f"{one['n']:,}", *_numbers(one, "accuracy", "macro_f1", "ece"), _yes(one["in_training"])])
        for name, one in named
    ]


def _three(one: dict[str, Any], figure: str) -> list[str]:
    return [_number(found.get(figure)) for found in (one, one["random"], one["exact"])]


def _numbers(one: dict[str, Any], *names: str) -> list[str]:
    return [_number(one[name]) for name in names]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
