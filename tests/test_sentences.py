"""A French text is cut into sentences where a reader would cut it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.tasks.translation.sentences import split


@pytest.mark.parametrize(
    "sentences",
    [
        ["Le chat dort.", "Il rêve."],
        ["Ça va ?", "Oui !", "Et toi ?"],
        ["Il est tard…", "Rentrons."],
        ["Il est tard...", "Rentrons."],
        ["Bonjour, M. Dupont.", "Voici Mme. Petit et le Dr. Lebrun."],
        ["J. Verne est né en 1828.", "Il a écrit des romans."],
        ["César mourut en 44 av. J.-C. à Rome.", "Auguste lui succéda."],
        ["Cela coûte 3.5 euros.", "C'est peu."],
        ["Voir p. 12 et art. 3.", "Le reste suit."],
        ["C'est de l'art.", "Il le sait."],
        ["Parle avec ton ex.", "Elle est ici."],
        ["J'aime mon prof.", "Il est drôle.", "C’est le prof. Dupont."],
        ["Il mesure 2 m.", "Elle aussi.", "Voici M. Le Goff et Me Dupont.", "Ils parlent."],
        ["On suit le plan B.", "Il marche.", "J. Verne le savait."],
        ["Il vit en 50 av. J.-C.", "Il est au 12, av. Foch."],
        ["Une ville, p. ex. Paris, ou par ex. Lyon.", "Ex. : Nice."],
        ["Voir cf. Mon livre.", "Voir l'ex. 5 et no. 7."],
        ["Le parfum N° 5.", "Il sent bon."],
        ["Des pommes, des poires, etc.", "Le marché est plein."],
        ["« Viens ! »", "Il partit."],
        ['"Viens."', "Il partit."],
        ["Il a dit : « Je pars. »", "« Reste », dit-elle."],
        ["Il rit.", "– Pourquoi ?", "– Pour rien."],
        ["Regarde !", "Élise arrive.", "À demain."],
        ["2 chats dorment.", "3 chiens jouent."],
    ],
)
def test_sentences_of_a_line_are_found(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "text",
    [
        "« Quoi ? » demanda-t-il.",
        "Il hésite... puis il part.",
        "Le site est sur exemple.fr et il marche.",
        "La version 3.5.1 est là",
        "1. Introduction",
        "N° 5. Introduction",
        "un mot",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert split(text) == [text]


def test_each_line_is_a_sentence_of_its_own() -> None:
    assert split("un titre\n\n  Le chat dort. Il rêve.  \r\nfin") == ["un titre", "Le chat dort.", "Il rêve.", "fin"]


def test_marks_without_a_word_stay_with_a_sentence() -> None:
    assert split("Bonjour.\n***\nLe chat dort.") == ["Bonjour. ***", "Le chat dort."]
    assert split("***\nBonjour.") == ["*** Bonjour."]
    assert split("?!\n...") == ["?! ..."]


def test_nothing_has_no_sentences() -> None:
    assert split("") == split(" \n\t\n ") == []


@given(st.text(st.sampled_from("abÉ1 .!?…«»\"'’-(\n"), max_size=60))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    sentences = split(text)
    assert "".join("".join(sentences).split()) == "".join(text.split())
    assert all(sentence == sentence.strip() != "" for sentence in sentences)
    assert all(any(c.isalnum() for c in sentence) for sentence in sentences) or len(sentences) == 1
