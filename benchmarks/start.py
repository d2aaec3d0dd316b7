"""From the start of a process to the first heatmap, and the memory that a reading takes."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attnviz import service
from attnviz.tasks.base import Task
from benchmarks.rows import Row, Settings, SkippedError

REPOSITORY = Path(__file__).parents[1]
TEXT = "Le chat dort."
MAP = ".heatmap .cells"
PATIENCE = 300  # seconds; a busy machine is slow
PER_MEGABYTE = 1024 if sys.platform == "linux" else 1024**2  # of what the system counts memory in

READ_AND_DRAW = """
import resource, sys
from pathlib import Path
import attnviz
reading = attnviz.load("translation", sys.argv[2], root=Path(sys.argv[1])).read(sys.argv[3])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
from attnviz.figures import screen
map = reading.map()
if map is not None:
    screen.heatmap(map)
"""


def library(settings: Settings) -> Iterator[Row]:
    """A fresh Python loads a variant, reads a sentence and makes its heatmap; its memory after the reading."""
    seconds, megabytes = [], []
    for _ in range(settings.runs):
        started = time.perf_counter()
        command = [sys.executable, "-c", READ_AND_DRAW, str(settings.root), settings.variant, TEXT]
        printed = subprocess.check_output(command, cwd=REPOSITORY, text=True)
        seconds.append(time.perf_counter() - started)
        megabytes.append(int(printed) / PER_MEGABYTE)
    yield Row("library: start to heatmap", "s", tuple(seconds))
    yield Row("library: peak memory of one reading", "MB", tuple(megabytes))


def page(settings: Settings) -> Iterator[Row]:
    """`streamlit run app.py` starts, and Chromium, which is already open, shows the first heatmap; the CPU time is the
    server's."""
    seconds, cpu, megabytes = [], [], []
    with chromium() as browser:
        for _ in range(settings.runs):
            started = time.perf_counter()
            with app() as (url, server):
                tab = browser.new_page()
                tab.goto(f"{url}/translation")
                tab.wait_for_selector(MAP, timeout=PATIENCE * 1000)
                seconds.append(time.perf_counter() - started)
                server.kill()
                _, status, used = os.wait4(server.pid, 0)
                server.returncode = os.waitstatus_to_exitcode(status)
                cpu.append(used.ru_utime + used.ru_stime)
                megabytes.append(used.ru_maxrss / PER_MEGABYTE)
                tab.close()
    yield Row("page: start to heatmap", "s", tuple(seconds))
    yield Row("page: start to heatmap, CPU of the server", "s", tuple(cpu))
    yield Row("page: peak memory of the server", "MB", tuple(megabytes))


def home(settings: Settings) -> Iterator[Row]:
    """`streamlit run app.py` starts, and Chromium, which is already open, shows the first page: its title, the maps of
    all cards whose models need no slow import, and the last map."""
    quick = [task for task in service.TASKS.values() if not task.slow_imports]
    waits = {
        "its title": ["h1"],
        "its quick maps": [_map_of(task) for task in quick],
        "its last map": [_map_of(task) for task in service.TASKS.values()],
    }
    seconds: dict[str, list[float]] = {name: [] for name in waits}
    with chromium() as browser:
        for _ in range(settings.runs):
            started = time.perf_counter()
            with app() as (url, _):
                tab = browser.new_page(viewport={"width": 1280, "height": 900})
                tab.goto(url)
                for name, selectors in waits.items():
                    for selector in selectors:
                        tab.wait_for_selector(selector, timeout=PATIENCE * 1000)
                    seconds[name].append(time.perf_counter() - started)
                tab.close()
    for name, each in seconds.items():
        yield Row(f"first page: start to {name}", "s", tuple(each))


def _map_of(task: Task) -> str:
    return f".st-key-glimpse_{task.name} img"


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without tabs. Raises SkippedError where there is none."""
    path = shutil.which("chromium")
    if path is None:
        raise SkippedError("needs a browser: install the Debian package chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as problem:
        raise SkippedError("needs playwright: install requirements-dev.txt") from problem
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def app() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of the app and its server, as soon as it answers. Raises SkippedError where it doesn't."""
    port = _free_port()
    options = ["--server.headless", "true", "--server.address", "127.0.0.1", "--server.port", str(port)]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *options]
    server = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(f"http://127.0.0.1:{port}/_stcore/health", server)
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            with direct.open(url, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise SkippedError("the app did not start: run `streamlit run app.py` to see why")
