"""What is said of a text's words alone."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.analysis import phrases


@pytest.mark.parametrize(
    ("text", "least", "found"),
    [
        ("the cat and the dog", 2, ""),
        ("The cat sees the cat", 2, "The cat"),
        ("a b c d a b c", 3, "a b c"),
        ("no no no no no", 3, ""),
        ("no no no no no no", 3, "no no no"),
        ("", 1, ""),
    ],
)
def test_a_phrase_that_stands_twice_is_found(text: str, least: int, found: str) -> None:
    assert " ".join(phrases.repeated(text.split(), least)) == found


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("", False),
        ("no no no no", False),
        ("no no no no no", True),
        ("a b c d a b c d", False),
        ("a b c d A b c d a B c", True),
    ],
)
def test_an_output_loops_where_three_words_stand_three_times(text: str, loops: bool) -> None:
    assert phrases.loops(text.split()) is loops


@pytest.mark.parametrize(
    ("text", "length", "times"),
    [
        ("", 1, 0),
        ("a", 2, 0),
        ("a b", 2, 1),
        ("A b a B a b", 2, 3),
        ("no no no no no", 2, 2),
        ("a b c a b d a b", 2, 3),
    ],
)
def test_how_often_a_phrase_stands(text: str, length: int, times: int) -> None:
    assert phrases.most(text.split(), length) == times


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.integers(1, 4))
def test_it_is_the_longest(words: list[str], least: int) -> None:
    text = " ".join(words)
    twice = [
        length
        for length in range(least, len(words) // 2 + 1)
        for start in range(len(words) - length + 1)
        if text.count(" ".join(words[start : start + length])) > 1
    ]
    assert len(phrases.repeated(words, least)) == max(twice, default=0)


@pytest.mark.parametrize(
    ("parts", "least", "loops"),
    [("z z z z", 4, True), ("a b a b a b", 3, True), ("x a b a b", 3, False), ("z z z", 4, False), ("", 2, False)],
)
def test_parts_that_go_round_are_a_loop(parts: str, least: int, loops: bool) -> None:
    assert phrases.looped(parts.split(), least) == loops


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Voir (https://a.org/b?c=d), ou www.b.fr.", ["https://a.org/b?c=d", "www.b.fr"]),
        ("Écrire à jean@exemple.fr !", ["jean@exemple.fr"]),
        ("À 5 h. @ midi, et/ou www", []),
    ],
)
def test_addresses_are_found_in_a_text(text: str, found: list[str]) -> None:
    assert phrases.addresses(text) == found


def test_a_long_text_takes_little_time() -> None:
    words = [str(place) for place in range(10_000)] + ["a", "b", "c", "a", "b", "c"]
    start = perf_counter()
    assert phrases.repeated(words, 3) == ("a", "b", "c")
    assert perf_counter() - start < 3
