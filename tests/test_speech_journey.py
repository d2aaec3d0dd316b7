"""A visitor's way through the page of speech in a real browser: upload, choose a phoneme and hear it, record, save."""

import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from attnviz.analysis.segments import times_of
from attnviz.figures.colours import theme
from attnviz.figures.sound import samples_of
from attnviz.media import Sound
from attnviz.reading import Reading
from tests.conftest import launched
from tests.journeys import eventually, nothing_scrolls_sideways, other_formats, saved, settled, visit
from tests.one_page import served
from tests.small_speech import file_of, small_root, sound

SPOKEN = sound("SIL AA M IY S AA SIL".split())
# Keeps what is played: the samples that every source is given.
LISTEN = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (...when) {
  window.played.push({ rate: this.buffer.sampleRate, samples: [...this.buffer.getChannelData(0)] });
  return start.apply(this, when);
};
"""
# Keeps the time at which the sound is said to be.
TIMES = """heard => {
  window.times = [];
  const note = () => { window.times.push(Number(heard.getAttribute("aria-valuenow"))); requestAnimationFrame(note); };
  note();
}"""


@pytest.fixture(scope="module")
def browser(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears a file."""
    spoken = tmp_path_factory.mktemp("microphone") / "spoken.wav"
    spoken.write_bytes(file_of(SPOKEN, "WAV"))
    microphone = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={spoken}",
    ]
    with launched(chromium, *microphone) as browser:
        yield browser


