"""A visitor's way through the tree of a search in a real browser: it is opened, walked with the arrow keys to where
something was dropped, and saved as a table."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.journeys import OVERFLOW, eventually, nothing_scrolls_sideways, settled, visit

SENTENCE = "Une femme en robe rouge traverse la rue avec son chien noir."
TABLE = "Save as a table (CSV)"


def open_tree(tab: Page, app_url: str) -> Locator:
    visit(tab, app_url, "translation", text=SENTENCE)
    expect(tab.locator(".tree")).to_have_count(0)
    tab.get_by_text("What the search dropped").click()
    tree = tab.locator(".tree")
    expect(tree.get_by_role("button").first).to_be_visible()
    expect(tab.get_by_role("button", name=TABLE)).to_be_visible()
    settled(tab)
    return tree


def test_the_tree_is_walked_with_the_keys_to_what_was_dropped_and_saved(tab: Page, app_url: str) -> None:
    tree = open_tree(tab, app_url)
    said, focused = tree.locator(".said"), tree.locator("button:focus")
    first = tree.locator("button.best").first
    first.focus()
    expect(said).to_contain_text("it is in the best output")
    tab.keyboard.press("End")
    expect(focused).to_have_accessible_name(
        re.compile(r"^At step \d+ the search ended “.*: this is the best output\.$")
    )
    tab.keyboard.press("Home")
    expect(first).to_be_focused()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    expect(first).to_be_focused()
    for _ in range(5):  # down the first step, to what was dropped at once
        if "dropped" in (focused.get_attribute("class") or "").split():
            break
        tab.keyboard.press("ArrowDown")
    sentence = re.compile(
        r"^At step 1 the search held “.+”.*; it was dropped, since five other beginnings scored better"
    )
    expect(focused).to_have_accessible_name(sentence)
    expect(said).to_have_text(sentence)
    expect(tree.locator("button[tabindex='0']")).to_have_count(1)
    dropped = focused.locator(".piece").text_content()
    with tab.expect_download() as download:
        tab.get_by_role("button", name=TABLE).click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == tree.get_by_role("button").count()
    assert [row["kept or dropped"] for row in rows if row["step"] == "1" and row["piece"] == dropped] == ["dropped"]


def test_a_tree_scrolls_in_its_own_frame_on_a_phone(opened: Callable[..., Page], app_url: str) -> None:
    tab = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, color_scheme="dark")
    tree = open_tree(tab, app_url)
    nothing_scrolls_sideways(tab)

    def wide() -> None:
        assert tree.locator(".frame").evaluate(OVERFLOW) > 0

    eventually(wide)
    tree.locator("button.dropped").first.tap()
    expect(tree.locator(".said")).to_contain_text("it was dropped")
    nothing_scrolls_sideways(tab)
