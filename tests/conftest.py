"""What tests share: the browser, the running app, the data beside the repository, and what may be skipped."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Tests run in as many processes as there are cores: one thread each is the fastest, and torch asks when it is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"

NO_BROWSER = "needs a browser: install the Debian package chromium"
NO_SHARED = "needs the data in ../shared"
NO_GPU = "needs a GPU"

# Streamlit asks for its server below the address of a page first, in vain, before it asks at the root.
BELOW_A_PAGE = re.compile(r"^http://[^/]+/[^/]+/_stcore/(health|host-config)$")

# How long a journey waits for what it expects: the first visitor waits until models are loaded, and machines are busy.
PATIENCE = 240_000  # ms
expect.set_options(timeout=PATIENCE)

# A slow machine is no failure, and a run repeats itself.
hypothesis.settings.register_profile("attnviz", deadline=None, derandomize=True)
hypothesis.settings.load_profile("attnviz")


def strict(report: pytest.TestReport | pytest.CollectReport) -> None:
    """With STRICT_SKIPS=1 (.ci/run) only absent data or an absent GPU may skip a test; any other skip fails."""
    if os.environ.get("STRICT_SKIPS") != "1" or not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if reason.removeprefix("Skipped: ") not in (NO_SHARED, NO_GPU):
        report.outcome = "failed"
        report.longrepr = f"{report.nodeid} may not be skipped here: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    strict(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    strict(report)
    return report


def pytest_xdist_auto_num_workers() -> int:
    """How many processes `-n auto` starts: one more than there are cores, since journeys wait for the browser."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the scarce things it uses, so that `-m "not browser"` leaves those out."""
    for item in items:
        for need in {"browser", "shared", "gpu"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(need)


@pytest.fixture
def shared() -> Path:
    """The folder of data beside the repository."""
    if not SHARED.is_dir():
        pytest.skip(NO_SHARED)
    return SHARED


@pytest.fixture
def gpu() -> str:
    """The device name of a GPU."""
    import torch

    if not torch.cuda.is_available():
        pytest.skip(NO_GPU)
    return "cuda"


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip(NO_BROWSER)
    return path


@contextmanager
def launched(chromium: str, *arguments: str) -> Iterator[Browser]:
    """A browser in a process of its own, started with these arguments beside the usual ones."""
    quiet = ["--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    usual = ["--no-sandbox", "--disable-gpu", "--disable-quic", *quiet]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*usual, *arguments], timeout=PATIENCE)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser for one module's tests, because Playwright's event loop runs in their thread."""
    with launched(chromium) as browser:
        yield browser


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a fresh tab, which knows nothing of earlier ones, with Playwright's options of what it looks like."""
    tabs: list[Page] = []

    def opened(**options: Any) -> Page:
        tab = browser.new_page(**options)
        tab.set_default_timeout(PATIENCE)
        tabs.append(tab)
        return tab

    yield opened
    for tab in tabs:
        tab.context.close()


@pytest.fixture
def page(opened: Callable[..., Page]) -> Page:
    """A fresh tab, 1280 px wide."""
    return opened(viewport={"width": 1280, "height": 900})


@pytest.fixture
def tab(page: Page) -> Iterator[Page]:
    """A tab in which nothing may go wrong unseen."""
    wrong: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not BELOW_A_PAGE.search(message.location["url"]):
            wrong.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    yield page
    assert wrong == []


@pytest.fixture(scope="session")
def app_url(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the app, running in a process of its own; not started where no browser could look at it."""
    with running(ROOT, tmp_path_factory.mktemp("app") / "log.txt") as url:
        yield url


@contextmanager
def running(folder: Path, log: Path) -> Iterator[str]:
    """The address of the folder's `app.py`, run by Streamlit as anybody would start it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = ["--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen([*command, *options], cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for(f"{url}/_stcore/health", process, log)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = PATIENCE / 1000) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < end:
        try:
            with direct.open(url, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The app did not start:\n{log.read_text()}")