@pytest.fixture(scope="module")
def url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page on small bundles, in a process of its own."""
    folder = tmp_path_factory.mktemp("speech")
    with served("speech", folder, small_root(folder / "pretrained")) as address:
        yield address


@pytest.fixture
def tab(tab: Page) -> Page:
    tab.add_init_script(LISTEN)
    return tab


def upload(tab: Page, content: bytes, name: str) -> None:
    tab.get_by_role("button", name="Upload a recording").click()
    menu = tab.get_by_test_id("stPopoverBody")
    menu.locator("input[type=file]").set_input_files({"name": name, "mimeType": "audio/flac", "buffer": content})
    expect(tab.get_by_text(f"Your recording: {name}")).to_be_visible()
    expect(menu).to_have_count(0)
    settled(tab)


def played(tab: Page, count: int) -> tuple[int, np.ndarray]:
    """The rate and the samples of the last of so many cuts that were played."""
    tab.wait_for_function(f"window.played.length >= {count}")
    last = tab.evaluate("window.played.at(-1)")
    return last["rate"], np.array(last["samples"], dtype=np.float32)


def test_a_visitor_uploads_a_recording_hears_a_phoneme_and_saves_its_times(tab: Page, url: str) -> None:
    visit(tab, url)
    upload(tab, file_of(SPOKEN), "mine.flac")
    name, content = saved(tab, "JSON")
    reading = Reading.loads(content)
    (source,), times = reading.source, times_of(reading)
    assert isinstance(source, Sound) and times is not None and times.sounds
    samples = samples_of(source)

    phones = tab.locator(".strip .phone")
    expect(phones.locator("b")).to_have_text(list(reading.output.labels))
    longest = max(range(len(times.sounds)), key=lambda place: times.sounds[place].end - times.sounds[place].start)
    span = times.sounds[longest]
    phones.nth(longest).click()
    expect(phones.nth(longest)).to_have_attribute("aria-pressed", "true")
    expect(tab.locator(".told").first).to_contain_text(f"{span.start:.2f} to {span.end:.2f} s")
    rate, cut = played(tab, 1)
    first, last = (round(seconds * 16_000) for seconds in (round(span.start, 4), round(span.end, 4)))
    assert rate == 16_000 and len(cut) == last - first, "the cut is as long as the phoneme's segment"
    np.testing.assert_allclose(cut, samples[first:last], atol=1e-3, err_msg="it is this part of the sound")

    def lies_there() -> None:
        band, plot = tab.locator(".band").bounding_box(), tab.locator(".heard").bounding_box()
        assert band and plot
        assert (band["x"] - plot["x"]) / plot["width"] == pytest.approx(span.start / source.seconds, abs=0.01)
        assert band["width"] / plot["width"] == pytest.approx((span.end - span.start) / source.seconds, abs=0.01)

    eventually(lies_there)

    tab.get_by_role("button", name="± 0.1 s").click()
    _, wider = played(tab, 2)
    around = min(span.end + 0.1, source.seconds) - max(span.start - 0.1, 0)
    assert len(wider) == pytest.approx(around * 16_000, abs=3)

    name, textgrid = saved(tab, "TextGrid")
    assert name.endswith(".TextGrid")
    intervals = re.findall(r"xmin = (\S+)\s+xmax = (\S+)\s+text = \"(.*?)\"", textgrid.decode())
    assert " ".join(label for _, _, label in intervals) == reading.output.text, "what has no length stands with others"
    starts, ends = ([float(one[i]) for one in intervals] for i in (0, 1))
    assert starts[0] == 0 and ends[-1] == pytest.approx(source.seconds, abs=1e-3) and starts[1:] == ends[:-1]
    assert span.label in [label for start, _, label in intervals if float(start) == pytest.approx(span.start, abs=1e-3)]


def test_the_keys_reach_every_phoneme_and_the_whole_is_played_in_step(tab: Page, url: str) -> None:
    visit(tab, url)
    phones = tab.locator(".strip .phone")
    phones.first.focus()
    tab.keyboard.press("Enter")
    played(tab, 1)
    expect(phones.first).to_have_attribute("aria-pressed", "true")
    expect(tab.locator(".told").first).to_contain_text("includes any silence before it")
    tab.keyboard.press("ArrowRight")
    expect(phones.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(phones.nth(1)).to_be_focused()
    expect(phones.nth(1)).to_have_attribute("aria-label", re.compile("probability"))
    played(tab, 2)
    tab.locator(".heard").evaluate(TIMES)
    tab.get_by_role("button", name="Play all").click()
    _, whole = played(tab, 3)
    tab.wait_for_function(f"Math.max(...window.times) > {0.3 * len(whole) / 16_000}")
    times = tab.evaluate("window.times")
    assert all(0 <= time <= len(whole) / 16_000 + 0.01 for time in times)
    tab.keyboard.press("Escape")
    expect(tab.locator(".phone[aria-pressed=true]")).to_have_count(0)


def test_zooming_shows_less_time(tab: Page, url: str) -> None:
    visit(tab, url)
    every, phones = tab.locator(".strip .phone"), tab.locator(".strip .phone:visible")

    def all_in_view() -> None:
        assert phones.count() == every.count() > 0

    eventually(all_in_view)
    for _ in range(3):
        tab.get_by_role("button", name="Show less time, larger").click()

    def some_in_view() -> None:
        assert 0 < phones.count() < every.count()

    eventually(some_in_view)
    expect(tab.get_by_role("slider", name="Which part of the time is in view")).to_be_visible()
    tab.get_by_role("button", name="Whole").click()
    eventually(all_in_view)


def test_grey_dots_are_told_only_while_phonemes_have_no_room(tab: Page, url: str) -> None:
    strip, told = tab.locator(".strip").last, tab.locator(".ticks").last
    for own, ticks in (("see " * 40, True), ("see", False)):
        visit(tab, url, own=own.strip())
        expect(strip.locator(".phone")).to_have_count(2 * len(own.split()))
        if ticks:
            expect(strip.locator(".thin").first).to_be_attached()
        else:
            expect(strip.locator(".thin")).to_have_count(0)
        expect(told).to_be_visible(visible=ticks)
        expect(told).to_contain_text("Grey dots are phonemes that have no room here")


def test_who_saves_times_is_told_where_silence_is(tab: Page, url: str) -> None:
    visit(tab, url)
    with other_formats(tab) as menu:
        expect(menu).to_contain_text("Silence at the ends of the recording belongs to the first and the last sound.")


def test_the_microphone_is_heard(tab: Page, url: str) -> None:
    visit(tab, url)
    tab.context.grant_permissions(["microphone"])
    tab.get_by_role("button", name="Microphone").click()
    tab.get_by_role("button", name="Record", exact=True).click()
    recorded = tab.get_by_test_id("stAudioInputWaveformTimeCode")
    expect(recorded).to_have_text(re.compile(r"^(?!00:0[01])\d\d:\d\d$"))  # two seconds or more
    tab.get_by_role("button", name="Stop recording").click()
    expect(tab.get_by_text("Your recording:")).to_be_visible()

    def lasts() -> None:
        assert 1 < float(tab.locator(".heard").get_attribute("aria-valuemax") or 0) < 60

    eventually(lasts)


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1280, "dark")])
def test_the_page_never_scrolls_sideways(opened: Callable[..., Page], url: str, width: int, scheme: str) -> None:
    tab = opened(viewport={"width": width, "height": 844}, color_scheme=scheme)
    visit(tab, url, variants="hybrid,content")
    nothing_scrolls_sideways(tab)

    def high() -> None:
        box = tab.locator(".heard").bounding_box()
        assert box and box["y"] < 844 and box["width"] > 250

    eventually(high)


def test_the_figure_turns_dark_and_light_with_the_system(tab: Page, url: str) -> None:
    visit(tab, url)
    for scheme in ("dark", "light"):
        tab.emulate_media(color_scheme=scheme)
        expect(tab.locator(".timeline")).to_have_attribute("style", re.compile(theme(scheme == "dark").page))


def test_without_attention_phonemes_stand_in_a_row_below_the_seconds(tab: Page, url: str) -> None:
    visit(tab, url, variants="none,hybrid")
    row, axis = tab.locator(".line"), tab.locator(".axis")
    expect(row.locator(".phone").first).to_be_visible()
    expect(tab.locator(".timeline").get_by_text("in a plain row, not over the seconds")).to_be_visible()

    def below() -> None:
        written, seconds, heard = row.bounding_box(), axis.bounding_box(), tab.locator(".strip").bounding_box()
        assert written and seconds and heard
        assert heard["y"] < seconds["y"] < written["y"]

    eventually(below)
