"""A journey through the page of evidence in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import eventually, nothing_scrolls_sideways, settled


def test_on_a_phone_a_wide_table_scrolls_under_a_shade_beside_the_names_of_its_rows(tab: Page, app_url: str) -> None:
    tab.set_viewport_size({"width": 390, "height": 800})
    tab.goto(f"{app_url}/evidence?task=summaries", wait_until="commit")
    frame = tab.get_by_test_id("stTable").first.locator("> div")
    expect(frame).to_be_visible()
    settled(tab)
    row = frame.locator("tbody tr").first
    expect(row.locator("td").last).not_to_be_in_viewport()
    assert "gradient" in frame.evaluate("e => getComputedStyle(e).backgroundImage"), "nothing says that there is more"
    frame.evaluate("e => e.scrollTo(e.scrollWidth, 0)")
    expect(row.locator("td").last).to_be_in_viewport(ratio=0.9)
    expect(row.locator("th")).to_be_in_viewport(ratio=0.9)
    nothing_scrolls_sideways(tab)


def test_photos_keep_their_shape_while_attention_takes_shape(tab: Page, app_url: str) -> None:
    tab.goto(f"{app_url}/evidence?task=captions", wait_until="commit")
    photo = tab.locator(".tile img").first
    expect(photo).to_be_visible()

    def whole() -> None:
        drawn, (width, height) = photo.bounding_box(), photo.evaluate("i => [i.naturalWidth, i.naturalHeight]")
        assert drawn and drawn["width"] / drawn["height"] == pytest.approx(width / height, rel=0.02)

    eventually(whole)
