"""The sentences that say what a comparison shows: each follows from the readings' own numbers."""

from dataclasses import replace

import numpy as np
import pytest

from attnviz import service
from attnviz.analysis.wording import sentence_case
from attnviz.reading import Pieces, Reading
from attnviz.web.panels import side_by_side

TRANSLATION, ENTAILMENT = service.TASKS["translation"], service.TASKS["entailment"]
SENTENCE = "Un chien noir dort."


@pytest.fixture(scope="module")
def readings() -> dict[str, Reading]:
    return {name: service.read("translation", name, SENTENCE) for name in ("additive", "general", "none")}


def wrote(reading: Reading, text: str) -> Reading:
    """The same reading with another output, and without maps."""
    labels = tuple(text.split())
    return replace(reading, output=Pieces(text, labels, tuple((label,) for label in labels)), maps=(), hypotheses=())


def test_it_says_where_the_outputs_part_and_who_writes_what(readings: dict[str, Reading]) -> None:
    first, second, third = readings.values()
    told = side_by_side.told(TRANSLATION, [wrote(first, "a b c"), wrote(second, "a x c"), wrote(third, "a b d")])
    assert told.startswith("All write the same up to word 1; then additive and “no attention” write “b”, and general ")
    assert "general writes “x”. There is no map of “additive”, “general” and “no attention”." in told
    told = side_by_side.told(TRANSLATION, [wrote(first, "a b"), wrote(second, "a")])
    assert told.startswith("Both write the same up to word 1; then additive writes “b”, and general writes no more.")
    told = side_by_side.told(TRANSLATION, [wrote(first, "a b"), wrote(second, "a  b")])
    assert told.startswith("The outputs differ in their spaces alone.")
    told = side_by_side.told(TRANSLATION, [wrote(first, "a"), wrote(second, "b")])
    assert told.startswith("They differ from the start: additive writes “a”, and general writes “b”.")


def test_it_says_which_variant_is_surest_of_the_same_output(readings: dict[str, Reading]) -> None:
    forced = [service.read("translation", name, SENTENCE, target="A black dog sleeps.") for name in readings]
    by_sure = sorted(forced, key=lambda one: one.output.logprob or 0.0)
    names = {"no attention": "“no attention”"}
    told = side_by_side.told(TRANSLATION, forced)
    assert told.startswith("All variants are made to write the same translation, and ")
    for one, how in ((by_sure[-1], "is surest"), (by_sure[0], "least sure")):
        assert f"{names.get(one.name, one.name)} {how}" in told
        assert f"{one.output.logprob:.2f}".replace("-", "−") in told


def test_it_says_which_map_is_sharper(readings: dict[str, Reading]) -> None:
    pair = [readings["additive"], readings["general"]]
    spread = {}
    for one in pair:
        attention = one.maps[0]
        whole = np.c_[attention.weights, attention.rest]
        rows = whole / whole.sum(axis=1, keepdims=True)
        terms = np.where(rows > 0, rows * np.log(np.where(rows > 0, rows, 1)), 0)
        spread[one.name] = float(np.exp(-terms.sum(axis=1)).mean())
    few, many = sorted(spread, key=spread.__getitem__)
    told = side_by_side.told(TRANSLATION, pair)
    fewer = f"{few} looks at fewer words at a time ({spread[few]:.1f}) than {many} ({spread[many]:.1f})."
    assert sentence_case(fewer) in told


def test_labels_are_named_with_how_sure_each_variant_is() -> None:
    pair = ("A dog runs.", "An animal moves.")
    read = [service.read("entailment", name, pair) for name in ("word_by_word", "none")]
    told = side_by_side.told(ENTAILMENT, read)
    if read[0].output.text == read[1].output.text:
        assert told.startswith(f"Both variants say “{read[0].output.text}”, and ")
        assert all(f"{one.probabilities[one.output.text]:.0%}" in told for one in read)
    other = replace(read[1], output=replace(read[1].output, text="contradiction"))
    told = side_by_side.told(ENTAILMENT, [replace(read[0], output=replace(read[0].output, text="neutral")), other])
    assert told.startswith("The variants disagree: word-by-word says “neutral”, and “no attention” says")
