"""What is asked of the service reaches the reader, and nothing that was not asked for."""

from typing import Any

import numpy as np
import pytest

from attnviz import service


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
