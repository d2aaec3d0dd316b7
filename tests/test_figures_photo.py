"""Weights over a photo: orange where the model looked, over the photo in grey."""

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from attnviz import service
from attnviz.attention import AttentionMap
from attnviz.axes import Grid, Words
from attnviz.figures import photo
from attnviz.figures.photo import Look
from attnviz.media import Photo
from attnviz.tasks.captions.about import TASK

GRID = Grid(2, 3, 60, 40)
WHITE = np.full((40, 60, 3), 255, dtype=np.uint8)
FINE = Grid(14, 14, 280, 210)
# A difference of 2 is just seen between two patches side by side (CIE 1976); this is many times that.
PLAIN = 20


def attention(*rows: list[float]) -> AttentionMap:
    weights = np.array(rows, dtype=np.float32).reshape(-1, 6)
    return AttentionMap("attention", Words.whole(["w"] * len(weights)), GRID, weights, np.zeros(len(weights), "f4"))


def lab(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """sRGB as CIELAB, in which equal distances look about equally far apart (D65)."""
    c = pixels / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = linear @ to_xyz.T / to_xyz.sum(axis=1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def contrast(pixels: NDArray[np.uint8], weights: NDArray[np.float32], look: Look) -> float:
    """How far the colour of the strongest cell is from that of the cells below the median, as the photo is drawn."""
    row = AttentionMap("attention", Words.whole(["w"]), FINE, weights[None], np.zeros(1, "f4"))
    shown = lab(photo.drawn(pixels, row, 0, look))
    cells = shown.reshape(14, 15, 14, 20, 3).mean(axis=(1, 3)).reshape(-1, 3)
    return float(np.linalg.norm(cells[weights.argmax()] - cells[weights < np.median(weights)].mean(axis=0)))


@pytest.mark.parametrize("smooth", [True, False])
@pytest.mark.parametrize("colour", [(250, 250, 248), (7, 7, 8), (128, 128, 128), (255, 118, 0), (30, 90, 220)])
@given(seed=st.integers(0, 2**32 - 1))
def test_the_attended_place_is_plain_on_a_photo_of_any_colour(
    colour: tuple[int, int, int], smooth: bool, seed: int
) -> None:
    """For a word whose weights are spread like those of the trained models: most cells below a third of the largest."""
    weights = np.random.default_rng(seed).dirichlet(np.full(196, 0.3)).astype(np.float32)
    flat = np.full((210, 280, 3), colour, dtype=np.uint8)
    assert contrast(flat, weights, Look(smooth=smooth)) > PLAIN


@pytest.mark.parametrize("name", [*(example.name for example in TASK.examples), "white", "black"])
def test_the_attended_place_is_plain_for_every_word_of_the_trained_model(name: str) -> None:
    """On the example photos, and on one that is almost white and one that is almost black."""
    made = {"white": (249, (225, 228, 230)), "black": (7, (24, 26, 30))}
    if name in made:
        ground, ink = made[name]
        picture = Image.new("RGB", (640, 480), (ground,) * 3)
        ImageDraw.Draw(picture).ellipse((380, 180, 520, 320), fill=ink)
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=92)
        content = buffer.getvalue()
    else:
        example = TASK.example(name)
        assert example is not None
        content = Path(example.inputs[0]).read_bytes()
    reading = service.read(TASK.name, TASK.default, content)
    attention, (read,) = reading.map(), reading.source
    assert attention is not None and isinstance(read, Photo)
    pixels = np.asarray(Image.fromarray(photo.pixels_of(read.content, 420)).resize((280, 210)))
    for weights in attention.weights:
        assert contrast(pixels, weights, Look()) > PLAIN


def test_a_photo_without_orange_is_the_photo_in_grey() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 60, 3), dtype=np.uint8)
    found = photo.tinted(pixels, np.zeros(6, np.float32), GRID, top=0, strength=0.6, smooth=True)
    assert (np.ptp(found, axis=-1) == 0).all()
    light = pixels @ np.array([0.2126, 0.7152, 0.0722])
    np.testing.assert_allclose(found[..., 0], light, atol=0.51)


def test_each_word_has_its_own_scale_or_all_have_one() -> None:
    found = attention([0.5, 0.5, 0, 0, 0, 0], [0.1, 0.2, 0.1, 0.2, 0.2, 0.2])
    assert photo.top(found, photo.Look(common=True)).tolist() == pytest.approx([0.5, 0.5])
    assert photo.top(found, photo.Look()).tolist() == pytest.approx([0.5, 0.2])
    assert photo.top(attention(), photo.Look(common=True)).shape == (0,)


def test_rows_that_are_compared_have_one_scale_that_each_of_them_reaches() -> None:
    found = attention([0.5, 0.5, 0, 0, 0, 0], [0.1, 0.2, 0.1, 0.2, 0.2, 0.2])
    assert photo.top(found, photo.on_one_scale(photo.Look(), found)).tolist() == pytest.approx([0.2, 0.2])


def test_maps_that_are_drawn_together_have_one_scale_where_their_words_have_one() -> None:
    strong, weak = attention([0.5, 0.5, 0, 0, 0, 0]), attention([0.1, 0.2, 0.1, 0.2, 0.2, 0.2])
    look = photo.together(photo.Look(common=True), [weak, None, strong, attention()])
    assert photo.top(weak, look).tolist() == photo.top(strong, look).tolist() == pytest.approx([0.2])
    told = "Strongest orange: weight 0.20 or more, which all that are compared have somewhere."
    assert photo.scale(weak, look)[0] == told
    alone = photo.together(photo.Look(common=True), [weak, None])
    assert photo.top(weak, alone).tolist() == pytest.approx([0.2])
    assert photo.together(photo.Look(), [weak, strong]) == photo.Look(), "each word keeps its own"


def test_the_orange_grows_with_the_weight() -> None:
    weights = np.array([0, 0.25, 0.5, 1], dtype=np.float32)
    assert photo.opacity(weights, 0.5, 0.6).tolist() == pytest.approx([0, 0.3, 0.6, 0.6])
    assert photo.opacity(np.zeros(2, dtype=np.float32), 0, 0.6).tolist() == [0, 0]


def test_cell_by_cell_only_the_strongest_cell_is_orange() -> None:
    weights = np.array([0, 0, 0, 0, 1, 0], dtype=np.float32)  # row 2, column 2
    found = photo.tinted(WHITE, weights, GRID, top=1, strength=1, smooth=False)
    assert (found[20:, 20:40] == photo.TINT).all()
    others = np.ones((40, 60), dtype=bool)
    others[20:, 20:40] = False
    assert (found[others] == 255).all()


def test_smooth_it_is_strongest_at_the_strongest_cell_and_has_no_edges() -> None:
    weights = np.array([0, 0, 0, 0, 1, 0], dtype=np.float32)
    found = photo.tinted(WHITE, weights, GRID, top=1, strength=0.8, smooth=True)[..., 2].astype(int)
    row, column = np.unravel_index(found.argmin(), found.shape)
    assert row >= 20 and 20 <= column < 40
    assert np.abs(np.diff(found, axis=1)).max() < 30 < np.ptp(found)


@pytest.mark.parametrize(("size", "drawn"), [((30, 20), (300, 200)), ((900, 600), (300, 200)), ((1, 700), (1, 300))])
def test_a_small_photo_is_drawn_as_large_as_a_large_one(size: tuple[int, int], drawn: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", size).save(buffer, "JPEG")
    height, width, _ = photo.pixels_of(buffer.getvalue(), 300).shape
    assert (width, height) == drawn
