"""Text to words to subwords and back: nothing that a person typed is lost on the way."""

import lzma
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from attnviz.tasks.subwords import (
    JOIN,
    START,
    RandomCuts,
    Word,
    bare,
    decode,
    encode,
    join_words,
    mark,
    normalise,
    split_words,
    train_tokenizer,
    unmark,
)
from attnviz.tasks.translation.corpus import read_pairs
from attnviz.tasks.translation.model import BEGIN, END, PAD, UNKNOWN
from tests.small import SENTENCES, small_tokenizer

FRENCH = [
    "Le chat dort.",
    "L'avenir, c'est toi.",
    "L’avenir, c’est toi.",
    "Aujourd'hui, O'Brien n'est pas là !",
    "Avez-vous vu l'arc-en-ciel ? Dis-le-moi !",
    "Qu'est-ce qu'il y a ? Jusqu'ici, lorsqu'elle chante, quelqu'un pleure.",
    "« Où ça ? » demanda-t-il – à Noël…",
    "Il a 3 400,50 € et 12:30 n'est pas 1.000.000.",
    "50 % de réduction (ou plus) ; etc.",
    "C'EST L'ÉTÉ À L'ÎLE-DE-FRANCE",
    "Un cœur, un œuf, ÇA ALORS, naïve, aïeul, où",
    "Bravo 👍🏽 ! 🎉🎉 très bien 😀.",
    "''Quoi''... --non-- '' -",
    "rendez-vous@exemple.fr et https://exemple.fr/a-b?c=d",
    "l' avenir , l'1, d'8 heures",
    "(l'un) [l'autre] {d'eux} \"l'été\" 'l'hiver'",
]
ENGLISH = [
    "I don't know; it's John's.",
    "O'Brien isn't here, y'all'd've seen him.",
    'He said: "Let\'s go!"',
    "The boys' dog, the 1990s, rock 'n' roll, 'tis",
    "A well-known state-of-the-art $5.00 #hashtag @name 50%.",
    "Wait... what?! (Yes.) [No.] and/or — maybe – no",
    "Naïve café, Señor Ñandú",
]
TEXTS = [*(("fr", text) for text in FRENCH), *(("en", text) for text in ENGLISH)]


def labels(text: str, language: str = "fr") -> list[str]:
    return [word.text for word in split_words(normalise(text), language)]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_ordinary_text_comes_back_from_its_words_and_their_marks(language: str, text: str) -> None:
    words = split_words(normalise(text), language)
    marked = mark(words)
    assert all(one.startswith(START) for one in marked)
    back = unmark(one.removeprefix(START) for one in marked)
    assert back == words
    assert join_words(back) == normalise(text)


LETTERS = st.text(st.sampled_from("aeLlDdquàéÉœ'’-–.,:;!?…«»\"()[]$€%/@#_0123 \u00a0\u202f\u00ad\n\t▁￭👍\u200d\u0301"))


@given(LETTERS | st.text(), st.sampled_from(["fr", "en"]))
@example("e\u00ad\u0301", "fr")
@example("\ud800'", "fr")
def test_any_text_comes_back(text: str, language: str) -> None:
    clean = normalise(text)
    words = split_words(clean, language)
    assert join_words(words) == clean
    assert normalise(clean) == clean
    assert all(word.text and not any(c.isspace() for c in word.text) for word in words)
    assert unmark(one.removeprefix(START) for one in mark(words)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L'avenir, c'est toi.", ["L'", "avenir", ",", "c'", "est", "toi", "."]),
        ("Qu'il s'en aille jusqu'au bout", ["Qu'", "il", "s'", "en", "aille", "jusqu'", "au", "bout"]),
        ("Aujourd'hui O'Brien dort", ["Aujourd'hui", "O'Brien", "dort"]),
        ("Pouvez-vous venir ?", ["Pouvez", "-vous", "venir", "?"]),
        ("« Oui… »", ['"', "Oui", "...", '"']),
        ("3,50 € à 12:30.", ["3,50", "€", "à", "12:30", "."]),
        ("L’été", ["L'", "été"]),
        ("anti\u00adconsti\u00adtution", ["anticonstitution"]),
        ("👨\u200d👩\u200d👧 dort", ["👨", "👩", "👧", "dort"]),
        ("\u202ele\u202c ❤\ufe0f \u200e", ["le", "❤"]),
    ],
)
def test_french_words(text: str, words: list[str]) -> None:
    assert labels(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I don't know John's dog.", ["I", "don't", "know", "John's", "dog", "."]),
        ("D'Artagnan", ["D'Artagnan"]),
        ("well-known", ["well", "-known"]),
        ('"Stop!"', ['"', "Stop", "!", '"']),
    ],
)
def test_english_words(text: str, words: list[str]) -> None:
    assert labels(text, "en") == words


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("l’été", "l'été"),
        ("«\u00a0Oui\u202f!\u00a0»", '" Oui ! "'),
        ("“a” ‘b’ „c”", '"a" \'b\' "c"'),
        ("a – b — c", "a - b - c"),
        ("oui…", "oui..."),
        ("e\u0301te\u0301", "été"),
        ("un\tdeux\r\n trois \x00\x1b[0m", "un deux trois [0m"),
        ("anti\u00adcons\u200btitu\ufeff", "anticonstitu"),
        ("l\u200d'e\u00ad\u0301te\u0301\u202e", "l'été"),
        (f"a{START}b{JOIN}c", "a b c"),
        ("  ", ""),
    ],
)
def test_text_is_cleaned_as_the_training_data_were(typed: str, clean: str) -> None:
    assert normalise(typed) == clean


