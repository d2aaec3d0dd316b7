"""The page of summaries in a browser: words are followed from headline to text and map, with mouse and keys."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from attnviz.tasks.summaries.about import TASK
from tests.journeys import OVERFLOW, settled, visit
from tests.one_page import served
from tests.small_summaries import PAIRS, small_root

BODY = PAIRS[0][0]


@pytest.fixture(scope="module")
def url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = small_root(tmp_path_factory.mktemp("root"), ["pointer", "additive", "bow"])
    with served("summaries", tmp_path_factory.mktemp("app"), root) as address:
        yield address


def headline(tab: Page) -> Locator:
    """The words of the headline."""
    return tab.locator(".large .word")


def text(tab: Page) -> Locator:
    """The words of the text."""
    return tab.locator(".text .word")


def shades(words: Locator) -> list[str]:
    """The colour of each word's background."""
    colours: list[str] = words.evaluate_all("words => words.map((word) => word.style.backgroundColor)")
    return colours


def test_words_are_followed_with_the_mouse(tab: Page, url: str) -> None:
    visit(tab, url, text=BODY)
    together = shades(text(tab))
    assert len(set(together)) > 1, "all words together shade the text"
    expect(tab.get_by_role("button", name="All words")).to_have_attribute("aria-pressed", "true")
    first = headline(tab).first
    first.hover()
    expect(tab.locator(".lines .told")).to_contain_text(f"“{first.text_content()}” looked most at")
    assert shades(text(tab)) != together
    first.click()
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(tab.locator(".rows button").first).to_have_attribute("aria-pressed", "true")
    tab.mouse.move(0, 0)
    expect(tab.locator(".lines .told")).to_contain_text("looked most at")
    text(tab).nth(2).click()
    expect(tab.locator(".columns button").nth(2)).to_have_attribute("aria-pressed", "true")
    assert any(shades(headline(tab))) and not any(shades(text(tab)))
    tab.keyboard.press("Escape")
    expect(tab.locator(".columns button.chosen")).to_have_count(0)
    expect(text(tab).nth(2)).to_have_attribute("aria-pressed", "false")
    tab.mouse.move(0, 0)
    assert shades(text(tab)) == together


def test_words_are_followed_with_the_keys(tab: Page, url: str) -> None:
    visit(tab, url, text=BODY)
    headline(tab).first.focus()
    tab.keyboard.press("ArrowRight")
    expect(headline(tab).nth(1)).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator(".rows button").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(headline(tab).nth(1)).to_be_focused()
    tab.keyboard.press("Tab")
    expect(text(tab).first).to_be_focused()
    tab.keyboard.press("End")
    expect(text(tab).last).to_be_focused()
    tab.keyboard.press("Enter")
    expect(text(tab).last).to_have_attribute("aria-pressed", "true")


def test_without_a_map_no_word_is_a_button(tab: Page, url: str) -> None:
    visit(tab, url, text=BODY, variants="bow")
    expect(text(tab).first).to_be_visible()
    expect(tab.locator(".lines [role=button], .lines [tabindex]")).to_have_count(0)
    visit(tab, url, text=BODY, variants="bow,pointer")
    expect(tab.locator(".large").first.locator("[role=button]")).to_have_count(0)
    text(tab).nth(2).click()
    expect(tab.locator(".columns button").nth(2)).to_have_attribute("aria-pressed", "true")


def test_of_several_outputs_it_is_said_whose_words_shade_the_text(tab: Page, url: str) -> None:
    visit(tab, url, text=BODY, variants="pointer,additive")
    meaning, each = tab.locator(".scale span").last, tab.get_by_role("button", name="All words of")
    expect(each).to_have_text(["pointer", "additive"])
    expect(meaning).to_contain_text("all words of pointer")
    own = shades(text(tab))
    each.last.click()
    expect(meaning).to_contain_text("all words of additive")
    expect(each.last).to_have_attribute("aria-pressed", "true")
    assert shades(text(tab)) != own
    expect(tab.locator(".marks")).to_contain_text("the surer the model was of it")


def test_a_word_that_is_chosen_in_the_map_is_chosen_in_the_headline(tab: Page, url: str) -> None:
    visit(tab, url, text=BODY)
    tab.locator(".rows button").first.click()
    expect(headline(tab).first).to_have_attribute("aria-pressed", "true")


def test_every_example_is_seen_and_on_a_phone_reached(tab: Page, url: str) -> None:
    visit(tab, url, text=BODY)
    row, last = tab.locator("[class*=st-key-examples_]"), TASK.examples[-1]
    expect(row.get_by_role("button")).to_have_text([example.label for example in TASK.examples])
    assert row.evaluate(OVERFLOW) <= 0
    tab.set_viewport_size({"width": 390, "height": 800})
    row.get_by_role("button", name=last.label).click()
    expect(tab.get_by_role("textbox", name="Paste an English news text")).to_have_value(last.inputs[0])


def test_what_is_typed_is_no_markup_and_the_page_is_never_too_wide(tab: Page, url: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    visit(tab, url, text=f"{BODY} 3 < 4 <unknown onload=alert(1)>", own="<b>Fire</b>", whole="1")
    expect(headline(tab).filter(has_text="Fire").last).to_be_visible()
    expect(tab.locator(".line b, .line unknown")).to_have_count(0)
    settled(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
