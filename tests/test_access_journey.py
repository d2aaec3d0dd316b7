"""Every page, as somebody meets it who can't see it well or can't use a mouse: axe-core's rules in a real browser."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys import PAGES, eventually, settled, visit

DRAWN = {"": "img", "learn": "h3", "evidence": "#papers", "about": "#licences"}  # what stands last on a page
ELSEWHERE = ".st-key-files button"  # how to save it
GRAVE = ("serious", "critical")
STREAMLITS = {"scrollable-region-focusable": ".stTable"}  # a wide table of Streamlit's: browsers let Tab reach it
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((1280, "light"), (390, "dark"))


@pytest.mark.parametrize("name", ["", *map(str.lower, PAGES)])
def test_no_page_breaks_a_grave_rule_of_accessibility(tab: Page, app_url: str, name: str) -> None:
    def none_is_broken() -> None:
        found = Axe().run(tab).response["violations"]
        broken = [(one["id"], str(node["target"])) for one in found if one["impact"] in GRAVE for node in one["nodes"]]
        assert not [(rule, target) for rule, target in broken if STREAMLITS.get(rule, "never") not in target]

    for width, scheme in SCREENS:
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)
        tab.goto(f"{app_url}/{name}")
        tab.wait_for_selector(DRAWN.get(name, ELSEWHERE))
        settled(tab)
        eventually(none_is_broken)


def test_tab_reaches_the_words_that_can_be_left_out(tab: Page, app_url: str) -> None:
    """They are a component in the menu, with a root of its own."""
    visit(tab, app_url, "entailment")
    tab.get_by_role("button", name="Leave words out").press("Enter")
    expect(tab.get_by_test_id("stPopoverBody").locator(".word").first).to_be_visible()
    settled(tab)
    tab.keyboard.press("Tab")
    expect(tab.get_by_test_id("stPopoverBody").locator(".word").first).to_be_focused()


def test_tab_goes_from_the_button_of_a_menu_into_it_and_on_behind_the_button(tab: Page, app_url: str) -> None:
    visit(tab, app_url, "translation")
    button, menu = tab.get_by_role("button", name="Settings"), tab.get_by_test_id("stPopoverBody")
    inside = menu.locator("button, input")
    button.press("Enter")
    expect(inside.first).to_be_visible()
    settled(tab)
    for control in inside.all():
        tab.keyboard.press("Tab")
        expect(control).to_be_focused()
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Appearance")).to_be_focused()
    tab.keyboard.press("Shift+Tab")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Shift+Tab")
    expect(button).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
    tab.keyboard.press("Tab")
    expect(tab.get_by_role("button", name="Appearance")).to_be_focused()


def test_tab_reaches_one_word_of_a_caption_and_the_arrows_the_others(tab: Page, app_url: str) -> None:
    visit(tab, app_url, "captions")
    words = tab.locator(".photo .word")
    words.nth(0).click()
    tab.keyboard.press("ArrowRight")
    expect(words.nth(1)).to_be_focused()
    expect(words.nth(1)).to_have_attribute("aria-pressed", "true")
    tab.keyboard.press("Tab")
    expect(tab.locator(".photo .play")).to_be_focused()
    tab.keyboard.press("Shift+Tab")
    expect(words.nth(1)).to_be_focused()