def test_words_remember_whether_space_stood_before_them() -> None:
    assert split_words("l'eau (bleue).", "fr") == [
        Word("l'"),
        Word("eau", False),
        Word("(", True),
        Word("bleue", False),
        Word(")", False),
        Word(".", False),
    ]


def test_an_ordinary_word_looks_the_same_wherever_it_stands() -> None:
    alone, inside = mark(split_words("eau", "fr")), mark(split_words("l'eau, (eau) eau.", "fr"))
    assert [one for one in inside if "eau" in one] == alone * 3


@pytest.mark.parametrize(("language", "text"), [pair for s in SENTENCES for pair in zip(("fr", "en"), s, strict=True)])
def test_known_text_is_encoded_without_loss_and_decoded_again(language: str, text: str) -> None:
    tokenizer = small_tokenizer()
    words = split_words(normalise(text), language)
    encoded = encode(tokenizer, words)
    assert UNKNOWN not in encoded.ids
    back, groups = decode([str(tokenizer.id_to_token(token)) for token in encoded.ids])
    assert back == words
    assert join_words(back) == normalise(text)
    assert groups == encoded.groups == sorted(groups)
    assert set(groups) == set(range(len(words)))
    for number, word in enumerate(words):
        units = [unit for unit, group in zip(encoded.units, groups, strict=True) if group == number]
        # a subword that is nothing but a mark shows as START
        assert "".join(units).replace(START, "") == word.text


NUMBERS = [
    ("fr", "Mon numéro est le 06 12 34 56 78, à 14h30."),
    ("fr", "Il est né en 1998, le 12.11."),
    ("en", "My number is 0612345678."),
]


@pytest.mark.parametrize(("language", "text"), NUMBERS)
def test_each_digit_may_be_a_subword_of_its_own(language: str, text: str) -> None:
    tokenizer = train_tokenizer([*NUMBERS, *NUMBERS], 200, single_digits=True)
    words = split_words(normalise(text), language)
    tokens = [str(tokenizer.id_to_token(i)) for i in encode(tokenizer, words).ids]
    assert all(token.isdecimal() is False or len(token) == 1 for token in tokens)
    assert sum(token.isdecimal() for token in tokens) == sum(c.isdecimal() for c in text)
    assert all(len(token) == 1 for token in tokenizer.get_vocab() if any(c.isdecimal() for c in token))
    back, groups = decode(tokens)
    assert (back, groups) == (words, encode(tokenizer, words).groups)
    assert Tokenizer.from_str(tokenizer.to_str()).encode("1998").tokens == tokenizer.encode("1998").tokens


@pytest.mark.parametrize("single_digits", [False, True])
def test_cuts_by_chance_without_any_chance_are_the_usual_ones(single_digits: bool) -> None:
    texts = [*NUMBERS, *(("fr", text) for text in FRENCH)] * 3
    tokenizer = train_tokenizer(texts, 300, in_bytes=False, single_digits=single_digits)
    cuts = RandomCuts(tokenizer, 0.0, 1)
    for language, text in texts:
        words = split_words(normalise(text), language)
        assert cuts.encode(words) == encode(tokenizer, words).ids


