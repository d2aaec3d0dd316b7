"""How translations and maps are scored: known answers."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from attnviz.attention import ATTENTION, AttentionMap
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.reading import Pieces, Provenance, Reading
from attnviz.tasks.subwords import Word
from attnviz.tasks.translation.corpus import Pair
from attnviz.tasks.translation.scores import bins_of, chance, evaluate, paired_bootstrap, translation_scores
from tests.small import SENTENCES, small_reader

BY_LENGTH = bins_of(Path("test_europarl_bylength.tsv.xz"))
OF_TEN = bins_of(Path("test_newstest2014.tsv.xz"))


def pair(words: int, english: str = "one two three four five") -> Pair:
    return Pair("1", " ".join(["mot"] * words), english)


def test_each_pair_is_in_the_bin_of_its_length() -> None:
    pairs = [pair(words) for words in (4, 10, 11, 30, 31, 80)]
    found = translation_scores([one.english for one in pairs], pairs, BY_LENGTH)["by_length"]
    assert {label: figures["n"] for label, figures in found.items()} == {
        "4-10": 2,
        "11-20": 1,
        "21-30": 1,
        "31-40": 1,
        "61-80": 1,
        "more than 30": 2,
    }


def test_other_files_have_bins_of_ten_and_an_open_end() -> None:
    pairs = [pair(words) for words in (1, 10, 51, 200)]
    found = translation_scores([one.english for one in pairs], pairs, OF_TEN)["by_length"]
    assert {label: figures["n"] for label, figures in found.items()} == {
        "1-10": 2,
        "51 and more": 2,
        "more than 30": 2,
    }


def test_a_pair_outside_every_bin_counts_in_the_whole() -> None:
    pairs = [pair(3), pair(5)]
    scores = translation_scores(["nothing of the kind here", pairs[1].english], pairs, BY_LENGTH)
    assert scores["by_length"]["4-10"] == {"n": 1, "bleu": 100.0, "chrf": 100.0, "loops": 0.0}
    assert scores["bleu"] < 100


def test_chance_is_what_the_references_of_other_sentences_get() -> None:
    assert chance(["a b c d e", "v w x y z"]) == 0.0  # each gets the other one
    assert chance(["a b c d e"] * 3) == pytest.approx(100)
    assert chance(["a b c d e f", "a b c d e g"]) == pytest.approx(100 * (5 / 6 * 4 / 5 * 3 / 4 * 2 / 3) ** (1 / 4))


def test_the_share_of_outputs_that_loop_is_counted() -> None:
    pairs = [pair(5), pair(6), pair(7), pair(15)]
    outputs = ["so it is so it is so it is so", *["a b c d e"] * 3]
    scores = translation_scores(outputs, pairs, BY_LENGTH)
    assert (scores["loops"], scores["by_length"]["11-20"]["loops"]) == (0.25, 0.0)
    assert scores["by_length"]["4-10"]["loops"] == pytest.approx(1 / 3, abs=1e-4)


def test_bleu_of_a_short_output_is_its_brevity_penalty() -> None:
    """Five of the reference's ten words, in order: every n-gram is right, so BLEU is exp(1 - 10 / 5)."""
    reference = "a b c d e f g h i j"
    scores = translation_scores(["a b c d e"], [pair(5, reference)], OF_TEN)
    assert scores["bleu"] == pytest.approx(100 * math.exp(-1), abs=0.005)


def test_case_counts() -> None:
    assert translation_scores(["A B C D E"], [pair(5, "a b c d e")], OF_TEN)["bleu"] < 50


def test_the_better_of_two_wins_every_drawing() -> None:
    references = [english for _, english in SENTENCES]
    worse = ["nothing of the kind is here." for _ in references]
    assert paired_bootstrap(references, worse, references)["share_of_wins"] == 1.0
    assert paired_bootstrap(worse, references, references)["share_of_wins"] == 0.0
    assert paired_bootstrap(worse, references, references)["bleu"] == 100.0
    assert paired_bootstrap(worse, worse, references)["share_of_wins"] == 0.5


class Diagonal:
    """A reader whose output word i looks at source word i alone; the last words look at the end mark."""

    variant = "diagonal"

    def read(self, source: Sequence[str | Word], *, target: Sequence[str | Word]) -> Reading:
        axes = [Words.whole([one if isinstance(one, str) else one.text for one in text]) for text in (target, source)]
        weights = np.eye(len(axes[0]), len(axes[1]), dtype=np.float32)
        map = AttentionMap(ATTENTION, axes[0], axes[1], weights, 1 - weights.sum(axis=1))
        nothing = Pieces("", (), ())
        return Reading("translation", "diagonal", (), nothing, 0.0, (map,), (), Provenance("", {}, 0.0, ""))


