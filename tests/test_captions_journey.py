"""A visitor's way through the page of captions in a real browser: upload a picture, follow words and places, save."""

import io
import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from attnviz import export
from attnviz.axes import Grid
from attnviz.figures import sheet
from attnviz.figures.photo import Look, opacity, weight
from attnviz.media import Photo
from attnviz.reading import Reading
from tests.journeys import (
    eventually,
    keep_what_is_copied,
    note,
    nothing_scrolls_sideways,
    other_formats,
    saved,
    settled,
    visit,
)
from tests.one_page import served
from tests.small_captions import picture, small_root

STAND_IN = "from attnviz.tasks.captions import cnn; from tests.small_captions import stand_in; cnn.load = stand_in"


@pytest.fixture(scope="module")
def url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on small bundles, in a process of its own."""
    folder = tmp_path_factory.mktemp("captions")
    with served("captions", folder, small_root(folder / "pretrained"), before=STAND_IN) as address:
        yield address


@pytest.fixture
def tab(tab: Page) -> Page:
    """On an ordinary laptop."""
    tab.set_viewport_size({"width": 1280, "height": 800})
    return tab


def upload(tab: Page, content: bytes, name: str) -> None:
    tab.get_by_role("button", name="Upload a photo").click()
    menu = tab.get_by_test_id("stPopoverBody")
    menu.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": content})
    expect(tab.get_by_test_id("stMain").get_by_text(name)).to_be_visible()
    expect(menu).to_have_count(0)
    settled(tab)


def line(tab: Page, place: int = 0) -> Locator:
    return tab.locator(".side .line").nth(place)


def word(tab: Page, text: str, place: int = 0) -> Locator:
    return line(tab, place).get_by_role("button", name=text, exact=True).first


def told(tab: Page, place: int = 0) -> Locator:
    return tab.locator(".told").nth(place)


def orange(tab: Page, place: int = 0) -> np.ndarray:
    """How opaque the orange over the photo is, cell by cell, 0 to 1."""
    script = "c => [c.width, c.height, ...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    width, height, *data = tab.locator(".stage canvas").nth(place).evaluate(script)
    return np.array(data).reshape(height, width, 4)[..., 3] / 255


def weights_told(tab: Page, place: int, weights: list[float], atol: float) -> None:
    """Once these weights stand beside the words."""
    shares = line(tab, place).locator(".share")

    def told() -> None:
        assert [float(share) for share in shares.all_inner_texts()] == pytest.approx(weights, abs=atol)

    eventually(told)


def test_a_visitor_uploads_a_picture_sees_where_it_looked_and_saves_the_contact_sheet(tab: Page, url: str) -> None:
    visit(tab, url)

    def high() -> None:
        box = line(tab).bounding_box()
        assert box and box["y"] + box["height"] < 800, "photo and caption are seen without scrolling"

    eventually(high)
    upload(tab, picture("blue", "right"), "my box.jpg")
    expect(line(tab)).to_have_text("a blue box in the dark")
    image = tab.locator(".stage img")

    def whole() -> None:
        assert image.evaluate("i => [i.naturalWidth, i.naturalHeight]") == [96, 64]
        shape = image.bounding_box()
        assert shape and shape["width"] / shape["height"] == pytest.approx(96 / 64, rel=0.02)

    eventually(whole)
    expect(tab.locator(".tile")).to_have_count(6)

    name, content = saved(tab, "JSON")
    reading = Reading.loads(content)
    assert name == "captions-soft-my-box-attention.json"
    (photo,), (attention,) = reading.source, reading.maps
    assert isinstance(photo, Photo) and isinstance(attention.keys, Grid)
    for place, label in ((1, "blue"), (5, "dark")):
        if place != 1:
            word(tab, label).click()
        expect(word(tab, label)).to_have_class(re.compile("chosen"))
        expect(told(tab)).to_contain_text(f"“{label}” looks most at the framed cell")
        own = attention.weights[place]
        expect(tab.locator(".legend")).to_contain_text(f"this word's largest weight, {weight(own.max())}")
        np.testing.assert_allclose(orange(tab).ravel(), opacity(own, float(own.max()), 0.6), atol=0.01)
        left, top = tab.locator(".peak").evaluate("e => [e.style.left, e.style.top].map(parseFloat)")
        row, column = round(top * 7 / 100), round(left * 7 / 100)
        assert (left, top) == pytest.approx((100 * column / 7, 100 * row / 7), abs=0.01), "a cell is framed"
        assert own[7 * row + column] == pytest.approx(own.max(), abs=1e-3), (
            "it is a strongest one: a flat box has several"
        )

    name, content = saved(tab, "PNG")
    assert name == "captions-soft-my-box-attention.png"
    assert content == export.save([reading], "png"), "the picture is of what the JSON holds"
    sheet_of = sheet.figure([sheet.PhotoPanel(photo, reading.output, attention, "soft")], Look(), caption=None)
    assert len(sheet.tiles(sheet_of)) == 6
    with Image.open(io.BytesIO(content)) as sheet_png:
        assert sheet_png.info["dpi"] == pytest.approx((300, 300), abs=0.1)
    for format in ("SVG", "PDF", "CSV", "NPZ"):
        assert saved(tab, format)[1]

    with other_formats(tab) as menu:
        menu.get_by_role("radio", name="Animation").click()
        expect(tab.get_by_role("button", name="Save animation")).to_be_visible()
    name, content = saved(tab, "GIF")
    assert name == "captions-soft-my-box-animation.gif"
    with Image.open(io.BytesIO(content)) as moving:
        assert moving.n_frames == 7  # type: ignore[attr-defined]
    with other_formats(tab) as menu:
        menu.get_by_role("radio", name="One word").click()
        expect(tab.get_by_text("One word, as PNG for a page with a caption.")).to_be_visible()
    name, content = saved(tab, "PNG")
    assert name == "captions-soft-my-box-attention-2-blue.png", "the word that is chosen at first"
    assert content == export.save([reading], "png", word=1)
    expect(word(tab, "dark")).to_have_class(re.compile("chosen"))


def test_a_bad_file_is_one_sentence_and_the_last_photo_stays(tab: Page, url: str) -> None:
    visit(tab, url)
    upload(tab, picture("red", "left"), "good.jpg")
    expect(line(tab)).to_have_text("a red box in the dark")
    upload(tab, b"%PDF-1.4", "bad.jpg")
    expect(tab.get_by_text("This file can't be opened as a photo.")).to_be_visible()
    expect(line(tab)).to_have_text("a red box in the dark")
    upload(tab, picture("green", "right"), "better.jpg")
    expect(line(tab)).to_have_text("a green box in the dark")
    expect(tab.get_by_text("bad.jpg")).to_have_count(0)


def test_a_place_and_a_box_tell_which_words_looked_there(tab: Page, url: str) -> None:
    visit(tab, url, variants="soft,adaptive", own="a red box in the dark")
    expect(line(tab, 3)).to_have_text(re.compile("^a"))
    _, content = saved(tab, "JSON")
    readings = [Reading.from_json(one) for one in json.loads(content)]
    stage = tab.locator(".stage").first
    stage.click()  # in its centre
    expect(told(tab)).to_contain_text("its weight at the framed cell (row 4, column 4).")
    forced = next(place for place, one in enumerate(readings) if one.given.forced is not None)
    (attention, *_) = readings[forced].maps
    expect(told(tab, forced)).to_contain_text("its weight at the framed cell (row 4, column 4).")
    weights_told(tab, forced, attention.weights[:, 3 * 7 + 3].tolist(), atol=0.006)

    stage.hover(position={"x": 1, "y": 1})  # the words' weights may have moved it
    tab.mouse.down()
    box = stage.bounding_box()
    assert box
    tab.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] - 1, steps=5)
    tab.mouse.up()
    expect(told(tab)).to_contain_text(re.compile(r"inside the box, which is (49|50)% of the photo"))
    left = attention.weights.reshape(-1, 7, 7)
    mass = (left[..., :3].sum(axis=(1, 2)) + left[..., 3].sum(axis=1) / 2).tolist()
    weights_told(tab, forced, mass, atol=0.02)


def test_the_same_word_is_followed_in_all_variants(tab: Page, url: str) -> None:
    visit(tab, url, variants="soft,none,hard", own="a white box in the dark")
    expect(line(tab, 5)).to_have_text("a white box in the dark")
    word(tab, "box", 3).click()
    for place in (3, 4, 5):
        expect(word(tab, "box", place)).to_have_attribute("aria-pressed", "true")
    expect(told(tab, 4)).to_contain_text("no attention")
    line(tab, 3).press("ArrowRight")
    for place in (3, 4, 5):
        expect(word(tab, "in", place)).to_have_attribute("aria-pressed", "true")
    tab.locator(".tile:has-text('dark')").last.click()
    expect(word(tab, "dark", 3)).to_have_attribute("aria-pressed", "true")


def test_play_steps_through_the_words(tab: Page, url: str) -> None:
    visit(tab, url, own="a red box in the dark")
    chosen = note(tab.locator(".photo").last, ".line .chosen", pause_at="box")
    play = tab.get_by_role("button", name="Play")
    play.last.click()
    expect(word(tab, "box", 1)).to_have_attribute("aria-pressed", "true")
    expect(play).to_have_count(2)
    tab.wait_for_timeout(2000)
    expect(word(tab, "box", 1)).to_have_attribute("aria-pressed", "true")
    assert chosen() == ["a", "red", "box"]


def test_the_photo_as_it_is_is_one_touch_away(tab: Page, url: str) -> None:
    visit(tab, url)
    image, plain = tab.locator(".stage img"), tab.get_by_role("button", name="Photo as it is")

    def is_tinted() -> None:
        expect(image).to_have_css("filter", "grayscale(1)")
        assert orange(tab).max() > 0.5

    eventually(is_tinted)
    chosen = line(tab).locator(".chosen").inner_text()
    plain.click()
    expect(plain).to_have_attribute("aria-pressed", "true")
    expect(image).to_have_css("filter", "none")
    assert orange(tab).max() == 0
    expect(tab.locator(".peak")).to_be_hidden()
    plain.click()
    expect(line(tab).locator(".chosen")).to_have_text(chosen)
    eventually(is_tinted)


@pytest.mark.parametrize("width", [1280, 1920])
def test_a_small_photo_is_shown_large(tab: Page, url: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": width * 9 // 16})
    visit(tab, url)
    upload(tab, picture("red", "left"), "small.jpg")  # 96 x 64 pixels

    def large() -> None:
        photo, side = (tab.locator(name).bounding_box() for name in (".stage", ".side"))
        assert photo and side
        assert photo["width"] > 0.28 * width and photo["height"] > 0.4 * width * 9 // 16
        assert side["x"] + side["width"] - photo["x"] > 0.85 * width, "photo and words fill the page"

    eventually(large)


def test_smooth_or_as_cells_strong_or_weak(tab: Page, url: str) -> None:
    def opaque(strength: float) -> Callable[[], None]:
        def check() -> None:
            assert orange(tab).max() == pytest.approx(strength, abs=0.01)

        return check

    visit(tab, url)
    expect(tab.locator(".photo.cells")).to_have_count(0)
    tab.get_by_role("button", name="Appearance").click()
    tab.get_by_text("Smooth", exact=True).click()
    expect(tab.locator(".photo.cells")).to_have_count(1)
    expect(tab).to_have_url(re.compile("smooth=0"))
    eventually(opaque(0.6))
    tab.get_by_role("slider").press("ArrowRight")
    expect(tab).to_have_url(re.compile(r"strength=0\.65"))
    eventually(opaque(0.65))


def test_what_is_typed_is_shown_as_typed(tab: Page, url: str) -> None:
    visit(tab, url, own="<img src=x onerror=alert(1)> red")
    expect(line(tab, 1)).to_have_text("img src x onerror alert 1 red")
    expect(tab.locator(".line img, .line b, .line script")).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_photo_and_caption_are_seen_first_and_nothing_scrolls_sideways(
    opened: Callable[..., Page], url: str, dark: bool
) -> None:
    tab = opened(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    visit(tab, url, example="cat", variants="soft,adaptive")
    nothing_scrolls_sideways(tab)

    def are_seen() -> None:
        for part in (tab.locator(".stage").first, line(tab)):
            box = part.bounding_box()
            assert box and box["y"] + box["height"] < 844 and box["x"] + box["width"] <= 390
        ink = line(tab).evaluate("e => getComputedStyle(e).color")
        channels = [int(value) for value in re.findall(r"\d+", ink)[:3]]
        assert (min(channels) > 200) if dark else (max(channels) < 60)

    eventually(are_seen)


def test_the_picture_and_the_link_are_copied_with_the_word_that_is_chosen(tab: Page, url: str) -> None:
    keep_what_is_copied(tab)
    visit(tab, url, own="a red box in the dark")
    word(tab, "dark", 1).click()
    chosen = line(tab).locator(".chosen")
    said = chosen.inner_text()
    place = line(tab).locator(".word").all_inner_texts().index(said)
    tab.get_by_role("button", name="Copy link").click()
    expect(tab.get_by_text("The link is copied.")).to_contain_text("It works on this computer only")
    link = tab.evaluate("window.copied.at(-1).getType('text/plain').then((link) => link.text())")
    tab.get_by_role("button", name="Copy picture").click()
    expect(tab.get_by_text("The picture is copied.")).to_be_visible()
    read = """async () => {
      const picture = await createImageBitmap(await window.copied.at(-1).getType("image/png"));
      return [picture.width, picture.height];
    }"""
    size = tab.evaluate(read)
    _, content = saved(tab, "PNG")
    with Image.open(io.BytesIO(content)) as picture_file:
        assert tuple(size) == picture_file.size
    tab.goto(link)
    expect(chosen).to_have_text(said)
    expect(line(tab).locator(".word").nth(place)).to_have_attribute("aria-pressed", "true")


def test_where_the_browser_copies_nothing_the_link_stands_in_a_box(opened: Callable[..., Page], url: str) -> None:
    tab = opened()
    tab.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    visit(tab, url, example="cat")
    expect(tab.get_by_role("button", name="Copy picture")).to_be_hidden()
    tab.get_by_role("button", name="Copy link").click()
    expect(tab.get_by_role("textbox", name="Link")).to_have_value(re.compile(r"/\?example=cat$"))
