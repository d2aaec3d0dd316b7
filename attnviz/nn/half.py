"""Products with float16 weights, by the kernels of FBGEMM: the same numbers sooner.

A bundle's weights are float16 numbers. A product of float32 inputs with them therefore loses nothing when they are kept
as such, and reads half as much memory. FBGEMM, a part of torch on most CPUs, multiplies so; a few rows by a large
matrix, which is what a step of a decoder does, it multiplies two to four times as fast as torch's own product.
"""

from typing import Any, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from attnviz.nn.decoder import Decoder
from attnviz.nn.window import WindowDecoder

FEWEST = 16  # outputs of a layer, below which torch's own product is as fast


def halve(model: nn.Module) -> None:
    """Let a trained model on a CPU multiply with float16 weights wherever that gives the same numbers.

    Its parameters, and what it is saved as, stay the same. They must not change any more, because the products would
    not follow. A model on a GPU is left as it is, and so are layers whose weights aren't float16 numbers.
    """
    for module in list(model.modules()):
        for name, layer in list(module.named_children()):
            if type(layer) is nn.Linear and (packed := Packed.of(layer.weight, layer.bias)):
                setattr(module, name, HalfLinear(layer, packed))
        if isinstance(module, (Decoder, WindowDecoder)):
            module.output = Packed.of(module.embedding.weight, module.output_bias)


def has_fbgemm() -> bool:
    """Whether this torch has FBGEMM, and the processor what it needs."""
    return "fbgemm" in torch.backends.quantized.supported_engines


class Packed:
    """W x + b with a float16 W, (…, inputs) to (…, outputs). Many threads may share it, because it never changes."""

    def __init__(self, weight: Tensor, bias: Tensor | None) -> None:
        self._weight, self._bias = weight, bias
        self._packed: Any = torch.ops.quantized.linear_prepack_fp16(
            weight.detach(), None if bias is None else bias.detach()
        )

    @classmethod
    def of(cls, weight: Tensor, bias: Tensor | None) -> Self | None:
        """The packed form of a float32 matrix (outputs, inputs) and its bias (outputs,).

        It is None where FBGEMM would be no gain (few outputs), isn't there, or wouldn't give the same numbers.
        """
        fits = weight.device.type == "cpu" and weight.dtype == torch.float32 and len(weight) >= FEWEST
        return cls(weight, bias) if fits and has_fbgemm() and torch.equal(weight.half().float(), weight) else None

    def __call__(self, inputs: Tensor) -> Tensor:
        if torch.is_grad_enabled() or inputs.dtype != torch.float32:
            return F.linear(inputs, self._weight, self._bias)  # FBGEMM knows no gradients, and no other precision
        product: Tensor = torch.ops.quantized.linear_dynamic_fp16(inputs, self._packed)
        return product


class HalfLinear(nn.Linear):
    """A linear layer with the parameters of another one, which multiplies by `packed`."""

    def __init__(self, layer: nn.Linear, packed: Packed) -> None:
        super().__init__(layer.in_features, layer.out_features, layer.bias is not None, device="meta")
        self.weight, self.bias = layer.weight, layer.bias
        self.packed = packed
        self.train(layer.training)

    def forward(self, inputs: Tensor) -> Tensor:
        return self.packed(inputs)
