"""A map that takes shape: what is drawn of each moment, on the page and as a moving picture."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from attnviz.attention import AttentionMap
from attnviz.axes import Axis, Frames, Grid, Words
from attnviz.figures import shaping
from attnviz.media import Photo
from attnviz.tasks.base import Probe, Shaping

PAGE = """
from tests.test_shaping import made, KEYS
from attnviz.web.views import shaping
shaping.show(made(KEYS[{kind!r}]), [(0, 3.0), (4, 1.0)], "loss", alt="A map", key="shape")
"""
KEYS: dict[str, Axis] = {"words": Words.whole(["a", "b"]), "frames": Frames(0.0, 0.5, 2), "grid": Grid(1, 2, 8, 4)}


def made(keys: Axis) -> Shaping:
    """Two rows over two keys at three moments: alike, then turned the wrong way, then as they stay."""
    moments = [np.full((2, 2), 0.5), np.array([[0.25, 0.75], [0.0, 1.0]]), np.array([[0.8, 0.2], [0.0, 1.0]])]
    drawn = tuple(
        AttentionMap("attention", Words.whole(["x", "y"]), keys, one.astype(np.float32), np.zeros(2, np.float32))
        for one in moments
    )
    photo = None
    if isinstance(keys, Grid):
        content = io.BytesIO()
        Image.new("RGB", (8, 4), (90, 90, 90)).save(content, "JPEG")
        photo = Photo(content.getvalue(), 8, 4)
    return Shaping(Probe("a b", "x y", "It was read.", lambda kept: drawn[0], photo), (0, 2, 4), drawn)


def test_each_moment_is_told_by_how_much_a_row_sees_and_how_many_rows_have_settled() -> None:
    drawn = shaping.moments(made(KEYS["words"]))
    assert shaping.told(drawn, 0).startswith("On average, a row looks at 2.0 words; 1 of 2 rows")
    assert "; 1 of 2 rows look most where they do at the end." in shaping.told(drawn, 1)
    assert "; 2 of 2 rows" in shaping.told(drawn, 2)
    heard = shaping.moments(made(KEYS["frames"]))
    assert "; 1 of 2 rows listen most when they do at the end." in shaping.told(heard, 1)


@pytest.mark.parametrize(("kind", "tops"), [("words", [1, 1]), ("frames", [1, 1]), ("grid", [0.8, 1])])
def test_colours_keep_their_meaning_through_all_moments(kind: str, tops: list[float]) -> None:
    np.testing.assert_allclose(shaping.moments(made(KEYS[kind])).tops, tops)


@pytest.mark.parametrize("kind", list(KEYS))
@pytest.mark.parametrize("format", ["gif", "apng"])
def test_the_moving_picture_has_every_moment_and_the_same_bytes(kind: str, format: shaping.Format) -> None:
    one, again = (shaping.save(made(KEYS[kind]), ["", "loss 2", "loss 1"], format, caption="A map.") for _ in range(2))
    assert one == again
    with Image.open(io.BytesIO(one)) as picture:
        assert picture.format == ("GIF" if format == "gif" else "PNG")
        assert picture.n_frames == 3  # type: ignore[attr-defined]
        frames = []
        for number in range(3):
            picture.seek(number)
            frames.append(picture.convert("RGB").tobytes())
    assert len(set(frames)) == 3


@pytest.mark.parametrize("kind", list(KEYS))
def test_the_page_sends_all_moments_at_once(kind: str) -> None:
    page = AppTest.from_string(PAGE.format(kind=kind), default_timeout=120).run()
    assert not page.exception
    (sent,) = (json.loads(component.proto.json) for component in page.get("bidi_component"))
    values = np.frombuffer(base64.b64decode(sent["values"]), np.uint8).reshape(3, 2, sent["count"]) / 255
    expected = shaping.moments(made(KEYS[kind]))
    for moment, one in zip(values, expected.maps, strict=True):
        np.testing.assert_allclose(moment, one.weights / expected.tops[:, None], atol=1 / 255)
    assert sent["steps"] == [0, 2, 4] and len(sent["told"]) == 3
    assert sent["curve"] == [[0, 3.0], [4, 1.0]]
    assert bool(sent["photo"]) == (kind == "grid") and bool(sent["columns"]) == (kind == "words")
