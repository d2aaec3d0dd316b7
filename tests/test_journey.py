"""A visitor's way through the page in a real browser: read, compare, follow a word, save, share, on a phone as well."""

import io
import json
import re
from collections.abc import Callable
from urllib.parse import urlencode

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from attnviz import export, service
from attnviz.figures import legend, paper
from attnviz.figures.drawing import Drawing
from attnviz.figures.panel import Panel
from attnviz.reading import Reading
from attnviz.tasks.translation.about import TASK
from attnviz.web import glimpses
from tests.journeys import eventually, keep_what_is_copied, nothing_scrolls_sideways, saved, settled, visit

SENTENCE = "Le chat noir dort sur la chaise."
ATTENTIVE = [name for name in service.variants("translation") if name != "none"]
MARKUP = "Le <b>chat</b> **noir** `dort` :red[ici] $x$ [là](http://a.b) :smile: -> www.a.org <script>alert(1)</script>"


def charts(tab: Page) -> Locator:
    return tab.locator(".heatmap .cells")


def line(tab: Page, name: str, place: int = 0) -> Locator:
    """The input or output above the maps, as words."""
    return tab.locator(".line.large" if name == "Output" else ".line:not(.large)").nth(place)


def read(tab: Page, text: str) -> None:
    box = tab.get_by_label("French text")
    box.fill(text)
    box.press("Control+Enter")
    expect(line(tab, "Input")).to_have_text(text)


def test_a_visitor_reads_compares_and_saves(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name)
    expect(charts(tab)).to_have_count(1)

    def high() -> None:
        box = charts(tab).bounding_box()
        assert box and box["y"] + box["height"] < 1000, "on a usual screen nearly all of it is seen without scrolling"

    eventually(high)
    read(tab, SENTENCE)
    translation = line(tab, "Output").inner_text()
    assert "cat" in translation
    tab.get_by_role("button", name=ATTENTIVE[1].capitalize(), exact=True).click()
    expect(charts(tab)).to_have_count(2)

    name, content = saved(tab, "JSON")
    readings = [Reading.from_json(one) for one in json.loads(content)]
    assert name == f"translation-{'-vs-'.join(ATTENTIVE[:2])}-le-chat-noir-dort-sur-attention.json"
    assert [one.variant for one in readings] == ATTENTIVE[:2]
    assert readings[0].output.text == translation
    assert readings[0].source[0].text == SENTENCE

    name, picture = saved(tab, "PNG")
    assert name.endswith(".png")
    assert picture == export.save(readings, "png"), "the picture is of what the JSON holds"
    caption = legend.of_maps(readings, Drawing())
    drawn = paper.figure([Panel(one.map(), one.variant) for one in readings], caption=caption)
    ink = 255 - np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=int)
    for reading, centres in zip(readings, paper.cell_pixels(drawn), strict=True):
        attention = reading.map()
        assert attention is not None and centres.shape[:2] == attention.weights.shape
        cells = ink[centres[..., 1], centres[..., 0]]
        strongest = attention.weights.argmax(axis=1)
        assert (cells[np.arange(len(cells)), strongest] == cells.max(axis=1)).all()

    for format in ("SVG", "PDF", "CSV", "NPZ"):
        assert saved(tab, format)[1]
    expect(charts(tab)).to_have_count(2)
    expect(line(tab, "Input")).to_have_text(SENTENCE)


def test_an_example_answers_to_a_click_that_follows_upon_typing(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name, text=SENTENCE)
    box = tab.get_by_label("French text")
    for turn, example in enumerate(TASK.examples[:5]):
        settled(tab)
        box.fill(f"{SENTENCE} {turn}")
        tab.get_by_role("button", name=example.label, exact=True).hover()
        tab.mouse.down()  # the box is left, and the page begins to be drawn anew
        tab.wait_for_timeout(200 * turn)
        tab.mouse.up()
        expect(box).to_have_value(example.inputs[0])
        expect(line(tab, "Output")).not_to_have_text("")


