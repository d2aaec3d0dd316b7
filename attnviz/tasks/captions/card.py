"""The model card of a caption bundle (Mitchell et al. 2019), written from its config and its scores."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_ATTENTION = {
    "none": "no attention: every word is written from the mean of the photo's cells, the same at every step (after "
    "Vinyals et al. 2015)",
    "soft": "soft attention: every word reads the weighted mean of all cells, times the gate beta (Xu et al. 2015, "
    "section 4.2)",
    "hard": "hard attention: every word reads a single cell, times the gate beta (Xu et al. 2015, section 4.1)",
    "adaptive": "adaptive attention: soft, with a visual sentinel as one more key, which lets a word look at no place "
    "(Lu et al. 2017, eq. 9 to 13)",
}
_LEARNED = {
    "none": "",
    "soft": "The loss has the doubly stochastic term (eq. 14, lambda {doubly_stochastic}).",
    "hard": "While learning, cells are drawn by chance (REINFORCE with a moving baseline, lambda {reinforce}, and an "
    "entropy term, {entropy}); with a chance of {expected}, a photo's captions read the expected context in place of "
    "the sample. The loss has the doubly stochastic term (eq. 14, lambda {doubly_stochastic}). When reading, the "
    "strongest cell is taken. There are two maps: the cell that was read, and the distribution.",
    "adaptive": "There is no gate beta and no doubly stochastic term. The sentinel's share of a word's weight is shown "
    "apart and never redistributed.",
}
_MISLEADS = (
    "A weight says how much of a cell's feature went into a step, not why a word was chosen. A feature has seen far "
    "more of the photo than its own cell. The photo is squashed to a square for the model, and the map is stretched "
    "back."
)

_TEXT = """# Image captions, {variant}

**What it is.** An LSTM that writes an English caption of a photo, with {attention}. It reads a grid of {side} x {side}
cells from a frozen CNN (`captions/cnn`, not trained here). {megabytes:.1f} MB of weights in float16,
{vocabulary:,} words. In all variants the state of the step itself asks; in Xu et al. the state before does. All
variants share the CNN, the words, the decoder and the training. {learned}

**What for.** Seeing attention at work, teaching, and experiments on how far a map can be believed. It doesn't serve
those who can't see a photo: its captions are too often wrong.

**What it can't do.** It knows people, dogs and sport best: its 6,000 training photos show little else. What is rare
there it names as something common, with the same confidence. It counts badly, reads no writing, and knows nobody. What
it says of a person, such as man or woman, is a guess from looks and habit, and repeats the prejudices of those who
wrote the training captions. It writes at most 30 words and no word that came less than {least} times in training.

**Where the map misleads.** {misleads}

**Data and licence.** Captions and photos of Flickr8k (Hodosh, Young and Hockenmaier 2013), official split. The photos
belong to their owners and may be used for research only: none of them is part of this repository. Regions of Flickr30k
Entities (Plummer et al. 2017) only gave scores. Sources and terms: `pretrained/LICENSE.md`. Weights are for research
and non-commercial use.

**Training.** {steps:,} steps of {photos} photos with all their captions, the grids of half of them mirrored, {hours}
hours ({precision}; {machine}), seed {seed}{branch}. Label smoothing {smoothing}, dropout {dropout}, Adam. {kept} All
settings are in `config.json`, the learning curve in `log.csv`, and maps of six photos along the training in
`probes.npz`.

## Scores

