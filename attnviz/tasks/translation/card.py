"""The model card of a translation bundle (Mitchell et al. 2019), written from its config and its scores."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ATTENTION = {
    "none": "no attention: the decoder gets the last states of both encoder directions at every step (Cho et al. 2014)",
    "additive": "additive attention, `v . tanh(W s_t + U h_j)` (Bahdanau et al. 2015)",
    "general": "general (bilinear) attention, `s_t . W h_j` (Luong et al. 2015, section 3.1)",
    "dot": "dot-product attention (Luong et al. 2015, section 3.1)",
    "scaled_dot": "scaled dot-product attention (Vaswani et al. 2017, eq. 1)",
    "local": "local-p attention: general scores in a window around a predicted place, times a Gaussian, "
    "not renormalised (Luong et al. 2015, eq. 9 and 10)",
}

_TEXT = """# French to English, {variant}

**What it is.** A small encoder-decoder of LSTMs with {attention}. {parameters} of weights in float16, {vocabulary:,}
subwords shared by both languages. {query}

**What for.** Seeing attention at work, teaching, and experiments on how far a map can be believed. It is not a
translation service: use no output of it unread.

**What it can't do.** It learned from everyday sentences, picture captions and the European Parliament above all; on
news and encyclopedia text its scores below are far lower. It makes fluent mistakes. It translates one sentence at a
time, was trained on sentences of up to {longest} subwords, and knows no characters outside those of
its French and English data. Text in another language is translated into nonsense. Training text carries its authors'
biases, and the model may repeat them: the gender of people, for one, is often a guess.

{map}

**Data and licence.** {corpora}. Sources and terms: `pretrained/LICENSE.md`. Weights are for research and
non-commercial use.

**Training.** {steps:,} steps, {target_tokens:,} target tokens, {hours} hours ({precision}; {machine}), with
seed {seed}{branch}. Label smoothing {smoothing}, dropout {dropout}, Adam. {kept}
All settings are in `config.json`, the learning curve in `log.csv`, and maps of six sentences along the training in
`probes.npz`.

## Scores

{scores}
"""

_QUERY = """The query of every variant is the decoder's new state s_t, with input feeding (Luong
et al. 2015, eq. 5); Bahdanau's own query was s_(t-1)."""
_NO_QUERY = "It stands beside the variants with attention, to show what they gain."

_MAP = """**Where the map misleads.** A weight says how much of an encoder state went into a step, not why a word was
chosen. A state has read the whole sentence through the LSTM, so that weight on a word is not weight on that word alone.
Weight on the end mark is shown apart and never redistributed."""
_NO_MAP = """**No map.** All words are written from the same vector: there is nowhere to look. The longer a
sentence, the less of it the vector holds; what it writes then is fluent and made up."""


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    scores = folder / "scores.json"
    found = json.loads(scores.read_text(encoding="utf-8")) if scores.exists() else {}
    megabytes = (folder / "weights.safetensors").stat().st_size / 1e6
    branched, attentive = config.get("branched_from"), config["mechanism"] != "none"
    text = _TEXT.format(
        variant=config["variant"],
        attention=_ATTENTION[config["mechanism"]],
        query=_QUERY if attentive else _NO_QUERY,
        map=_MAP if attentive else _NO_MAP,
        parameters=f"{megabytes:.1f} MB",
        vocabulary=config["size"]["vocabulary"],
        corpora=_corpora(config["recipe"]["corpora"]),
        steps=config["steps"],
        target_tokens=config["target_tokens"],
        hours=config["hours"],
        precision=config["precision"],
        machine=config["machine"],
        seed=config["seed"],
        branch=f"; branched off `{branched}` at half the steps, which are counted" if branched else "",
        smoothing=config["recipe"]["smoothing"],
        longest=config["recipe"]["longest"],
        dropout=config["recipe"]["dropout"],
        kept=_kept(config["dev"].get("averaged", 1)),
        scores=_scores(found) if found else "None kept yet: `python -m attnviz evaluate translation --help`.",
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def _kept(averaged: int) -> str:
    if averaged == 1:
        return "The weights are those of the last step: no mean of checkpoints was better on the dev sets."
    return f"The weights are the mean of the last {averaged} checkpoints, the number that was best on the dev sets."


def _corpora(weights: dict[str, float]) -> str:
    return "Share of each corpus that an epoch shows: " + ", ".join(
        f"{name} {share:g}" for name, share in weights.items()
    )


def _scores(found: dict[str, dict[str, Any]]) -> str:
    """Tables of what was kept: translation by test set and by length, and the map against gold links."""
    texts = [result for result in found.values() if "bleu" in result["scores"]]
    gold = [(name, one) for r in found.values() if "bleu" not in r["scores"] for name, one in r["scores"].items()]
    lines = [_row(["test set", "sentences", "BLEU", "chrF", "compared with"]), _row(["---"] * 5)]
    for result in texts:
        scores = result["scores"]
        figures = [f"{result['n']:,}", f"{scores['bleu']:.1f}", f"{scores['chrf']:.1f}", _against(scores)]
        lines += [_row([result["split"], *figures])]
    for result in texts:
        if "bylength" in result["split"]:
            lines += ["", f"BLEU by number of French words, on {result['split']}:", "", *_by_length(result["scores"])]
    gold = [(name, one) for name, one in gold if one.get("aer") is not None]
    if gold:
        lines += ["", "The map against links that people drew, the reference forced:", ""]
        lines += ["| set | pairs | AER | match | argmax hit | mass | AER of the diagonal | AER of IBM model 1 |"]
        lines += [_row(["---"] * 8)]
        lines += [
            f"| {name} | {one['n']} | {one['aer']:.3f} | {one['match']:.3f} | {one['argmax_hit']:.3f} "
            f"| {one['mass']:.3f} | {one['diagonal']['aer']:.3f} | {one['ibm1']['aer'] if 'ibm1' in one else '-'} |"
            for name, one in gold
        ]
    lines += ["", "Every figure with the command that made it: `scores.json`."]
    return "\n".join(lines)


def _against(scores: dict[str, Any]) -> str:
    """Another variant's BLEU, and how often this one's is higher (paired bootstrap, Koehn 2004)."""
    other = scores.get("against")
    if other is None:
        return "-"
    wins = f"{other['share_of_wins']:.1%} of {other['samples']:,} random resamples of the set"
    return f"{other['variant']}: {other['bleu']:.1f}; this one is higher in {wins}"


def _by_length(scores: dict[str, Any]) -> list[str]:
    bins = scores["by_length"]
    lines = [_row(bins), _row(["---"] * len(bins)), _row(f"{one['bleu']:.1f}" for one in bins.values())]
    if {"11-20", "61-80"} <= set(bins) and bins["11-20"]["bleu"]:
        kept = bins["61-80"]["bleu"] / bins["11-20"]["bleu"]
        lines += ["", f"At 61-80 words it keeps {kept:.0%} of its BLEU at 11-20."]
    return lines


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
