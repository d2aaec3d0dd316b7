"""Splitting texts into words, and reading pairs in every form that they come in."""

import json
import lzma
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnviz.errors import InputError
from attnviz.tasks.entailment.corpus import Pair, read_pairs, read_relations, recut, split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("A man's dog doesn't bark.", "A man 's dog does n't bark ."),
        ("He CAN'T, she won't; they’ve", "He CA N'T , she wo n't ; they 've"),
        ("a black-and-white T-shirt", "a black - and - white T - shirt"),
        ("At 3:45 p.m. the U.S. had 1,000.5 of 20", "At 3:45 p.m. the U.S. had 1,000.5 of 20"),
        ("Wait... what?!", "Wait ... what ? !"),
        ("“So”, ``she'' said — ‘no’", '" So " , " she " said - \' no \''),
        ("<b>dog</b> & cat", "< b > dog < / b > & cat"),
        ("snake_case 5th", "snake _ case 5th"),
        ("une élève 犬が走る 😀", "une élève 犬が走る 😀"),
        ("  tabs\tand\nlines\x00here ", "tabs and lines here"),
        ("", ""),
        ("dog\u200bcat \ufeffsoft\u00adly", "dogcat softly"),
        ("Cafe\u0301 …", "Café ..."),
        ("well‑known «dog»", 'well - known " dog "'),
        ("I \u2764\ufe0f dogs", "I \u2764 dogs"),
    ],
)
def test_texts_are_split_as_the_corpora_were(text: str, words: str) -> None:
    assert split_words(text) == words.split()


@given(st.text())
def test_no_letter_is_lost_and_no_word_is_empty(text: str) -> None:
    words = split_words(text)
    assert all(word and not word.isspace() for word in words)
    composed = unicodedata.normalize("NFC", text)
    assert [c for c in "".join(words) if c.isalnum()] == [c for c in composed if c.isalnum()]


def test_words_split_by_others_are_split_on_and_remember_whose_they_are() -> None:
    assert recut(["rock-charged", "Mr.", "can't"]) == (
        ["rock", "-", "charged", "Mr", ".", "ca", "n't"],
        [0, 0, 0, 1, 1, 2, 2],
    )
    assert recut(["a", "\x00"]) == (["a", "\x00"], [0, 1])


def test_the_corpora_split_again_are_the_same(shared: Path) -> None:
    pairs = list(read_pairs(shared / "data/entailment/snli_dev.tsv.xz"))
    assert len(pairs) == 9842
    texts = [text for pair in pairs for text in (pair.premise, pair.hypothesis)]
    same = sum(split_words(" ".join(words)) == list(words) for words in texts)
    assert same / len(texts) > 0.999


PUBLISHED = [
    {"gold_label": "neutral", "sentence1": "A man's dog.", "sentence2": "It isn't small.", "pairID": "1.jpg#0r1n"},
    {"gold_label": "-", "sentence1": "A dog.", "sentence2": "A cat.", "pairID": "2"},
    {"gold_label": "entailment", "sentence1": "Two dogs run.", "sentence2": "Dogs run", "pairID": "3"},
]
SPLIT = [
    Pair("1.jpg#0r1n", ("A", "man", "'s", "dog", "."), ("It", "is", "n't", "small", "."), "neutral"),
    Pair("3", ("Two", "dogs", "run", "."), ("Dogs", "run"), "entailment"),
]


def test_snli_as_published_is_read_without_the_pairs_nobody_agreed_on(tmp_path: Path) -> None:
    (tmp_path / "snli_1.0_dev.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in PUBLISHED))
    assert list(read_pairs(tmp_path / "snli_1.0_dev.jsonl")) == SPLIT
    names = ["gold_label", "sentence1_parse", "sentence1", "sentence2", "pairID", "label1"]
    lines = ["\t".join(names)] + ["\t".join(row.get(name, "( x )") for name in names) for row in PUBLISHED]
    (tmp_path / "snli_1.0_dev.txt").write_text("".join(f"{line}\n" for line in lines))
    assert list(read_pairs(tmp_path / "snli_1.0_dev.txt")) == SPLIT


def test_prepared_pairs_keep_their_words_source_and_split(tmp_path: Path) -> None:
    text = (
        "id\tpremise\thypothesis\tlabel\tsource\tsplit\ns-1\tA U.S. man 's hat .\tA \" hat\tcontradiction\tcat\tdev\n"
    )
    wanted = [Pair("s-1", ("A", "U.S.", "man", "'s", "hat", "."), ("A", '"', "hat"), "contradiction", "cat", "dev")]
    (tmp_path / "some.tsv").write_text(text)
    (tmp_path / "some.tsv.xz").write_bytes(lzma.compress(text.encode()))
    assert list(read_pairs(tmp_path / "some.tsv")) == list(read_pairs(tmp_path / "some.tsv.xz")) == wanted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tsv", "id\tpremise\thypothesis\tlabel\n1\tA dog .\tA cat .\tneutral\n2\tA dog .\n"),
        ("a.tsv", "id\tpremise\thypothesis\tlabel\n1\tA dog .\tA cat .\tneutral\n2\tA dog .\tA cat .\tmaybe\n"),
        ("a.jsonl", f"{json.dumps(PUBLISHED[0])}\nnot json\n"),
        ("a.jsonl", f"{json.dumps(PUBLISHED[0])}\n[1, 2]\n"),
    ],
)
def test_a_line_that_is_no_pair_is_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    pairs = read_pairs(tmp_path / name)
    assert next(pairs).label == "neutral"
    with pytest.raises(InputError, match=rf"Line {2 + name.endswith('.tsv')} of {name} is no pair"):
        next(pairs)


def test_synonyms_entail_and_antonyms_contradict(tmp_path: Path) -> None:
    (tmp_path / "relations.tsv").write_text(
        "word1\tword2\trelation\tsource\nbig\tlarge\tsynonym\tx\nhot\tcold\tantonym\tx\n"
    )
    found = [(one.premise, one.hypothesis, one.label) for one in read_relations(tmp_path / "relations.tsv")]
    assert found == [(("big",), ("large",), "entailment"), (("hot",), ("cold",), "contradiction")]