{scores}
"""


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    scores = folder / "scores.json"
    found = json.loads(scores.read_text(encoding="utf-8")) if scores.exists() else {}
    recipe, branched, variant = config["recipe"], config.get("branched_from"), config["variant"].split(".")[0]
    text = _TEXT.format(
        variant=config["variant"],
        attention=_ATTENTION[variant],
        side=7 if recipe["kind"] == "7" else 14,
        megabytes=(folder / "weights.safetensors").stat().st_size / 1e6,
        vocabulary=config["size"]["vocabulary"],
        learned=_LEARNED[variant].format(**recipe["regularisers"]),
        least=recipe["least"],
        misleads="There is no map." if variant == "none" else _MISLEADS,
        steps=config["steps"],
        photos=recipe["photos"],
        hours=config["hours"],
        precision=config["precision"],
        machine=config["machine"],
        seed=config["seed"],
        branch=f"; branched off `{branched}` at half the steps, which are counted" if branched else "",
        smoothing=recipe["smoothing"],
        dropout=recipe["dropout"],
        kept=_kept(config["dev"].get("averaged", 1)),
        scores=_scores(variant, found) if found else "None kept yet: `python -m attnviz evaluate captions --help`.",
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def _kept(averaged: int) -> str:
    if averaged == 1:
        return "The weights are those of one checkpoint: no mean of several was better on dev."
    return f"The weights are the mean of the last {averaged} checkpoints, the number that was best on dev."


def _scores(variant: str, found: dict[str, dict[str, Any]]) -> str:
    """Tables of what was kept: captions, comparisons with other variants, and where it looks."""
    written = [(result, result["scores"]) for result in found.values() if "bleu-4" in result["scores"]]
    lines: list[str] = []
    if written:
        head = ["split", "photos", *(f"BLEU-{n}" for n in range(1, 5)), "CIDEr-D", "ROUGE-L", "distinct", "coverage"]
        lines += [
            "Captions against what five people wrote. BLEU with the brevity penalty; in the paper's way, without:",
            "",
        ]
        lines += [_row(head), _row(["---"] * len(head))]
        for result, scores in written:
            lines.append(_row([result["split"], f"{result['n']:,}", *_figures(scores)]))
            plain = scores["without_brevity_penalty"]
            lines.append(_row(["without", "", *(f"{plain[f'bleu-{n}']:.1f}" for n in range(1, 5)), "", "", "", ""]))
        lines += [""]
    against = [(result, scores["against"]) for result, scores in written if "against" in scores]
    for result, other in against:
        lines += [
            f"On {result['split']}, {other['variant']} has BLEU-4 {other['bleu-4']['value']:.1f} and CIDEr-D "
            f"{other['cider']['value']:.1f}; this variant has more in {other['bleu-4']['share_of_wins']:.1%} and "
            f"{other['cider']['share_of_wins']:.1%} of {other['samples']:,} drawings of the photos (paired bootstrap).",
            "",
        ]
    lines += _where_it_looks(variant, found)
    return "\n".join([*lines, "Every figure with the command that made it: `scores.json`."])


def _figures(scores: dict[str, Any]) -> list[str]:
    coverage = scores.get("coverage")
    return [
        *(f"{scores[name]:.1f}" for name in ("bleu-1", "bleu-2", "bleu-3", "bleu-4", "cider", "rouge-l")),
        f"{scores['distinct']:.0%}",
        "-" if coverage is None else f"{coverage:.1f}",
    ]


def _where_it_looks(variant: str, found: dict[str, dict[str, Any]]) -> list[str]:
    looked = [
        (str(result["split"]), result["scores"]["regions"])
        for result in found.values()
        if result["scores"].get("regions", {}).get("n")
    ]
    if not looked:
        return []
    lines = [
        "Where it looks, captions of people forced: how often the strongest place of a phrase's map lies in a box that "
        "people drew for it (pointing), and how much of the weight does (correctness), each beside guesses that need "
        "no model.",
        "",
        "| split, phrases | n | pointing | centre | random | correctness | centred Gaussian | uniform |",
        _row(["---"] * 8),
    ]
    for split, regions in looked:
        lines.append(_looked(f"{split}, all", regions))
        lines.append(_looked(f"{split}, small (at most a quarter of the cells)", regions["small"]))
        lines += [_looked(f"{split}, {name}", one) for name, one in regions.get("by_type", {}).items()]
    told = "The sentinel's share of the weight is on no place, so correctness is not comparable with other variants."
    return [*lines, "", *([told, ""] if variant == "adaptive" else [])]


def _looked(name: str, one: dict[str, Any]) -> str:
    figures = ("pointing", "pointing_centre", "pointing_random")
    weights = ("correctness", "correctness_gaussian", "correctness_uniform")
    numbers = ("-" if one.get(figure) is None else f"{one[figure]:.3f}" for figure in (*figures, *weights))
    return _row([name, f"{one['n']:,}", *numbers])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
