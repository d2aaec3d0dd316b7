"""Models that are built to be given their weights at once."""

from typing import Any

from torch import Tensor, nn
from torch.overrides import TorchFunctionMode


class Unfilled(TorchFunctionMode):
    """A model that is built within gets no random numbers to begin to learn from: reading needs none of them."""

    _RANDOM = frozenset((nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_, Tensor.normal_, Tensor.uniform_))

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = kwargs or {}
        if func in self._RANDOM:
            return given["tensor"] if "tensor" in given else args[0]
        return func(*args, **given)