def test_cuts_by_chance_are_finer_keep_the_text_and_come_again_with_their_seed() -> None:
    texts = [(language, text) for language, text in TEXTS[:6]] * 3
    tokenizer = train_tokenizer(texts, 300)
    sentences = [split_words(normalise(text), language) for language, text in texts]

    def cut(share: float, seed: int = 1) -> list[list[int]]:
        cuts = RandomCuts(tokenizer, share, seed)
        return [cuts.encode(words) for words in sentences]

    often, seldom, never = (cut(share) for share in (0.5, 0.1, 0))
    lengths = [sum(map(len, cut)) for cut in (often, seldom, never)]
    assert lengths[0] > lengths[1] > lengths[2]
    for words, ids in zip(sentences, often, strict=True):
        assert decode([str(tokenizer.id_to_token(i)) for i in ids])[0] == words
    assert cut(0.5) == often != cut(0.5, seed=2)
    assert all(len(str(tokenizer.id_to_token(i))) == 1 for i in cut(1.0)[0])


def test_a_capital_ligature_is_read_as_a_small_one() -> None:
    large, small = (encode(small_tokenizer(), split_words(text, "fr")) for text in ("Œuvre", "œuvre"))
    assert large == small


@pytest.mark.parametrize("text", ["Un 猫 dort.", "日本", "le chat👍🏽 dort", "ﷺ oui", "a\u0378b", "🎉🎉", "ÆØ"])
def test_unknown_characters_are_one_token_but_keep_what_was_typed(text: str) -> None:
    words = split_words(normalise(text), "fr")
    encoded = encode(small_tokenizer(), words)
    assert UNKNOWN in encoded.ids
    assert len(encoded.ids) == len(encoded.groups) == len(encoded.units)
    for number, word in enumerate(words):
        units = [unit for unit, group in zip(encoded.units, encoded.groups, strict=True) if group == number]
        assert "".join(units).replace(START, "") == word.text


@given(LETTERS | st.text())
def test_every_word_gets_its_units_whatever_it_is_made_of(text: str) -> None:
    words = split_words(normalise(text), "fr")
    encoded = encode(small_tokenizer(), words)
    assert set(encoded.groups) == set(range(len(words)))
    assert not {PAD, BEGIN, END} & set(encoded.ids)


@pytest.mark.parametrize("text", ["<s> </s> <pad> <unk>", "</s>"])
def test_marks_of_the_vocabulary_cannot_be_typed(text: str) -> None:
    encoded = encode(small_tokenizer(), split_words(normalise(text), "fr"))
    assert not {PAD, BEGIN, END} & set(encoded.ids)


def test_the_vocabulary_begins_with_the_marks_that_the_model_counts_on() -> None:
    tokenizer = small_tokenizer()
    assert [tokenizer.token_to_id(token) for token in ("<pad>", "<unk>", "<s>", "</s>")] == [PAD, UNKNOWN, BEGIN, END]


def test_a_unit_shows_without_its_marks_but_never_as_nothing() -> None:
    assert [bare("▁chat"), bare("￭,"), bare("▁￭"), bare("s"), bare("<0xE5>")] == ["chat", ",", START, "s", "�"]


def test_any_sequence_of_subwords_can_be_decoded() -> None:
    assert decode([]) == ([], [])
    words, groups = decode(["s", "▁￭", "▁Le", "▁￭", ",", "▁("])
    assert groups == [0, 1, 2, 3, 3, 4]
    assert join_words(words) == "sLe, ("


@pytest.mark.parametrize("packed", [True, False])
def test_pairs_are_read_packed_and_plain(tmp_path: Path, packed: bool) -> None:
    content = "a.1\tLe chat.\tThe cat.\na.2\tÇa va ?\tHow are you?\n".encode()
    path = tmp_path / ("pairs.tsv.xz" if packed else "pairs.tsv")
    path.write_bytes(lzma.compress(content) if packed else content)
    pairs = [(pair.id, pair.french, pair.english) for pair in read_pairs(path)]
    assert pairs == [("a.1", "Le chat.", "The cat."), ("a.2", "Ça va ?", "How are you?")]
