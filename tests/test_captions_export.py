"""Maps over a photo as files: contact sheets, single words, moving pictures, and numbers."""

import csv
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from attnviz import export
from attnviz.attention import AttentionMap
from attnviz.axes import Grid, Words
from attnviz.errors import InputError
from attnviz.export import names
from attnviz.figures import ink, kinds, legend, photo, sheet
from attnviz.figures.drawing import PAPERS, Drawing
from attnviz.figures.photo import Look
from attnviz.media import Photo
from attnviz.reading import Given, Hypothesis, Pieces, Provenance, Reading
from attnviz.tasks.captions.about import DISTRIBUTION
from attnviz.web.files import save_photo

GRID = Grid(2, 3, 240, 160)
ALL = Look(common=True)
SENTINEL = "no place in the photo (the sentinel)"
LABELS = ("a", "red", "box")
# Each word looks at one cell: the first, the third, the fifth.
WEIGHTS = np.eye(6, dtype=np.float32)[[0, 2, 4]]


def white(width: int = 240, height: int = 160) -> Photo:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(buffer, "JPEG", quality=95)
    return Photo(buffer.getvalue(), width, height)


def reading(variant: str = "soft", *, rest: float = 0.0, maps: Any = None, notes: Any = (), **done: Any) -> Reading:
    output = Pieces(" ".join(LABELS), LABELS, tuple((one,) for one in LABELS), (-0.1, -0.5, -1.0))
    weights, on_rest = WEIGHTS * (1 - rest), np.full(3, rest, np.float32)
    attention = AttentionMap("attention", Words.whole(LABELS), GRID, weights, on_rest, "caption", "photo", SENTINEL)
    provenance = Provenance("0123456789abcdef", {"beam": 5}, 0.1, "1.0.0", tuple(notes))
    given = Given(**{"name": "my photo.jpg", **done})
    shown = (attention,) if maps is None else maps
    return Reading("captions", variant, (white(),), output, -0.5, shown, (), provenance, given)


def none() -> Reading:
    return reading("none", maps=())


