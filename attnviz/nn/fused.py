"""Operations whose gradients are written out, for training on CPUs: they do less work than autograd would.

`SharedLinear`, `SharedRead`, `SharedRows` and `smoothed_cross_entropy` give the numbers of `F.linear`, `bmm`, a slice
and `F.cross_entropy`; tests hold them to it. The shared ones serve every step of one sequence. Their uses must follow
one another: the input of each depends on the output of the one before. Then the backward pass reaches the first use
last, and there the gradient of what is shared is complete.
"""

from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from attnviz.nn.precision import precise

Pairs = list[tuple[Tensor, Tensor]]


class SharedLinear:
    """`x W^T + b`, (batch, inputs) to (batch, outputs), at every step of a sequence. The gradient of W is formed once,
    as a single product over all steps.

    Autograd would form it step by step, from products with few rows, and add it to a buffer of W's size each time.
    """

    def __init__(self, layer: torch.nn.Linear) -> None:
        self._layer = layer
        self._pairs: Pairs = []
        self._uses = 0

    def __call__(self, inputs: Tensor) -> Tensor:
        self._uses += 1
        first = self._uses == 1
        result = _SharedLinear.apply(  # type: ignore[no-untyped-call]
            inputs, self._layer.weight, self._layer.bias, self._pairs, first
        )
        return cast(Tensor, result)


class _SharedLinear(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, inputs: Tensor, weight: Tensor, bias: Tensor, pairs: Pairs, first: bool) -> Tensor:
        ctx.save_for_backward(inputs, weight)
        ctx.pairs, ctx.first = pairs, first
        return F.linear(inputs, weight, bias)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        inputs, weight = ctx.saved_tensors
        pairs: Pairs = ctx.pairs
        pairs.append((inputs, gradient))
        back = (gradient @ weight.to(gradient.dtype)).to(inputs.dtype)
        if not ctx.first:
            return back, None, None, None, None
        gradients = torch.cat([g for _, g in pairs])
        everything = torch.cat([x.to(gradients.dtype) for x, _ in pairs])
        pairs.clear()
        return (
            back,
            (gradients.t() @ everything).to(weight.dtype),
            precise(gradients).sum(0).to(weight.dtype),
            None,
            None,
        )


class SharedRead:
    """sum_j alpha_j v_j at every step of a sequence. The gradient of the values is formed once, as a single product.

    values: (batch, keys, size). Each use takes weights (rows, keys) of the first rows of the batch, as many as the use
    before or fewer, and gives (rows, size).
    """

    def __init__(self, values: Tensor) -> None:
        self._values = values
        self._pairs: Pairs = []
        self._uses = 0

    def __call__(self, weights: Tensor) -> Tensor:
        self._uses += 1
        first = self._uses == 1
        result = _SharedRead.apply(  # type: ignore[no-untyped-call]
            weights.to(self._values.dtype), self._values, self._pairs, first
        )
        return cast(Tensor, result)


class _SharedRead(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, weights: Tensor, values: Tensor, pairs: Pairs, first: bool) -> Tensor:
        ctx.save_for_backward(weights, values)
        ctx.pairs, ctx.first = pairs, first
        return torch.bmm(weights.unsqueeze(1), values[: len(weights)]).squeeze(1)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        weights, values = ctx.saved_tensors
        pairs: Pairs = ctx.pairs
        pairs.append((weights, gradient))
        back = torch.bmm(values[: len(weights)], gradient.unsqueeze(2)).squeeze(2)
        if not ctx.first:
            return back, None, None, None
        steps, gradients = (pad_sequence([pair[i] for pair in pairs]) for i in range(2))  # each (batch, uses, …)
        pairs.clear()
        shared = values.new_zeros(values.shape)
        torch.bmm(steps.transpose(1, 2), gradients, out=shared[: len(steps)])
        return back, shared, None, None


class SharedRows:
    """The first rows of a tensor (rows, …) at every step of a sequence, never more of them than at the step before.

    Autograd would fill a gradient of the whole tensor's size each time.
    """

    def __init__(self, whole: Tensor) -> None:
        self._whole = whole
        self._sum: list[Tensor] = []
        self._uses = 0

    def __call__(self, rows: int) -> Tensor:
        self._uses += 1
        result = _SharedRows.apply(self._whole, rows, self._sum, self._uses == 1)  # type: ignore[no-untyped-call]
        return cast(Tensor, result)


