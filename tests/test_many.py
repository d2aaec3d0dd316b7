"""Many inputs at once: the outputs of each by itself, whatever reads them."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from small import SENTENCES, small_root
from small_captions import picture, stand_in
from small_captions import small_root as captions_root
from small_entailment import small_root as entailment_root
from small_speech import file_of, sound
from small_speech import small_root as speech_root

from attnviz import many, service
from attnviz.tasks.base import Answer
from attnviz.tasks.captions import cnn

FRENCH = [french for french, _ in SENTENCES]


def test_processes_give_what_one_reading_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = small_root(tmp_path, ["additive"])
    reader = service.load("translation", "additive", root=root)
    monkeypatch.setattr(many, "CHUNK", 4)
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))  # tests of pages leave a page there
    read = many.answers("translation", "additive", [*FRENCH, ""], processes=2, beam=2, root=root)
    expected = [Answer(reader.read(text, beam=2).output.text) for text in FRENCH]
    assert list(read) == [*expected, Answer("", "There is nothing to read. Type a French sentence.")]


def test_a_long_file_is_not_taken_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, taken = small_root(tmp_path, ["additive"]), []
    monkeypatch.setattr(many, "CHUNK", 2)

    def sources() -> Any:
        for number in range(100):
            taken.append(number)
            yield FRENCH[number % len(FRENCH)]

    next(many.answers("translation", "additive", sources(), processes=1, beam=1, root=root))
    assert len(taken) == 4


@pytest.mark.parametrize("sources", [[], FRENCH[:1]])
def test_few_inputs(tmp_path: Path, sources: list[str]) -> None:
    root = small_root(tmp_path, ["additive"])
    assert len(list(many.answers("translation", "additive", sources, root=root))) == len(sources)


def test_pairs_photos_and_recordings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cnn, "load", stand_in)
    asked: dict[str, tuple[str, Path, list[Any]]] = {
        "entailment": ("match", entailment_root(tmp_path / "pairs", ["match"]), [("A dog runs.", "A cat runs.")]),
        "captions": ("soft", captions_root(tmp_path / "photos", ["soft"]), [picture(), picture("blue", "right")]),
        "speech": ("hybrid", speech_root(tmp_path / "sounds", ["hybrid"]), [file_of(sound(["AA", "SIL", "M"]))]),
    }
    for task, (variant, root, sources) in asked.items():
        reader = service.load(task, variant, root=root)
        expected = [Answer(reader.read(source).output.text) for source in sources]
        (*read, bad) = many.answers(task, variant, [*sources, b"?"], root=root)
        assert read == expected
        assert bad.problem and not bad.text
