"""Pairs of our own for constructions, and the sixty sentences that are read by a person."""

import re
from collections import Counter

import numpy as np
import pytest

from attnviz.tasks.translation import constructions
from attnviz.tasks.translation.constructions import pairs
from attnviz.tasks.translation.sixty import SIXTY

# What a construction itself is made of, and small words.
OWN = set(
    "beaucoup manque manquent manquer manquera manqué plaît plaisent plu heures heure demie quart moins midi minuit "
    "numéro appelez téléphone avant depuis chez nous vous leur elle dans pour cette elles".split()
)


def content(text: str) -> set[str]:
    """The words of five letters and more, in lower case, and not those of the construction itself."""
    return {word for word in re.findall(r"[^\W\d_]{5,}", text.lower()) if word not in OWN}


def test_the_pairs_are_always_the_same_different_ones() -> None:
    made = pairs()
    assert made == pairs()
    assert len({(pair.french, pair.english) for pair in made}) == len({pair.id for pair in made}) == len(made)
    counts = Counter(pair.id.split("-")[0] for pair in made)
    assert counts.keys() == SIXTY.keys() and min(counts.values()) > 300 and 3000 < len(made) < 5000


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("Elle ne boit que de l'eau.", "She only drinks water."),
        ("Paul n'écoute que du jazz.", "Paul only listens to jazz."),
        ("Je ne parle qu'anglais.", "I only speak English."),
        ("Tu me manques.", "I miss you."),
        ("Mes amis leur manquent.", "They miss my friends."),
        ("Camille manque à Paul.", "Paul misses Camille."),
        ("Ces chaussures ne me plaisent pas.", "I don't like these shoes."),
        ("Le train part à minuit.", "The train leaves at midnight."),
    ],
)
def test_who_and_what_stand_where_english_has_them(french: str, english: str) -> None:
    made = {both for maker in constructions.CONSTRUCTIONS.values() for both in maker(np.random.default_rng(1))}
    assert (french, english) in made


def test_what_is_to_be_copied_is_copied() -> None:
    for pair in pairs():
        if pair.id.startswith("numbers"):
            french, english = (re.findall(r"\d[\d .]*\d", text) for text in (pair.french, pair.english))
            assert french == english and len(re.sub(r"\D", "", french[0])) == 10
        if pair.id.startswith("times"):
            digits = re.search(r"(\d+)(?: h |h|:)(\d\d)", pair.french)
            if digits:
                hour, minutes = int(digits[1]), digits[2]
                assert f"{(hour - 1) % 12 + 1}:{minutes} {'a.m.' if hour < 12 else 'p.m.'}" in pair.english
    names = [pair for pair in pairs() if pair.id.startswith("names")]
    assert any("d'Inès" in pair.french for pair in names)
    assert not any(re.search(r"\b(de|que) [AEIOUÉ]", pair.french) for pair in names)
    for pair in names:
        capitals = [set(re.findall(r"[A-ZÀ-Ý]\w+", text)) for text in (pair.french, pair.english)]
        common = {"Connaissez", "Merci", "Le", "Où", "Do", "My", "Thank", "Where", "Je"}
        assert capitals[0] - common == capitals[1] - common


def test_sixty_sentences_have_other_words_beside_their_construction_than_the_templates() -> None:
    assert sum(map(len, SIXTY.values())) == 60 and {len(sentences) for sentences in SIXTY.values()} == {10}
    for name, sentences in SIXTY.items():
        own = {word for pair in pairs() if pair.id.startswith(f"{name}-") for word in content(pair.french)}
        for sentence in sentences:
            assert not content(sentence) & own, sentence
    assert not {pair.french for pair in pairs()} & {sentence for some in SIXTY.values() for sentence in some}
