"""Reading a news text: maps over its words, what was copied, and input of every kind."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from attnviz.analysis.copying import copied as copied_words
from attnviz.attention import ATTENTION, COPY, SUBWORDS, WAYS
from attnviz.errors import InputError
from attnviz.reading import Reading
from attnviz.tasks.summaries.about import LENGTH_PENALTY, TASK
from attnviz.tasks.summaries.model import BEGIN, END, PAD, UNKNOWN, VARIANTS
from attnviz.tasks.summaries.openings import MOST_WORDS_OF_WHOLE, whole
from attnviz.tasks.summaries.reader import SummaryReader, copied, load
from attnviz.web.inputs.settings import LARGEST_BEAM
from tests.small_summaries import PAIRS, small_root

BODY, HEADLINE = PAIRS[0]
ATTENTIVE = [variant.name for variant in TASK.variants if variant.attentive and variant.name in VARIANTS]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_root(tmp_path_factory.mktemp("root"))


@pytest.fixture(scope="module")
def pointer(root: Path) -> SummaryReader:
    return load("pointer", root)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_text_is_read_and_survives_json(root: Path, variant: str) -> None:
    reading = load(variant, root).read(BODY, beam=3)
    about = TASK.variant(variant)
    assert about is not None
    assert reading.output.text and len(reading.hypotheses) == 3
    assert bool(reading.maps) == about.attentive
    assert Reading.loads(reading.dumps()) == reading


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_each_word_of_the_headline_has_a_row_over_the_words_of_the_text(root: Path, variant: str) -> None:
    reading = load(variant, root).read(BODY, target=HEADLINE)
    shown = reading.map()
    assert shown is not None
    assert shown.queries.labels == reading.output.labels == tuple(HEADLINE.split())
    assert shown.keys.labels == reading.texts[0].labels
    assert shown.keys.labels[-3:] == ("police", "said", ".")
    np.testing.assert_allclose(shown.weights.sum(axis=1), 1, atol=1e-5)
    assert not shown.rest.any()


@pytest.mark.parametrize("variant", VARIANTS)
def test_many_texts_are_summarised_as_each_by_itself(root: Path, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SummaryReader, "together", 60)
    reader = load(variant, root)
    texts = [body for body, _ in PAIRS[:4]]
    lists = reader.n_best(texts, 1, beam=2, length_penalty=LENGTH_PENALTY)
    for text, (hypothesis,) in zip(texts, lists, strict=True):
        alone = reader.read(text, beam=2)
        assert hypothesis.output.text == alone.output.text
        for together, apart in zip(hypothesis.maps, alone.maps, strict=True):
            np.testing.assert_allclose(together.weights, apart.weights, atol=1e-5)


def test_only_a_pointer_says_what_it_copied(root: Path, pointer: SummaryReader) -> None:
    assert [m.name for m in pointer.read(BODY).maps] == [ATTENTION, SUBWORDS, COPY]
    assert [m.name for m in load("additive", root).read(BODY).maps] == [ATTENTION, SUBWORDS]


def test_each_word_of_the_headline_was_written_or_copied_in_parts_that_sum_to_one(pointer: SummaryReader) -> None:
    reading = pointer.read(BODY, target=f"{HEADLINE} Zebra")
    ways = reading.map(COPY)
    assert ways is not None and ways.keys == WAYS and ways.queries.labels == reading.output.labels
    np.testing.assert_allclose(ways.weights.sum(axis=1), 1, atol=1e-6)
    assert 0 < ways.weights[:, 1].max() <= 1


def test_a_word_that_the_vocabulary_lacks_can_be_read_and_copied(pointer: SummaryReader) -> None:
    reading = pointer.read("Die Zürcherin Żółć won 🏆 in Łódź.", target="Żółć 🏆")
    assert reading.output.text == "Żółć 🏆"
    assert reading.texts[0].labels == ("Die", "Zürcherin", "Żółć", "won", "🏆", "in", "Łódź", ".")
    assert "".join(reading.output.labels) == "Żółć🏆"
    assert Reading.loads(reading.dumps()) == reading


def test_given_weights_are_read_in_place_of_the_models_own(pointer: SummaryReader) -> None:
    own = pointer.read(BODY, target=HEADLINE)
    units = own.map(SUBWORDS)
    assert units is not None
    weights = np.zeros((len(units.queries), len(units.keys) + 1), np.float32)
    weights[:, 3] = 1
    given = pointer.read(BODY, target=HEADLINE, weights={SUBWORDS: weights})
    shown = given.map(SUBWORDS)
    assert shown is not None
    np.testing.assert_array_equal(shown.weights, weights[:, :-1])
    assert given.output.logprob != pytest.approx(own.output.logprob)


def test_words_that_are_already_split_are_the_labels(pointer: SummaryReader) -> None:
    words = ["Fire", "destroyed", "a", "bakery", "."]
    assert pointer.read(words).texts[0].labels == tuple(words)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "nothing to read"),
        (" \n\t", "nothing to read"),
        ("… – !", "no word"),
        ("一只狗在跑。 OK", "Latin letters"),
        ("a" * 301, "word of 301 letters"),
        (3, "neither text nor words"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(pointer: SummaryReader, source: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pointer.read(source)


def test_a_headline_that_cannot_be_forced_is_refused(pointer: SummaryReader) -> None:
    with pytest.raises(InputError, match="Type an English headline"):
        pointer.read(BODY, target="  ")


def test_of_a_very_long_text_the_first_words_are_read_and_a_note_says_so(pointer: SummaryReader) -> None:
    long = "It rains. " * MOST_WORDS_OF_WHOLE
    reading = pointer.read(long, target="Rain")
    assert reading.texts[0].labels == ("It", "rains", ".") * (MOST_WORDS_OF_WHOLE // 2)
    note, beyond = reading.provenance.notes
    assert "learned from texts of at most 60 words" in beyond
    assert f"{2 * MOST_WORDS_OF_WHOLE:,} words; only the first {MOST_WORDS_OF_WHOLE:,}" in note


def test_as_many_words_as_there_may_be_are_read_within_a_gigabyte() -> None:
    """By the trained variant, in a process of its own; the page offers no wider search."""
    read = (
        "import re, sys; from attnviz.tasks.summaries.reader import load; "
        f"reading = load('pointer').read(sys.stdin.read(), beam={LARGEST_BEAM}); "
        "most = re.search(r'VmHWM:\\s+(\\d+) kB', open('/proc/self/status').read())[1]; "  # ru_maxrss has pytest's own
        "print(len(reading.texts[0].text.split()), int(most) * 1024)"
    )
    text = " ".join((TASK.examples[-1].inputs[0].split() * 25)[:MOST_WORDS_OF_WHOLE])
    told = subprocess.run([sys.executable, "-c", read], input=text, capture_output=True, text=True, check=True).stdout
    words, most = map(int, told.split())
    assert words == MOST_WORDS_OF_WHOLE and most < 1e9


def test_what_a_page_reads_of_a_whole_text_is_not_cut_again(pointer: SummaryReader) -> None:
    taken = whole("It rains. " * MOST_WORDS_OF_WHOLE)
    (beyond,) = pointer.read(taken.text, target="Rain").provenance.notes
    assert len(taken.notes) == 1 and "learned from texts of at most 60 words" in beyond


def test_a_text_in_capitals_is_read_in_small_letters_and_stays_as_typed(pointer: SummaryReader) -> None:
    capitals, ordinary = pointer.read(BODY.upper()), pointer.read(BODY.replace("Lund on M", "lund on m"))
    assert capitals.texts[0].text == BODY.upper() and capitals.texts[0].labels[1] == "FIRE"
    assert capitals.output == ordinary.output and copied_words(capitals) == copied_words(ordinary)
    (note,) = capitals.provenance.notes
    assert "small letters" in note and not ordinary.provenance.notes


def test_a_text_in_another_language_is_read_with_a_note(pointer: SummaryReader) -> None:
    reading = pointer.read("Le conseil municipal a voté mardi la fermeture de la rue principale aux voitures.", beam=1)
    assert any("French" in note for note in reading.provenance.notes)


def test_one_word_and_markup_are_read(pointer: SummaryReader) -> None:
    for text in ("Fire", "<p>Fire &amp; rain</p>", "a\tb\tc\n1\t2\t3", "no sentence end here"):
        reading = pointer.read(text, beam=1)
        assert reading.texts[0].text == text and Reading.loads(reading.dumps()) == reading


def test_a_headline_holds_no_mark_of_its_own(pointer: SummaryReader) -> None:
    reading = pointer.read(BODY, beam=3)
    marks = {str(pointer.tokenizer.id_to_token(token)) for token in (PAD, UNKNOWN, BEGIN, END)}
    for hypothesis in reading.hypotheses:
        assert not marks & {unit for word in hypothesis.output.units for unit in word}


def test_copied_needs_the_gate_and_the_same_token(pointer: SummaryReader) -> None:
    """By plain loops, on the tokens of a replay."""
    import torch

    row, tokens = [10, 300, 10, 301], [10, 301, 299]
    with torch.inference_mode():
        trace = pointer._replay(pointer._encode([row]), tokens)
    shares = copied(trace, tokens, row)
    assert trace.weights is not None
    for i, token in enumerate(tokens):
        looked = sum(float(trace.weights[i, j]) for j, key in enumerate(row) if key == token)
        share = float(trace.extras["gate"][i]) * looked / np.exp(trace.logprobs[i])
        assert shares[i] == pytest.approx(min(share, 1), abs=1e-5)


@pytest.mark.parametrize("variant", ["pointer", "bow"])
@pytest.mark.parametrize("words", [1, 3, 9])
def test_a_headline_has_as_many_words_as_were_asked_for(root: Path, variant: str, words: int) -> None:
    reading = load(variant, root).read(BODY, beam=3, length=f"{words} words")
    for hypothesis in reading.hypotheses:
        assert len(hypothesis.output.text.split()) == words
    assert reading.provenance.settings["length"] == f"{words} words"


def test_a_headline_keeps_to_its_bytes(pointer: SummaryReader) -> None:
    free = pointer.read(BODY, beam=3).output.text
    assert len(free.encode()) > 21
    for hypothesis in pointer.read(BODY, beam=3, length="21 bytes").hypotheses:
        assert 0 < len(hypothesis.output.text.encode()) <= 21


@pytest.mark.parametrize("length", ["8", "words", "0 words", "31 words", "8 lines", "3 bytes", "9" * 99])
def test_a_length_that_cannot_be_kept_is_refused(pointer: SummaryReader, length: str) -> None:
    with pytest.raises(InputError, match="can't be kept: give 1 to 30 words"):
        pointer.read(BODY, length=length)