@pytest.mark.parametrize(("format", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_a_contact_sheet_is_what_it_says(format: str, start: bytes) -> None:
    assert export.save([reading(), none()], format).startswith(start)
    assert export.save([none()], format).startswith(start)
    assert export.save([reading()], format) == export.save([reading()], format)


def drawn(readings: list[Reading], look: Look, word: int | None = None) -> tuple[Any, Any]:
    """The blue of the picture's pixels, which orange takes away, and where in it the tinted photos lie."""
    panels = [sheet.PhotoPanel(white(), one.output, one.map(), one.variant, word) for one in readings]
    tiles = sheet.tiles(sheet.figure(panels, look, caption="told"))
    content = ink.save(sheet.figure(panels, look, caption="told"), "png")
    picture = Image.open(io.BytesIO(content))
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    return np.asarray(picture.convert("RGB"), dtype=int)[..., 2], tiles


def test_each_word_has_a_photo_that_is_orange_where_it_looked() -> None:
    pixels, tiles = drawn([reading(), reading("hard")], Look(smooth=False))
    assert len(tiles) == 2 * len(LABELS)
    for (left, top, right, bottom), place in zip(tiles, [0, 2, 4] * 2, strict=True):
        tile = pixels[top:bottom, left:right]
        cells = tile[: len(tile) // 2 * 2, : tile.shape[1] // 3 * 3]
        rows, columns = cells.shape[0] // 2, cells.shape[1] // 3
        means = cells.reshape(2, rows, 3, columns).mean(axis=(1, 3)).ravel()
        assert means.argmin() == place and means[place] < 120
        assert np.delete(means, place).min() > 240


def test_one_word_is_drawn_large() -> None:
    pixels, tiles = drawn([reading()], Look(smooth=False), word=2)
    ((left, top, right, bottom),) = tiles
    assert right - left > 1200 and (right - left) / (bottom - top) == pytest.approx(240 / 160, rel=0.01)
    assert pixels[top + (bottom - top) * 3 // 4, (left + right) // 2] < 120


def test_a_sheet_says_what_is_drawn() -> None:
    svg = export.save([reading(rest=0.25), none()], "svg").decode()
    told = " ".join(svg.split())
    for text in ("Attention over my photo.jpg in captions", "model 0123456789ab", "beam 5", "2 x 3 cells", "p 0.90"):
        assert text in told
    assert "∅ 0.25" in told and "max 0.75" in told
    assert "Strongest orange: each word's own largest weight, so don't compare words by their colour." in told
    assert "This variant has no attention: there is no map." in told
    common = " ".join(export.save([reading()], "svg", common=True).decode().split())
    assert "weight 1.00, the largest of all these words" in common and "max " not in common
    assert "model 0" not in export.save([reading()], "svg", paper="slide").decode()
    forced = export.save([reading(forced="a box")], "svg").decode()
    assert ">soft, output given</text>" in forced and "was given, not chosen" in " ".join(forced.split())


@pytest.mark.parametrize("paper", PAPERS)
def test_what_is_saved_says_who_made_the_photo_once(paper: str) -> None:
    """Licences of photos ask for it wherever they are shown."""
    credited, drawing = reading(credit="A skier. Photo 1; CC BY 2.0"), Drawing(paper=PAPERS[paper])
    told = "Source: A skier. Photo 1; CC BY 2.0."
    assert legend.of_maps([credited, credited], drawing).count(told) == 1
    assert "Source:" not in legend.of_maps([reading()], drawing)
    assert "Source: A skier" in " ".join(export.save([credited], "html").decode().split())


def test_a_sheet_says_what_was_not_read() -> None:
    note = "A caption can have English letters only. These characters were not read: 猫"
    assert f"{note}. The output was given" in legend.of_maps([reading(forced="a box", notes=[note])], Drawing())


def test_signs_of_a_photos_name_are_no_formula() -> None:
    told = " ".join(export.save([reading(name="$x^2$ <b>.jpg")], "svg").decode().split())
    assert "Attention over $x^2$ &lt;b&gt;.jpg" in told


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_a_moving_picture_shows_the_photo_and_then_each_word(format: str) -> None:
    content = export.save([reading()], format, smooth=False)
    picture = Image.open(io.BytesIO(content), formats=[format.upper()])
    assert picture.n_frames == 1 + len(LABELS)  # type: ignore[attr-defined]
    orange = []
    for frame in range(1 + len(LABELS)):
        picture.seek(frame)
        pixels = np.asarray(picture.convert("RGB"), dtype=int)[:280, :, 2]  # the photo is 420 px wide
        cells = [pixels[140 * row + 70, 140 * column + 70] for row in range(2) for column in range(3)]
        orange.append([cell < 150 for cell in cells])
    assert orange[0] == [False] * 6, "first the photo as it is"
    assert [row.index(True) for row in orange[1:]] == [0, 2, 4] and all(sum(row) == 1 for row in orange[1:])
    assert content == export.save([reading()], format, smooth=False)


def test_what_is_saved_alone_has_the_scale_of_all_that_are_shown() -> None:
    pale = replace(reading("hard"), maps=(replace(reading().maps[0], weights=WEIGHTS / 4),))
    choices = save_photo.choices("place", [reading(), pale], [reading(), pale], ALL)
    assert choices["All words"]("page")[0].drawing["end"] == 0.25, "the largest weight that each of them reaches"
    assert save_photo.choices("place", [pale], [pale], ALL)["Animation"]("page")[0].drawing["end"] == 0

    def blue(end: float) -> int:
        """Of the cell that the first word looks at: the more orange, the less blue."""
        animation = Image.open(io.BytesIO(export.save([pale], "gif", common=True, end=end)))
        animation.seek(1)
        return int(np.asarray(animation.convert("RGB"))[70, 70, 2])

    assert abs(blue(0.25) - blue(0.0)) < 10, "it reaches that weight"
    assert blue(1.0) > blue(0.25) + 50


@pytest.mark.parametrize(
    ("readings", "options", "said"),
    [
        ([reading(), reading("hard")], {"format": "gif"}, "one variant, not 2"),
        ([none()], {"format": "webp"}, "choose a variant with attention"),
        ([reading()], {"format": "png", "word": 3}, "no word 4"),
        ([reading()], {"format": "png", "map_name": "x"}, "choose one of attention"),
        ([reading(), reading()], {"format": "png", "difference": True}, "side by side"),
        ([replace(reading(), source=reading().source * 2)], {"format": "png"}, "not all of photos"),
    ],
)
def test_what_cannot_be_saved_is_said_in_a_sentence(readings: Any, options: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        export.save(readings, **options)


def over_words(variant: str = "additive", **changes: Any) -> Reading:
    """A reading of a text, with a map over its words."""
    text = Pieces("x", ("x",), (("x",),))
    attention = replace(reading().maps[0], keys=Words.whole(["x"]), weights=WEIGHTS[:, :1])
    return replace(reading(variant), source=(text,), maps=(attention,), **changes)


@pytest.mark.parametrize("format", ["gif", "webp"])
def test_maps_over_words_do_not_move(format: str) -> None:
    with pytest.raises(InputError, match=r"can't be saved as .*: choose one of png, svg, pdf, html, csv"):
        export.save([over_words()], format)


def test_what_can_be_saved_follows_from_the_keys_and_without_a_map_from_what_was_read() -> None:
    words, grid = kinds.KINDS["words"], kinds.KINDS["grid"]
    assert kinds.of([reading(), none()]) is kinds.of([none()]) is kinds.of_input(("photo",)) is grid
    assert kinds.of([over_words()]) is kinds.of_input(("premise", "hypothesis")) is words
    assert kinds.of([replace(over_words(), maps=())]) is words
    assert set(export.FORMATS) - set(grid.formats) == set(kinds.TIMES)
    assert set(grid.formats) - set(words.formats) == {"gif", "webp"}
    with pytest.raises(InputError, match="a photo and words"):
        export.save([over_words(), reading()], "png")
    for format in grid.formats:
        assert export.save([reading()], format)
    for format in words.formats:
        assert export.save([over_words()], format)


def test_what_is_counted_on_an_axis_is_called_by_its_kind() -> None:
    attention = reading().maps[0]
    assert kinds.count(attention.keys, "photo") == "6 photo cells"
    assert kinds.count(attention.queries, "caption") == "3 caption words"
    assert kinds.pooled_note(attention, columns=2) == "each column sums 2 neighbouring cells"


def test_the_numbers_come_back_as_they_were() -> None:
    one = reading("adaptive", rest=0.25)
    assert Reading.loads(export.save([one], "json")) == one
    assert json.loads(export.save([one], "json"))["source"][0]["kind"] == "photo"
    rows = list(csv.DictReader(io.StringIO(export.save([one], "csv").decode("utf-8-sig"), newline="")))
    assert [row["key"] for row in rows[:7]] == ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "∅"]
    assert [float(row["weight"]) for row in rows[:7]] == [0.75, 0, 0, 0, 0, 0, 0.25]
    with np.load(io.BytesIO(export.save([one], "npz")), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["adaptive/attention/weights"], one.maps[0].weights)


def test_the_distribution_of_hard_can_be_drawn() -> None:
    read, flat = reading().maps[0], np.full((3, 6), 1 / 6, np.float32)
    both = (read, replace(read, name=DISTRIBUTION, weights=flat))
    svg = export.save([reading("hard", maps=both)], "svg", map_name=DISTRIBUTION).decode()
    assert svg.count(">max 0.17</text>") == 3


def test_a_file_is_named_after_the_photo() -> None:
    assert names.filename([reading(), none()], "attention", "png") == "captions-soft-vs-none-my-photo-attention.png"
    assert names.filename([reading(name="../../etc/passwd")], "attention", "png") == (
        "captions-soft-passwd-attention.png"
    )


def test_a_caption_of_the_n_best_says_so() -> None:
    best = tuple(Hypothesis(reading().output, -0.5, reading().maps) for _ in range(5))
    svg = export.save([replace(reading(rank=2), hypotheses=best)], "svg").decode()
    assert ">soft, output 2 of 5</text>" in svg


@pytest.mark.parametrize("size", [(16, 700), (700, 16), (1, 1)])
def test_photos_of_any_shape_are_drawn(size: tuple[int, int]) -> None:
    grid = Grid(2, 3, *size)
    one = reading()
    odd = replace(one, source=(white(*size),), maps=(replace(one.maps[0], keys=grid),))
    assert export.save([odd], "png")
    assert export.save([odd], "gif")


def test_the_legend_says_what_orange_stands_for() -> None:
    attention = reading(rest=0.25).maps[0]
    own, one, common = photo.scale(attention, Look()), photo.scale(attention, Look(), 1), photo.scale(attention, ALL, 1)
    assert "each word's own largest weight" in own[0]
    assert "this word's largest weight, 0.75." in one[0]
    assert "weight 0.75, the largest of all these words." in common[0]
    assert "∅" in own[-1] and "∅" not in " ".join(photo.scale(reading().maps[0], Look()))


def test_four_variants_fit_a_page_and_the_photo_stands_there_once() -> None:
    words = tuple(f"word{place}" for place in range(12))
    weights = np.full((12, 6), 1 / 6, np.float32)
    attention = AttentionMap("attention", Words.whole(words), GRID, weights, np.zeros(12, np.float32))
    output = Pieces(" ".join(words), words, tuple((one,) for one in words))
    long = replace(reading(), output=output, maps=(attention,))
    panels = [sheet.PhotoPanel(white(), output, one.map(), one.variant) for one in (long, long, long, none())]
    drawn = sheet.figure(panels, Look(), caption="A caption. " * 20)
    width, height = drawn.get_size_inches()
    assert width <= 7.5 and height <= 10.5
    assert len(sheet.tiles(drawn)) == 36
    assert [axes.get_label() for axes in drawn.axes].count("photo") == 1
    texts = [text.get_text() for text in drawn.texts]
    assert all(texts.count(word) == 3 for word in words), "no word is cut"
    assert " ".join(texts).count("Strongest orange") == 1, "what all have in common is said once"