class _SharedRows(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, whole: Tensor, rows: int, total: list[Tensor], first: bool) -> Tensor:
        ctx.shape, ctx.total, ctx.first = whole.shape, total, first
        return whole[:rows]

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        total: list[Tensor] = ctx.total
        if not total:
            total.append(gradient.new_zeros(ctx.shape))
        total[0][: len(gradient)] += gradient
        return (total.pop() if ctx.first else None), None, None, None


def smoothed_cross_entropy(
    inputs: Tensor,
    weight: Tensor,
    bias: Tensor,
    targets: Tensor,
    smoothing: float,
    rows: int = 128,
    *,
    mixed: tuple[Tensor, Tensor] | None = None,
) -> tuple[Tensor, Tensor]:
    """The cross-entropy of softmax(W x + b), summed over rows, with smoothed targets (Szegedy et al. 2016) and without.

    inputs: (n, size). weight: (classes, size). targets: (n,). The first sum carries the gradient, the second (the
    plain negative log-likelihood, for the log) does not. `rows` logits at a time are held, never all of them.

    mixed: two float32 tensors (n,), where the softmax is only a part g of a mixture: g, and what the other part gives
    to the target. A target's likelihood is then g softmax(W x + b) + (1 - g) other; smoothing concerns the softmax.
    """
    gate, other = mixed or (None, None)
    sums = _SmoothedCrossEntropy.apply(  # type: ignore[no-untyped-call]
        inputs, weight, bias, targets, smoothing, rows, gate, other
    )
    return cast(tuple[Tensor, Tensor], sums)


class _SmoothedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        inputs: Tensor,
        weight: Tensor,
        bias: Tensor,
        targets: Tensor,
        smoothing: float,
        rows: int,
        gate: Tensor | None,
        other: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        kind = inputs.dtype
        matrix, offset = weight.to(kind), bias.to(kind)
        classes = len(weight)
        smooth_sum = plain_sum = torch.zeros((), dtype=torch.float32, device=inputs.device)
        back, weight_back, bias_back = torch.empty_like(inputs), torch.zeros_like(weight), torch.zeros_like(bias)
        mixture_back = [torch.empty_like(gate), torch.empty_like(gate)] if gate is not None else [None, None]
        for start in range(0, len(inputs), rows):
            here = slice(start, start + rows)
            part, answer = inputs[here], targets[here, None]
            logits = precise(F.linear(part, matrix, offset))
            total = torch.logsumexp(logits, dim=1, keepdim=True)
            plain_rows = total - logits.gather(1, answer)
            even = (total - logits.mean(dim=1, keepdim=True)).sum()
            share: Tensor | float = 1.0  # of a target's likelihood that the softmax has
            if gate is not None and other is not None:
                own, g, o = torch.exp(-plain_rows), gate[here, None], other[here, None]
                mixture = (g * own + (1 - g) * o).clamp_min(torch.finfo(own.dtype).tiny)
                plain_rows, share = -torch.log(mixture), g * own / mixture
                for slope_of, value in zip(mixture_back, ((o - own) / mixture, (g - 1) / mixture), strict=True):
                    cast(Tensor, slope_of)[here] = (1 - smoothing) * value.squeeze(1)
            plain = plain_rows.sum()
            plain_sum = plain_sum + plain
            smooth_sum = smooth_sum + (1 - smoothing) * plain + smoothing * even
            # d/d logits, where the softmax is all: softmax - (1 - smoothing) * one-hot - smoothing / classes
            told = (1 - smoothing) * share
            slope = logits.sub_(total).exp_()
            if gate is not None:
                slope.mul_(told + smoothing)
            slope.sub_(smoothing / classes)
            slope.scatter_add_(1, answer, slope.new_zeros(answer.shape) - told)
            bias_back += slope.sum(0)
            slope = slope.to(kind)
            back[here] = slope @ matrix
            weight_back += slope.t() @ part
        ctx.save_for_backward(back, weight_back, bias_back, *mixture_back)
        ctx.mark_non_differentiable(plain_sum)
        return smooth_sum, plain_sum

    @staticmethod
    def backward(ctx: Any, gradient: Tensor, _: Tensor) -> tuple[Tensor | None, ...]:
        back, weight_back, bias_back, *mixture = ctx.saved_tensors
        gate_back, other_back = (None if part is None else part * gradient for part in mixture)
        return back * gradient, weight_back * gradient, bias_back * gradient, None, None, None, gate_back, other_back
