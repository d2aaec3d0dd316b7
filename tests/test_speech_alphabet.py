"""Each phone has a sign and a word in which it is heard, as the dictionary has it."""

import pytest

from attnviz.analysis.arpabet import IPA
from attnviz.tasks.speech import dictionary
from attnviz.tasks.speech.alphabet import ALPHABET, Phone
from attnviz.tasks.speech.corpus import PHONES


def test_every_phone_of_the_corpus_is_told() -> None:
    assert list(ALPHABET) == list(IPA) == PHONES
    assert len(set(IPA.values())) == 39


@pytest.mark.parametrize("phone", ALPHABET.values(), ids=lambda phone: phone.name)
def test_the_marked_letters_stand_for_the_phone(phone: Phone) -> None:
    usual = dictionary.by_letter(dictionary.rows()[phone.word][0])
    marked = usual[len(phone.before) : len(phone.before) + len(phone.letters)]
    assert dictionary.joined(marked) == (phone.name,)


def test_a_word_is_told_with_the_letters_that_count() -> None:
    cheese = ALPHABET["CH"]
    assert (cheese.before, cheese.letters, cheese.after, cheese.word) == ("", "ch", "eese", "cheese")
    assert (ALPHABET["AE"].ipa, ALPHABET["AE"].word) == ("æ", "cat")
