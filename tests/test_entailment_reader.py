"""A pair read: labels and their probabilities, the maps of each variant, and whatever a person may type."""

import threading
from pathlib import Path

import numpy as np
import pytest
import torch

from attnviz.attention import ATTENTION
from attnviz.axes import Words
from attnviz.errors import InputError
from attnviz.reading import Given, Reading
from attnviz.tasks.entailment import vectors
from attnviz.tasks.entailment.about import LABELS, REVERSE
from attnviz.tasks.entailment.model import VARIANTS, EntailmentModel, Size
from attnviz.tasks.entailment.reader import MOST_WORDS, EntailmentReader
from tests.test_entailment_vectors import ATTENTION as KNOWN
from tests.test_entailment_vectors import npz

PAIR = ("A dog's cat runs.", "Dogs, running cats")


def small_reader(folder: Path, variant: str, sources: dict[str, float] | None = None) -> EntailmentReader:
    """A reader whose random weights are large enough that its maps and answers are far from uniform."""
    folder.mkdir(exist_ok=True)
    vectors.convert(npz(folder / "vectors.npz", [*KNOWN, "a", "."]), folder)
    torch.manual_seed(4)
    model = EntailmentModel(variant, Size(vector=8, hidden=6, score=4))
    with torch.no_grad():
        for weights in model.parameters():
            weights.normal_(std=0.6)
    return EntailmentReader(model, vectors.load(folder / vectors.NAME), variant, "digest", sources or {})


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_reading_holds_both_texts_the_labels_and_the_map(tmp_path: Path, variant: str) -> None:
    reading = small_reader(tmp_path, variant).read(PAIR)
    premise, hypothesis = ("A", "dog", "'s", "cat", "runs", "."), ("Dogs", ",", "running", "cats")
    assert [text.text for text in reading.texts] == list(PAIR)
    assert [text.labels for text in reading.texts] == [premise, hypothesis]
    assert reading.output.labels == LABELS and reading.hypotheses == ()
    assert np.exp(reading.output.logprobs).sum() == pytest.approx(1)
    best = int(np.argmax(reading.output.logprobs))
    assert reading.output.text == LABELS[best]
    assert reading.output.logprob == reading.score == reading.output.logprobs[best]
    axes = {
        "none": [],
        "attention": [(ATTENTION, ("Dogs , running cats",), premise)],
        "two_way": [(ATTENTION, hypothesis, premise), (REVERSE, premise, hypothesis)],
    }.get(variant, [(ATTENTION, hypothesis, premise)])
    assert [(shown.name, shown.queries, shown.keys) for shown in reading.maps] == [
        (name, Words.whole(queries), Words.whole(keys)) for name, queries, keys in axes
    ]
    for shown in reading.maps:
        np.testing.assert_allclose(shown.weights.sum(axis=1) + shown.rest, 1, atol=1e-5)
        assert shown.rest.all()
    assert Reading.loads(reading.dumps()) == reading


