"""What the page says about an example holds for the models that come with it."""

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.reading import Reading
from attnviz.tasks.base import source_of
from tests.conftest import ROOT


def read(task: str, name: str, variant: str | None = None) -> Reading:
    example = service.TASKS[task].example(name)
    assert example is not None
    reading: Reading = service.read(task, variant or service.TASKS[task].default, source_of(example.inputs))
    return reading


def strongest(reading: Reading, word: str) -> str:
    """The input word that an output word looks at most."""
    attention = reading.map()
    assert attention is not None
    return attention.keys.labels[int(attention.weights[attention.queries.labels.index(word)].argmax())]


@pytest.mark.parametrize(
    ("task", "name", "variant", "word", "key"),
    [
        ("translation", "order", None, "red", "rouge"),
        ("translation", "order", None, "dress", "robe"),
        ("translation", "agreement", None, "are", "sont"),
        ("entailment", "event", None, "married", "wedding"),
        ("entailment", "hypernym", None, "dog", "poodle"),
        ("entailment", "hypernym", None, "outside", "park"),
        ("entailment", "number", "match", "Three", "Two"),
        ("entailment", "open", None, "waiting", "."),
        *(("entailment", "order", None, word, word) for word in ("large", "cat", "chasing", "small", "dog")),
    ],
)
def test_a_word_looks_where_it_is_said_to_look(task: str, name: str, variant: str | None, word: str, key: str) -> None:
    assert strongest(read(task, name, variant), word) == key


def test_what_is_said_to_go_wrong_goes_wrong() -> None:
    person = {example.name: example.person for example in service.TASKS["entailment"].examples}
    wrong = {name for name in person if read("entailment", name).output.text != person[name]}
    assert wrong == {"number", "order"}
    assert service.read("translation", "additive", "Je m'appelle Marie.").output.text == "I call Mary."
    assert " man " in read("captions", "hopper").output.text
    assert " dog " in read("captions", "coffee").output.text


@pytest.mark.parametrize("task", list(service.TASKS))
def test_an_example_says_what_to_notice_and_what_a_person_would_answer(task: str) -> None:
    page = AppTest.from_file(str(ROOT / "attnviz" / "web" / "pages" / f"{task}.py"), default_timeout=120).run()
    for example in service.TASKS[task].examples[:2]:
        page.button(key=f"{task}_example_{example.name}").click().run()
        assert not page.exception
        (line,) = (plain(caption.value) for caption in page.caption if "What to notice" in caption.value)
        assert plain(example.notice) in line
        right = read(task, example.name).output.text == example.person
        assert (example.person in line) != right


def plain(text: str) -> str:
    return text.replace("\u2060", "").replace("\\", "")
