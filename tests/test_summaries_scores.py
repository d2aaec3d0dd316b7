"""The figures of summaries: ROUGE beside leads, repetition, novelty, the copy check and the gate's calibration."""

import json
from pathlib import Path

import numpy as np
import pytest

from attnviz import bundles
from attnviz.attention import COPY, WAYS, AttentionMap
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.reading import Hypothesis, Pieces
from attnviz.tasks.base import Evidence
from attnviz.tasks.summaries.about import TASK
from attnviz.tasks.summaries.card import write_card
from attnviz.tasks.summaries.corpus import read_pairs
from attnviz.tasks.summaries.evidence import LEAD, evidence
from attnviz.tasks.summaries.reader import load
from attnviz.tasks.summaries.rouge import first, first_bytes, leads, paired_bootstrap, prefix, rouge
from attnviz.tasks.summaries.scores import (
    copy_check,
    evaluate,
    gate,
    novelty,
    repetition,
)
from tests.small_summaries import small_corpus, small_root


def hypothesis(text: str, words: list[str], rows: list[list[float]], copied: list[float] | None = None) -> Hypothesis:
    labels = tuple(text.split())
    weights, rest = np.array(rows, dtype=np.float32), np.zeros(len(labels), dtype=np.float32)
    maps = [AttentionMap("attention", Words.whole(labels), Words.whole(words), weights, rest)]
    if copied is not None:
        shares = np.array([[1 - share, share] for share in copied], dtype=np.float32)
        maps.append(AttentionMap(COPY, Words.whole(labels), WAYS, shares, rest))
    return Hypothesis(Pieces(text, labels, tuple((label,) for label in labels)), 0.0, tuple(maps))


TEXT = ["The", "fire", "in", "Lund", "was", "out"]
WRITTEN = hypothesis(
    "Fire in Oslo ,",
    TEXT,
    [[0, 0.9, 0, 0, 0, 0.1], [0, 0.6, 0.4, 0, 0, 0], [1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]],
    [0.9, 0.2, 0.7, 0.9],
)


def test_rouge_of_a_known_pair() -> None:
    """Four of five words agree, two of four pairs, and four words in order."""
    figures = rouge(["police kill the gunman today"], ["police kill the masked gunman"])
    assert figures["rouge-1-f"][0] == pytest.approx(80)
    assert figures["rouge-2-f"][0] == pytest.approx(50)
    assert figures["rouge-l-f"][0] == pytest.approx(80)
    assert figures["rouge-1-recall75"][0] == pytest.approx(80)


def test_recall_counts_the_first_bytes_alone() -> None:
    long = "a" * 74 + " police"
    figures = rouge([long], ["police"])
    assert figures["rouge-1-recall75"][0] == 0 < figures["rouge-1-f"][0]
    assert first_bytes("é" * 40) == "é" * 37


def test_leads_are_first_words() -> None:
    words = [f"word{i:02d}" for i in range(20)]  # 6 bytes each, 7 with the space
    assert prefix(" ".join(words)).split() == words[:10]
    assert first(" ".join(words)).split() == words[:12]
    assert prefix("x" * 80) == "" and prefix("short") == "short"


def test_repetition_and_novelty_by_hand() -> None:
    assert repetition(["a b a b", "c d"]) == pytest.approx(1 / 4, abs=1e-4)
    assert novelty(["Fire, in Oslo"], ["The fire was in Lund."]) == pytest.approx(1 / 3, abs=1e-4)
    assert repetition(["one"]) == 0


def test_the_copy_check_asks_of_words_that_the_text_has() -> None:
    """“Fire” looks at “fire”, “in” at “fire”; “Oslo” and the comma are not asked of. The map before “in” is that of
    “Fire”, the map after “Fire” that of “in”."""
    assert copy_check([WRITTEN]) == {
        "n": 2,
        "same": 0.5,
        "previous": 0.0,
        "next": 0.5,
        "chance": pytest.approx(1 / 6, abs=1e-4),
    }
    assert copy_check([Hypothesis(WRITTEN.output, 0.0, ())]) is None


def test_the_gate_is_held_to_the_text() -> None:
    assert gate([WRITTEN]) == {"copied": 2, "copied_in_text": 0.5, "written": 1, "written_not_in_text": 0.0}
    assert gate([Hypothesis(WRITTEN.output, 0.0, WRITTEN.maps[:1])]) is None


