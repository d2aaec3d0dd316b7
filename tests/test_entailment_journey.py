"""A visitor's way through the page of entailment in a real browser: read, leave words out, save, open pairs."""

import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from attnviz import export
from attnviz.figures import legend, over_words, paper
from attnviz.figures.drawing import Drawing
from attnviz.reading import Reading
from tests.journeys import eventually, nothing_scrolls_sideways, other_formats, saved, settled, visit
from tests.one_page import served
from tests.small_entailment import small_root

PREMISE, HYPOTHESIS = "A dog runs.", "The dog is not a cat."
MARKUP = "A <b>dog</b> **runs** :red[not] $x$ [cat](http://a.b) <script>alert(1)</script>"
WORD_BY_WORD = r"word\W+by\W+word"  # signs that are not seen hold the line together


@pytest.fixture(scope="module")
def url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on small bundles, in a process of its own."""
    folder = tmp_path_factory.mktemp("entailment")
    with served("entailment", folder, small_root(folder / "pretrained")) as address:
        yield address


def panels(tab: Page) -> Locator:
    return tab.locator("[class*='st-key-panel_entailment_']")


def numbers(tab: Page, panel: int) -> Locator:
    """The three probabilities of a panel."""
    return panels(tab).nth(panel).locator(".number")


def texts(numbers: Locator) -> list[str]:
    expect(numbers).to_have_count(3)
    return numbers.all_inner_texts()


def followed(tab: Page, side: str) -> Locator:
    """A text above the first map, whose words are followed in it."""
    return panels(tab).first.locator(".line").nth(["premise", "hypothesis"].index(side))


def leave_out(tab: Page) -> None:
    """Open the menu of the words that a click leaves out."""
    tab.get_by_role("button", name="Leave words out").click()


def word(tab: Page, side: str, text: str) -> Locator:
    """A word in that menu."""
    return tab.locator(f".st-key-entailment_without_{side} .word", has_text=re.compile(f"^{re.escape(text)}$"))


def test_a_visitor_reads_compares_and_saves(tab: Page, url: str) -> None:
    visit(tab, url)
    answer, bars = panels(tab).first, panels(tab).first.locator(".bars")
    expect(bars).to_be_visible()

    def high() -> None:
        box = bars.bounding_box()
        assert box and box["y"] + box["height"] < 900, "label and probabilities are seen without scrolling"

    eventually(high)
    expect(answer.get_by_text(re.compile(r"^(Entailment|Neutral|Contradiction)\."))).to_be_visible()
    tab.get_by_role("textbox", name="Premise").fill(PREMISE)
    tab.get_by_label("Hypothesis", exact=True).fill(HYPOTHESIS)
    tab.get_by_label("Hypothesis", exact=True).press("Control+Enter")
    expect(followed(tab, "hypothesis")).to_contain_text("not")
    tab.get_by_role("button", name=re.compile(r"^Two\W+way$")).click()
    expect(tab.locator(".heatmap .cells")).to_have_count(3)

    name, content = saved(tab, "JSON")
    readings = [Reading.from_json(one) for one in json.loads(content)]
    assert name == "entailment-word-by-word-vs-two-way-a-dog-runs-the-dog-attention.json"
    assert [[one.text for one in reading.texts] for reading in readings] == [[PREMISE, HYPOTHESIS]] * 2
    for place, reading in enumerate(readings):
        expect(numbers(tab, place)).to_have_text([f"{p:.2f}" for p in np.exp(reading.output.logprobs)])

    name, picture = saved(tab, "PNG")
    assert name.endswith(".png") and picture == export.save(readings, "png"), "the picture is of what the JSON holds"
    caption = legend.of_maps(readings, Drawing())
    drawn = paper.figure([over_words.panel(reading, Drawing()) for reading in readings], caption=caption)
    ink = 255 - np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=int)
    for reading, centres in zip(readings, paper.cell_pixels(drawn), strict=True):
        attention = reading.map()
        assert attention is not None and centres.shape[:2] == attention.weights.shape
        cells = ink[centres[..., 1], centres[..., 0]]
        strongest = attention.weights.argmax(axis=1)
        assert (cells[np.arange(len(cells)), strongest] == cells.max(axis=1)).all()

    for format in ("SVG", "PDF", "CSV", "NPZ"):
        assert saved(tab, format)[1]
    with other_formats(tab) as menu:
        menu.get_by_role("radio", name="Maps the other way").click()
        expect(tab.get_by_text("Maps the other way, as PNG")).to_be_visible()
    name, other = saved(tab, "CSV")
    assert name.endswith("-attention-premise.csv") and b"two-way,0,A,0,The," in other and b"word-by-word" not in other


def test_a_click_leaves_a_word_out_and_another_one_brings_it_back(tab: Page, url: str) -> None:
    visit(tab, url, premise=PREMISE, hypothesis=HYPOTHESIS)
    whole = texts(numbers(tab, 0))
    leave_out(tab)
    word(tab, "premise", "dog").click()
    expect(panels(tab)).to_have_count(2)
    expect(word(tab, "premise", "dog")).to_have_class(re.compile("out"))
    expect(panels(tab).nth(1).get_by_role("heading")).to_contain_text(re.compile(f"{WORD_BY_WORD}, without “dog”"))
    expect(numbers(tab, 0)).to_have_text(whole)

    def change() -> None:
        less = [number.split(" → ") for number in texts(numbers(tab, 1))]
        assert [before for before, _ in less] == whole and [after for _, after in less] != whole

    eventually(change)
    expect(tab).to_have_url(re.compile("without=p2"))
    expect(tab.get_by_role("textbox", name="Premise")).to_have_value(PREMISE)
    tab.reload()
    expect(panels(tab)).to_have_count(2)
    settled(tab)
    leave_out(tab)
    word(tab, "premise", "dog").click()
    expect(panels(tab)).to_have_count(1)


def test_words_are_left_out_by_keyboard(tab: Page, url: str) -> None:
    visit(tab, url, premise=PREMISE, hypothesis=HYPOTHESIS, without="h4")
    tab.get_by_role("button", name="Leave words out").press("Enter")
    word(tab, "premise", "dog").press("Enter")
    expect(tab.locator(".st-key-entailment_without_premise .out")).to_have_count(1)
    tab.get_by_role("button", name="Bring all back").press("Enter")
    expect(tab.locator(".out")).to_have_count(0)
    expect(panels(tab)).to_have_count(1)


def test_swap_turns_the_pair_round(tab: Page, url: str) -> None:
    visit(tab, url, premise=PREMISE, hypothesis=HYPOTHESIS)
    tab.get_by_role("button", name="Swap").click()
    expect(tab.get_by_role("textbox", name="Premise")).to_have_value(HYPOTHESIS)
    expect(followed(tab, "premise")).to_contain_text("not")


def test_a_table_of_pairs_is_labelled_and_a_row_opens(tab: Page, url: str, tmp_path: Path) -> None:
    visit(tab, url)
    tab.get_by_role("button", name="Many pairs").click()
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Template").click()
    template = Path(download.value.path()).read_text(encoding="utf-8-sig")
    mine = tmp_path / "mine.csv"
    mine.write_text(f"{template}=1+1 dog,{HYPOTHESIS}\n")
    tab.locator("[class*=st-key-entailment_table_menu] input[type=file]").set_input_files(mine)
    expect(tab.get_by_text(re.compile(f"7 pairs from mine.csv, labelled by “{WORD_BY_WORD}”"))).to_be_visible()
    settled(tab)
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save the table").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "premise,hypothesis,predicted,entailment,neutral,contradiction"
    assert len(rows) == 8 and rows[7].startswith(f"'=1+1 dog,{HYPOTHESIS},")
    table = tab.locator(".st-key-guarded_entailment_many").get_by_test_id("stDataFrame")
    expect(table.locator("[role=grid]")).to_contain_text(rows[3].split(",")[0])  # until then it hears no click
    table.click(position={"x": 15, "y": 35 * 3.5})
    expect(tab.get_by_role("textbox", name="Premise")).to_have_value(rows[3].split(",")[0])
    expect(followed(tab, "hypothesis")).to_contain_text(rows[3].split(",")[1].split()[0])
    settled(tab)
    label = rows[3].split(",")[2].capitalize()
    expect(panels(tab).first.get_by_text(re.compile(rf"^{label}\."))).to_be_visible()
    table.hover()
    expect(tab.get_by_role("button", name="Search: The pairs")).to_be_visible()
    expect(tab.get_by_role("button", name="Download as CSV: The pairs")).to_have_count(0)


def test_a_saved_reading_opens_again(tab: Page, url: str, tmp_path: Path) -> None:
    visit(tab, url, premise=PREMISE, hypothesis=HYPOTHESIS, without="h4", variants="match")
    shown = [texts(numbers(tab, place)) for place in (0, 1)]
    _, content = saved(tab, "JSON")
    (tmp_path / "it.json").write_bytes(content)
    visit(tab, url)
    tab.get_by_text("Open a saved reading").click()
    tab.locator(".st-key-entailment_saved_0 input[type=file]").set_input_files(tmp_path / "it.json")
    expect(panels(tab)).to_have_count(2)
    for place in (0, 1):
        expect(numbers(tab, place)).to_have_text(shown[place])


def test_what_is_typed_is_shown_as_typed(tab: Page, url: str) -> None:
    visit(tab, url, premise=MARKUP, hypothesis=MARKUP, without="h2")
    leave_out(tab)
    for side in ("premise", "hypothesis"):
        expect(tab.locator(f".st-key-entailment_without_{side} .line")).to_have_text(MARKUP)
        expect(tab.locator(f".st-key-entailment_without_{side} .line").locator("b, a, script")).to_have_count(0)
    expect(panels(tab).locator("h4 b, h4 a[href*='a.b']")).to_have_count(0)


def test_how_far_a_map_can_be_believed_is_one_click_away(tab: Page, url: str) -> None:
    visit(tab, url, variants="match")
    tab.get_by_role("button", name="How far can I believe this map?").click()
    expect(tab.get_by_text("Compare each figure with what needs no model at all")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_the_page_never_scrolls_sideways(opened: Callable[..., Page], url: str, dark: bool) -> None:
    tab = opened(
        viewport={"width": 390, "height": 844}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    visit(tab, url, example="hypernym", variants="two_way,attention,none", without="p4")
    expect(tab.locator(".heatmap .cells")).to_have_count(6)
    nothing_scrolls_sideways(tab)

    def inside() -> None:
        bars = tab.locator(".bars").first.bounding_box()
        assert bars and bars["x"] >= 0 and bars["x"] + bars["width"] <= 390

    eventually(inside)
