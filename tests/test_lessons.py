"""The lessons: what each one is about is really there in the bundled models, with room to spare."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from attnviz import service
from attnviz.analysis.copying import copied
from attnviz.analysis.shape import effective_inputs
from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap
from attnviz.reading import Reading
from attnviz.tasks.base import Task, source_of
from attnviz.tasks.lesson import Lesson, first_of, place_of, step_of

LESSONS = service.lessons()


@pytest.fixture(scope="module")
def read() -> Callable[[str], list[Reading]]:
    """The readings of a lesson, as its page makes them."""
    kept: dict[str, list[Reading]] = {}

    def read(name: str) -> list[Reading]:
        if name not in kept:
            task, lesson = LESSONS[name]
            kept[name] = readings_of(task, lesson)
        return kept[name]

    return read


def readings_of(task: Task, lesson: Lesson) -> list[Reading]:
    source = source_of(lesson.inputs)
    readings = [service.read(task.name, variant, source) for variant in lesson.variants]
    if lesson.given is not None:
        weights = {lesson.map: lesson.given(map_of(readings[0], lesson.map))}
        target = None if readings[0].probabilities else readings[0].output.text
        readings.append(service.read(task.name, lesson.variants[0], source, target=target, weights=weights))
    return readings


def map_of(reading: Reading, name: str = ATTENTION) -> AttentionMap:
    attention = reading.map(name)
    assert attention is not None
    return attention


def weight(reading: Reading, query: str, key: str, name: str = ATTENTION) -> float:
    """What the first row of this label lays on all keys of that label."""
    attention = map_of(reading, name)
    row = attention.weights[attention.queries.labels.index(query)]
    return float(sum(w for w, label in zip(row, attention.keys.labels, strict=True) if label == key))


@pytest.mark.parametrize("name", LESSONS)
def test_the_answer_is_a_choice_and_its_numbers_are_the_readings(
    name: str, read: Callable[[str], list[Reading]]
) -> None:
    _, lesson = LESSONS[name]
    readings = read(name)
    seen = lesson.see(readings)
    assert 0 <= seen.choice < len(lesson.choices)
    shown = next(reading.map(lesson.map) for reading in readings if reading.maps)
    assert shown is not None
    assert seen.query is None or 0 <= seen.query < len(shown.queries)
    assert seen.key is None or 0 <= seen.key < len(shown.keys)
    if seen.query is not None and seen.key is not None and lesson.map == ATTENTION:
        assert f"{shown.weights[seen.query, seen.key]:.2f}" in seen.told


@pytest.mark.parametrize("name", LESSONS)
def test_a_reading_that_has_nothing_of_it_is_refused(name: str, read: Callable[[str], list[Reading]]) -> None:
    _, lesson = LESSONS[name]
    other = read("squeezed" if name != "squeezed" else "reordering")
    with pytest.raises(LookupError):
        lesson.see([other[0]] * len(read(name)))


def test_lessons_have_names_of_their_own_and_whole_sentences() -> None:
    lessons = [lesson for _, lesson in LESSONS.values()]
    assert len(lessons) >= 12
    for task, lesson in LESSONS.values():
        assert lesson.name.replace("_", "").isalpha() and lesson.name == lesson.name.lower()
        assert 2 <= len(lesson.choices) <= 4 and len(set(lesson.choices)) == len(lesson.choices)
        assert lesson.question.endswith("?")
        assert all(text[-1] in ".?)" for text in (lesson.person, lesson.takeaway))
        assert set(lesson.variants) <= set(service.variants(task.name))
        assert len(lesson.inputs) == len(task.inputs)


def test_red_dress_is_read_in_another_order(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("reordering")
    assert weight(reading, "red", "rouge") > 0.6
    assert weight(reading, "dress", "robe") > 0.8
    assert answer("reordering", read) == "rouge"


def test_his_or_her_looks_at_son_and_not_at_the_owner(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("agreement")
    word = reading.output.labels[first_of(reading.output.labels, ("his", "her", "its"))]
    assert weight(reading, word, "son") > 0.7
    assert weight(reading, word, "Elle") < 0.1
    assert answer("agreement", read) == "son"


def test_a_name_is_looked_at_more_closely_than_other_words(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("copy")
    others = [row.max() for row, label in zip(*rows(reading), strict=True) if label != "Bartolomeu"]
    assert weight(reading, "Bartolomeu", "Bartolomeu") > max(0.92, np.mean(others) + 0.1)
    assert answer("copy", read) == "nine tenths or more"


def rows(reading: Reading) -> tuple[Sequence[np.ndarray], Sequence[str]]:
    attention = map_of(reading)
    return list(attention.weights), attention.queries.labels


def test_every_piece_of_a_name_looks_at_its_own_piece(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("split")
    attention = map_of(reading, SUBWORDS)
    name = reading.output.labels.index("Ljubljana")
    pieces = [i for i, group in enumerate(attention.queries.groups) if group == name]
    assert len(pieces) >= 3
    for row in pieces:
        assert attention.keys.labels[attention.weights[row].argmax()] == attention.queries.labels[row]
        assert attention.weights[row].max() > 0.7
    assert answer("split", read) == "at the same piece of the French name"


def test_the_second_piece_of_garden_looks_at_the_end(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("sink")
    attention = map_of(reading, SUBWORDS)
    place = attention.queries.labels.index("en")
    assert weight(reading, "gard", "jardin", SUBWORDS) > 0.7
    assert weight(reading, "en", ".", SUBWORDS) + attention.rest[place] > 0.55
    assert answer("sink", read) == "at the full stop and the end mark"


def test_without_attention_the_long_sentence_is_lost(read: Callable[[str], list[Reading]]) -> None:
    without, attentive = read("squeezed")
    person = {word.strip(".,").lower() for word in LESSONS["squeezed"][1].person.split()[3:]}
    kept = [
        len(person & {word.strip(".,").lower() for word in reading.output.text.split()}) / len(person)
        for reading in (without, attentive)
    ]
    assert not without.maps and attentive.maps
    assert kept[1] > kept[0] + 0.25
    assert answer("squeezed", read) == "A"


def test_last_looks_beside_the_word_that_it_translates(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("beside")
    assert weight(reading, "last", "l'") > 0.6
    assert weight(reading, "last", "dernière") < 0.2
    assert answer("beside", read) == "l'"


def test_soft_attention_is_spread_and_hard_is_not(read: Callable[[str], list[Reading]]) -> None:
    soft, hard = read("hard")
    spreads = [effective_inputs(m.weights)[m.queries.labels.index("man")] for m in (map_of(soft), map_of(hard))]
    assert spreads[0] > 40
    assert spreads[1] == pytest.approx(1)
    assert answer("hard", read) == "more than 30"


def test_white_needs_no_photo_after_black_and(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("sentinel")
    attention = map_of(reading)
    rest = dict(zip(reversed(attention.queries.labels), reversed(attention.rest), strict=True))
    assert rest["white"] > 0.6
    assert rest["black"] < 0.1 and rest["beach"] < 0.1
    assert answer("sentinel", read) == "white"


def test_paris_and_london_are_looked_at_and_still_confused(read: Callable[[str], list[Reading]]) -> None:
    (reading,) = read("mistake")
    assert weight(reading, "London", "Paris") > 0.7
    assert reading.probabilities["entailment"] > 0.7
    assert answer("mistake", read) == "entailment"


def test_a_map_that_is_turned_round_changes_hardly_anything(read: Callable[[str], list[Reading]]) -> None:
    own, turned = read("misleading")
    assert np.abs(map_of(own).weights - map_of(turned).weights).sum() / 2 > 0.5 and map_of(own).rest[0] < 0.2
    assert own.output.text == turned.output.text
    assert max(abs(own.probabilities[label] - turned.probabilities[label]) for label in own.probabilities) < 0.08
    assert answer("misleading", read) == "hardly anything"


def test_the_second_s_is_not_taken_for_the_first(read: Callable[[str], list[Reading]]) -> None:
    content, location = map(map_of, read("repeated"))
    first, second = (content.weights[place_of(content.queries.labels, "S", n)] for n in (1, 2))
    assert second[abs(np.arange(len(second)) - first.argmax()) <= 2].sum() < 0.05
    assert effective_inputs(location.weights).mean() > 2 * effective_inputs(content.weights).mean()
    assert answer("repeated", read) == "almost none"


def test_every_sight_of_the_tour_is_to_be_seen() -> None:
    task, tour = service.tour()
    attention = map_of(service.read(task.name, tour.variant, *tour.inputs))
    for sight in tour.sights:
        row = attention.weights[attention.queries.labels.index(sight.query)]
        if sight.key:
            assert attention.keys.labels[row.argmax()] == sight.key and row.max() > 0.6
        else:
            assert attention.rest[attention.queries.labels.index(sight.query)] > 0.08


def answer(name: str, read: Callable[[str], list[Reading]]) -> str:
    _, lesson = LESSONS[name]
    return lesson.choices[lesson.see(read(name)).choice]


def test_every_lesson_has_a_test_of_its_own() -> None:
    """Else a model that no longer shows what a lesson tells would go unseen."""
    text = Path(__file__).read_text("utf-8")
    assert all(f'read("{name}")' in text and f'answer("{name}", read) ==' in text for name in LESSONS)


@pytest.mark.parametrize(("value", "step"), [(0.0, 0), (0.49, 0), (0.5, 1), (0.89, 1), (0.9, 2), (1.0, 2)])
def test_a_value_lies_in_one_range(value: float, step: int) -> None:
    assert step_of(value, (0.5, 0.9)) == step


def test_places_of_labels() -> None:
    labels = ("S", "T", "S")
    assert (place_of(labels, "S"), place_of(labels, "S", 2), first_of(labels, ("X", "T"))) == (0, 2, 1)
    for wrong in (lambda: place_of(labels, "S", 3), lambda: first_of(labels, ("X",))):
        with pytest.raises(LookupError):
            wrong()


def test_a_headline_copies_nearly_every_word_and_moves_the_fire(read: Callable[[str], list[Reading]]) -> None:
    (headline,) = read("left_out")
    assert " in lake " in headline.output.text and "north" not in headline.output.text
    places = copied(headline)
    assert places is not None and len(places) / len(headline.output.labels) > 0.92
    assert weight(headline, "lake", "lake") > 0.6
    assert answer("left_out", read) == "nine tenths or more"
