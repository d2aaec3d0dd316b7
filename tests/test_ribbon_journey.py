"""A visitor's way through a ribbon in a real browser: its words and links answer the mouse and the keys at once, weak
links are hidden and told, and it follows the words of the sentences."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.journeys import eventually, nothing_scrolls_sideways, visit

SENTENCE = "Le chat noir dort sur la chaise."


def first_ribbon(tab: Page, app_url: str, path: str = "translation", **address: str) -> Locator:
    visit(tab, app_url, path, ribbon="1", **address)
    ribbon = tab.locator(".ribbon").first
    expect(ribbon.locator(".queries button").first).to_be_visible()
    return ribbon


def word(ribbon: Locator, side: str, text: str) -> Locator:
    return ribbon.locator(f".{side}").get_by_role("button", name=text, exact=True)


def shaded(ribbon: Locator, side: str) -> Locator:
    """The words that are coloured by their weight."""
    return ribbon.locator(f".{side} [style*='background-color: rgb']")


def test_a_map_becomes_a_ribbon_and_a_matrix_again(tab: Page, app_url: str) -> None:
    visit(tab, app_url, "translation", text=SENTENCE)
    expect(tab.locator(".heatmap")).to_have_count(1)
    tab.get_by_role("radio", name="Ribbon").or_(tab.get_by_role("button", name="Ribbon")).click()
    expect(tab.locator(".ribbon")).to_have_count(1)
    expect(tab.locator(".heatmap")).to_have_count(0)
    expect(tab).to_have_url(re.compile("ribbon=1"))
    tab.get_by_role("radio", name="Matrix").or_(tab.get_by_role("button", name="Matrix")).click()
    expect(tab.locator(".heatmap")).to_have_count(1)


def test_a_word_lights_its_links_at_once_and_a_click_keeps_them(tab: Page, app_url: str) -> None:
    ribbon = first_ribbon(tab, app_url, text=SENTENCE)
    expect(shaded(ribbon, "keys")).to_have_count(0)
    word(ribbon, "queries", "cat").hover()
    expect(ribbon.get_by_role("status").first).to_contain_text("cat ← ")
    expect(shaded(ribbon, "keys").first).to_be_visible()
    word(ribbon, "queries", "cat").click()
    expect(tab.locator(".word.chosen")).to_have_text(["cat"])
    tab.mouse.move(0, 0)
    expect(ribbon.get_by_role("status").first).to_contain_text("cat ← ")
    tab.keyboard.press("Escape")
    expect(tab.locator(".word.chosen")).to_have_count(0)
    expect(shaded(ribbon, "keys")).to_have_count(0)


def test_a_word_of_the_sentences_lights_its_links(tab: Page, app_url: str) -> None:
    ribbon = first_ribbon(tab, app_url, text=SENTENCE)
    tab.locator(".word", has_text="chat").hover()
    expect(word(ribbon, "keys", "chat")).to_have_class(re.compile("near"))
    expect(ribbon.get_by_role("status").first).to_contain_text("chat → ")
    tab.locator(".line.large .word", has_text="cat").hover()
    expect(word(ribbon, "queries", "cat")).to_have_class(re.compile("near"))


def test_nothing_in_the_ribbon_needs_a_mouse(tab: Page, app_url: str) -> None:
    ribbon = first_ribbon(tab, app_url, text=SENTENCE)
    word(ribbon, "keys", "Le").focus()
    tab.keyboard.press("ArrowDown")
    expect(word(ribbon, "keys", "chat")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator(".word.chosen")).to_have_text(["chat"])
    tab.keyboard.press("Tab")
    expect(ribbon.locator(".queries button").first).to_be_focused()
    slider = ribbon.get_by_role("slider")
    expect(slider).to_have_accessible_name(re.compile("Links below 0.05 are hidden: .* of the weight"))
    slider.focus()
    tab.keyboard.press("Home")
    expect(slider).to_have_accessible_name("Links below 0.00 are hidden: nothing of the weight.")


def test_a_ribbon_fits_a_phone_and_has_a_text(opened: Callable[..., Page], app_url: str) -> None:
    tab = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    ribbon = first_ribbon(tab, app_url, text=SENTENCE)
    nothing_scrolls_sideways(tab)
    expect(ribbon.get_by_role("img")).to_have_accessible_name(re.compile(r"^Map of .* [Tt]he strongest links? "))
    word(ribbon, "queries", "cat").tap()
    expect(tab.locator(".word.chosen")).to_have_text(["cat"])

    def fit() -> None:
        assert ribbon.evaluate("e => e.scrollWidth - e.clientWidth") <= 0

    eventually(fit)
