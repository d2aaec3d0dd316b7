"""What the page says about an example holds for the models that come with it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.analysis.copying import copied
from attnviz.reading import Reading
from attnviz.tasks.base import source_of
from attnviz.tasks.summaries.openings import opening
from tests.conftest import ROOT

_NO_NOT = "The boy is playing an instrument."


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


def written(reading: Reading) -> set[str]:
    """The words of a headline that were not copied."""
    taken = copied(reading)
    assert taken is not None
    return {word for place, word in enumerate(reading.output.labels) if place not in taken}


@pytest.mark.parametrize(
    ("task", "name", "variant", "word", "key"),
    [
        ("translation", "order", None, "red", "rouge"),
        ("translation", "order", None, "dress", "robe"),
        ("translation", "agreement", None, "are", "sont"),
        ("entailment", "hypernym", None, "dog", "poodle"),
        ("entailment", "hypernym", None, "outside", "park"),
        ("entailment", "number", "match", "Three", "Two"),
        ("entailment", "open", None, "man", "man"),
        ("entailment", "stopped", None, "boy", "boy"),
        ("entailment", "stopped", None, "running", "running"),
        *(("entailment", "order", None, word, word) for word in ("large", "cat", "chasing", "small", "dog")),
    ],
)
def test_a_word_looks_where_it_is_said_to_look(task: str, name: str, variant: str | None, word: str, key: str) -> None:
    assert strongest(read(task, name, variant), word) == key


def test_what_is_said_to_go_wrong_goes_wrong() -> None:
    person = {example.name: example.person for example in service.TASKS["entailment"].examples}
    wrong = {name for name in person if read("entailment", name).output.text != person[name]}
    assert wrong == {"order", "stopped"}
    assert service.read("translation", "additive", "Je m'appelle Marie.").output.text == "I call Mary."
    assert " man " in read("captions", "hopper").output.text
    assert {"cat", "tie"} <= set(read("captions", "cat").output.labels)


def test_words_that_find_nothing_look_at_none_where_the_examples_say_so() -> None:
    rest = {}
    for name in ("hypernym", "open"):
        attention = read("entailment", name).map()
        assert attention is not None
        rest[name] = dict(zip(attention.queries.labels, attention.rest.tolist(), strict=True))
    assert min(rest["hypernym"][word] for word in ("is", "with", "a")) > 0.9
    assert rest["open"]["waiting"] > 0.5


def test_what_an_example_of_entailment_says_of_its_answer_holds() -> None:
    assert read("entailment", "stopped").output.logprob > np.log(0.9)
    own, other = (read("entailment", "number", variant).probabilities for variant in (None, "match"))
    assert own["contradiction"] < 0.5 and other["contradiction"] > 0.75
    stopped = read("entailment", "stopped").map()
    assert stopped is not None and stopped.weights[:, stopped.keys.labels.index("stopped")].max() < 0.1
    without = service.read("entailment", "word_by_word", ("A boy in a red shirt is playing the piano.", _NO_NOT))
    assert without.output.text == "entailment" != read("entailment", "negation").output.text


def test_words_of_a_caption_look_where_the_examples_say_so() -> None:
    riders, motorcycle, dog = (read("captions", name) for name in ("riders", "motorcycle", "dog"))
    assert riders.output.text == "two men are riding horses on the beach"
    assert {"man", "motorcycle", "riding", "road"} <= set(motorcycle.output.labels)
    assert dog.output.text == "a black and white dog is running on the beach"
    assert times_as_strong(riders, "men", slice(5, 8), slice(8, 12)) > 3
    assert times_as_strong(riders, "horses", slice(8, 12), slice(7, 12)) > 2
    assert times_as_strong(riders, "beach", slice(8, 14), slice(0, 6)) > 1.5
    assert over_photo(riders, "on").max() < 4 * over_photo(riders, "on").mean()
    assert times_as_strong(motorcycle, "man", slice(1, 6), slice(6, 9)) > 3
    assert times_as_strong(motorcycle, "motorcycle", slice(7, 12), slice(0, 6)) > 1.5
    assert times_as_strong(motorcycle, "road", slice(11, 14), slice(0, 14)) > 1.5
    assert times_as_strong(dog, "beach", slice(0, 14), slice(10, 14)) > 1.5
    assert (
        times_as_strong(dog, "dog", slice(8, 12), slice(6, 10))
        > 1.5
        > times_as_strong(dog, "dog", slice(1, 6), slice(7, 10))
    )


def test_what_is_not_there_is_seen_in_something_else_where_the_examples_say_so() -> None:
    desk, cameraman = (read("captions", name) for name in ("desk", "cameraman"))
    assert times_as_strong(desk, "cat", slice(3, 9), slice(4, 10)) > 2
    assert times_as_strong(desk, "computer", slice(9, 12), slice(2, 6)) > 3
    assert cameraman.output.labels.count("camera") == 2


def times_as_strong(reading: Reading, word: str, rows: slice, columns: slice) -> float:
    """How many times as strong a word's weight is in a part of the photo as it is on average."""
    weights = over_photo(reading, word)
    return float(weights[rows, columns].mean() / weights.mean())


def over_photo(reading: Reading, word: str) -> NDArray[np.floating]:
    """The weights of a word of a caption, as the rows and columns of the photo's cells."""
    attention = reading.map()
    assert attention is not None
    row = attention.weights[attention.queries.labels.index(word)]
    side = int(len(row) ** 0.5)
    return row.reshape(side, side)


def test_headlines_copy_leave_out_and_go_wrong_where_the_examples_say_so() -> None:
    text = {example.name: opening(example.inputs[0]).text for example in service.TASKS["summaries"].examples}
    headlines = {name: service.read("summaries", "pointer", text[name]) for name in text}
    own = {name: written(reading) for name, reading in headlines.items()}
    assert not own["museum"] and not own["rewritten"] and own["names"] == {"wins"}
    assert {"Kivelä", "Lahti"} <= set(headlines["names"].output.text.split())
    assert "8.4%" in headlines["numbers"].output.text
    assert "mayor" not in headlines["quote"].output.text and "insult" in headlines["quote"].output.text
    assert "substitute" not in headlines["team"].output.text
    assert " in lake has not reached " in headlines["negation"].output.text


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
