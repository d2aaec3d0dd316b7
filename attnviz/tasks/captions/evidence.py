"""How far a map over a photo can be believed: how often it points at what a phrase speaks of, beside guesses that need
no model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attnviz.tasks.base import Evidence, Row
from attnviz.tasks.captions.about import TASK

POINTING, INSIDE = "Pointing", "Weight inside"
CENTRE, RANDOM = "picture's centre", "random cell"

_TEXTS = {"captions.test": "test photos (Flickr8k)"}
_OUTPUTS = {
    "bleu-4": "BLEU-4",
    "bleu-3": "BLEU-3",
    "bleu-2": "BLEU-2",
    "bleu-1": "BLEU-1",
    "cider": "CIDEr-D",
    "rouge-l": "ROUGE-L",
}

_HOW = """A map shows where the model looked, which need not be why it chose the word. Whether it looked at the right
place was measured on photos that it had not seen. People drew boxes around what a phrase of a caption speaks of; the
model was made to write that caption.

- **Pointing**: how often does the strongest place of the phrase's map lie in such a box? 1 is best.
- **Weight inside**: how much of the weight lies in the boxes? 1 is best.

Compare each figure with what needs no model: always pointing at the picture's centre, where photographers put things,
or at a random cell. For the weight inside, the picture's centre stands for a map with a soft spot there, and a random
cell for a map that is the same everywhere. Where these are as good, the map tells you nothing about the place. Small
things, which take at most a quarter of the photo, are the harder test: there the centre helps little."""

_SCORED = {
    "hard": "For the hard variant, the distribution is scored, from which its cell is taken.",
    "adaptive": "For the adaptive variant, the share ∅ of the weight lies on no place, so less of its weight can lie "
    "inside the boxes than for the other variants.",
}
_THINGS = ("all things", "small things")
_FIGURES = {  # the figure: the names in the scores of its value, of the picture's centre and of a random cell
    POINTING: ("pointing", "pointing_centre", "pointing_random"),
    INSIDE: ("correctness", "correctness_gaussian", "correctness_uniform"),
}


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How good the captions of a variant are. scores: the content of `scores.json`."""
    return tuple(
        Row(called, _TEXTS.get(result["split"], result["split"]), result["n"], result["scores"][figure], {})
        for result in scores.values()
        for figure, called in _OUTPUTS.items()
        if figure in result["scores"]
    )


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    rows: list[Row] = []
    for result in scores.values() if about and about.attentive else ():
        rows += [row for row in _rows(result) if row not in rows]  # both files of a split give the same regions
    if not rows or about is None:
        return Evidence()
    told = [*_comparisons(rows), *([_SCORED[about.name]] if about.name in _SCORED else [])]
    return Evidence(_HOW, tuple(rows), tuple(told))


def _rows(result: Mapping[str, Any]) -> Iterator[Row]:
    regions = result.get("scores", {}).get("regions", {})
    split = str(result.get("split", "")).removeprefix("captions.").removeprefix("regions.")
    for figure, (own, centre, random) in _FIGURES.items():
        for things, means in zip(_THINGS, (regions, regions.get("small", {})), strict=True):
            if own in means:
                baselines = {CENTRE: means.get(centre), RANDOM: means.get(random)}
                yield Row(figure, f"{things}, {split}", means["n"], means[own], baselines)


def _comparisons(rows: Sequence[Row]) -> Iterator[str]:
    """Where a guess that needs no model is at least as good as the map."""
    for row in rows:
        as_good = [
            f"the {name}" if name == CENTRE else f"a {name}"
            for name, value in row.baselines.items()
            if row.value is not None and value is not None and value >= row.value
        ]
        if as_good:
            verb = "is" if len(as_good) == 1 else "are"
            yield f"**{row.figure}, {row.set}**: {' and '.join(as_good)} {verb} as good as this map, or better."