def test_a_better_variant_wins_the_bootstrap() -> None:
    better = {f"rouge-{name}-f": np.full(9, 30.0) for name in "12l"}
    worse = {name: values - 1 for name, values in better.items()}
    scores = paired_bootstrap(better, worse, samples=20)
    assert scores["rouge-l-f"] == {"value": 29.0, "share_of_wins": 1.0}


def test_headlines_are_held_to_both_leads_by_the_bootstrap() -> None:
    body = " ".join(f"word{i}" for i in range(20))
    perfect = rouge(["Fire in Lund"] * 9, ["Fire in Lund"] * 9)
    found = leads(perfect, [body] * 9, ["Fire in Lund"] * 9)
    assert set(found) == {"prefix75", "first12"}
    for lead in found.values():
        assert lead["rouge-l-f"] == 0 and lead["share_of_wins"] == {f"rouge-{name}-f": 1.0 for name in "12l"}


@pytest.mark.parametrize("variant", ["pointer", "additive", "abs", "bow"])
def test_a_file_of_pairs_gives_every_figure_and_card_and_evidence_tell_them(tmp_path: Path, variant: str) -> None:
    root, data = small_root(tmp_path, [variant]), small_corpus(tmp_path / "data")
    reader = load(variant, root)
    n, scores = evaluate(reader, data / "guardian.test.tsv", limit=4, beam=2, against=reader)
    assert n == 4
    assert scores["against"]["rouge-1-f"]["share_of_wins"] == 0.5
    about = TASK.variant(variant)
    assert about is not None
    assert (scores["copy_check"] is not None) == about.attentive
    assert (scores["gate"] is not None) == (variant == "pointer")
    assert ("extractive" in scores) == (variant == "abs")
    folder = root / "summaries" / variant
    bundles.keep_score(folder, "a command", {"split": "guardian.test", "n": n, "scores": scores})
    write_card(folder)
    written = (folder / "card.md").read_text(encoding="utf-8")
    assert "guardian.test" in written and ("The Guardian, ranked anew (ABS+)" in written) == (variant == "abs")
    assert ("counts as copied" in " ".join(written.split())) == (variant == "pointer")
    shown = evidence(variant, bundles.scores("summaries", variant, root))
    assert isinstance(shown, Evidence)
    assert bool(shown.rows) == about.attentive == bool(shown.how)
    assert {(one.set, one.figure) for one in shown.compared if one.other == LEAD} >= {
        ("The Guardian", f"ROUGE-{name}") for name in "12L"
    }
    assert any("ABS+" in sentence for sentence in shown.told) == (variant == "abs")


def test_articles_are_read_whole_and_by_their_first_words(tmp_path: Path) -> None:
    articles = [{"headline": "Fire in Lund", "paragraphs": ["A fire destroyed a bakery. " * 20, "It rained."]}] * 2
    path = tmp_path / "articles.jsonl"
    path.write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    reader = load("pointer", small_root(tmp_path, ["pointer"]))
    n, scores = evaluate(reader, path, beam=1)
    assert n == 2 and set(scores) == {"first60", "whole"}
    assert scores["whole"]["lead"] == scores["first60"]["lead"]


def test_other_files_and_parts_are_refused(tmp_path: Path) -> None:
    reader = load("bow", small_root(tmp_path, ["bow"]))
    with pytest.raises(InputError, match="can't be scored"):
        evaluate(reader, tmp_path / "x.csv")
    with pytest.raises(InputError, match="no split column"):
        evaluate(reader, tmp_path / "x.tsv", part="test")
    (tmp_path / "x.tsv").write_text("a\tb\n", encoding="utf-8")
    with pytest.raises(InputError, match="damaged or not of its form"):
        evaluate(reader, tmp_path / "x.tsv")


def test_leads_have_the_figures_that_were_measured_with_the_data(shared: Path) -> None:
    """The rows of the corpora's README for reuters1987.test: F1 and recall at 75 bytes."""
    pairs = list(read_pairs(shared / "data" / "summaries" / "reuters1987.test.tsv.xz"))
    measured = {
        prefix: ([32.8, 12.1, 30.8], [48.3, 18.6, 45.4]),
        first: ([33.1, 11.9, 31.2], [46.7, 17.7, 44.1]),
    }
    for lead, (f1, recall) in measured.items():
        figures = rouge([lead(pair.body) for pair in pairs], [pair.headline for pair in pairs])
        for kind, expected in (("f", f1), ("recall75", recall)):
            means = [float(figures[f"rouge-{name}-{kind}"].mean()) for name in "12l"]
            assert [round(round(mean, 2), 1) for mean in means] == expected, "they were rounded to two decimals first"
