"""What the server does for each of a visitor's usual gestures on the translation page: how often it runs the page, how
long that takes, and how much it sends."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from attnviz import service
from attnviz.analysis.wording import sentence_case
from attnviz.tasks.translation.about import TASK
from benchmarks.rows import Row, Settings
from benchmarks.start import MAP, PATIENCE, app, chromium

QUIET = 1.0  # seconds without a message, after which a gesture is answered
TEXT = "Le chien blanc court dans le jardin."


@dataclass
class Listener:
    """What a tab heard from the server since `forget`.

    runs, fragments: how often the whole page ran, and how often a part of it alone. seconds: these runs together, from
    the first message of each to its last. sent: kB.
    """

    runs: int = 0
    fragments: int = 0
    seconds: float = 0.0
    sent: float = 0.0
    last: float = field(default_factory=time.perf_counter)
    began: float | None = None

    def listen(self, socket: Any) -> None:
        socket.on("framereceived", self.hear)

    def hear(self, frame: bytes | str) -> None:
        if isinstance(frame, str):
            return
        self.last = time.perf_counter()
        self.sent += len(frame) / 1000
        message = ForwardMsg.FromString(frame)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.began = self.last
        elif kind == "script_finished" and self.began is not None:
            part = message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY
            self.fragments += part
            self.runs += not part
            self.seconds += self.last - self.began
            self.began = None

    def forget(self) -> None:
        self.runs = self.fragments = 0
        self.seconds = self.sent = 0.0


def gestures(settings: Settings) -> Iterator[Row]:
    """The gestures, one after another, in a browser: runs of the page, runs of a part of it, milliseconds, kB sent."""
    heard: dict[str, list[tuple[int, int, float, float]]] = {}
    with chromium() as browser, app() as (url, _):
        for _ in range(settings.runs):
            tab, listener = browser.new_page(viewport={"width": 1280, "height": 900}), Listener()
            tab.on("websocket", listener.listen)
            tab.goto(f"{url}/{TASK.name}")
            tab.wait_for_selector(MAP, timeout=PATIENCE * 1000)
            _settle(tab, listener)
            for name, gesture in _gestures(tab):
                listener.forget()
                gesture()
                _settle(tab, listener)
                counted = (listener.runs, listener.fragments, 1000 * listener.seconds, listener.sent)
                heard.setdefault(name, []).append(counted)
            tab.close()
    for name, every in heard.items():
        runs, parts, milliseconds, sent = zip(*every, strict=True)
        yield Row(f"{name}: runs of the page", "runs", runs)
        yield Row(f"{name}: runs of a part", "runs", parts)
        yield Row(f"{name}: these runs together", "ms", milliseconds)
        yield Row(f"{name}: sent", "kB", sent)


def _gestures(tab: Any) -> Sequence[tuple[str, Callable[[], Any]]]:
    cells = tab.locator(MAP).first
    box = tab.get_by_label("French text")
    second = service.variants(TASK.name)[1]

    def button(name: str) -> Any:
        return tab.get_by_role("button", name=name, exact=True)

    def type_text() -> None:
        box.fill(TEXT)
        box.press("Control+Enter")

    def save() -> None:
        with tab.expect_download():
            tab.get_by_role("button", name="Save picture").click()

    def toggle() -> None:
        tab.get_by_test_id("stCheckbox").filter(has_text="Stretch the colours").locator("label").click()

    def go(page: str, label: str) -> None:
        tab.get_by_role("link", name=page).first.click()
        tab.get_by_label(label).first.wait_for(timeout=1000 * PATIENCE)

    return [
        ("point at a cell", lambda: cells.hover(position={"x": 20, "y": 20})),
        ("click on a cell", lambda: cells.click(position={"x": 20, "y": 20})),
        ("open a menu", lambda: tab.get_by_role("button", name="Appearance").click()),
        ("turn a switch in it", toggle),
        ("close the menu", lambda: tab.keyboard.press("Escape")),
        ("choose an example", lambda: button(TASK.examples[1].label).click()),
        ("choose a second variant", lambda: button(sentence_case(TASK.called(second))).click()),
        ("type a text", type_text),
        ("save a picture", save),
        ("go to another page", lambda: go("Entailment", "Premise")),
        ("come back", lambda: go("Translation", "French text")),
    ]


def _settle(tab: Any, listener: Listener) -> None:
    """Wait until the server has been quiet for a while."""
    end = time.perf_counter() + PATIENCE
    listener.last = time.perf_counter()
    while time.perf_counter() < end:
        tab.wait_for_timeout(100)
        if listener.began is None and time.perf_counter() - listener.last > QUIET:
            return
