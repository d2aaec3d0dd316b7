"""Maps over a sound: they have a kind of their own, a picture for paper, and columns named by seconds."""

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from attnviz import export
from attnviz.axes import Frames, Words
from attnviz.errors import InputError
from attnviz.figures import kinds, sound
from attnviz.figures.drawing import PAPERS, Drawing
from attnviz.media import SOUND_RATE, Sound
from attnviz.reading import Pieces, Reading
from attnviz.tasks.speech.sound import kept
from tests.test_reading import over_a_sound

SAMPLES = (np.sin(np.arange(1_600) / 5) * 9_000).astype(np.int16)


def heard(start: float = 0.0) -> Reading:
    """Two phones of a sound that can be drawn."""
    return replace(over_a_sound(), source=(kept(SAMPLES, start),))


def written(figure: Figure) -> list[str]:
    """All texts of a figure."""
    labels = [label for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    return [text.get_text() for text in (*figure.texts, *labels, *(axes.xaxis.label for axes in figure.axes))]


def test_the_kind_follows_from_the_map_or_from_what_was_heard() -> None:
    one = heard()
    assert kinds.of([one]) is kinds.of([replace(one, maps=())]) is kinds.of_input(("sound",)) is kinds.KINDS["frames"]


def test_the_caption_says_how_long_a_column_is() -> None:
    told = kinds.of([heard()]).explained([heard()], Drawing())
    assert any("40 ms" in sentence and "seconds" in sentence for sentence in told)
    assert any("waveform" in sentence for sentence in told)
    without = kinds.of([heard()]).explained([replace(heard(), maps=())], Drawing())
    assert not any("40 ms" in sentence for sentence in without)


def test_waveform_spectrogram_and_map_are_on_one_time_axis() -> None:
    figure = kinds.of([heard()]).picture([heard(20.0)], Drawing(), None)
    by_name = {axes.get_label(): axes for axes in figure.axes}
    assert set(by_name) == {"waveform", "spectrogram", "map", "bar"}
    ways = [by_name[name] for name in ("waveform", "spectrogram", "map")]
    assert {axes.get_xlim() for axes in ways} == {(20.0, 20.1)}
    assert len({(axes.get_position().x0, axes.get_position().x1) for axes in ways}) == 1
    tops = [axes.get_position().y1 for axes in ways]
    assert tops == sorted(tops, reverse=True)
    (weights,) = by_name["map"].images
    assert weights.get_extent() == [20.0, pytest.approx(20.12), 1.5, -0.5], "three frames of 40 ms"
    assert {"HH", "AY", "seconds"} <= set(written(figure))
    assert any(text.startswith("20.0") for text in written(figure))


def test_a_difference_and_a_variant_without_attention_are_drawn() -> None:
    one = heard()
    (attention,) = one.maps
    other = replace(one, maps=(replace(attention, weights=attention.weights[:, ::-1]),))
    drawn = kinds.of([one]).picture([one, other], Drawing(difference=True), None)
    (axes,) = [axes for axes in drawn.axes if axes.get_label() == "map"]
    np.testing.assert_allclose(axes.images[0].get_array(), attention.weights - attention.weights[:, ::-1])
    together = kinds.of([one]).picture([one, replace(one, maps=(), variant_name="no attention")], Drawing(), None)
    assert [axes.get_label() for axes in together.axes].count("map") == 1
    assert any("HH AY. This variant has no attention" in text for text in written(together))
    alone = kinds.of([one]).picture([replace(one, maps=())], Drawing(), None)
    assert {"seconds"} <= set(written(alone))


def test_readings_of_several_sounds_are_not_drawn_together() -> None:
    with pytest.raises(InputError, match="not all of one recording"):
        export.save([heard(), heard(5.0)], "png")


@pytest.mark.parametrize(("paper", "rows"), [("page", 1), ("page", 400), ("slide", 40), ("column", 40)])
def test_the_figure_fits_its_paper(paper: str, rows: int) -> None:
    (attention,), labels = heard().maps, tuple(["HH", "AY"] * rows)
    weights = np.tile(attention.weights, (rows, 1))
    many = replace(attention, queries=Words.whole(labels), weights=weights, rest=np.zeros(2 * rows, "f4"))
    output = Pieces(" ".join(labels), labels, tuple((label,) for label in labels))
    drawn = kinds.of([heard()]).picture(
        [replace(heard(), output=output, maps=(many,))], Drawing(paper=PAPERS[paper]), ""
    )
    width, height = drawn.get_size_inches()
    assert width <= PAPERS[paper].width + 0.01
    assert height <= PAPERS[paper].height + 0.01
    (axes,) = [axes for axes in drawn.axes if axes.get_label() == "map"]
    tall = axes.get_position().height * height * 72
    for label in axes.get_yticklabels():
        assert label.get_fontsize() <= tall / max(1, len(axes.get_yticks()) - 1), "no label covers the next one"


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
    saved = export.save([heard()], format)
    if format == "csv":
        assert "0.06" in saved.decode() and "AY" in saved.decode()
    assert len(saved) > 100


# What is drawn of the sound itself.


def tone(hertz: float, seconds: float = 1.0, loudness: float = 0.5) -> np.ndarray:
    time = np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE
    return (loudness * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def test_the_samples_are_those_that_were_kept() -> None:
    samples = tone(440)
    back = sound.samples_of(kept((samples * 32768).astype(np.int16)))
    np.testing.assert_allclose(back, samples, atol=1e-4)


@pytest.mark.parametrize("stated", [15_999, 16_001])
def test_a_sound_that_is_not_as_long_as_it_says_is_refused(stated: int) -> None:
    content = kept((tone(440) * 32768).astype(np.int16)).content
    with pytest.raises(InputError, match="damaged"):
        sound.samples_of(Sound(content, stated))


def test_a_damaged_sound_is_refused() -> None:
    content = bytearray(kept((tone(440) * 32768).astype(np.int16)).content)
    content[200:2000] = bytes(1800)
    with pytest.raises(InputError, match="damaged"):
        sound.samples_of(Sound(bytes(content), 16_000))


@given(st.integers(1, 400), st.integers(1, 60))
def test_no_sample_lies_outside_the_waveform(count: int, columns: int) -> None:
    samples = np.random.default_rng(count).normal(size=count).astype(np.float32)
    columns = min(columns, count)
    drawn = sound.peaks(samples, columns)
    assert drawn.shape == (columns, 2)
    places = np.searchsorted(np.linspace(0, count, columns, endpoint=False).astype(int), range(count), "right") - 1
    for place, sample in zip(places, samples, strict=True):
        assert drawn[place, 0] <= sample <= drawn[place, 1]
    assert drawn[:, 0].min() == samples.min() and drawn[:, 1].max() == samples.max()


def test_a_tone_is_seen_at_its_pitch_and_when_it_sounds() -> None:
    quiet = np.zeros(8_000, dtype=np.float32)
    drawn = sound.spectrogram(np.concatenate([quiet, tone(500, 0.5), tone(3000, 0.5)]), SOUND_RATE)
    assert drawn.shape == (sound.MELS, 150)
    assert drawn[:, :48].max() == 0 and drawn.max() == 1
    low, high = drawn[:, 60:90].argmax(axis=0), drawn[:, 110:140].argmax(axis=0)
    assert (low == low[0]).all() and (high == high[0]).all()
    mels = 2595 * np.log10(1 + np.array([sound.LOWEST, 500, 3000, 8000]) / 700)
    for row, mel in ((low[0], mels[1]), (high[0], mels[2])):
        assert row == pytest.approx((mel - mels[0]) / (mels[3] - mels[0]) * (sound.MELS + 1) - 1, abs=0.6)


def test_every_pitch_has_a_row() -> None:
    """No row stays empty because it lies between the frequencies of the transform."""
    noise = np.random.default_rng(0).normal(0, 0.1, 16_000).astype(np.float32)
    assert (sound.spectrogram(noise, SOUND_RATE).mean(axis=1) > 0.3).all()


def test_a_long_sound_has_no_more_columns_than_can_be_drawn() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 100 * SOUND_RATE).astype(np.float32)
    assert sound.spectrogram(samples, SOUND_RATE).shape == (sound.MELS, sound.MOST_COLUMNS)


def test_the_picture_runs_from_the_page_to_the_ink() -> None:
    with Image.open(
        io.BytesIO(sound.picture(np.r_[np.zeros(8_000), tone(500)], SOUND_RATE, "#102030", "#e0d0c0"))
    ) as p:
        pixels = np.asarray(p.convert("RGB"))
    assert pixels.shape == (sound.MELS, 150, 3)
    assert (pixels[:, 0] == (16, 32, 48)).all()
    assert (pixels == (224, 208, 192)).all(axis=2).any()
    assert pixels[:, 100].sum(axis=1).argmax() > sound.MELS / 2, "low frequencies are below"
