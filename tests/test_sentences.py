"""A text is cut into sentences where a reader would cut it. It is a French one where nothing else is said."""

import textwrap
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.analysis import sentences as cut
from attnviz.analysis.sentences import ENGLISH, FRENCH

split = partial(cut.split, language=FRENCH)


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


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("un titre\n\n  Le chat dort. Il rêve.  \r\n \r\nfin", ["un titre", "Le chat dort.", "Il rêve.", "fin"]),
        ("Les animaux\nLe chat dort. Il rêve.", ["Les animaux", "Le chat dort.", "Il rêve."]),
        (
            "Un homme joue de la guitare dans la rue\nUne femme danse",
            ["Un homme joue de la guitare dans la rue", "Une femme danse"],
        ),
        ("Pommes\nPoires\nPrunes", ["Pommes", "Poires", "Prunes"]),
        ("Le chat dort.\rLe chien mange.\rIl pleut.\r", ["Le chat dort.", "Le chien mange.", "Il pleut."]),
        (
            "LA RÉUNION EST REPORTÉE À DEMAIN.\nDÉFENSE DE FUMER\nLE CHAT DORT SUR LA CHAISE.",
            ["LA RÉUNION EST REPORTÉE À DEMAIN.", "DÉFENSE DE FUMER", "LE CHAT DORT SUR LA CHAISE."],
        ),
        (
            "- des pommes\n- des poires\n1. sortir\n2) rentrer",
            ["- des pommes", "- des poires", "1. sortir", "2) rentrer"],
        ),
    ],
)
def test_a_line_that_stands_for_itself_is_a_sentence(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Mon voisin habite ici depuis\ntrente ans. Il est\ncontent.",
            ["Mon voisin habite ici depuis trente ans.", "Il est content."],
        ),
        ("Il achète des pommes,\nPaul des poires.", ["Il achète des pommes, Paul des poires."]),
        ("Il a dit\n« oui » et il\n(enfin) est parti.", ["Il a dit « oui » et il (enfin) est parti."]),
    ],
)
def test_a_line_goes_on_in_the_next_one(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


PARAGRAPHS = [
    "Mon voisin M. Dupont habite dans cette rue depuis trente ans. Il a acheté sa maison avec Marie en 1995, quand les "
    "prix étaient bas. « Nous étions jeunes », dit Marie. Paris leur manque parfois.",
    "Leur fils Paul est parti vivre à Lyon. Il y travaille pour la société Martin et revient chaque été, avec Anne, "
    "Léa et le chien Oscar.",
]


@pytest.mark.parametrize("width", [40, 50, 60, 72, 80])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_wrapped_text_has_the_sentences_of_the_text(width: int, line_end: str) -> None:
    wrapped = "\n\n".join(textwrap.fill(text, width, break_on_hyphens=False) for text in PARAGRAPHS)
    sentences = [sentence for text in PARAGRAPHS for sentence in split(text)]
    assert len(sentences) == 6
    assert split(wrapped.replace("\n", line_end)) == sentences


def test_abbreviations_before_an_opening_mark_end_nothing() -> None:
    for text in (
        "La société Dupont Inc. (« DI »), dont le siège est à Lyon, a fermé.",
        "N.B. Il faut signer.",
        "P.-S. Elle est là.",
    ):
        assert split(text) == [text]
    assert split("Il dirige Dupont Inc. Elle dirige la Cie. Martin.") == [
        "Il dirige Dupont Inc.",
        "Elle dirige la Cie. Martin.",
    ]


@pytest.mark.parametrize(
    "sentences",
    [
        ["The dog sleeps.", "It dreams."],
        ["Mr. Smith met Dr. Jones in St. Albans.", "They talked."],
        ["The U.S. Navy left.", "In the U.S.", "He stayed."],
        ["J. K. Rowling wrote it.", "No. 10 is closed."],
        ["It fell by 3.5 per cent on Jan. 4.", "Police closed the road at 5 p.m.", "It is open."],
        ["It was “over.”", "She left."],
        ["He works for Acme Inc.", "He is 40."],
    ],
)
def test_an_english_text_has_abbreviations_of_its_own(sentences: list[str]) -> None:
    assert cut.split(" ".join(sentences), ENGLISH) == sentences


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
