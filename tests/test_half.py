"""Products with float16 weights: the numbers of the layers that they stand for, and where they are left alone."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from copy import deepcopy
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from attnviz import service
from attnviz.nn import half
from attnviz.nn.half import FEWEST, HalfLinear, halve
from attnviz.reading import Hypothesis, Reading
from attnviz.tasks.base import source_of
from tests.french import FRENCH
from tests.small import small_model

needs_fbgemm = pytest.mark.skipif(not half.has_fbgemm(), reason="needs FBGEMM")


def float16_(model: nn.Module) -> nn.Module:
    """The model with its numbers rounded as those of a bundle are."""
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(value.half().float())
    return model


def layer(inputs: int, outputs: int, bias: bool = True) -> nn.Linear:
    torch.manual_seed(inputs + outputs)
    return float16_(nn.Linear(inputs, outputs, bias))  # type: ignore[return-value]


def halved(plain: nn.Linear) -> nn.Module:
    model = nn.Sequential(deepcopy(plain))
    halve(model)
    return model[0]


@needs_fbgemm
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(1,), (5,), (40,), (3, 7), (0,)])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, FEWEST), (24, 96), (640, 1537)])
def test_a_product_is_that_of_the_layer(inputs: int, outputs: int, shape: tuple[int, ...], bias: bool) -> None:
    plain = layer(inputs, outputs, bias)
    packed = halved(plain)
    assert isinstance(packed, HalfLinear)
    x = torch.randn(*shape, inputs)
    with torch.inference_mode():
        torch.testing.assert_close(packed(x), plain(x), rtol=1e-5, atol=1e-5)
        turned = torch.randn(inputs, *shape).movedim(0, -1)  # rows that don't lie one after another
        torch.testing.assert_close(packed(turned), plain(turned), rtol=1e-5, atol=1e-5)


@needs_fbgemm
def test_gradients_are_those_of_the_layer_and_its_parameters_stay() -> None:
    plain = layer(8, 32)
    packed = halved(plain)
    assert {name: value.shape for name, value in packed.state_dict().items()} == {
        name: value.shape for name, value in plain.state_dict().items()
    }
    x = torch.randn(3, 8)
    for each in (plain, packed):
        torch.autograd.backward(each(x).square().sum())
    assert torch.equal(packed.weight.grad, plain.weight.grad) and torch.equal(packed.bias.grad, plain.bias.grad)  # type: ignore[arg-type]


@needs_fbgemm
def test_other_precisions_are_multiplied_by_the_layer() -> None:
    packed = halved(layer(8, 32))
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        assert packed(torch.randn(3, 8).bfloat16()).dtype == torch.bfloat16


@pytest.mark.parametrize(
    "plain",
    [
        layer(8, FEWEST - 1),
        nn.Linear(8, 32),  # weights of no float16
        layer(8, 32).double(),
        layer(8, 32).to("meta"),  # as on any device but the CPU
    ],
    ids=["few outputs", "not float16", "double", "other device"],
)
def test_a_layer_that_would_gain_nothing_or_change_its_numbers_is_left_alone(plain: nn.Linear) -> None:
    model = nn.Sequential(plain)
    halve(model)
    assert model[0] is plain


def test_too_large_a_weight_is_no_float16() -> None:
    plain = layer(8, 32)
    with torch.no_grad():
        plain.weight[0, 0] = 70_000
    model = nn.Sequential(plain)
    halve(model)
    assert model[0] is plain


def test_without_fbgemm_the_numbers_are_those_of_the_layers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(half, "has_fbgemm", lambda: False)
    model = float16_(small_model("additive"))
    before = list(model.modules())
    halve(model)
    assert list(model.modules()) == before and model.decoder.output is None  # type: ignore[union-attr]


@needs_fbgemm
def test_the_output_layer_that_shares_the_embedding_is_halved_too() -> None:
    model: Any = float16_(small_model("additive"))
    readout = torch.randn(5, model.embedding.embedding_dim)
    with torch.inference_mode():
        plain = model.decoder.logits(readout)
        halve(model)
        assert model.decoder.output is not None
        torch.testing.assert_close(model.decoder.logits(readout), plain)
    names = {name for name, _ in small_model("additive").named_parameters()}
    assert {name for name, _ in model.named_parameters()} == names


@needs_fbgemm
def test_threads_share_a_layer() -> None:
    packed = halved(layer(64, 128))
    rows = [torch.randn(5, 64) for _ in range(8)]

    def products(x: Tensor) -> list[Tensor]:
        with torch.inference_mode():
            return [packed(x) for _ in range(50)]

    with ThreadPoolExecutor(4) as threads:
        for x, results in zip(rows, threads.map(products, rows), strict=True):
            with torch.inference_mode():
                assert all(torch.equal(result, packed(x)) for result in results)


def test_nothing_warns_while_a_model_is_loaded_and_read_with() -> None:
    """A fresh process, because torch warns only once."""
    code = "import attnviz; attnviz.load('translation', 'additive').read('Oui !')"
    command = [sys.executable, "-W", "error", "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert (found.returncode, found.stderr) == (0, "")


# What is committed reads the same with and without.


def sources(task: str) -> list[Any]:
    examples = [source_of(one.inputs) for one in service.TASKS[task].examples]
    return FRENCH if task == "translation" else examples[:2]


@needs_fbgemm
@pytest.mark.parametrize(
    ("task", "variant"), [(task, variant) for task in service.TASKS for variant in service.variants(task)]
)
def test_readings_are_those_of_the_layers(task: str, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The n best texts are the same, but where two of their scores nearly are; scores and maps are within 1e-5."""
    load = import_module(f"attnviz.tasks.{task}.reader").load
    fast = load(variant)
    monkeypatch.setattr(half, "halve", lambda model: None)
    plain = load(variant)
    assert any(isinstance(part, HalfLinear) for part in fast.model.modules())
    assert not any(isinstance(part, HalfLinear) for part in plain.model.modules())
    for source in sources(task):
        ours, theirs = fast.read(source), plain.read(source)
        if any(a.score - b.score < 1e-4 for a, b in pairwise(theirs.hypotheses)):
            continue
        assert [one.output.text for one in written(ours)] == [one.output.text for one in written(theirs)]
        for one, other in zip(written(ours), written(theirs), strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-5)
            for map_, plain_map in zip(one.maps, other.maps, strict=True):
                np.testing.assert_allclose(map_.weights, plain_map.weights, atol=1e-5)


def written(reading: Reading) -> tuple[Reading | Hypothesis, ...]:
    """The n best, or the reading itself where it is a label."""
    return reading.hypotheses or (reading,)
