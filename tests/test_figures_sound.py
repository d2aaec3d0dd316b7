"""Maps over a sound: they have a kind of their own, a picture for paper, and columns named by seconds."""

from dataclasses import replace

import numpy as np
import pytest

from attnviz import export
from attnviz.figures import kinds
from attnviz.figures.drawing import Drawing
from attnviz.reading import Frames
from tests.test_reading import over_a_sound


def test_the_kind_follows_from_the_map_or_from_what_was_heard() -> None:
    heard = over_a_sound()
    assert (
        kinds.of([heard]) is kinds.of([replace(heard, maps=())]) is kinds.of_input(("sound",)) is kinds.KINDS["frames"]
    )


def test_the_caption_says_how_long_a_column_is() -> None:
    heard = over_a_sound()
    assert any(
        "40 ms" in sentence and "seconds" in sentence for sentence in kinds.of([heard]).explained([heard], Drawing())
    )
    assert kinds.of([heard]).explained([replace(heard, maps=())], Drawing()) == []


def test_columns_are_labelled_with_their_seconds() -> None:
    heard = over_a_sound()
    figure = kinds.of([heard]).picture([heard], Drawing(), None)
    written = [text.get_text() for axes in figure.axes for text in axes.texts] + [
        text.get_text() for text in figure.texts
    ]
    written += [
        label.get_text() for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())
    ]
    assert {"0.02", "0.06", "0.1", "HH", "AY"} <= set(written)


def test_a_long_map_is_pooled_to_spans() -> None:
    (attention,) = over_a_sound().maps
    count = 700
    weights = np.full((2, count), 1 / count, dtype=np.float32)
    pooled, width = kinds.pool(replace(attention, keys=Frames(0.0, 0.04, count), weights=weights))
    assert (width, len(pooled.keys)) == (3, 234)
    assert pooled.keys.labels[1] == "0.14 … 0.22"
    np.testing.assert_allclose(pooled.weights.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("format", kinds.KINDS["frames"].formats)
def test_every_format_holds_a_map_over_a_sound(format: str) -> None:
    saved = export.save([over_a_sound()], format)
    if format == "csv":
        assert "0.06" in saved.decode() and "AY" in saved.decode()
    assert len(saved) > 100
