"""The menu of pages, in a real browser."""

from playwright.sync_api import Page, expect

from tests.journeys import PAGES

NARROWEST = 768  # px: below, Streamlit lays the pages into the menu of a phone


def test_the_names_of_all_pages_stand_in_one_row_on_a_narrow_screen(tab: Page, app_url: str) -> None:
    tab.set_viewport_size({"width": NARROWEST, "height": 800})
    tab.goto(f"{app_url}/about", wait_until="commit")
    for name in PAGES:
        expect(tab.get_by_test_id("stTopNav").get_by_role("link", name=name, exact=True)).to_be_in_viewport(ratio=0.9)
