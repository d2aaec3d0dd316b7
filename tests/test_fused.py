"""Operations whose gradients are written out, against torch's own."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.autograd import gradcheck

from attnviz.nn.fused import SharedLinear, SharedRead, SharedRows, smoothed_cross_entropy


def batch(n: int = 7, size: int = 4, classes: int = 5) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(0)
    inputs, weight = torch.randn(n, size, dtype=torch.float64), torch.randn(classes, size, dtype=torch.float64)
    leaves = [x.requires_grad_() for x in (inputs, weight, torch.randn(classes, dtype=torch.float64))]
    return leaves[0], leaves[1], leaves[2], torch.arange(n) % classes


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("rows", [1, 3, 7, 128])
def test_cross_entropy_and_gradients_are_torchs_however_many_rows_are_held(smoothing: float, rows: int) -> None:
    inputs, weight, bias, targets = batch()
    leaves = (inputs, weight, bias)
    smooth, plain = smoothed_cross_entropy(*leaves, targets, smoothing, rows)
    logits = F.linear(*leaves)
    expected = F.cross_entropy(logits, targets, reduction="sum", label_smoothing=smoothing)
    torch.testing.assert_close(smooth, expected)
    torch.testing.assert_close(plain, F.cross_entropy(logits, targets, reduction="sum"))
    for ours, theirs in zip(
        torch.autograd.grad(smooth * 3, leaves), torch.autograd.grad(expected * 3, leaves), strict=True
    ):
        torch.testing.assert_close(ours, theirs)


def test_cross_entropy_passes_gradcheck() -> None:
    inputs, weight, bias, targets = batch()
    assert gradcheck(lambda *leaves: smoothed_cross_entropy(*leaves, targets, 0.1, 3)[0], (inputs, weight, bias))


def test_the_plain_sum_carries_no_gradient() -> None:
    inputs, weight, bias, targets = batch()
    smooth, plain = smoothed_cross_entropy(inputs, weight, bias, targets, 0.1)
    assert smooth.requires_grad and not plain.requires_grad


def test_cross_entropy_survives_large_logits() -> None:
    inputs, weight, bias, targets = batch()
    smooth, plain = smoothed_cross_entropy(inputs * 1e4, weight, bias, targets, 0.1)
    expected = F.cross_entropy(F.linear(inputs * 1e4, weight, bias), targets, reduction="sum", label_smoothing=0.1)
    torch.testing.assert_close(smooth, expected)
    assert plain.isfinite()


def test_bfloat16_inputs_give_gradients_of_full_precision_weights() -> None:
    inputs, weight, bias, targets = batch()
    coarse = inputs.detach().to(torch.bfloat16).requires_grad_()
    precise = [x.detach().float().requires_grad_() for x in (weight, bias)]
    smooth, _ = smoothed_cross_entropy(coarse, *precise, targets, 0.1, 3)
    expected = F.cross_entropy(F.linear(inputs, weight, bias), targets, reduction="sum", label_smoothing=0.1)
    assert smooth.dtype == torch.float32
    torch.testing.assert_close(smooth.double(), expected, atol=0.1, rtol=0.02)
    wanted = torch.autograd.grad(expected, (inputs, weight, bias))
    for ours, theirs in zip(torch.autograd.grad(smooth, (coarse, *precise)), wanted, strict=True):
        torch.testing.assert_close(ours.double(), theirs, atol=0.15, rtol=0.05)


def chain(use: nn.Module | SharedLinear, start: Tensor, steps: int) -> Tensor:
    outputs = [start]
    for _ in range(steps):
        outputs.append(torch.tanh(use(outputs[-1])) + outputs[0])
    return torch.stack(outputs)


@pytest.mark.parametrize("steps", [1, 2, 5])
def test_shared_linear_is_linear_over_a_chain_of_steps(steps: int) -> None:
    torch.manual_seed(0)
    layer = nn.Linear(4, 4).double()
    start = torch.randn(3, 4, dtype=torch.float64, requires_grad=True)
    leaves = (start, layer.weight, layer.bias)
    shared, plain = chain(SharedLinear(layer), start, steps), chain(layer, start, steps)
    torch.testing.assert_close(shared, plain)
    # weigh every output differently, so that each step's part is told apart
    scale = torch.randn_like(plain)
    for ours, theirs in zip(
        torch.autograd.grad((shared * scale).sum(), leaves),
        torch.autograd.grad((plain * scale).sum(), leaves),
        strict=True,
    ):
        torch.testing.assert_close(ours, theirs, atol=1e-6, rtol=1e-6)


def test_shared_linear_adds_to_a_gradient_that_is_there() -> None:
    torch.manual_seed(0)
    layer = nn.Linear(4, 4).double()
    start = torch.randn(3, 4, dtype=torch.float64)
    chain(SharedLinear(layer), start, 3).sum().backward()
    assert layer.weight.grad is not None
    once = layer.weight.grad.clone()
    chain(SharedLinear(layer), start, 3).sum().backward()
    torch.testing.assert_close(layer.weight.grad, 2 * once)


def looks(read: SharedRead | None, rows: SharedRows | None, values: Tensor, query: Tensor) -> Tensor:
    """Attention over five steps, each fed by the one before, with ever fewer rows."""
    queries = []
    for count in (4, 4, 3, 3, 1):
        query = query[:count]
        keys = rows(count) if rows else values[:count]
        weights = torch.softmax(torch.bmm(keys, query.unsqueeze(2)).squeeze(2), dim=1)
        context = read(weights) if read else torch.bmm(weights.unsqueeze(1), values[:count]).squeeze(1)
        query = torch.tanh(context + query)
        queries.append(query)
    return torch.cat(queries)


@pytest.mark.parametrize("shared", ["read", "rows", "both"])
def test_shared_reads_and_rows_are_products_and_slices_with_ever_fewer_rows(shared: str) -> None:
    torch.manual_seed(0)
    leaves = [torch.randn(4, 6, 5, dtype=torch.float64), torch.randn(4, 5, dtype=torch.float64)]
    values, query = (leaf.requires_grad_() for leaf in leaves)
    read = SharedRead(values) if shared != "rows" else None
    rows = SharedRows(values) if shared != "read" else None
    ours, theirs = looks(read, rows, values, query), looks(None, None, values, query)
    torch.testing.assert_close(ours, theirs)
    scale = torch.randn_like(ours)
    for mine, wanted in zip(
        torch.autograd.grad((ours * scale).sum(), leaves),
        torch.autograd.grad((theirs * scale).sum(), leaves),
        strict=True,
    ):
        torch.testing.assert_close(mine, wanted)
