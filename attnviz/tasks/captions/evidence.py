"""How far a map over a photo can be believed: how often it points at what a phrase speaks of, beside guesses that need
no model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attnviz.analysis.wording import listed
from attnviz.tasks import differences
from attnviz.tasks.base import Evidence, Row
from attnviz.tasks.captions.about import TASK

POINTING, INSIDE = "Pointing", "Weight inside"
CENTRE, RANDOM = "picture's centre", "random cell"
BEFORE, NEXT, MEAN = "map of the word before", "map of the next word", "photo's mean map"

_TEXTS = {
    "captions.test": "test photos (Flickr8k)",
    "captions.extradev": "ordinary photos, on which choices were made (COCO)",
}
_OUTPUTS = {
    "bleu-4": "BLEU-4",
    "bleu-3": "BLEU-3",
    "bleu-2": "BLEU-2",
    "bleu-1": "BLEU-1",
    "cider": "CIDEr-D",
    "rouge-l": "ROUGE-L",
}
_COMPARED = ("cider", "bleu-4")

_HOW = """A map shows where the model looked, which need not be why it chose the word. Whether it looked at the right
place was measured on photos that it had not seen. People drew boxes around what a phrase of a caption speaks of; the
model was made to write that caption.

- **Pointing**: how often does the strongest place of the phrase's map lie in such a box? 1 is best.
- **Weight inside**: how much of the weight lies in the boxes? 1 is best.

Compare each figure with what needs no model: always pointing at the picture's centre, where photographers put things,
or at a random cell. For the weight inside, the picture's centre stands for a map with a soft spot there, and a random
cell for a map that is the same everywhere. Where these are as good, the map tells you nothing about the place. Small
things, which take at most a quarter of the photo, are the harder test: there the centre helps little."""
_WHOSE = """Does a map belong to its own word? The maps of the words before and after it were held to the same boxes:
where they are as good, a map tells you of the phrase or of the photo, not of the word."""
_MEAN_MAP = """The photo's mean map is one map for all words. What a word's own map has more than that is due to the
word; the rest is what catches the eye in the photo, whatever the word is."""

_SCORED = {
    "hard": "For the hard variant, the distribution is scored, from which its cell is taken.",
    "adaptive": "For the adaptive variant, the share ∅ of the weight lies on no place, so less of its weight can lie "
    "inside the boxes than for the other variants.",
}
_FIGURES: dict[str, tuple[str, dict[str, str]]] = {  # a figure: its name in the scores, and those of its baselines
    POINTING: (
        "pointing",
        {
            BEFORE: "pointing_previous",
            NEXT: "pointing_next",
            MEAN: "pointing_mean",
            CENTRE: "pointing_centre",
            RANDOM: "pointing_random",
        },
    ),
    INSIDE: ("correctness", {CENTRE: "correctness_gaussian", RANDOM: "correctness_uniform"}),
}


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How good the captions of a variant are, on unseen photos first. scores: the content of `scores.json`."""
    results = sorted(differences.one_a_set(scores), key=lambda result: str(result["split"]) != TASK.split)
    return tuple(
        Row(called, _TEXTS.get(result["split"], result["split"]), result["n"], result["scores"][figure], {})
        for result in results
        for figure, called in _OUTPUTS.items()
        if figure in result["scores"]
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    rows: list[Row] = []
    gains: list[str] = []
    for result in scores.values() if about and about.attentive else ():
        # both files of a split give the same regions
        rows += [row for row in _rows(result) if row not in rows]
        gains += [gain for gain in _gains(result) if gain not in gains]
    sets = differences.kept(scores, _TEXTS)
    compared = tuple(
        difference
        for figure in _COMPARED
        for difference in differences.differences(TASK, variant, sets, figure, _OUTPUTS[figure])
    )
    if not rows or about is None:
        return Evidence(compared=compared)
    told = [*gains, *_comparisons(rows), *([_SCORED[about.name]] if about.name in _SCORED else [])]
    return Evidence(_how(rows), tuple(rows), tuple(told), compared=compared)


def _how(rows: Sequence[Row]) -> str:
    """What the rows are; of the maps of other words only where they were scored."""
    baselines = {name for row in rows for name in row.baselines}
    return "\n\n".join(
        [_HOW, *([_WHOSE] if {BEFORE, NEXT} & baselines else []), *([_MEAN_MAP] if MEAN in baselines else [])]
    )


def _rows(result: Mapping[str, Any]) -> Iterator[Row]:
    for figure, (own, baselines) in _FIGURES.items():
        for name, means in _sets(result):
            if own in means:
                there = {called: means[other] for called, other in baselines.items() if other in means}
                yield Row(figure, name, means["n"], means[own], there, counted="phrases")


def _gains(result: Mapping[str, Any]) -> Iterator[str]:
    """How much of the pointing is due to the word."""
    for name, means in _sets(result):
        if "specificity" in means:
            yield (
                f"**{POINTING}, {name}**: a phrase's own map points at the right place in {means['pointing']:.1%} of "
                f"cases, the photo's mean map in {means['pointing_mean']:.1%}. So {100 * means['specificity']:.1f} "
                f"points are due to the word (the own map is better in {means['specificity_wins']:.1%} of random "
                "drawings of the photos)."
            )


def _sets(result: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was scored, all things and small ones, each with its figures."""
    regions = result.get("scores", {}).get("regions", {})
    split = str(result.get("split", "")).removeprefix("captions.").removeprefix("regions.")
    yield f"all things, {split}", regions
    yield f"small things, {split}", regions.get("small", {})


def _comparisons(rows: Sequence[Row]) -> Iterator[str]:
    """Where a guess that needs no model, or another map, is at least as good as the map."""
    for row in rows:
        as_good = [
            f"a {name}" if name == RANDOM else f"the {name}"
            for name, value in row.baselines.items()
            if row.value is not None and value is not None and value >= row.value
        ]
        if as_good:
            verb = "is" if len(as_good) == 1 else "are"
            yield f"**{row.figure}, {row.set}**: {listed(as_good)} {verb} as good as this map, or better."
