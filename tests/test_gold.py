"""Gold tokens joined into ordinary text, and brought back."""

import json
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attnviz.analysis.alignment import Links
from attnviz.errors import InputError
from attnviz.tasks.subwords import Word, join_words, split_words
from attnviz.tasks.translation.gold import join_english, join_french, owners, read_gold


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("je ne ai jamais dit que il est venu .", "je n'ai jamais dit qu'il est venu."),
        ("monsieur le Orateur , si il se agit de le homme", "monsieur l'Orateur, s'il s'agit de l'homme"),
        ("si elles le ont , ce est à cause de la hausse", "si elles l'ont, c'est à cause de la hausse"),
        ("de Halifax , de heureux hôtes", "de Halifax, d'heureux hôtes"),
        ("de les raisons de le ministre à le peuple , à les députés", "des raisons du ministre au peuple, aux députés"),
        ("à le heure de le État , à le égard de les études", "à l'heure de l'État, à l'égard des études"),
        ("De les résultats", "Des résultats"),
        ("au lieu de les rendre , de les quatre", "au lieu de les rendre, des quatre"),
        ("lui - même , peut - être", "lui-même, peut-être"),
        ("puis - je ajouter , est - ce un , est - ce que il", "puis-je ajouter, est-ce un, est-ce qu'il"),
        ("aujourd' hui , quelque un y va jusque ici", "aujourd'hui, quelqu'un y va jusqu'ici"),
        ("L' aîné eut l' âne , disait -il : \" Va ! \"", "L'aîné eut l'âne, disait-il: \"Va!\""),
        ("le onze , le oui", "le onze, le oui"),
        ("que est - il ( M. Penner ) « sur demande »", 'qu\'est-il (M. Penner) "sur demande"'),
    ],
)
def test_french(tokens: str, text: str) -> None:
    assert join_words(join_french(tokens.split())) == text


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("I do n't know , but he 'll see the Cat 's master .", "I don't know, but he'll see the Cat's master."),
        ("don 't fall ; ten o'clock !", "don't fall; ten o'clock!"),
        ("the cut - backs ( of $ 25,000 )", "the cut-backs (of $25,000)"),
        ('" Well , " said he , " go ! "', '"Well," said he, "go!"'),
        ("this size -- that is — here", "this size -- that is - here"),
    ],
)
def test_english(tokens: str, text: str) -> None:
    assert join_words(join_english(tokens.split())) == text


def test_words_cover_their_tokens() -> None:
    words = join_french(["le", "Orateur", "a", "lu", "de", "les", "livres", "lui", "-", "même", "."])
    assert [word.text for word in words] == ["l'", "Orateur", "a", "lu", "des", "livres", "lui", "-même", "."]
    assert [word.covers for word in words] == [(0,), (1,), (2,), (3,), (4, 5), (6,), (7,), (8, 9), (10,)]
    assert owners(words) == [0, 1, 2, 3, 4, 4, 5, 6, 7, 7, 8]


def test_one_token_stays_one_word() -> None:
    words = join_french(["M.", "Roy", ",", "là-bas", "."])
    assert [word.text for word in words] == ["M.", "Roy", ",", "là-bas", "."]


SOME = "je ne de le les à que ce si ami hausse rendre M. là-bas -il l' aujourd' hui - . , ( ) « » \" $ 25,5 …"
tokens = st.lists(
    st.sampled_from(SOME.split()) | st.text(st.characters(categories=("L", "P", "S", "Cf")), min_size=1, max_size=4),
    max_size=12,
)


@given(tokens)
@example(["▁"])
def test_every_token_lies_in_one_word_and_no_word_is_split_apart(given_tokens: list[str]) -> None:
    for join, language in ((join_french, "fr"), (join_english, "en")):
        words = join(given_tokens)
        if not words:
            continue
        assert [index for word in words for index in word.covers] == list(range(len(given_tokens)))
        assert len(owners(words)) == len(given_tokens)
        # The model's own splitting of the text parts wherever these words part.
        assert set(_ends(words)) <= set(_ends(split_words(join_words(words), language)))


def _ends(words: Sequence[Word]) -> list[int]:
    return list(accumulate(len(word.text.replace(" ", "")) for word in words))


def _write(path: Path, line: object) -> Path:
    path.write_text(json.dumps(line) + "\n", encoding="utf-8")
    return path


GOOD = {"id": "a", "set": "s", "fr": ["le", "chat"], "en": ["the", "cat"], "sure": [[0, 0]], "possible": [[1, 1]]}


def test_read_gold(tmp_path: Path) -> None:
    (pair,) = read_gold(_write(tmp_path / "gold.jsonl", GOOD))
    assert (pair.id, pair.set, pair.french, pair.english) == ("a", "s", ("le", "chat"), ("the", "cat"))
    assert pair.links == Links(frozenset({(0, 0)}), frozenset({(1, 1)}))


@pytest.mark.parametrize("fault", [{"sure": [[2, 0]]}, {"sure": [[0, -1]]}, {"fr": [1]}, {"sure": [[0]]}, {"en": None}])
def test_bad_gold_is_one_sentence(tmp_path: Path, fault: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"^Line 1 of gold\.jsonl .*\.$"):
        list(read_gold(_write(tmp_path / "gold.jsonl", GOOD | fault)))
    with pytest.raises(InputError, match="Line 1"):
        list(read_gold(_write(tmp_path / "gold.jsonl", [])))
