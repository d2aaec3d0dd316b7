"""IBM model 1: by hand on a few pairs, and as a baseline only where there is something to learn from."""

import json
from pathlib import Path

import numpy as np
import pytest

from attnviz.tasks.translation import aligner
from attnviz.tasks.translation.aligner import Aligner
from attnviz.tasks.translation.scores import evaluate
from tests.test_scores import Diagonal

# Koehn 2010, section 4.2: "the" is in two pairs, so what is left of each explains the other word.
PAIRS = [("la maison", "the house"), ("le livre", "the book"), ("un livre", "a book")]


def learned(rounds: int) -> Aligner:
    return Aligner([(french.split(), english.split()) for french, english in PAIRS], rounds)


def test_one_round_by_hand() -> None:
    """At first every word of a pair gets a third from each of its two French words and from none. Of what `livre` gives
    in all, 4/3, `book` has 2/3, `the` and `a` have 1/3 each."""
    weights, rest = learned(1).map(["book"], ["un", "livre"])
    book = {"un": 1 / 2, "livre": 1 / 2, "none": (2 / 3) / 2}
    assert weights[0] == pytest.approx(np.array([book["un"], book["livre"]]) / sum(book.values()))
    assert rest[0] == pytest.approx(book["none"] / sum(book.values()))


def test_words_that_come_together_find_each_other() -> None:
    weights, rest = learned(20).map(["A", "Book"], ["Un", "livre"])
    assert weights.argmax(axis=1).tolist() == [0, 1]
    assert np.allclose(weights.sum(axis=1) + rest, 1)


def test_a_word_that_was_never_seen_has_no_weight() -> None:
    weights, rest = learned(3).map(["cat", "book"], ["chat", "livre"])
    assert not weights[0].any() and rest[0] == 0
    assert weights[1, 0] == 0 and weights[1, 1] > 0
    assert learned(1).map([], ["livre"])[0].shape == (0, 1)


def test_it_stands_beside_a_map_only_where_training_corpora_lie_beside_the_file(tmp_path: Path) -> None:
    """A set is called as one whose figures are known from elsewhere: they are not taken for those of this file."""
    path = tmp_path / "align_gold.jsonl"
    row = {"id": "1", "set": "hansards", "fr": ["un", "livre"], "en": ["book", "a"], "possible": []}
    path.write_text(json.dumps({**row, "sure": [[1, 0], [0, 1]]}))
    assert aligner.beside(path) is None
    assert "ibm1" not in evaluate(Diagonal(), path)[1]["hansards"]  # type: ignore[arg-type]
    lines = [f"{i}\t{french}\t{english}" for i in range(9) for french, english in PAIRS for _ in range(aligner.EVERY)]
    (tmp_path / "train_made.tsv").write_text("\n".join(lines) + "\n")
    made = evaluate(Diagonal(), path)[1]["hansards"]  # type: ignore[arg-type]
    assert (made["aer"], made["ibm1"]["aer"]) == (1.0, 0.0)
