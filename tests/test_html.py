"""A reading as one page: it draws in a plain browser without any network, and what a person typed stays text."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from attnviz import export
from attnviz.attention import ATTENTION, AttentionMap
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.export.html import readings_of
from attnviz.export.numbers import to_json
from attnviz.figures.colours import DARK, LIGHT, Theme
from attnviz.reading import Pieces, Reading
from tests.journeys import OVERFLOW, eventually
from tests.test_captions_export import none as no_map_over_photo
from tests.test_captions_export import reading as of_photo
from tests.test_export import reading as without_words
from tests.test_figures_sound import heard

HOSTILE = (
    "</script><script>owned=1</script>",
    "<!--",
    "<img/src=x/onerror=owned=1>",
    "&lt;b&gt;",
    "\"'`${owned=1}",
    "]]>",
)


# Whether the map is drawn in the colours of a page of that colour.
DRAWN_ON = """colour => document.querySelector('[data-figure=heatmap]').shadowRoot.querySelector('.heatmap')
    .style.getPropertyValue('--page') === colour"""


def words(labels: tuple[str, ...]) -> Pieces:
    return Pieces(" ".join(labels), labels, tuple((label,) for label in labels), (-0.1,) * len(labels))


def over_words(
    source: tuple[str, ...] = ("le", "chat", "dort"), output: tuple[str, ...] = ("the", "cat", "sleeps"), seed: int = 0
) -> Reading:
    weights = np.random.default_rng(seed).dirichlet(np.ones(len(source)), len(output)).astype(np.float32)
    attention = AttentionMap(
        ATTENTION, Words.whole(output), Words.whole(source), weights, np.zeros(len(output), np.float32)
    )
    return replace(without_words(maps=(attention,)), source=(words(source),), output=words(output))


@pytest.fixture
def shown(tab: Page, tmp_path: Path) -> Callable[..., Page]:
    """Opens readings as a page in a browser without network. The page asks for nothing but itself."""

    def shown(*readings: Reading, **drawing: object) -> Page:
        file = tmp_path / "page.html"
        file.write_bytes(export.save(readings, "html", **drawing))  # type: ignore[arg-type]
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
        tab.context.set_offline(True)
        tab.goto(file.as_uri())
        assert asked == [file.as_uri()]
        return tab

    return shown


def test_words_are_followed_from_the_sentences_to_the_map_with_the_keys_alone(shown: Callable[..., Page]) -> None:
    page = shown(over_words(), over_words(seed=1))
    expect(page.get_by_role("heading", level=1)).to_have_text("Translation: additive")
    expect(page.locator(".heatmap")).to_have_count(2)
    page.locator(".large .word").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    # the same words were written by both, so both maps show the row
    for number in (0, 1):
        expect(page.locator(".heatmap").nth(number).locator(".rows button.chosen")).to_have_text("cat")
    page.get_by_role("radio", name="Ribbon").check()
    expect(page.locator(".heatmap").first).to_be_hidden()
    expect(page.locator(".ribbon").first.locator(".queries button.chosen")).to_have_text("cat")
    page.keyboard.press("Escape")
    expect(page.locator("button.chosen:visible")).to_have_count(0)


def test_the_numbers_open_on_demand_and_the_page_says_what_made_it(shown: Callable[..., Page]) -> None:
    one = over_words()
    page = shown(one)
    table = page.get_by_role("region", name="Numbers")
    expect(table).to_be_hidden()
    page.get_by_text("Numbers of the map").click()
    expect(table.get_by_role("cell").nth(1)).to_have_text(f"{one.maps[0].weights[0, 0]:.3f}")
    expect(page.locator(".caption")).to_contain_text("model 0123456789ab")
    expect(page.locator(".caption")).to_contain_text("Input: “le chat dort”")


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_no_text_can_leave_its_place_in_the_page(number: int) -> None:
    typed = HOSTILE[number]
    usual, page = (export.save([over_words((label, "b"), (label, "d"))], "html").decode() for label in ("a", typed))
    for tag in ("<script", "</script", "<img", "<!--", "<b>"):
        assert page.count(tag) == usual.count(tag)


def test_hostile_text_stays_text(shown: Callable[..., Page]) -> None:
    page = shown(over_words(HOSTILE, HOSTILE[::-1]), over_words(HOSTILE, HOSTILE))
    assert page.locator(".large").first.locator(".word").all_text_contents() == list(HOSTILE[::-1])
    assert page.evaluate("typeof owned") == "undefined"
    page.get_by_text("Numbers of the map").first.click()
    expect(page.get_by_role("region", name="Numbers").first).to_contain_text(HOSTILE[0])


@pytest.mark.parametrize(("scheme", "theme"), [("light", LIGHT), ("dark", DARK)])
def test_colours_are_those_of_the_readers_system_and_paper_is_light(
    shown: Callable[..., Page], scheme: Literal["light", "dark"], theme: Theme
) -> None:
    page = shown(over_words())
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(DRAWN_ON, arg=theme.page)
    eventually(lambda: narrow(page))
    page.emulate_media(media="print", color_scheme=scheme)
    page.wait_for_function(DRAWN_ON, arg=LIGHT.page)
    expect(page.get_by_role("button", name="Play")).to_have_count(0)


def narrow(page: Page) -> None:
    assert page.locator("html").evaluate(OVERFLOW) <= 0


def test_a_difference_has_a_map_of_its_own(shown: Callable[..., Page]) -> None:
    page = shown(over_words(), replace(over_words(seed=1), variant="general"), difference=True)
    expect(page.get_by_role("heading", name="Difference: additive − general")).to_be_visible()
    expect(page.locator(".heatmap")).to_have_count(3)


def test_a_photo_and_a_sound_are_in_their_pages(shown: Callable[..., Page]) -> None:
    page = shown(of_photo(), no_map_over_photo())
    assert page.locator(".photo .stage img").first.evaluate("e => e.complete && e.naturalWidth") == 240
    page.get_by_role("button", name="box").first.click()
    expect(page.locator(".photo .told").first).to_contain_text("“box” looks most at the framed cell")

    page = shown(heard())
    page.get_by_role("button", name="Play all").click()
    expect(page.locator(".timeline .told")).not_to_contain_text("can't play")
    page.get_by_role("radio", name="Ribbon").check()
    expect(page.get_by_role("slider").first).to_be_visible()


@pytest.mark.parametrize("make", [over_words, of_photo, heard])
def test_the_page_holds_the_reading_whole(make: Callable[[], Reading]) -> None:
    one = make()
    saved = readings_of(export.save([one], "html"))
    assert Reading.loads(saved) == one == Reading.loads(to_json([one]))
    hostile = replace(one, given=replace(one.given, name=HOSTILE[0]))
    assert Reading.loads(readings_of(export.save([hostile], "html"))) == hostile


def test_another_page_holds_no_reading() -> None:
    with pytest.raises(InputError, match="no reading in it"):
        readings_of(b"<!doctype html><p>no</p>")
