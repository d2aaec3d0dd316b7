"""Light and dark in a real browser: colours of our own follow a theme that changes while a page is open or loaded."""

import re

from playwright.sync_api import Page, expect

COLOUR = "e => getComputedStyle(e).backgroundColor"
DARK = re.compile(r"^rgb\((\d\d?, ){2}\d\d?\)$")  # none of red, green and blue is 100 or more


def test_a_page_follows_a_theme_that_changes_on_its_way_and_later(tab: Page, app_url: str) -> None:
    tab.emulate_media(color_scheme="light")
    tab.goto(f"{app_url}/evidence?task=summaries", wait_until="commit")
    expect(tab.get_by_test_id("stHeader")).to_be_visible()
    tab.emulate_media(color_scheme="dark")
    name = tab.get_by_test_id("stTable").first.locator("tbody th").first  # its colour is ours
    expect(name).to_have_css("background-color", DARK)
    assert name.evaluate(COLOUR) == tab.get_by_test_id("stApp").evaluate(COLOUR)
    tab.emulate_media(color_scheme="light")
    expect(name).to_have_css("background-color", "rgb(255, 255, 255)")
