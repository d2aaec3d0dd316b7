"""What every reader promises: one clear sentence where it can't read, and a word at every step where it writes."""

from typing import Any

import pytest

from attnviz import service
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.tasks.base import LARGEST_BEAM, LARGEST_PENALTY
from attnviz.tasks.captions import cnn
from tests import small, small_captions, small_entailment

VARIANTS = {"translation": "additive", "captions": "soft", "entailment": "match"}
INPUTS: dict[str, Any] = {
    "translation": small.SENTENCES[0][0],
    "captions": small_captions.picture(),
    "entailment": ("A dog runs.", "A cat runs."),
}
TARGETS = {"translation": "A dog.", "captions": "a red box"}


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("bundles")
    small.small_root(root, [VARIANTS["translation"]])
    small_captions.small_root(root, [VARIANTS["captions"]])
    small_entailment.small_root(root, [VARIANTS["entailment"]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cnn, "load", small_captions.stand_in)
        return {task: service.load(task, variant, root=root) for task, variant in VARIANTS.items()}


def refused(said: str) -> Any:
    return pytest.raises(InputError, match=said)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"beam": 0}, r"^The beam size is 0: choose a whole number from 1 to 100\.$"),
        ({"beam": -1}, "beam size is -1"),
        ({"beam": 101}, "beam size is 101"),
        ({"beam": 2.5}, r"beam size is 2\.5"),
        ({"beam": "5"}, "beam size is '5'"),
        ({"length_penalty": float("nan")}, r"^The length penalty is nan: choose a number from 0 to 10\.$"),
        ({"length_penalty": -3}, "length penalty is -3"),
        ({"length_penalty": 500}, "length penalty is 500"),
        ({"length_penalty": "1"}, "length penalty is '1'"),
    ],
)
@pytest.mark.parametrize("task", TARGETS)
def test_a_search_that_cannot_be(readers: dict[str, Any], task: str, setting: dict[str, Any], said: str) -> None:
    for target in (None, TARGETS[task]):
        with refused(said):
            readers[task].read(INPUTS[task], target=target, **setting)
    with refused(said):
        readers[task].outputs([INPUTS[task]], **setting)


@pytest.mark.parametrize("task", TARGETS)
def test_the_most_that_may_be_asked_for_is_read(readers: dict[str, Any], task: str) -> None:
    reading = readers[task].read(INPUTS[task], beam=LARGEST_BEAM, length_penalty=LARGEST_PENALTY)
    assert Reading.loads(reading.dumps()) == reading


@pytest.mark.parametrize("text", [None, 5, b"Le chat", ["Le", None], {"Le": 1}, [["Le"]]])
def test_what_is_no_text(readers: dict[str, Any], text: Any) -> None:
    translation, captions, entailment = readers.values()
    with refused("^The French text is neither text nor words: give a string, or a list of strings.$"):
        translation.read(text)
    with refused("premise is neither text nor words"):
        entailment.read((text, "A cat runs."))
    with refused("hypothesis is neither text nor words"):
        entailment.classify([("A dog runs.", text)])
    (answer,) = translation.outputs([text])
    assert answer.problem == "The French text is neither text nor words: give a string, or a list of strings."
    if text is not None:
        with refused("English translation is neither text nor words"):
            translation.read(INPUTS["translation"], target=text)
        with refused("caption is no text: give a string"):
            captions.read(INPUTS["captions"], target=text)


@pytest.mark.parametrize("source", [None, 5, {"premise": "A dog."}, ("A dog.",), "A dog.", b"AB"])
def test_what_is_no_pair(readers: dict[str, Any], source: Any) -> None:
    with refused("give a premise and a hypothesis|neither text nor words"):
        readers["entailment"].read(source)


@pytest.mark.parametrize("source", [None, 5, ["photo.jpg"]])
def test_what_is_no_photo(readers: dict[str, Any], source: Any) -> None:
    with refused("^This is no photo: give the bytes of its file, or its path.$"):
        readers["captions"].read(source)


@pytest.mark.parametrize("forced", [False, True])
@pytest.mark.parametrize("task", TARGETS)
def test_every_step_is_told(readers: dict[str, Any], task: str, forced: bool) -> None:
    told: list[tuple[int, int]] = []
    target = TARGETS[task] if forced else None
    reading = readers[task].read(INPUTS[task], target=target, on_step=lambda *step: told.append(step))
    most = told[0][1]
    assert told == [(done, most) for done in range(len(told))]
    assert sum(map(len, reading.output.units)) + 1 <= len(told) <= most, "one a token, the end mark's too"
