"""How far a map over time can be believed: whether the model listened while a phoneme was spoken, beside guesses that
need no model."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from attnviz.tasks import differences
from attnviz.tasks.base import Evidence, Row
from attnviz.tasks.speech.about import OWN_FOCUS, TASK

ERRORS = "Phoneme error rate"
MASS, CENTRE = "Weight inside", "Distance in ms"
NEAR = 40.0  # ms, about half of how long a phoneme lasts: where a centre is nearer than that, it lies inside
UNIFORM, LINEAR = "everywhere alike", "evenly spaced"
WINDOW = next(focus for focus in TASK.focuses if focus.finds_place)

_HOW = """A map shows when the model listened, which need not be why it wrote the phoneme. Whether it listened at the
right time was measured on recordings that it had not heard; the model was made to write what was said. A program found
out when each phoneme was spoken, so these times are off by 10 ms or more.

- **Weight inside**: how much of a phoneme's weight lies within the time in which it was spoken? 1 is best.
- **Distance in ms**: how far is the centre of the weights from the middle of that time? This is the median, so half of
  the phonemes have less. 0 is best. Only phonemes count that the model would have written itself.

Compare each figure with two guesses that need no model: that everywhere is listened to alike, and that the phonemes are
evenly spaced over the recording."""
_FIGURES: Mapping[str, str] = {MASS: "mass", CENTRE: "centre_ms"}
_SETS = {
    "test": "test, other speakers",
    "test_seen": "test, speakers it learned from",
    "test_nonnative": "test, learners of English",
}


def outputs(scores: Mapping[str, Any]) -> tuple[Row, ...]:
    """How many phonemes of a variant are wrong, on each set. scores: the content of `scores.json`."""
    splits = {str(result["split"]).rpartition(":")[2]: result for result in scores.values()}
    kept = [(name, splits[name]) for name in _SETS if "per" in splits.get(name, {}).get("scores", {})]
    return tuple(Row(ERRORS, _SETS[name], result["n"], result["scores"]["per"], {}, "lower") for name, result in kept)


def evidence(variant: str, scores: Mapping[str, Any]) -> Evidence:
    """What the scores of a bundle say about this variant. scores: the content of `scores.json`."""
    about = TASK.variant(variant)
    sets = differences.kept(scores, {f"utts:{split}": called for split, called in _SETS.items()})
    compared = tuple(differences.differences(TASK, variant, sets, "per", ERRORS, "lower"))
    if about is None or not about.attentive:
        return Evidence(compared=compared)
    rows = tuple(row for result in scores.values() for row in _rows(result))
    long = (sentence for result in scores.values() for sentence in _long(result))
    told = (*_comparisons(rows), *_spread(rows), *long)
    return Evidence(_HOW if rows else "", rows, told, compared=compared)


def _rows(result: Mapping[str, Any]) -> Iterator[Row]:
    times = result.get("scores", {}).get("times") or {}
    for figure, name in _FIGURES.items():
        if name in times:
            baselines = {UNIFORM: times[f"{name}_uniform"], LINEAR: times[f"{name}_linear"]}
            split = str(result["split"]).rpartition(":")[2]
            better: Literal["higher", "lower"] = "higher" if figure == MASS else "lower"
            yield Row(figure, _SETS.get(split, split), times["n"], times[name], baselines, better, "phonemes")


def _comparisons(rows: tuple[Row, ...]) -> Iterator[str]:
    """Where a guess that needs no model is at least as good as the map."""
    for row in rows:
        for name, value in row.baselines.items():
            if row.value is None or value is None:
                continue
            if value >= row.value if row.better == "higher" else value <= row.value:
                yield f"**{row.figure}, {row.set}**: listening {_told(name)} is as good as this map, or better."


def _spread(rows: tuple[Row, ...]) -> Iterator[str]:
    """Why little of a map's weight lies inside a phoneme though its centre does, on the first set where that is so."""
    by_figure = {figure: {row.set: row.value for row in rows if row.figure == figure} for figure in (MASS, CENTRE)}
    for name in _SETS.values():
        mass, centre = (by_figure[figure].get(name) for figure in (MASS, CENTRE))
        if mass is not None and centre is not None and mass < 0.5 and centre < NEAR:
            yield (
                f"**Near, but little inside** ({name}): the centre is {centre:.0f} ms from the middle, yet only "
                f"{mass:.1%} of the weight lies inside. Each row is spread over more moments than a phoneme lasts, "
                "evenly to both sides: so its centre is right, and most of its weight lies beside the phoneme."
            )
            return


def _long(result: Mapping[str, Any]) -> Iterator[str]:
    """What becomes of the phoneme error rate where many recordings are joined, with the own focus and with a window."""
    joined = result.get("scores", {}).get("joined", {})
    own, window = (joined.get(focus, {}) for focus in (OWN_FOCUS, WINDOW.name))
    if len(own) < 2:
        return
    few, many = min(own, key=int), max(own, key=int)
    whole, near = (f"{errors[many]['per']:.0%}" if many in errors else "" for errors in (own, window))
    within = f", {'and as many' if near == whole else f'or {near}'} with “{WINDOW.called}”" if near else ""
    beyond = " (above 100%, because it writes more than was said)" if own[many]["per"] > 1 else ""
    yield (
        f"**Long recordings** ({result['split']}, {result['n']:,} lists of recordings of one speaker): where "
        f"{_number(few)} is read, {own[few]['per']:.0%} of the phonemes are wrong, left out or too many; where {many} "
        f"are joined and read whole, {whole}{beyond}{within}."
    )


def _number(few: str) -> str:
    return "one recording" if few == "1" else f"{few} joined recordings"


def _told(name: str) -> str:
    return name if name == UNIFORM else "to phonemes evenly spaced"
