"""What is asked of the service reaches the reader, and nothing that was not asked for."""

import threading
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from attnviz import service
from attnviz.trust import examined


class Recorder:
    """A reader that remembers how it was asked to read."""

    def read(self, source: Any, **options: Any) -> dict[str, Any]:
        return {"source": source, **options}


@pytest.fixture(autouse=True)
def recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "load", lambda task, variant, **where: Recorder())


def read(**options: Any) -> Any:
    task = next(iter(service.TASKS.values()))
    return service.read(task.name, task.default, "text", **options)


def test_weights_are_passed_on() -> None:
    weights = {"attention": np.ones((1, 2), np.float32)}
    asked = read(target="output", weights=weights)
    assert asked["weights"] is weights and asked["target"] == "output"


def test_the_length_penalty_is_the_readers_own_unless_one_is_given() -> None:
    assert "length_penalty" not in read() and "weights" not in read()
    assert read(length_penalty=0.0)["length_penalty"] == 0.0


def test_who_listens_to_the_steps_is_passed_on() -> None:
    def listen(done: int, most: int) -> None: ...

    told = {"source": "text", "target": None, "beam": 3, "focus": "", "on_step": listen}
    assert read(on_step=listen, beam=3) == told


def test_a_focus_is_passed_on() -> None:
    assert read(focus="window")["focus"] == "window"


def test_others_have_their_turn_between_the_steps_of_a_test(monkeypatch: pytest.MonkeyPatch) -> None:
    began, answered = threading.Event(), threading.Event()

    def examine(*_: object, on_step: Any, **__: object) -> bool:
        began.set()
        for done in range(10_000):
            on_step(done, 10_000)
            if answered.is_set():
                return True
        return False

    def other() -> None:
        began.wait()
        read()
        answered.set()

    monkeypatch.setattr(service, "_inference", threading.BoundedSemaphore(1))
    monkeypatch.setattr(examined, "examine", examine)
    visitor = threading.Thread(target=other)
    visitor.start()
    reading: Any = SimpleNamespace(task="translation", variant="additive")
    assert service.examine(reading, "text", 0, name="attention"), "another visitor was answered meanwhile"
    visitor.join()
