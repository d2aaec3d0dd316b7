"""What an English text sounds like: the dictionary, guesses for what it lacks, numbers, and what can't be read."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.errors import InputError
from attnviz.tasks.speech import aligning, dictionary, letters, numerals
from attnviz.tasks.speech.corpus import PHONES
from attnviz.tasks.speech.pronunciation import MOST_GUESSED, MOST_LETTERS, pronounce

MOST = 1_500


def phones(text: str) -> str:
    return " ".join(phone for word in pronounce(text, MOST).words for phone in word.phones)


# The dictionary


def test_the_dictionary_has_known_words_with_the_phones_of_each_letter() -> None:
    assert dictionary.pronunciations("cat") == (("K", "AE", "T"),)
    assert dictionary.pronunciations("a") == (("AH",), ("EY",))
    assert dictionary.pronunciations("blorfing") == ()
    (row,) = dictionary.rows()["box"]
    assert dictionary.by_letter(row) == (("B",), ("AA",), ("K", "S"))


def test_every_row_has_a_group_for_each_letter_and_known_phones() -> None:
    words = dictionary.rows()
    assert len(words) > 120_000
    assert all(len(row.split()) == len(word) for word, rows in words.items() for row in rows)
    groups = {group for rows in words.values() for row in rows for group in row.split()}
    assert {phone for group in groups for phone in group.split("+")} == {*PHONES, dictionary.SILENT}


def test_phones_are_given_to_the_letters_that_stand_for_them(tmp_path: Path) -> None:
    chosen = ["cat", "ship", "phone", "box", "thing", "sat", "pat", "tap", "sip", "pig", "pin", "w"]
    file = tmp_path / "small.dict"
    file.write_text("".join(f"{word} {' '.join(dictionary.pronunciations(word)[0])}\n" for word in chosen * 8))
    words = aligning.read(file)
    found = dict(zip(chosen, aligning.aligned(words), strict=False))
    assert found["sat"] == (("S",), ("AE",), ("T",)) and found["pin"] == (("P",), ("IH",), ("N",))
    assert found["w"] == (("D", "AH", "B", "AH", "L", "Y", "UW"),)
    for word, said in words:
        assert len(found[word]) == len(word) and dictionary.joined(found[word]) == said


# Guesses from letters


def test_probabilities_are_those_of_interpolated_kneser_ney() -> None:
    rows = [("ab", "AA B"), ("ba", "B AA"), ("aab", "AA AA B"), ("b", "B")] * 5
    joint = letters.Joint.learned(rows)
    symbols = np.array([letters.END, *joint.choices["a"][0], *joint.choices["b"][0]])
    first, second = int(joint.choices["a"][0][0]), int(joint.choices["b"][0][0])
    flat = [
        [0] * (letters.ORDER - 1) + [{"a": first, "b": second}[c] for c in word] + [letters.END] for word, _ in rows
    ]
    grams = {tuple(row[i : i + letters.ORDER]) for row in flat for i in range(len(row) - letters.ORDER + 1)}
    often = Counter(tuple(row[i : i + letters.ORDER]) for row in flat for i in range(len(row) - letters.ORDER + 1))

    def probability(history: tuple[int, ...], symbol: int) -> float:
        """The recursion of the docstring, one symbol at a time."""
        if len(history) == letters.ORDER - 1:
            counts = often
        else:
            longer = {gram[-len(history) - 2 :] for gram in grams}
            counts = Counter(gram[1:] for gram in longer)
        once, twice = (sum(count == n for count in counts.values()) for n in (1, 2))
        discount = once / (once + 2 * twice) if once else 0.5
        after = {gram[-1]: count for gram, count in counts.items() if gram[:-1] == history}
        shorter = probability(history[1:], symbol) if history else 1 / 3
        if not after:
            return shorter
        left = max(after.get(symbol, 0) - discount, 0)
        return (left + discount * len(after) * shorter) / sum(after.values())

    for before in ((), (first,), (second, first), (second, second, second)):
        history = (0,) * (letters.ORDER - 1 - len(before)) + before
        number = np.array([sum(s << letters.BITS * i for i, s in enumerate(reversed(history)))])
        (found,) = joint._probabilities(number, symbols)
        assert found.sum() == pytest.approx(1)
        np.testing.assert_allclose(found, [probability(history, int(symbol)) for symbol in symbols])


def test_guesses_of_words_that_were_kept_back_are_mostly_right() -> None:
    words = dictionary.rows()
    told = ((word, row) for word, rows in words.items() if not letters.held_out(word) for row in rows)
    kept_back = [word for word in words if letters.held_out(word)][::40]
    found = letters.errors(kept_back, letters.Joint.learned(told))
    kept = letters.kept_errors()
    assert found["word_error"] == pytest.approx(kept["word_error"], abs=0.08) and found["word_error"] < 0.36
    assert found["phone_error"] == pytest.approx(kept["phone_error"], abs=0.025)


def test_plain_words_are_guessed_as_anyone_would() -> None:
    assert letters.guess("blorfing") == ("B", "L", "ER", "F", "IH", "NG")
    assert letters.guess("yeet") == ("Y", "IY", "T")


# Texts


def test_a_sentence_has_its_words_in_order() -> None:
    found = pronounce("It spoils one’s BEST work.", MOST)
    assert [word.spelling for word in found.words] == ["It", "spoils", "one's", "BEST", "work"]
    assert [" ".join(word.phones) for word in found.words] == ["IH T", "S P OY L Z", "W AH N Z", "B EH S T", "W ER K"]
    assert found.notes == ()


def test_the_first_pronunciation_is_taken_and_told() -> None:
    found = pronounce("read the book", MOST)
    assert found.words[1].phones == dictionary.pronunciations("the")[0]
    assert any("several pronunciations" in note and "“the”" in note for note in found.notes)


def test_what_the_dictionary_lacks_is_guessed_and_told() -> None:
    found = pronounce("the kubernetes cluster", MOST)
    assert [word.guessed for word in found.words] == [False, True, False]
    assert any("“kubernetes”" in note and "guessed" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("1984", "nineteen eighty four"),
        ("in the 1980s", "in the eighties"),
        ("3.14", "three point one four"),
        ("1,000", "one thousand"),
        ("1,984", "one thousand nine hundred eighty four"),
        ("22nd", "twenty second"),
        ("50%", "fifty percent"),
        ("you & me", "you and me"),
        ("$5", "five dollars"),
        ("$1", "one dollar"),
        ("£2,000.", "two thousand pounds"),
        ("€3.50", "three euros and fifty cents"),
        ("$0.01", "one cent"),
        ("$1984", "one thousand nine hundred eighty four dollars"),
        ("$5.2", "five point two"),
        ("$5 million", "five million"),
        ("C++", "C plus plus"),
        ("20°C", "twenty degrees C"),
        ("well-known", "well known"),
        ("either/or", "either or"),
        ("café", "cafe"),
        ("Dr. Smith", "doctor smith"),
        ("‘round’", "round"),
        ("yes…no—maybe", "yes no maybe"),
    ],
)
def test_a_text_sounds_like_what_it_is_read_as(text: str, same: str) -> None:
    if "1980s" in text:
        assert phones(text).endswith(phones("eighties"))
    else:
        assert phones(text) == phones(same)


@pytest.mark.parametrize(("word", "ending"), [("zork's", "K S"), ("blozz's", "Z IH Z"), ("grame's", "M Z")])
def test_the_s_of_a_possessive_follows_the_sound_before_it(word: str, ending: str) -> None:
    assert phones(word).endswith(ending)


def test_what_has_no_vowel_is_spelled() -> None:
    assert phones("XKCD") == "EH K S K EY S IY D IY"


@pytest.mark.parametrize("text", ["", " ", "... — !", "😀😀", "日本語", "привет", "٣", "a" * 20_000])
def test_what_can_not_be_said_is_one_sentence(text: str) -> None:
    with pytest.raises(InputError) as problem:
        pronounce(text, MOST)
    assert str(problem.value).endswith(".") and len(str(problem.value)) < 200


def test_a_text_of_words_that_nobody_knows_is_not_guessed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    guessed = []

    def silent(word: str) -> tuple[str, ...]:
        guessed.append(word)
        return ()

    monkeypatch.setattr(letters, "guess", silent)
    with pytest.raises(InputError, match="lacks too many words"):
        pronounce(" ".join(f"zo{'qo' * (i % 9)}zeb{'e' * (i // 9)}" for i in range(180)), MOST)
    assert sum(map(len, guessed)) <= MOST_GUESSED + MOST_LETTERS


def test_a_symbol_is_left_out_and_told() -> None:
    found = pronounce("good 😀 day!", MOST)
    assert [word.spelling for word in found.words] == ["good", "day"]
    assert any("Left out" in note and "😀" in note for note in found.notes)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("it is $5.2", "“$”"),
        ("US$5 million", "“$”"),
        ("C# and a=b", "“#” and “=”"),
        ("$5 + 50%", ""),
        ("(yes), -no-", ""),
    ],
)
def test_signs_of_which_nothing_is_said_are_told(text: str, signs: str) -> None:
    told = [note for note in pronounce(text, MOST).notes if "Left out" in note]
    assert told == ([f"Left out, as nothing is said of it: {signs}."] if signs else [])


def test_a_long_text_is_cut_to_whole_words_and_told() -> None:
    found = pronounce("word " * 4_000, MOST)
    assert len(found.words) == MOST // 3
    assert any("first 500 words" in note for note in found.notes)


def test_no_more_of_a_text_is_looked_at_than_can_be_said() -> None:
    found = pronounce(f"word{' ' * 20_000}other", MOST)
    assert [word.spelling for word in found.words] == ["word"]
    assert any("first word was" in note for note in found.notes)


def test_french_is_read_as_if_it_were_english() -> None:
    assert len(pronounce("Le chat dort sur l'herbe.", MOST).words) == 5


@given(st.text(max_size=60))
def test_any_text_that_is_read_gives_words_with_phones(text: str) -> None:
    try:
        found = pronounce(text, MOST)
    except InputError:
        return
    assert found.words
    for word in found.words:
        assert word.phones and set(word.phones) <= set(PHONES)
        assert len(word.spelling) <= MOST_LETTERS and word.spelling.split() == [word.spelling]


# Numbers


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("0", "zero"),
        ("13", "thirteen"),
        ("80", "eighty"),
        ("101", "one hundred one"),
        ("1066", "one thousand sixty six"),
        ("1900", "nineteen hundred"),
        ("1905", "nineteen oh five"),
        ("2001", "two thousand one"),
        ("2024", "twenty twenty four"),
        ("12345", "twelve thousand three hundred forty five"),
        ("1000000", "one million"),
        ("007", "zero zero seven"),
        ("1" + "0" * 12, "one" + " zero" * 12),
    ],
)
def test_numbers_are_read_as_people_read_them(digits: str, words: str) -> None:
    assert " ".join(numerals.spoken(digits)) == words


def test_ordinals_and_plurals() -> None:
    said = {digits: " ".join(numerals.spoken(digits, ordinal=True)) for digits in ("1", "12", "20", "23", "1900")}
    assert list(said.values()) == ["first", "twelfth", "twentieth", "twenty third", "one thousand nine hundredth"]
    assert [numerals.plural(word) for word in ("eighty", "six", "nine")] == ["eighties", "sixes", "nines"]


def test_the_dictionary_has_every_word_of_a_number() -> None:
    words = {word for number in range(2_100) for word in numerals.spoken(str(number), ordinal=number % 2 == 1)}
    words |= {*numerals.spoken("9" * 12), *numerals.spoken("1000000")}
    words |= {word for sign in numerals.MONEY for word in (*numerals.MONEY[sign], *numerals.money(sign, "1", "01"))}
    assert all(dictionary.pronunciations(word) for word in words)
