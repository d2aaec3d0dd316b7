"""One loaded model serves many threads, because modules hold parameters and nothing else."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import attnviz
from attnviz import service
from attnviz.nn.mechanisms import MECHANISMS
from attnviz.reading import Reading
from tests.small import SENTENCES, small_reader, small_root

LONG = " ".join(french for french, _ in SENTENCES[:3])
SOURCES = ["Oui !", LONG]


def essence(reading: Reading) -> tuple[Any, ...]:
    """All of a reading but how long it took."""
    return reading.source, reading.output, reading.score, reading.maps, reading.hypotheses


@pytest.mark.parametrize("variant", MECHANISMS)
def test_threads_that_share_a_model_read_as_if_alone(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    alone = [essence(reader.read(source, beam=2)) for source in SOURCES]
    together = threading.Barrier(len(SOURCES))

    def many(number: int) -> list[bool]:
        together.wait()
        return [essence(reader.read(SOURCES[number], beam=2)) == alone[number] for _ in range(10)]

    with ThreadPoolExecutor(len(SOURCES)) as threads:
        same = list(threads.map(many, range(len(SOURCES))))
    assert same == [[True] * 10] * len(SOURCES)


def attributes(module: nn.Module) -> dict[str, Any]:
    """Every attribute of every module: tensors by identity and version, all else by value."""
    return {
        f"{path}.{name}": (id(value), value._version) if isinstance(value, torch.Tensor) else value
        for path, part in module.named_modules()
        for held in (vars(part), part._parameters, part._buffers)
        for name, value in held.items()
        if not isinstance(value, dict)
    }


@pytest.mark.parametrize("variant", MECHANISMS)
def test_reading_leaves_nothing_on_the_modules(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    before, own = attributes(reader.model), dict(vars(reader))
    parameters = {name: value.clone() for name, value in reader.model.named_parameters()}
    reader.read(LONG, beam=3)
    reader.read("Oui !", target="Yes!")
    reader.outputs(SOURCES)
    assert attributes(reader.model) == before
    assert vars(reader) == own
    assert not list(reader.model.buffers())
    for name, value in reader.model.named_parameters():
        assert torch.equal(value, parameters[name])
        assert value.grad is None


def test_the_service_loads_a_variant_once_for_all_threads(tmp_path: Path) -> None:
    root = small_root(tmp_path, ["additive"])
    with ThreadPoolExecutor(4) as threads:
        readers = list(threads.map(lambda _: service.load("translation", "additive", root=root), range(4)))
    assert len({id(reader) for reader in readers}) == 1
    assert attnviz.load("translation", "additive", root=root) is readers[0]


def test_the_service_loads_anew_what_was_trained_anew(tmp_path: Path) -> None:
    root = small_root(tmp_path, ["additive", "general"])
    first = service.load("translation", "additive", root=root)
    for path in (root / "translation" / "general").iterdir():
        (root / "translation" / "additive" / path.name).write_bytes(path.read_bytes())
    second = service.load("translation", "additive", root=root)
    assert first.digest != second.digest == service.digest("translation", "additive", root)


def test_readings_that_were_stopped_leave_their_places_to_others(tmp_path: Path) -> None:
    root = small_root(tmp_path, ["additive"])

    def stop(done: int, most: int) -> None:
        raise InterruptedError

    for _ in range(2 * (os.cpu_count() or 1)):
        with pytest.raises(InterruptedError):
            service.read("translation", "additive", LONG, root=root, on_step=stop)
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(service.read, "translation", "additive", LONG, root=root).result(timeout=60)


def test_tasks_and_variants_are_named(tmp_path: Path) -> None:
    root = small_root(tmp_path, ["additive", "none"])
    assert service.variants("translation", root) == ["additive", "none"]
    with pytest.raises(attnviz.InputError, match="no task 'dreams': choose one of translation"):
        service.variants("dreams", root)
    with pytest.raises(attnviz.BundleError, match="translation/local"):
        service.load("translation", "local", root=root)
