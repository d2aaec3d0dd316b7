"""Photos as the corpora store them, and their copies."""

import numpy as np
import pytest
from PIL import Image

from attnviz.tasks.captions.about import PHOTOS
from attnviz.tasks.captions.stored import SIDE, as_stored, versions


def photo() -> np.ndarray:
    return np.asarray(Image.open(PHOTOS / "cat.jpg").convert("RGB"))


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """The mean difference of two photos' pixels, of 255."""
    return float(np.abs(one.astype(float) - other).mean())


def test_a_photo_of_any_shape_becomes_a_square_with_the_flaws_of_a_small_file() -> None:
    stored = as_stored(photo())
    assert stored.shape == (SIDE, SIDE, 3) and stored.dtype == np.uint8
    clean = np.asarray(Image.fromarray(photo()).resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    assert 0.5 < apart(stored, clean) < 10


def test_the_first_version_is_the_photo_itself_and_the_others_differ_a_little() -> None:
    stored = as_stored(photo())
    first, *copies = versions(stored, 7, 4)
    assert first is stored and len(copies) == 3
    for copy in copies:
        assert copy.shape == stored.shape and copy.dtype == np.uint8
        assert 0.5 < apart(copy, stored) < 15
    assert len({copy.tobytes() for copy in copies}) == 3


def test_versions_are_always_the_same_for_a_photo_and_others_for_another_one() -> None:
    stored = as_stored(photo())
    again = [versions(stored, number, 2)[1] for number in (7, 7, 8)]
    assert np.array_equal(again[0], again[1])
    assert not np.array_equal(again[0], again[2])


@pytest.mark.parametrize("size", [(16, 16), (224, 224), (1024, 110)])
def test_small_and_long_photos_are_stored_too(size: tuple[int, int]) -> None:
    assert as_stored(np.full((size[1], size[0], 3), 77, dtype=np.uint8)).shape == (SIDE, SIDE, 3)
