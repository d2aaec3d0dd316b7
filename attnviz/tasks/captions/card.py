"""The model card of a caption bundle, written from its config and its scores."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attnviz.analysis.bootstrap import SAMPLES
from attnviz.tasks import card
from attnviz.tasks.captions.about import TASK
from attnviz.tasks.captions.objects import LEAST_AREA
from attnviz.tasks.card import number, table

_WHAT = (
    "An LSTM that writes an English caption of a photo, with {attention}. It reads a grid of {side} x {side} cells "
    "from a frozen CNN (`captions/cnn`, not trained here). It has {size}, and {vocabulary:,} words. In all variants "
    "the query is the state of the step itself; in Xu et al. it is the state before. All variants share the CNN, the "
    "words, the form of the decoder and the recipe. {learned}"
)
_LEARNED = {
    "soft": "The loss has the doubly stochastic term (eq. 14, lambda {doubly_stochastic}).",
    "hard": "While learning, cells are drawn by chance (REINFORCE with a moving baseline, lambda {reinforce}, and an "
    "entropy term, {entropy}); with a chance of {expected}, a photo's captions read the expected context in place of "
    "the sample. The loss has the doubly stochastic term (eq. 14, lambda {doubly_stochastic}). When reading, the "
    "strongest cell is taken. There are two maps: the cell that was read, and the distribution.",
    "adaptive": "There is no gate beta and no doubly stochastic term. The sentinel's share of a word's weight is shown "
    "apart and never redistributed.",
}
_PURPOSE = (
    "It is for seeing attention at work, for teaching, and for experiments on how far a map can be believed. It "
    "doesn't serve those who can't see a photo: its captions are too often wrong."
)
_LIMITS = (
    "It knows people, dogs and sport best: most of its training photos show them, and fewer show ordinary scenes, such "
    "as a kitchen or a street. It names what is rare there as something common, with the same confidence. It counts "
    "badly, reads no writing, and knows nobody. What it says of a person, such as man or woman, is a guess from looks "
    "and habit, and repeats the prejudices of those who wrote the training captions. It writes at most 30 words, and "
    "no word that came less than {least} times in training."
)
_MISLEADS = (
    "A weight says how much of a cell's feature went into a step, not why a word was chosen. A feature has seen far "
    "more of the photo than its own cell. The photo is squashed to a square for the model, and the map is stretched "
    "back."
)
_NO_MAP = "Every word is written from the same mean of the photo's cells: there is nowhere to look."
_DATA = (
    "It learned from the captions and photos of Flickr8k (Hodosh, Young and Hockenmaier 2013), in the official "
    "split, and from ordinary scenes of COCO (Lin et al. 2014; captions under CC BY 4.0), which an epoch shows {coco} "
    "times. The photos belong to their owners and are used for research only: none of them is part of this "
    "repository. Regions of Flickr30k Entities (Plummer et al. 2017) and objects of COCO only gave scores."
)
_SMALL = "small (at most a quarter of the cells)"
_POINTING = {  # figures by their names in the scores
    "pointing": "own map",
    "pointing_previous": "word before",
    "pointing_next": "next word",
    "pointing_mean": "mean map",
    "pointing_centre": "centre",
    "pointing_random": "random",
    "specificity": "specificity",
    "specificity_wins": "above 0",
}
_CORRECTNESS = {
    "correctness": "correctness",
    "correctness_gaussian": "centred Gaussian",
    "correctness_uniform": "uniform",
}


def write_card(folder: Path) -> None:
    """Write `card.md` from the bundle's `config.json` and `scores.json`."""
    config, results = card.read(folder)
    recipe, variant = config["recipe"], TASK.variant(config["variant"])
    assert variant is not None
    steps = (
        f"of {recipe['photos']} photos with all their captions, the grids of half of them mirrored and each as it is "
        f"stored, or in one of {recipe['versions'] - 1} copies that were compressed, blurred and given noise"
    )
    sections = {
        "What it is": _WHAT.format(
            attention=variant.card,
            side=7 if recipe["kind"] == "7" else 14,
            size=card.size(folder),
            vocabulary=config["size"]["vocabulary"],
            learned=_LEARNED.get(variant.name, "").format(**recipe["regularisers"]),
        ),
        "What for": _PURPOSE,
        "What it can't do": _LIMITS.format(least=recipe["least"]),
        **({"Where the map misleads": _MISLEADS} if variant.attentive else {"No map": _NO_MAP}),
        "Data and licence": card.terms(_DATA.format(**recipe)),
        "Training": card.training(
            folder,
            TASK,
            on=steps,
            dev="dev",
            probes="photos" if variant.attentive else None,
        ),
    }
    scores = card.scores(folder, TASK.name, results, _scores(variant.name, results), figure="bleu-4", called="BLEU-4")
    card.write(folder, f"Image captions, {TASK.called(config['variant'])}", sections, scores)


