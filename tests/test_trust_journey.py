"""A visitor's way through the tests of a row in a real browser: a word is chosen in the map, and its row is tested."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import nothing_scrolls_sideways, settled, visit

SENTENCE = "Une femme en robe rouge traverse la rue avec son chien noir."


def test_the_row_of_a_word_is_tested_beside_the_reading(opened: Callable[..., Page], app_url: str) -> None:
    tab = opened(viewport={"width": 390, "height": 844}, color_scheme="dark")
    visit(tab, app_url, "translation", text=SENTENCE)
    tab.get_by_text("Test how far this map can be believed").click()
    test = tab.get_by_role("button", name="Test this row")
    expect(test).to_be_visible()
    expect(tab.locator("strong", has_text="Shuffling this row's weights")).to_have_count(0)
    settled(tab)
    test.click()
    verdict = tab.locator("strong", has_text="Shuffling this row's weights")
    expect(verdict).to_have_text(re.compile(r"by \d\.\d\d of 1: the model (hardly )?depends"))
    expect(tab.get_by_text("its twin").first).to_be_visible()
    expect(tab.get_by_text(re.compile(r"[\d,]+ answers were compared"))).to_be_visible()
    expect(tab.locator(".heatmap")).to_have_count(2)
    nothing_scrolls_sideways(tab)