def test_an_unknown_page_says_where_to_go(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/no%20such")
    expect(page.get_by_text("There is no page “no such” here")).to_be_visible()
    page.wait_for_timeout(1_000)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_test_id("stMain").get_by_role("link", name="Entailment").click()
    expect(page.get_by_label("Premise").first).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_link_of_before_the_first_page_leads_to_where_its_page_stands_now(tab: Page, app_url: str) -> None:
    """Back then leads home, rather than here again."""
    tab.goto(f"{app_url}/evidence")
    settled(tab)
    tab.goto(f"{app_url}/?{urlencode({'text': SENTENCE, 'variants': ATTENTIVE[1]})}")
    expect(tab.get_by_label("French text")).to_have_value(SENTENCE)
    expect(tab).to_have_url(re.compile(f"/{TASK.name}.*variants={ATTENTIVE[1]}"))
    expect(charts(tab)).to_have_count(1)
    tab.go_back()
    expect(tab).not_to_have_url(re.compile(TASK.name))
    settled(tab)
    expect(tab.get_by_label("French text")).to_have_count(0)


def test_a_link_into_a_page_that_was_seen_before_counts(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name, text=SENTENCE)
    tab.get_by_role("link", name="Home", exact=True).click()
    tab.get_by_test_id("stMain").get_by_role("link", name=TASK.title).click()
    expect(tab.get_by_label("French text")).to_have_value(glimpses.example(TASK).inputs[0])
    expect(charts(tab)).to_have_count(1)


@pytest.mark.parametrize("wait", [0, 1_000])
def test_back_soon_after_a_click_takes_the_click_back(tab: Page, app_url: str, wait: int) -> None:
    first, second = TASK.examples[:2]
    box = tab.get_by_label("French text")
    visit(tab, app_url, TASK.name)
    for _ in range(2):
        tab.get_by_role("button", name=second.label, exact=True).click()
        tab.wait_for_url(re.compile(f"example={second.name}$"))
        tab.wait_for_timeout(wait)
        tab.go_back()
        expect(box).to_have_value(first.inputs[0])
        settled(tab)
        tab.wait_for_timeout(500)
        expect(box).to_have_value(first.inputs[0])
        expect(tab).not_to_have_url(re.compile("example"))


def test_back_and_forward_restore_what_was_shown(tab: Page, app_url: str) -> None:
    first, second = TASK.examples[:2]
    box = tab.get_by_label("French text")
    visit(tab, app_url, TASK.name)
    tab.get_by_role("button", name=second.label, exact=True).click()
    tab.wait_for_url(re.compile(f"example={second.name}$"))
    tab.get_by_role("button", name=ATTENTIVE[1].capitalize(), exact=True).click()
    tab.wait_for_url(re.compile("variants="))
    expect(charts(tab)).to_have_count(2)
    both = f"variants={','.join(ATTENTIVE[:2])}"
    for go, query, text, maps in (
        (tab.go_back, f"example={second.name}", second.inputs[0], 1),
        (tab.go_back, "", first.inputs[0], 1),
        (tab.go_forward, f"example={second.name}", second.inputs[0], 1),
        (tab.go_forward, f"example={second.name}&{both}", second.inputs[0], 2),
    ):
        go()
        for _ in range(2):
            expect(box).to_have_value(text)
            expect(charts(tab)).to_have_count(maps)
            settled(tab)
            tab.wait_for_timeout(1_000)  # it is shown, and stays
        expect(tab).to_have_url(re.compile(rf"/{TASK.name}\??{re.escape(query).replace(',', '(,|%2C)')}$"))


def test_a_click_on_a_cell_or_a_word_is_followed_in_the_sentences(tab: Page, app_url: str) -> None:
    keep_what_is_copied(tab)
    visit(tab, app_url, TASK.name, text=SENTENCE)
    charts(tab).click(position={"x": 5, "y": 5})
    first = line(tab, "Output").locator(".word").first
    expect(first).to_have_class("word chosen")
    expect(line(tab, "Input").locator(".word").first).to_have_class("word chosen")
    expect(tab.get_by_text("Likeliest beginnings")).to_be_visible()
    line(tab, "Input").locator(".word", has_text="chaise").click()
    expect(line(tab, "Input").locator(".chosen")).to_have_text("chaise")
    expect(line(tab, "Output").locator(".chosen")).to_have_count(0)
    line(tab, "Input").locator(".word", has_text="chaise").click()
    expect(tab.locator(".word.chosen")).to_have_count(0)
    first.click()
    expect(first).to_have_class("word chosen")
    tab.get_by_role("button", name="Copy link").click()
    expect(tab.get_by_text("The link is copied.")).to_contain_text("It works on this computer only")
    link = tab.evaluate("window.copied.at(-1).getType('text/plain').then((link) => link.text())")
    assert re.search(r"/\?.*output=1", link)
    tab.keyboard.press("Escape")
    expect(tab.locator(".word.chosen")).to_have_count(0)


def test_a_saved_picture_leaves_out_what_the_map_leaves_out(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name, text=SENTENCE, strongest="1")
    reading = Reading.from_json(json.loads(saved(tab, "JSON")[1]))
    picture = saved(tab, "PNG")[1]
    assert picture == export.save([reading], "png", strongest=1) != export.save([reading], "png")


def test_what_is_typed_is_shown_as_typed(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name, text=f"{MARKUP}\n\nBonjour.", own=MARKUP)
    expect(line(tab, "Input")).to_have_text(MARKUP)
    expect(line(tab, "Output", 1)).to_have_text(MARKUP)
    expect(tab.locator(".lines a, .lines img, .lines b, .lines script")).to_have_count(0)
    option = tab.get_by_test_id("stRadioOption").first

    def as_typed() -> None:
        assert option.inner_text().replace("\u2060", "").splitlines()[0] == f"1. {MARKUP}"

    eventually(as_typed)
    expect(option.locator("a, img, code, b, strong")).to_have_count(0)


def test_the_link_opens_the_same_view(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name)
    read(tab, SENTENCE)
    tab.get_by_role("button", name="No attention", exact=True).click()
    expect(line(tab, "Output", 1)).to_be_visible()
    settled(tab)
    shown = [line(tab, "Output", place).inner_text() for place in (0, 1)]
    expect(tab).to_have_url(re.compile("variants="))
    tab.goto(tab.url)
    for place in (0, 1):
        expect(line(tab, "Output", place)).to_have_text(shown[place])


def test_long_work_can_be_stopped_and_taken_up(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name)
    box = tab.get_by_label("French text")
    box.fill(" ".join(f"Il y a {n} chats noirs et {n} chiens blancs dans le grand jardin." for n in range(100)))
    box.press("Control+Enter")
    tab.get_by_role("button", name="Stop", exact=True).click()
    expect(tab.get_by_text(re.compile(r"Stopped after \d+ of 100 sentences"))).to_be_visible()
    expect(charts(tab)).to_have_count(1)
    tab.get_by_role("button", name="Read the rest").click()
    expect(tab.get_by_text("100 sentences, read one by one")).to_be_visible()


def test_one_long_reading_can_be_stopped_and_taken_up(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name, variants=",".join(ATTENTIVE), split="0", beam="10")
    box = tab.get_by_label("French text")
    box.fill(" ".join(f"Il y a {n} chats noirs et {n} chiens blancs dans le grand jardin" for n in range(14)))
    box.press("Control+Enter")
    stop = tab.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_in_viewport(ratio=1)
    stop.click()
    expect(tab.get_by_text(re.compile(rf"Stopped after \d of {len(ATTENTIVE)} readings"))).to_be_visible()
    expect(tab.get_by_role("button", name="Read the rest")).to_be_in_viewport(ratio=1)
    tab.get_by_role("button", name="Read the rest").click()
    expect(charts(tab)).to_have_count(len(ATTENTIVE))


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_the_page_never_scrolls_sideways(opened: Callable[..., Page], app_url: str, dark: bool) -> None:
    tab = opened(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    visit(
        tab,
        app_url,
        TASK.name,
        text=next(e.inputs[0] for e in TASK.examples if e.name == "long"),
        variants=",".join(ATTENTIVE[:2]),
        difference="1",
    )
    expect(charts(tab)).to_have_count(3)
    nothing_scrolls_sideways(tab)


def test_on_a_phone_the_choices_stand_below_the_map_before_details_and_save(
    opened: Callable[..., Page], app_url: str
) -> None:
    tab = opened(viewport={"width": 390, "height": 844})
    visit(tab, app_url, TASK.name)
    parts = [
        tab.get_by_label("French text"),
        tab.get_by_text("Examples", exact=True),
        line(tab, "Output"),
        charts(tab),
        tab.get_by_text("Variants", exact=True),
        tab.get_by_role("button", name="Appearance"),
        tab.get_by_text("Other translations"),
        tab.get_by_text("Long sentences:"),
        tab.get_by_role("button", name="Save picture"),
    ]

    def in_order() -> None:
        tops = [box["y"] for part in parts if (box := part.bounding_box())]
        assert len(tops) == len(parts) and tops == sorted(tops)

    eventually(in_order)


def test_on_a_phone_the_menu_closes_once_a_page_is_chosen(opened: Callable[..., Page], app_url: str) -> None:
    tab = opened(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit(tab, app_url, TASK.name)
    captions = tab.get_by_test_id("stSidebar").get_by_role("link", name="Captions")
    tab.get_by_test_id("stExpandSidebarButton").tap()
    expect(captions).to_be_in_viewport(ratio=1)
    captions.tap()
    expect(tab).to_have_url(re.compile("/captions"))
    expect(tab.get_by_role("button", name="Save picture")).to_be_visible()
    expect(captions).not_to_be_in_viewport()
    tab.get_by_test_id("stExpandSidebarButton").tap()
    expect(captions).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("width", [700, 2400])
def test_variants_stand_all_beside_or_all_below_each_other(page: Page, app_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, app_url, TASK.name, text=SENTENCE, variants=",".join(["none", *ATTENTIVE[:2]]))
    expect(charts(page)).to_have_count(2)
    across = "y" if width == 2400 else "x"

    def in_line() -> None:
        boxes = [one.bounding_box() for one in page.locator("[class*='st-key-map_']").all()]
        assert len(boxes) == 2, "none has no map and takes no room"
        assert len({round(box[across]) for box in boxes if box}) == 1

    eventually(in_line)


def test_the_cells_of_maps_side_by_side_are_level(page: Page, app_url: str) -> None:
    visit(page, app_url, TASK.name, text=SENTENCE, variants=",".join(["none", *ATTENTIVE]))
    expect(charts(page)).to_have_count(len(ATTENTIVE))

    def are_level() -> None:
        boxes = [one.bounding_box() for one in charts(page).all()]
        assert len({box["y"] for box in boxes if box}) < len(ATTENTIVE), "some stand side by side"

    eventually(are_level)
    expect(page.locator(".line.large")).to_have_count(1 + len(ATTENTIVE))
    expect(page.locator(".line:not(.large)")).to_have_count(1)


def test_the_choice_of_a_view_comes_back_after_inputs_that_cannot_be_read(tab: Page, app_url: str) -> None:
    """A browser forgets what was chosen in a widget that isn't drawn for two runs."""
    visit(tab, app_url, TASK.name)
    box = tab.get_by_label("French text")
    for refused in ("", "   "):
        box.fill(refused)
        box.press("Control+Enter")
        expect(tab.get_by_role("alert")).to_be_visible()
        settled(tab)
    read(tab, SENTENCE)
    expect(tab.get_by_role("radio", name="Matrix")).to_be_checked()
    expect(charts(tab)).to_have_count(1)
    box.fill(".")
    box.press("Control+Enter")
    expect(charts(tab)).to_have_count(0)
    expect(tab.get_by_text("This app has encountered an error")).to_have_count(0)
    read(tab, SENTENCE)
    expect(charts(tab)).to_have_count(1)


def test_how_far_to_believe_a_map_is_one_click_away(tab: Page, app_url: str) -> None:
    visit(tab, app_url, TASK.name, text=SENTENCE)
    tab.get_by_role("button", name="How far can I believe this map?").click()
    expect(tab.get_by_text("a word aligner without a network (IBM model 1, 1993)")).to_be_visible()


def test_what_is_set_shows_in_a_menu_that_is_opened_later(tab: Page, app_url: str) -> None:
    """A menu's widgets are first drawn when it is opened, however often the page was drawn before."""
    visit(tab, app_url, TASK.name, text=SENTENCE, beam="7", penalty="0.5", own="The cat sleeps.")
    tab.get_by_role("button", name=ATTENTIVE[1].capitalize(), exact=True).click()
    expect(charts(tab)).to_have_count(4)
    tab.get_by_role("button", name="Settings").click()
    sliders = tab.get_by_role("slider")
    expect(sliders.nth(0)).to_have_value("7")
    expect(sliders.nth(1)).to_have_value("0.5")
    sliders.nth(0).press("ArrowRight")
    expect(tab).to_have_url(re.compile(r"beam=8&penalty=0\.5"))
    tab.keyboard.press("Escape")
    tab.get_by_role("button", name="Your translation").click()
    expect(tab.get_by_role("textbox", name="Type an English translation")).to_have_value("The cat sleeps.")