@pytest.mark.parametrize("variant", ["attention", "word_by_word", "two_way", "match"])
def test_the_share_of_null_is_the_rest_and_may_be_given(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    reading = reader.read(PAIR)
    with torch.inference_mode():
        own = reader.model(*(reader.text([text.labels]) for text in reading.texts))
    names = {ATTENTION: "no premise word (NULL)", REVERSE: "no hypothesis word (NULL)"}
    for shown, map_ in zip(reading.maps, own.maps, strict=True):
        assert shown.rest_name == names[shown.name]
        np.testing.assert_allclose(shown.rest, map_[0, :, 0].numpy(), atol=1e-6)
    shown = reading.maps[0]
    given = np.concatenate([shown.weights, shown.rest[:, None]], axis=1)
    assert reader.read(PAIR, weights={ATTENTION: given}).output.logprobs == pytest.approx(reading.output.logprobs)
    given[0] = np.eye(given.shape[1])[-1]
    edited = reader.read(PAIR, weights={ATTENTION: given})
    assert edited.maps[0].rest[0] == 1 and edited.output.logprobs != reading.output.logprobs


@pytest.mark.parametrize("variant", ["attention", "word_by_word", "two_way", "match"])
def test_punctuation_marks_have_no_weight(tmp_path: Path, variant: str) -> None:
    for shown in small_reader(tmp_path, variant).read(PAIR).maps:
        marks = [i for i, word in enumerate(shown.keys.labels) if word in (".", ",")]
        assert marks and not shown.weights[:, marks].any()


@pytest.mark.parametrize("variant", ["word_by_word", "two_way", "match"])
def test_words_already_split_are_the_axis(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    given = (["A", "dog's", "cat-runs", "."], ["Dogs,", "running"])
    reading, parts = reader.read(given), reader.read(("A dog's cat-runs.", "Dogs, running"))
    assert [text.labels for text in reading.texts] == [tuple(words) for words in given]
    assert reading.texts[0].units == (("A",), ("dog", "'s"), ("cat", "-", "runs"), (".",))
    assert reading.output.logprobs == pytest.approx(parts.output.logprobs)
    fine = parts.maps[0].weights
    columns = np.stack([fine[:, :1].sum(1), fine[:, 1:3].sum(1), fine[:, 3:6].sum(1), fine[:, 6:].sum(1)], axis=1)
    np.testing.assert_allclose(reading.maps[0].weights, [columns[:2].mean(0), columns[2]], atol=1e-6)


@pytest.mark.parametrize("label", LABELS)
def test_a_label_may_be_asked_for(tmp_path: Path, label: str) -> None:
    reader = small_reader(tmp_path, "attention")
    free, asked = reader.read(PAIR), reader.read(PAIR, target=label)
    assert asked.output.text == label
    assert asked.output.logprobs == free.output.logprobs
    assert asked.output.logprob == asked.score == asked.output.logprobs[LABELS.index(label)]
    assert (asked.given, free.given) == (Given(forced=label), Given())


def test_a_label_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no label 'maybe'"):
        small_reader(tmp_path, "none").read(PAIR, target="maybe")


@pytest.mark.parametrize(
    ("pair", "said"),
    [
        (("", "A dog."), "There is no premise to read"),
        (("A dog.", " \n\t "), "There is no hypothesis to read"),
        (("A dog.", "?! ..."), "There is no word in the hypothesis"),
        (("😀", "A dog."), "There is no word in the premise"),
        (([], ["dog"]), "There is no premise to read"),
        (("A dog.",), "between two texts"),
        (("A dog.", "A cat.", "A cow."), "between two texts"),
        ("A dog.", "between two texts"),
    ],
)
def test_what_can_not_be_read_is_told_in_a_sentence(tmp_path: Path, pair: tuple[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        small_reader(tmp_path, "match").read(pair)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(
    "pair",
    [
        ("A dog.", "A dog."),
        ("dog", "cat"),
        ("一只狗在跑。", "Собака бежит."),
        ("<script>alert('dog')</script>", "{{ dog }} ${x} %s \\n"),
        ("dog 😀👩‍👩‍👧 dog", "dog\x00cat\x07"),
        ("dog " * 2000, "cats, " * 2000),
    ],
)
def test_whatever_has_a_word_is_read(tmp_path: Path, variant: str, pair: tuple[str, str]) -> None:
    reading = small_reader(tmp_path, variant).read(pair)
    assert np.isfinite(reading.output.logprobs).all()
    assert [text.text for text in reading.texts] == list(pair)
    assert Reading.loads(reading.dumps()) == reading


def test_long_texts_are_cut_and_it_is_said(tmp_path: Path) -> None:
    reading = small_reader(tmp_path, "word_by_word").read(("dog " * 2000, "cat"))
    assert len(reading.texts[0].labels) == MOST_WORDS
    assert reading.provenance.notes == (f"The premise has 2,000 words; only the first {MOST_WORDS} were read.",)


def test_words_outside_the_list_are_named(tmp_path: Path) -> None:
    reader = small_reader(tmp_path, "none")
    reading = reader.read(("A dog runs zigzag zigzag.", "Cattle runs, dogz"))
    assert [text.unknown for text in reading.texts] == [(3, 4), (3,)]
    assert reading.provenance.notes == ("Words outside the model's list, guessed from their spelling: zigzag, dogz",)
    assert [text.unknown for text in reader.read(PAIR).texts] == [(), ()]


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        (
            ("Ein Hund bellt laut.", "Das Tier schläft"),
            "The premise looks like German and the hypothesis looks like German.",
        ),
        (("A dog is in the street.", "Un chien court dans la rue."), "The hypothesis looks like French."),
        (("Le chat dort.", "A dog runs."), "The premise does not look like English."),
        (
            ("Собака бежит.", "一只狗"),
            "The premise does not look like English and the hypothesis does not look like English.",
        ),
        (("Xyzzq wvorp glimz", "Blorfz qwexx"), "This does not look like English."),
    ],
)
def test_what_is_not_english_gets_a_note(tmp_path: Path, pair: tuple[str, str], told: str) -> None:
    notes = small_reader(tmp_path, "none").read(pair).provenance.notes
    assert notes[-1] == f"{told} It was read all the same, by a model that knows only English."


@pytest.mark.parametrize(
    "pair", [PAIR, ("A dog runs.", "A cat is not running."), ("dog " * 2000, "cat"), ("Cat", "5 dogs")]
)
def test_english_gets_no_note_on_the_language(tmp_path: Path, pair: tuple[str, str]) -> None:
    assert "English" not in " ".join(small_reader(tmp_path, "none").read(pair).provenance.notes)


@pytest.mark.parametrize(
    ("typed", "ordinary", "labels"),
    [
        ("A dog´s ｃat runs．", "A dog's cat runs.", "A|dog|´s|ｃat|runs|．"),
        ("A dog has ５０ ﬁsh, −５ cats.", "A dog has 50 fish, -5 cats.", "A|dog|has|５０|ﬁsh|,|−|５|cats|."),
        ("CO₂, nº 5, 20 ºC", "CO2, n° 5, 20 °C", "CO₂|,|n|º|5|,|20|º|C"),
        ("½ cat‼", "1/2 cat!!", "½|cat|‼"),
    ],
)
def test_other_characters_are_read_as_ordinary_ones_and_stay_as_typed(
    tmp_path: Path, typed: str, ordinary: str, labels: str
) -> None:
    reader = small_reader(tmp_path, "word_by_word")
    reading, expected = reader.read((typed, "A cat runs.")), reader.read((ordinary, "A cat runs."))
    assert (reading.texts[0].text, reading.texts[0].labels) == (typed, tuple(labels.split("|")))
    assert sum(reading.texts[0].units, ()) == sum(expected.texts[0].units, ())
    assert reading.output.logprobs == expected.output.logprobs
    np.testing.assert_array_equal(reader.classify([(typed, "A cat runs.")])[0], reading.output.logprobs)
    assert reading.maps[0].keys.labels == reading.texts[0].labels
    assert Reading.loads(reading.dumps()) == reading


@pytest.mark.parametrize("variant", VARIANTS)
def test_many_pairs_are_classified_as_one_by_one(tmp_path: Path, variant: str) -> None:
    reader = small_reader(tmp_path, variant)
    pairs = [
        PAIR,
        ("cat", "dogs running runner cattle"),
        ("A cat, a dog, a runner.", "."),
        ("élan", "dog's"),
        PAIR[::-1],
    ]
    pairs[2] = (pairs[2][0], "doggy")
    log_probs = reader.classify(pairs)
    np.testing.assert_allclose(log_probs, [reader.read(pair).output.logprobs for pair in pairs], atol=1e-5)


def test_many_threads_share_one_reader(tmp_path: Path) -> None:
    reader = small_reader(tmp_path, "match")
    pairs = [("dog " * (i % 7 + 1), "cats running " * (i % 3 + 1)) for i in range(24)]
    wanted = [reader.read(pair) for pair in pairs]
    readings: dict[int, Reading] = {}
    threads = [
        threading.Thread(target=lambda i=i: readings.__setitem__(i, reader.read(pairs[i])))  # type: ignore[misc]
        for i in range(len(pairs))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, reading in enumerate(wanted):
        np.testing.assert_allclose(readings[i].maps[0].weights, reading.maps[0].weights, atol=1e-6)
        assert readings[i].output.logprobs == pytest.approx(reading.output.logprobs, abs=1e-6)
