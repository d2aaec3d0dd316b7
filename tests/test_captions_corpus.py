"""Captions as words, the corpus's files, and grids of features."""

import io
import json
import lzma
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from attnviz.errors import InputError
from attnviz.tasks.captions import features
from attnviz.tasks.captions.cnn import CNN
from attnviz.tasks.captions.corpus import encode, read_captions, read_photos, vocabulary, words_of
from attnviz.tasks.captions.model import BEGIN, END, PAD, UNKNOWN


@pytest.mark.parametrize(
    ("caption", "words"),
    [
        ("A black dog and a tri-colored dog .", "a black dog and a tri-colored dog"),
        ("Two men's  hats; 3 dogs!", "two men's hats 3 dogs"),
        ("'Hello' -- says a café-owner", "hello says a caf owner"),
        (" . ", ""),
    ],
)
def test_words_are_lower_case_without_punctuation(caption: str, words: str) -> None:
    assert words_of(caption) == words.split()


def test_rare_words_are_unknown_and_frequent_ones_come_first() -> None:
    tokenizer = vocabulary(["a dog a cat".split(), "a dog".split(), "a bird".split()], least=2)
    assert tokenizer.get_vocab() == {"<pad>": PAD, "<unk>": UNKNOWN, "<s>": BEGIN, "</s>": END, "a": 4, "dog": 5}
    assert encode(tokenizer, "a cat dog".split()) == [4, UNKNOWN, 5]


def test_captions_and_photos_are_read_from_their_files(tmp_path: Path) -> None:
    line = {"image": "one", "split": "dev", "width": None, "height": None, "captions": ["A dog .", "Two dogs ."]}
    with lzma.open(tmp_path / "captions.dev.jsonl.xz", "wt") as file:
        file.write(json.dumps(line) + "\n")
    (found,) = read_captions(tmp_path / "captions.dev.jsonl.xz")
    assert (found.image, found.captions) == ("one", ("A dog .", "Two dogs ."))
    buffer = io.BytesIO()
    Image.new("RGB", (224, 224), "red").save(buffer, "WEBP", lossless=True)
    with tarfile.open(tmp_path / "images.dev.tar", "w") as tar:
        member = tarfile.TarInfo("one.webp")
        member.size = buffer.tell()
        tar.addfile(member, io.BytesIO(buffer.getvalue()))
    ((name, pixels),) = read_photos(tmp_path / "images.dev.tar")
    assert name == "one" and pixels.shape == (224, 224, 3) and set(map(tuple, pixels[0])) == {(255, 0, 0)}


def test_another_file_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"image": "one"}\n')
    with pytest.raises(InputError, match=r"x\.jsonl holds no captions: each line needs image and captions"):
        list(read_captions(tmp_path / "x.jsonl"))


def test_the_projection_keeps_the_directions_in_which_cells_vary_most() -> None:
    torch.manual_seed(0)
    spread = torch.tensor([5.0, 0.1, 3.0, 0.1])
    cells = torch.randn(2000, 4) * spread + 7
    projection = features.principal(cells, 2)
    found = projection(cells)
    assert found.mean(dim=0).tolist() == pytest.approx([0, 0], abs=1e-3)
    assert found.std(dim=0).tolist() == pytest.approx([5, 3], rel=0.1)
    assert projection.components.T @ projection.components == pytest.approx(torch.eye(2).numpy(), abs=1e-5)


def test_a_small_grid_is_laid_over_the_large_one() -> None:
    cells = torch.arange(49.0).view(1, 49, 1)
    large = features.enlarged(cells).view(14, 14)
    for row in range(14):
        for column in range(14):
            assert large[row, column] == 7 * (row // 2) + column // 2


class Mean(torch.nn.Module):
    """In place of the CNN: the mean colour of each 32 x 32 px, so that a cell can be told by what lies there."""

    def forward(self, pixels: torch.Tensor) -> object:
        return type("Output", (), {"last_hidden_state": torch.nn.functional.avg_pool2d(pixels, 32)})


def network() -> CNN:
    return CNN(Mean(), "digest", torch.device("cpu"))


def test_cells_lie_row_by_row_from_the_top_left() -> None:
    pixels = np.zeros((1, 100, 100, 3), dtype=np.uint8)
    pixels[0, :15, 85:, 1] = 254  # green at the top right
    cells = features.grid(network(), list(pixels), 224)
    assert cells.shape == (1, 49, 3)
    green = cells[0, :, 1].view(7, 7)
    assert divmod(int(green.argmax()), 7) == (0, 6)
    assert cells[0, 48].tolist() == pytest.approx([-127 / 128] * 3, abs=1e-3)


@pytest.mark.parametrize("versions", [1, 4])
def test_caching_goes_on_where_it_was_interrupted(tmp_path: Path, versions: int) -> None:
    chance = np.random.default_rng(0)
    photos = [chance.integers(0, 255, (224, 224, 3), dtype=np.uint8) for _ in range(19)]
    projection = features.Projection(torch.zeros(3), torch.eye(3)[:, :2])
    whole, parts = tmp_path / "whole.npy", tmp_path / "parts.npy"
    features.cache(network(), photos, len(photos), 224, projection, whole, versions)

    def interrupted():
        yield from photos[:11]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        features.cache(network(), interrupted(), len(photos), 224, projection, parts, versions)
    assert (tmp_path / "parts.done").read_text() == str(10 if versions == 4 else 8)
    features.cache(network(), photos, len(photos), 224, projection, parts, versions)
    kept = np.load(parts, mmap_mode="r")
    assert kept.dtype == np.float16 and kept.shape == (19, versions, 49, 2)
    np.testing.assert_array_equal(kept, np.load(whole))
    assert np.ptp(kept[18]) > 0


def test_a_projection_is_folded_into_the_layer_that_reads_it() -> None:
    torch.manual_seed(0)
    cells, layer = torch.randn(7, 8, dtype=torch.float64), torch.nn.Linear(5, 3).double()
    first, second = (features.Projection(torch.randn(4).double(), torch.randn(4, n).double()) for n in (2, 3))
    expected = layer(torch.cat([first(cells[:, :4]), second(cells[:, 4:])], dim=1))
    weight, bias = features.folded(layer.weight, layer.bias, [first, second])
    torch.testing.assert_close(cells @ weight.T + bias, expected)
