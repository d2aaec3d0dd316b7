"""Energies on their way to weights, and what the change of one of them does."""

import math

import numpy as np
import pytest

from attnviz import service
from attnviz.analysis.energies import changed, softmax
from attnviz.attention import SUBWORDS
from attnviz.errors import InputError
from attnviz.web.panels.steps import LARGEST_CHANGE, VARIANT

TASK = next(iter(service.TASKS.values()))
SOURCE = TASK.examples[0].inputs[0]


def test_a_softmax_is_its_formula_and_bears_large_energies() -> None:
    energies = [1.0, -2.0, 0.5]
    total = sum(math.exp(energy) for energy in energies)
    assert softmax(energies) == pytest.approx([math.exp(energy) / total for energy in energies])
    assert softmax([10_000.0, 0.0]).tolist() == [1.0, 0.0]


def test_a_change_of_one_energy_changes_its_row_alone_and_the_row_still_sums_to_1() -> None:
    energies = np.array([[0.0, 1.0, 2.0], [3.0, 0.0, 0.0]])
    own = np.array([softmax(row) for row in energies])
    weights, row = changed(own, energies, 0, 2, math.log(2))
    powers = [1.0, math.e, 2 * math.e**2]
    assert weights[0] == pytest.approx([power / sum(powers) for power in powers], abs=1e-6)
    assert weights[1] == pytest.approx(own[1], abs=1e-6)
    assert row.tolist() == pytest.approx([0, 1, 2 + math.log(2)]) and energies[0, 2] == 2.0
    assert changed(own, energies, 0, 2, 0.0)[0] == pytest.approx(own, abs=1e-6)


def test_what_a_model_computes_inside_is_what_its_reading_shows() -> None:
    output = service.read(TASK.name, VARIANT, SOURCE).output.text
    inside = service.inside(TASK.name, VARIANT, SOURCE, output)
    attention = inside.reading.map(SUBWORDS)
    assert attention is not None
    shown = np.column_stack([attention.weights, attention.rest])
    assert np.array([softmax(row) for row in inside.energies]) == pytest.approx(shown, abs=1e-4)
    assert inside.contexts == pytest.approx(inside.weights @ inside.states, abs=1e-3)
    assert len(inside.queries) == len(inside.alternatives) == len(attention.queries)
    for place, (label, group) in enumerate(zip(attention.queries.labels, attention.queries.groups, strict=True)):
        if attention.queries.groups.index(group) == place:
            assert inside.alternatives[place] == inside.reading.output.alternatives[group], label


def test_weights_of_changed_energies_change_what_would_be_written() -> None:
    output = service.read(TASK.name, VARIANT, SOURCE).output.text
    own = service.inside(TASK.name, VARIANT, SOURCE, output)
    query = int(own.weights.max(axis=1).argmax())
    weights, _ = changed(own.weights, own.energies, query, int(own.weights[query].argmax()), -10.0)
    other = service.inside(TASK.name, VARIANT, SOURCE, output, weights={SUBWORDS: weights})
    assert other.weights[query] == pytest.approx(weights[query], abs=1e-6)
    assert other.alternatives[:query] == own.alternatives[:query]
    assert other.alternatives[query] != own.alternatives[query]


def test_the_energy_of_every_lever_makes_the_model_write_another_word() -> None:
    task, tour = service.tour()
    levers = service.levers()
    assert set(levers) == {example.name for example in task.examples}
    for name, (written, read) in levers.items():
        example = task.example(name)
        assert example is not None
        (source,) = example.inputs
        output = service.read(task.name, tour.variant, source).output.text
        own = service.inside(task.name, VARIANT, source, output)
        attention = own.reading.map(SUBWORDS)
        assert attention is not None
        query, key = attention.queries.labels.index(written), attention.keys.labels.index(read)
        weights, _ = changed(own.weights, own.energies, query, key, LARGEST_CHANGE / 2)
        other = service.inside(task.name, VARIANT, source, output, weights={SUBWORDS: weights})
        before, after = own.alternatives[query][0], other.alternatives[query][0]
        assert before.text == written and after.text != written, name
        assert math.exp(after.logprob) > 0.6, name


def test_a_variant_without_attention_has_no_energies() -> None:
    (without,) = [variant.name for variant in TASK.variants if not variant.attentive]
    with pytest.raises(InputError, match="no energies"):
        service.inside(TASK.name, without, SOURCE, "A woman.")