def _scores(variant: str, results: card.Results) -> Iterator[str]:
    """Tables of what was kept: captions, comparisons with other variants, and where it looks."""
    written = [result for result in results.values() if "bleu-4" in result["scores"]]
    if written:
        yield (
            "Captions against what five people wrote. BLEU has the brevity penalty; below it stands BLEU without, as "
            "in the paper:"
        )
        head = ["split", "photos", *(f"BLEU-{n}" for n in range(1, 5)), "CIDEr-D", "ROUGE-L", "distinct", "coverage"]
        yield table(head, [row for result in written for row in _caption_rows(result)])
    for result in written:
        yield from _also(result["split"], result["scores"])
        if "against" in result["scores"]:
            yield _against(result["split"], result["scores"]["against"])
    yield from _where_it_looks(variant, results)


def _caption_rows(result: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    scores = result["scores"]
    names, plain = [f"bleu-{n}" for n in range(1, 5)], scores["without_brevity_penalty"]
    figures = [number(scores[name], 1) for name in (*names, "cider", "rouge-l")]
    rest = [f"{scores['distinct']:.0%}", number(scores.get("coverage"), 1)]
    return (
        [result["split"], f"{result['n']:,}", *figures, *rest],
        ["without", "", *(number(plain[name], 1) for name in names), "", "", "", ""],
    )


def _also(split: str, scores: Mapping[str, Any]) -> Iterator[str]:
    """What was kept of photos on the way of an upload, and of objects."""
    if uploaded := scores.get("as_uploaded"):
        yield (
            f"The photos of {split}, enlarged and read as an upload is, have BLEU-4 {uploaded['bleu-4']:.1f} and "
            f"CIDEr-D {uploaded['cider']:.1f}."
        )
    if (objects := scores.get("objects")) and objects["n"]:
        yield (
            f"Of the {objects['n']:,} objects that people boxed in {split} and that take at least {LEAST_AREA:.0%} of "
            f"their photo, captions name {objects['named']:.1%}."
        )


def _against(split: str, other: Mapping[str, Any]) -> str:
    bleu, cider = other["bleu-4"], other["cider"]
    return (
        f"On {split}, {other['variant']} has BLEU-4 {bleu['value']:.1f} and CIDEr-D {cider['value']:.1f}; this variant "
        f"has more in {bleu['share_of_wins']:.1%} and {cider['share_of_wins']:.1%} of {other['samples']:,} drawings of "
        "the photos (paired bootstrap)."
    )


def _where_it_looks(variant: str, results: card.Results) -> Iterator[str]:
    looked = [
        (str(result["split"]), regions)
        for result in results.values()
        if (regions := result["scores"].get("regions", {})).get("n")
    ]
    if not looked:
        return
    yield (
        "Where it looks when it has to write the captions of people: how often the strongest place of a phrase's map "
        "lies in a box that people drew for it (pointing), beside maps that are not its own and guesses that need no "
        "model."
    )
    yield _regions_table(looked, _POINTING)
    if any("specificity" in regions for _, regions in looked):
        yield (
            "The mean map is one for all words of a photo. What the own map has more is the specificity; it is above 0 "
            f"in the given share of {SAMPLES:,} drawings of the photos (paired bootstrap)."
        )
    yield "How much of the weight lies in the boxes (correctness):"
    yield _regions_table(looked, _CORRECTNESS)
    if variant == "adaptive":
        yield "The sentinel's share of the weight is on no place, so correctness is not comparable with other variants."


def _regions_table(looked: Sequence[tuple[str, Mapping[str, Any]]], figures: Mapping[str, str]) -> str:
    """The figures, by their names in the scores, that any of the regions has: of all phrases, of small things and of
    each type."""
    there = {name: called for name, called in figures.items() if any(name in regions for _, regions in looked)}
    rows = [
        [f"{split}, {phrases}", f"{means['n']:,}", *(number(means.get(name)) for name in there)]
        for split, regions in looked
        for phrases, means in (("all", regions), (_SMALL, regions["small"]), *regions.get("by_type", {}).items())
    ]
    return table(["split, phrases", "n", *there.values()], rows)