GOLD = [
    {
        "id": "1",
        "set": "made",
        "fr": ["je", "ne", "ai", "faim"],
        "en": ["I", "hunger", "not", "now"],
        "sure": [[0, 0], [3, 1]],
        "possible": [[2, 2]],
    },
    {"id": "2", "set": "other", "fr": ["oui"], "en": ["yes"], "sure": [[0, 0]], "possible": []},
]


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "align_gold.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in GOLD))
    return path


def test_alignment_by_hand(gold: Path) -> None:
    """As given the links are 0-0 (sure), 1-1, 2-2 (possible), 3-3; joined (je n' ai faim) they are the same.

    Of A = 4 links one is in S (2 links) and two in P: AER = 1 - (1 + 2) / (4 + 2). Of the three words that have gold,
    two look at it.
    """
    n, scores = evaluate(Diagonal(), gold)  # type: ignore[arg-type]
    made = scores["made"]
    assert n == 2
    assert made["n"] == 1
    for figures in (made, made["as_given"], made["diagonal"]):
        assert figures["aer"] == 0.5
        assert figures["argmax_hit"] == figures["mass"] == figures["match"] == pytest.approx(2 / 3, abs=1e-4)
        assert (figures["precision"], figures["recall"]) == (0.5, 0.5)
    assert scores["other"]["aer"] == 0.0


def test_joined_tokens_share_a_column(tmp_path: Path) -> None:
    """`de les` is read as `des`: the second English word looks at `des`, so it is linked to both of its tokens."""
    path = tmp_path / "gold.jsonl"
    one = {"id": "1", "set": "made", "fr": ["à", "propos", "de", "les", "chats"], "en": ["about", "now", "the", "cats"]}
    path.write_text(json.dumps({**one, "sure": [[2, 2], [3, 2], [4, 3]], "possible": []}))
    _, scores = evaluate(Diagonal(), path)  # type: ignore[arg-type]
    # Joined: à-about, propos-now, de-the, les-the, chats-cats, of which three are sure: 1 - 6 / 8.
    assert scores["made"]["aer"] == 0.25
    # As given: à-about, propos-now, de-the, les-cats, of which one is sure: 1 - 2 / 7.
    assert scores["made"]["as_given"]["aer"] == pytest.approx(5 / 7, abs=1e-4)


def test_a_variant_without_attention_has_no_figures_but_a_reason(tmp_path: Path, gold: Path) -> None:
    scores = evaluate(small_reader(tmp_path, "none"), gold)[1]
    assert scores["made"]["aer"] is scores["made"]["as_given"]["aer"] is None
    assert "no attention" in scores["made"]["reason"]
    assert scores["made"]["diagonal"]["aer"] == 0.5


def test_a_real_reader_is_scored_on_gold(tmp_path: Path, gold: Path) -> None:
    _, scores = evaluate(small_reader(tmp_path, "additive"), gold)
    assert 0 <= scores["made"]["aer"] <= 1
    assert 0 < scores["made"]["mass"] < 1


def test_translations_stay_with_their_references(tmp_path: Path) -> None:
    """Sentences are translated by length, but scored in the file's order: each output is one's own translation."""
    reader = small_reader(tmp_path, "additive")
    path = tmp_path / "pairs.tsv"
    own = [answer.text for answer in reader.outputs([french for french, _ in SENTENCES])]
    path.write_text("".join(f"{i}\t{f}\t{e}\n" for i, ((f, _), e) in enumerate(zip(SENTENCES, own, strict=True))))
    n, scores = evaluate(reader, path)
    assert (n, scores["bleu"]) == (len(SENTENCES), 100.0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pairs.tsv", b"only one column\n"),
        ("pairs.tsv", b""),
        ("pairs.tsv", b"\xff\xfe\t\t"),
        ("pairs.tsv.xz", b"no archive"),
        ("gold.jsonl", b'{"id": 1}\n'),
        ("gold.jsonl.xz", b""),
        ("notes.txt", b"text"),
    ],
)
def test_a_file_of_another_form_is_refused_in_one_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    reader: Any = Diagonal()
    with pytest.raises(InputError, match=path.name):
        evaluate(reader, path)


def test_gold_has_no_bleu_to_compare(tmp_path: Path, gold: Path) -> None:
    reader: Any = Diagonal()
    with pytest.raises(InputError, match="BLEU"):
        evaluate(reader, gold, against=reader)
