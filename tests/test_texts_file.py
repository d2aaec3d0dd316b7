"""A file of many texts is read, or what is wrong with it is said in a sentence."""

import pytest

from attnviz.errors import InputError
from attnviz.web.inputs.texts import Row, columns
from attnviz.web.inputs.texts_file import MOST_LETTERS, MOST_TEXTS, parse


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", 'text\n"It rains, again."\nIt snows.\n'),
        ("a.csv", "\ufeffid;Body;headline\r\n1;It rains, again.;Rain\r\n2;It snows.;Snow\r\n"),
        ("a.tsv", "id\tarticle\n1\tIt rains, again.\n2\tIt snows.\n"),
        ("a.txt", "It rains, again.\n\n  It snows.\r\n"),
    ],
)
def test_the_texts_of_a_file_are_read(name: str, content: str) -> None:
    given = parse(name, content.encode())
    assert given.texts == ("It rains, again.", "It snows.") and not given.notes
    assert given.rows == ((1, 3) if name.endswith(".txt") else (2, 3))


def test_rows_without_a_text_are_told_and_the_others_keep_their_numbers_and_further_cells() -> None:
    given = parse("a.csv", b"id,text,headline\n7,It rains.,Rain\n8,,\n\n9,It snows.,Snow\n")
    assert given.texts == ("It rains.", "It snows.") and given.rows == (2, 5)
    assert given.others == {"id": ("7", "9"), "headline": ("Rain", "Snow")}
    (note,) = given.notes
    assert "Row 3 of the file has no text" in note
    (several,) = parse("a.csv", b"id,text\n" + b"1,\n" * 7 + b"2,It rains.\n").notes
    assert "Rows 2, 3, 4, 5, 6 … of the file have no text" in several
    table = columns([Row("It rains.", "Wet"), Row("It snows.", "White", note="Cold.")], "headline", given)
    assert table["row"] == (2, 5) and table["id"] == ("7", "9")
    assert table["headline"] == ["Wet", "White"] and table["headline (file)"] == ("Rain", "Snow")
    assert table["note"] == ["", "Cold."] and "problem" not in table


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("a.csv", b"", "it is empty"),
        ("a.txt", b" \n", "there are no texts"),
        ("a.csv", b"premise,label\na,b\n", "there is no column text"),
        ("a.csv", b"text\n\n", "there are no texts"),
        ("a.csv", b"text\n\xff\xfe\xfa", "not UTF-8"),
        ("a.txt", b"a\0b", "not a text table"),
        ("a.csv", b'text\n"a', "never closed"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(name: str, content: bytes, wrong: str) -> None:
    with pytest.raises(InputError, match=wrong):
        parse(name, content)


def test_of_too_much_the_rest_is_left_out_and_told() -> None:
    given = parse("a.txt", ("a" * (MOST_LETTERS + 1) + "\n").encode() * 3 + b"b\n" * MOST_TEXTS)
    assert len(given.texts) == MOST_TEXTS and len(given.texts[0]) == MOST_LETTERS
    assert len(given.notes) == 2


def test_a_quote_in_a_line_of_a_text_file_means_nothing() -> None:
    assert parse("a.txt", b'He said "no.\nShe left.').texts == ('He said "no.', "She left.")


def test_what_was_copied_or_is_wrong_has_a_column_only_where_there_is_any() -> None:
    given = parse("a.csv", b"text\na\nb\n")
    assert list(columns([Row("a", "b", 0.5)], "headline", given)) == ["row", "text", "headline", "mean probability"]
    table = columns([Row("a", "b", 0.5, 0.25), Row("", problem="Nothing to read.")], "headline", given)
    assert table["share copied"] == [0.25, None] and table["problem"] == ["", "Nothing to read."]
