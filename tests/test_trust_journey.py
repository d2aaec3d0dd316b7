"""A visitor's way through the tests of a row in a real browser: a word is chosen in the map, and its row is tested."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eventually, nothing_scrolls_sideways, settled, visit

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


@pytest.mark.parametrize(
    ("task", "words"),
    [("translation", ".heatmap .rows button"), ("captions", ".photo .line button"), ("speech", ".timeline .phone")],
)
def test_the_open_tests_follow_what_is_chosen_in_the_figure(tab: Page, app_url: str, task: str, words: str) -> None:
    visit(tab, app_url, task)
    word, label = tab.locator(words), re.compile(r"^\w+")
    word.nth(4).click()
    tab.get_by_text("Test how far this map can be believed").click()
    row = tab.get_by_role("combobox", name="Row")

    def stands_for(place: int) -> None:
        """Subwords have rows of their own, so that the number of a row may be another than that of its word."""
        told = label.match(word.nth(place).inner_text())
        assert told is not None
        expect(row).to_have_value(re.compile(rf"^\d+\. {told[0]}\b"))

    stands_for(4)
    word.nth(2).click()
    stands_for(2)

    def choose_the_first() -> None:
        """The list closes again where the page still scrolls to it."""
        row.click()
        tab.get_by_role("option").first.click(timeout=5_000)

    eventually(choose_the_first)
    expect(row).to_have_value(re.compile(r"^1\."))
    word.nth(5).click()
    stands_for(5)
