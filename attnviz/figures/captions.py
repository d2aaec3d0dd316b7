"""The caption of a figure for paper: what is drawn, by which bundle, with which settings and on which scale."""

from collections.abc import Sequence

from attnviz.figures import maps
from attnviz.reading import SUBWORDS, Reading

# Said in a sentence of its own, or told on the page.
_NOT_SETTINGS = ("forced", "notes")


def caption(readings: Sequence[Reading], *, stretch: bool, subwords: bool, difference: bool = False) -> str:
    """Task, variants with the first 12 characters of their bundles' digests, settings, scale and merge rule.

    It says where an output was forced, and which variants have no map. With `difference`, `readings` are the two whose
    maps are subtracted.
    """
    sentences = [
        f"Attention in {readings[0].task}: {' and '.join(_variant(reading) for reading in readings)}",
        "Rows are the output, columns the input",
    ]
    forced = [reading.variant for reading in readings if reading.provenance.settings.get("forced")]
    if forced:
        sentences.append(f"The output was given, not chosen by the model ({', '.join(forced)})")
    absent = [reading.variant for reading in readings if not reading.maps]
    if absent:
        sentences.append(f"{', '.join(absent)}: no attention, no map")
    if len(absent) < len(readings):
        sentences.append(_scale(readings, stretch, difference))
        if any(maps.has_rest(attention) for reading in readings for attention in reading.maps):
            sentences.append(f"{maps.REST_LABEL} is {maps.REST_NAME}")
        if subwords:
            sentences.append("Rows and columns are the model's own subwords")
        elif any(reading.map(SUBWORDS) for reading in readings):
            sentences.append("Columns of a word's subwords are summed, rows averaged")
    return ". ".join(sentences) + "."


def _variant(reading: Reading) -> str:
    settings = reading.provenance.settings
    shown = [f"{name.replace('_', ' ')} {value}" for name, value in settings.items() if name not in _NOT_SETTINGS]
    return f"{reading.variant} ({'; '.join([f'bundle {reading.provenance.digest[:12]}', *shown])})"


def _scale(readings: Sequence[Reading], stretch: bool, difference: bool) -> str:
    if difference:
        first, second = (reading.variant for reading in readings)
        end = "stretched to the largest" if stretch else "from -1 to 1"
        return f"Differences of weights, {first} minus {second}, {end}"
    return "Weights from 0, stretched to each map's largest" if stretch else "Weights from 0 to 1"
