"""What is read of an article that was pasted as it came."""

from pathlib import Path

import pytest

from attnviz.analysis import html
from attnviz.tasks.summaries.corpus import read_pairs
from attnviz.tasks.summaries.openings import (
    ENOUGH,
    MOST_CHARACTERS,
    MOST_WORDS,
    MOST_WORDS_OF_WHOLE,
    opening,
    whole,
)

FIRST = (
    "A fire destroyed a bakery in the old town of Lund on Monday, and nobody was hurt, the police said in the evening."
)
SHORT = "Mr. Berg is in hospital."
THIRD = "The cause is not known."


def test_the_first_sentence_is_read_and_more_where_it_has_too_few_words() -> None:
    read = opening(f"{FIRST} {SHORT} {THIRD}")
    assert (read.text, read.notes) == (FIRST, ())
    assert (read.words, read.of) == (len(FIRST.split()), len(f"{FIRST} {SHORT} {THIRD}".split()))
    assert len(SHORT.split()) < ENOUGH <= len(f"{SHORT} {THIRD}".split())
    assert opening(f"{SHORT} {FIRST} {THIRD}").text == f"{SHORT} {FIRST}"
    assert opening(f"{SHORT} {THIRD} {FIRST}").text == f"{SHORT} {THIRD}"
    assert whole(f"{FIRST} {SHORT} {THIRD}").text == f"{FIRST} {SHORT} {THIRD}"


@pytest.mark.parametrize("corpus", ["guardian", "newsmix"])
def test_nearly_all_openings_of_the_corpora_are_read_whole(shared: Path, corpus: str) -> None:
    """Some have a second sentence because the first one shares no word with the headline, which nobody can know here;
    sentences are told apart by other rules too."""
    bodies = [pair.body for pair in read_pairs(shared / "data" / "summaries" / f"{corpus}.dev.tsv.xz")]
    assert sum(opening(body).text == body for body in bodies) >= 0.95 * len(bodies)


def test_a_sentence_that_would_make_it_too_long_is_left_out() -> None:
    long = " ".join(["Rain", *["rain"] * (MOST_WORDS - 3)]) + "."
    assert opening(f"Rain again. {long} {THIRD}").text == f"Rain again. {long}"
    assert opening(f"It rains a lot here. {long}").text == "It rains a lot here."


@pytest.mark.parametrize(
    "head", ["Fire destroys bakery", "Fire destroys bakery\n\nBy Anna Lind\nMon 4 Mar 2024 10.00 GMT"]
)
def test_title_and_byline_are_left_out_and_told(head: str) -> None:
    for reads in (opening, whole):
        read = reads(f"{head}\n\n{FIRST}")
        assert read.text == FIRST
        (note,) = read.notes
        assert "not read" in note


@pytest.mark.parametrize("text", ["Fire", "Fire in Lund", "no full stop and no capitals here", "Fire\nRain\nSnow"])
def test_a_text_without_a_sentence_is_read_as_it_is(text: str) -> None:
    read = opening(text)
    assert read.text == " ".join(text.split()) and not read.notes


def test_of_a_text_without_an_end_of_a_sentence_the_first_words_are_read() -> None:
    read = opening("rain " * 50_000)
    assert (read.words, read.of, read.notes) == (MOST_WORDS, 50_000, ())


@pytest.mark.parametrize("unit", ["rain ", "It rains. "])
def test_of_a_whole_text_as_many_words_are_read_as_there_may_be_and_it_is_told(unit: str) -> None:
    read = whole(unit * 30_000)
    assert read.words == MOST_WORDS_OF_WHOLE
    (note,) = read.notes
    assert f"only the first {MOST_WORDS_OF_WHOLE:,} were read" in note


def test_of_more_characters_than_anybody_writes_the_rest_is_not_looked_at() -> None:
    (note,) = opening("It rains. " * (MOST_CHARACTERS // 10 + 1)).notes
    assert f"{MOST_CHARACTERS:,}" in note


@pytest.mark.parametrize("text", ["", "  \n\t ", "\u200b\u00ad", "\0"])
def test_of_nothing_nothing_is_read(text: str) -> None:
    assert opening(text).text == whole(text).text == ""


def test_a_table_and_another_language_are_read() -> None:
    assert opening("year\tprice\n2020\t3\n2021\t4").text == "year price 2020 3 2021 4"
    assert opening("Il pleut à Lyon. Les trains s'arrêtent.").text == "Il pleut à Lyon. Les trains s'arrêtent."


def test_of_a_page_only_the_words_are_read() -> None:
    page = (
        '<!-- <p>no</p> --><style>p {}</style><script type="x">let a = "<p>";</script><h1 class="x">Fire in Lund</h1>'
        f"<p>{FIRST.replace('Lund', '<a href=https://lund.se>Lund</a>').replace('and', '&amp;')}</p><p>{THIRD}</p>"
    )
    read = opening(page)
    assert read.text == FIRST.replace("and", "&")
    assert any("tags" in note for note in read.notes) and any("title" in note for note in read.notes)


@pytest.mark.parametrize("text", ["a < b and c > d", "2 <3 &amp; <unknown>", "if x<y: print(x>y)", "<p", "AT&T"])
def test_what_is_no_tag_stays(text: str) -> None:
    assert html.words_of(text) == text


def test_what_never_ends_is_left_out() -> None:
    assert html.words_of("<p>Fire</p><script>let a") == "Fire"


@pytest.mark.parametrize(
    ("typed", "sentences"),
    [
        ("A fire burned down a bakery in the old town. Nobody was hurt.", 1),
        ("Fire in Lund. A bakery burned down in the old town on Monday. Nobody was hurt.", 2),
        ("rain " * 70, 0),
    ],
)
def test_it_is_known_how_many_sentences_an_opening_has(typed: str, sentences: int) -> None:
    assert opening(typed).sentences == sentences
