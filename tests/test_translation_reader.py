"""Readings of sentences: what the axes are, what the numbers add up to, what is said to a person."""

import json
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
import torch

from attnviz.attention import ATTENTION, SUBWORDS, AttentionMap
from attnviz.errors import InputError
from attnviz.nn.mechanisms import MECHANISMS
from attnviz.reading import Given, Reading
from attnviz.tasks.base import Answer
from attnviz.tasks.subwords import Word, encode, normalise, split_words
from attnviz.tasks.translation.model import BEGIN, END
from attnviz.tasks.translation.reader import MOST_WORDS, TranslationReader, load
from tests.small import ATTENTIVE, SOFTMAX, small_root

FRENCH = "L'avenir, c'est toi et le chat noir !"
KEYS = ("L'", "avenir", ",", "c'", "est", "toi", "et", "le", "chat", "noir", "!")
ENGLISH = "The future isn't you."

Readers = Mapping[str, TranslationReader]


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Readers:
    root = small_root(tmp_path_factory.mktemp("pretrained"))
    return {variant: load(variant, root) for variant in MECHANISMS}


def notes(reading: Reading) -> str:
    return " ".join(reading.provenance.notes)


def map_of(reading: Reading, name: str = ATTENTION) -> AttentionMap:
    shown = reading.map(name)
    assert shown is not None
    return shown


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_a_map_has_the_output_words_as_queries_and_the_source_words_as_keys(readers: Readers, variant: str) -> None:
    reading = readers[variant].read(FRENCH)
    assert (reading.task, reading.variant) == ("translation", variant)
    assert reading.source[0].text == FRENCH
    assert reading.source[0].labels == KEYS
    assert [m.name for m in reading.maps] == [ATTENTION, SUBWORDS]
    assert map_of(reading).keys.labels == KEYS
    for hypothesis in reading.hypotheses:
        for shown in hypothesis.maps:
            assert shown.weights.shape == (len(shown.queries), len(shown.keys))
            assert shown.weights.dtype == shown.rest.dtype == np.float32
        words, subwords = hypothesis.maps
        assert words.queries.labels == hypothesis.output.labels
        assert subwords.queries.labels == tuple(unit for units in hypothesis.output.units for unit in units)
        assert subwords.keys.labels == tuple(unit for units in reading.source[0].units for unit in units)


@pytest.mark.parametrize("variant", ATTENTIVE)
@pytest.mark.parametrize("target", [None, ENGLISH])
def test_the_map_over_words_is_that_over_subwords_summed_and_averaged(
    readers: Readers, variant: str, target: str | None
) -> None:
    reading = readers[variant].read(FRENCH, target=target)
    words, subwords = map_of(reading), map_of(reading, SUBWORDS)
    assert len(subwords.keys) > len(words.keys)
    for query in range(len(words.queries)):
        rows = [row for row, group in enumerate(subwords.queries.groups) if group == query]
        for key in range(len(words.keys)):
            columns = [column for column, group in enumerate(subwords.keys.groups) if group == key]
            total = sum(float(subwords.weights[row, column]) for row in rows for column in columns)
            assert words.weights[query, key] == pytest.approx(total / len(rows), abs=1e-6)
        rest = sum(float(subwords.rest[row]) for row in rows) / len(rows)
        assert words.rest[query] == pytest.approx(rest, abs=1e-6)


@pytest.mark.parametrize("variant", ATTENTIVE)
def test_weights_and_rest_sum_as_the_mechanism_states(readers: Readers, variant: str) -> None:
    for hypothesis in readers[variant].read(FRENCH).hypotheses:
        for shown in hypothesis.maps:
            sums = shown.weights.sum(axis=1) + shown.rest
            if variant in SOFTMAX:
                np.testing.assert_allclose(sums, 1, atol=1e-5)
                may_be_none = variant.endswith("entmax")  # it gives no weight at all to what fits least
                assert (shown.rest >= 0).all() and (may_be_none or (shown.rest > 0).all())  # the end mark's
            else:
                assert (sums < 1).all()


def test_without_attention_there_is_no_map(readers: Readers) -> None:
    for reading in (readers["none"].read(FRENCH), readers["none"].read(FRENCH, target=ENGLISH)):
        assert reading.maps == () and reading.map() is None
        assert all(hypothesis.maps == () for hypothesis in reading.hypotheses)
        assert reading.output.text


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("target", [None, ENGLISH])
def test_a_reading_survives_json_whole(readers: Readers, variant: str, target: str | None) -> None:
    reading = readers[variant].read(FRENCH, target=target, beam=4)
    text = reading.dumps()
    assert Reading.loads(text) == reading

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    json.loads(text, parse_constant=refuse)


@pytest.mark.parametrize("variant", MECHANISMS)
@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_scores_are_the_log_probability_over_the_length(readers: Readers, variant: str, penalty: float) -> None:
    reading = readers[variant].read(FRENCH, beam=4, length_penalty=penalty)
    assert len(reading.hypotheses) == 4
    assert (reading.output, reading.score, reading.maps) == (
        reading.hypotheses[0].output,
        reading.hypotheses[0].score,
        reading.hypotheses[0].maps,
    )
    assert all(a.score >= b.score for a, b in pairwise(reading.hypotheses))
    for hypothesis in reading.hypotheses:
        output = hypothesis.output
        tokens = sum(map(len, output.units)) + 1  # and the end mark
        assert output.logprob is not None and sum(output.logprobs) > output.logprob
        assert hypothesis.score == pytest.approx(output.logprob / tokens**penalty)
        assert len(output.labels) == len(output.logprobs) == len(output.alternatives) == len(output.units)


@pytest.mark.parametrize("variant", MECHANISMS)
def test_a_forced_translation_gets_its_own_words_and_their_log_probabilities(readers: Readers, variant: str) -> None:
    reader = readers[variant]
    reading = reader.read(FRENCH, target=ENGLISH, length_penalty=0.5)
    assert reading.output.text == ENGLISH
    assert reading.output.labels == ("The", "future", "isn't", "you", ".")
    assert reading.hypotheses == ()
    assert reading.given == Given(forced=ENGLISH)

    source = encode(reader.tokenizer, split_words(normalise(FRENCH), "fr"))
    target = encode(reader.tokenizer, split_words(normalise(ENGLISH), "en"))
    with torch.inference_mode():
        state, before = reader.model.decoder.begin(reader.model.encode(torch.tensor([[*source.ids, END]]))), BEGIN
        logprobs, looks = [], []
        for token in (*target.ids, END):
            step = reader.model.decoder.step(torch.tensor([before]), state)
            state, before = step.state, token
            logprobs.append(step.log_probs[0, token].item())
            looks.append(step.weights)
    for word in range(5):
        own = sum(p for p, group in zip(logprobs, target.groups, strict=False) if group == word)
        assert reading.output.logprobs[word] == pytest.approx(own, abs=1e-5)
    assert reading.output.logprob == pytest.approx(sum(logprobs), abs=1e-5)
    assert sum(reading.output.logprobs) + logprobs[-1] == pytest.approx(reading.output.logprob, abs=1e-5)
    assert reading.score == pytest.approx(sum(logprobs) / len(logprobs) ** 0.5, abs=1e-5)
    if variant != "none":
        subwords = map_of(reading, SUBWORDS)
        for row, look in enumerate(looks[:-1]):
            assert look is not None
            seen = [*subwords.weights[row].tolist(), float(subwords.rest[row])]
            assert seen == pytest.approx(look[0].tolist(), abs=1e-6)


@pytest.mark.parametrize("variant", MECHANISMS)
def test_forcing_the_models_own_words_gives_its_own_reading(readers: Readers, variant: str) -> None:
    known = readers[variant].read(FRENCH, target="The black cat is sleeping.")
    again = readers[variant].read(FRENCH, target=known.output.labels)
    assert again.output.labels == known.output.labels
    assert again.output.logprob == known.output.logprob
    assert again.maps == known.maps


@pytest.mark.parametrize(
    "words",
    [
        ["Le", "chat", "dort", "."],
        ["l'avenir", "lui-même", "est", "à", "O'Brien"],
        ["je", "ne", "ai", "pas", "lui", "-", "même"],
        ["New York", "</s>", "<b>", "&amp;", "«", "«Quoi»"],
        ["le", "", "\x00", "chat", "\u00a0", "猫"],
        ["chat"],
    ],
)
@pytest.mark.parametrize("variant", ["additive", "local"])
def test_words_given_already_split_are_exactly_the_keys(readers: Readers, variant: str, words: list[str]) -> None:
    reading = readers[variant].read(words)
    assert reading.source[0].labels == tuple(words)
    assert map_of(reading).keys.labels == tuple(words)
    forced = readers[variant].read("Le chat dort.", target=words)
    assert map_of(forced).queries.labels == forced.output.labels == tuple(words)
    assert np.isfinite(map_of(forced).weights).all()
    assert Reading.loads(forced.dumps()) == forced


def test_words_without_characters_get_no_weight_and_others_keep_theirs(readers: Readers) -> None:
    plain, gapped = readers["additive"].read(["le", "chat"]), readers["additive"].read(["le", "", "chat"])
    np.testing.assert_allclose(map_of(gapped).weights[:, [0, 2]], map_of(plain).weights, atol=1e-6)
    assert (map_of(gapped).weights[:, 1] == 0).all()


def test_a_sentence_given_as_its_words_is_read_as_the_sentence(readers: Readers) -> None:
    for text in (FRENCH, "Avez-vous vu l'avenir, aujourd'hui ?", 'Il a dit (et redit) : "Non."'):
        words = split_words(normalise(text), "fr")
        whole, split = readers["additive"].read(text), readers["additive"].read(words)
        assert (whole.maps, whole.output, whole.score) == (split.maps, split.output, split.score)
    typed, listed = readers["additive"].read("L'eau, oui."), readers["additive"].read(["L'", "eau", ",", "oui", "."])
    assert (typed.maps, typed.output) == (listed.maps, listed.output)
    assert listed.source[0].text == "L'eau, oui."


@pytest.mark.parametrize(
    "source", ["", "  \n\t ", "\x00\x07", "?!", "... -- «»", "👍", [], [""], ["?", "!"], [Word(".")]]
)
def test_nothing_to_read_is_one_clear_sentence(readers: Readers, source: str) -> None:
    with pytest.raises(InputError, match=r"Type a French sentence\.$"):
        readers["additive"].read(source)
    with pytest.raises(InputError, match=r"Type an English translation\.$"):
        readers["additive"].read("Le chat dort.", target=source)


def test_a_text_that_was_cut_gives_the_same_when_it_is_read_again(readers: Readers) -> None:
    long = "l'eau, " * MOST_WORDS
    once = readers["additive"].read(long, target="Water.")
    again = readers["additive"].read(once.source[0].text, target="Water.")
    assert once.source[0].text == long and len(once.source[0].labels) == MOST_WORDS
    assert (once.source, once.maps, notes(once)) == (again.source, again.maps, notes(again))


def test_very_long_texts_are_cut_and_say_so(readers: Readers) -> None:
    long, fits = "le chat " * (MOST_WORDS // 2) + "dort", "le chat " * (MOST_WORDS // 2)
    reader = readers["additive"]
    reading = reader.read(long, target="The cat.")
    assert len(reading.source[0].labels) == MOST_WORDS
    assert f"{MOST_WORDS + 1} words" in notes(reading) and f"first {MOST_WORDS}" in notes(reading)
    assert notes(reader.read(fits, target="The cat.")) == ""
    np.testing.assert_array_equal(map_of(reading).weights, map_of(reader.read(fits, target="The cat.")).weights)


def test_endless_words_are_refused(readers: Readers) -> None:
    for source, target in (("a" * 100_000, None), (["a" * 2_000], None), ("Le chat.", "b" * 100_000)):
        with pytest.raises(InputError, match=r"too long to be read: give one sentence of ordinary words\.$"):
            readers["additive"].read(source, target=target)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The black cat sleeps near my house and nobody knows why it does so every day", "English"),
        ("The cat sleeps.", "English"),
        ("El gato duerme en la silla.", "Spanish"),
        ("Die Katze schläft auf dem Stuhl.", "German"),
        ("Il gatto dorme sulla sedia.", "Italian"),
        ("O gato dorme na cadeira.", "Portuguese"),
    ],
)
def test_other_languages_get_a_note(readers: Readers, text: str, language: str) -> None:
    told = f"This text looks like {language}. It was translated all the same, by a model that knows only French."
    assert notes(readers["none"].read(text, beam=1)).startswith(told)
    assert notes(readers["none"].read(text.split(), beam=1)).startswith(told)


@pytest.mark.parametrize(
    "text",
    [
        "Le chat noir dort près de ma maison et personne ne sait pourquoi il le fait",
        "Le chat dort.",
        "Paris, Lyon, Marseille, Lille, Nice. " * 3,
        "Jean Martin",
        "Il a dit : the cat is on the table.",
        "12 + 30 = 42",
    ],
)
def test_french_names_and_what_cannot_be_known_get_no_note_on_the_language(readers: Readers, text: str) -> None:
    assert "looks like" not in notes(readers["none"].read(text, beam=1))
    assert "look like" not in notes(readers["none"].read(text, beam=1))


@pytest.mark.parametrize(
    ("typed", "ordinary", "labels"),
    [
        ("Le ﬁls du boulanger a ﬁni.", "Le fils du boulanger a fini.", "Le|ﬁls|du|boulanger|a|ﬁni|."),
        ("Une aﬀaire diﬃcile à oﬀrir.", "Une affaire difficile à offrir.", "Une|aﬀaire|diﬃcile|à|oﬀrir|."),
        (
            "L´homme qu´il aime s`appelle Paul.",
            "L'homme qu'il aime s'appelle Paul.",
            "L´|homme|qu´|il|aime|s`|appelle|Paul|.",
        ),
        ("Il fait −5 degrés.", "Il fait -5 degrés.", "Il|fait|−|5|degrés|."),
        ("Le prix est de ５０ euros.", "Le prix est de 50 euros.", "Le|prix|est|de|５０|euros|."),
        ("Le prix est de ５０，５ euros ！", "Le prix est de 50,5 euros !", "Le|prix|est|de|５０，５|euros|！"),
        ("Le taux de CO₂ monte.", "Le taux de CO2 monte.", "Le|taux|de|CO₂|monte|."),
        ("Il fait 20 ºC au nº 5.", "Il fait 20 °C au n° 5.", "Il|fait|20|º|C|au|n|º|5|."),
        ("La 1ʳᵉ fois.", "La 1re fois.", "La|1ʳᵉ|fois|."),
    ],
)
def test_other_characters_are_read_as_ordinary_ones_and_stay_as_typed(
    readers: Readers, typed: str, ordinary: str, labels: str
) -> None:
    for variant in ("none", "additive"):
        reading, expected = readers[variant].read(typed), readers[variant].read(ordinary)
        assert (reading.source[0].text, reading.source[0].labels) == (typed, tuple(labels.split("|")))
        assert reading.source[0].units == expected.source[0].units
        assert (reading.output, reading.score, notes(reading)) == (expected.output, expected.score, notes(expected))
        assert readers[variant].outputs([typed]) == [Answer(expected.output.text)]
        assert Reading.loads(reading.dumps()) == reading
    np.testing.assert_array_equal(map_of(reading).weights, map_of(expected).weights)
    assert map_of(reading).keys.labels == reading.source[0].labels
    forced = readers["additive"].read("Le chat.", target=typed)
    assert forced.output.logprob == readers["additive"].read("Le chat.", target=ordinary).output.logprob


def test_what_is_read_as_several_words_stays_one(readers: Readers) -> None:
    reading, expected = readers["additive"].read("Le chat‼"), readers["additive"].read("Le chat!!")
    assert reading.source[0].labels == map_of(reading).keys.labels == ("Le", "chat", "‼")
    assert (reading.output, reading.score) == (expected.output, expected.score)


def test_what_would_mean_something_else_is_not_read(readers: Readers) -> None:
    reading = readers["additive"].read("10² et 5½ chats")
    assert notes(reading).endswith("were not read: ²½")


@pytest.mark.parametrize(
    ("capitals", "ordinary"),
    [
        ("LA RÉUNION EST REPORTÉE À DEMAIN.", "La réunion est reportée à demain."),
        ("DÉFENSE DE FUMER", "Défense de fumer"),
        ("LE CHAT DORT SUR LA CHAISE.", "Le chat dort sur la chaise."),
        ("« L'AVENIR, C'EST TOI ! » LE CHAT DORT.", "« L'avenir, c'est toi ! » Le chat dort."),
        ("OÙ EST-IL ?", "OÙ EST-IL ?"),  # nothing but words that may be abbreviations
    ],
)
def test_capitals_are_read_in_small_letters_and_stay_as_typed(readers: Readers, capitals: str, ordinary: str) -> None:
    reading, expected = readers["additive"].read(capitals), readers["additive"].read(ordinary)
    assert reading.source[0].text == capitals
    assert reading.source[0].labels == tuple(word.text for word in split_words(normalise(capitals), "fr"))
    assert (reading.output, reading.score) == (expected.output, expected.score)
    assert readers["additive"].outputs([capitals]) == [Answer(expected.output.text)]
    told = "The model hardly knows capitals, so this text was read in small letters."
    assert (told in notes(reading)) == (capitals != ordinary)


@pytest.mark.parametrize(
    "text", ["L'ONU", "Le PDG de la SNCF.", "USA, UK", "A B C", "TAXI", "12 000 €", "LE CHAT dort"]
)
def test_abbreviations_and_single_words_keep_their_capitals(readers: Readers, text: str) -> None:
    assert "capitals" not in notes(readers["none"].read(text, beam=1))


def test_unknown_characters_are_named_once_each_and_are_not_read(readers: Readers) -> None:
    reading = readers["additive"].read("Le 猫 dort, 猫 犬.")
    assert notes(reading).endswith("were not read: 猫犬")
    assert reading.source[0].labels == ("Le", "猫", "dort", ",", "猫", "犬", ".")
    assert [bool(units) for units in reading.source[0].units] == [True, False, True, True, False, False, True]
    assert not map_of(reading).weights[:, [1, 4, 5]].any(), "nothing looks at what was not read"
    without = readers["additive"].read("Le dort,.")
    assert (reading.output, reading.score) == (without.output, without.score)
    assert notes(readers["additive"].read("Le chat dort.")) == ""


def test_a_text_without_a_known_character_is_refused(readers: Readers) -> None:
    with pytest.raises(InputError, match="knows none of these characters"):
        readers["additive"].read("猫犬")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert('chat')</script> le chat",
        "le \x00\x1b[31mchat\x07\r\n dort\u202e",
        "</s> <pad> <unk> <s> ▁chat￭ le",
        "le chat \ud800 dort",
        "{chat} %s %(le)s \\u0000 $HOME `id` _*chat*_",
        "e\u0301" * 50 + "a" * 200,
    ],
)
def test_markup_and_control_characters_are_text_like_any_other(readers: Readers, text: str) -> None:
    for reading in (readers["general"].read(text, beam=2), readers["general"].read("Le chat.", target=text)):
        pieces = reading.source[0] if reading.hypotheses else reading.output
        words = split_words(normalise(text), "fr" if reading.hypotheses else "en")
        assert pieces.labels == tuple(word.text for word in words)[:MOST_WORDS]
        assert not any(ord(c) < 32 for label in pieces.labels for c in label)
        assert Reading.loads(reading.dumps()).maps == reading.maps


def test_alternatives_are_words_as_a_person_reads_them(readers: Readers) -> None:
    reading = readers["additive"].read(FRENCH, target=ENGLISH)
    for place in reading.output.alternatives:
        assert 1 <= len(place) <= 5
        assert all(a.logprob >= b.logprob for a, b in pairwise(place))
        assert all(
            alternative.text and not alternative.text.startswith("</") and "￭" not in alternative.text
            for alternative in place
        )


def test_many_texts_at_once_are_translated_as_one_by_one(readers: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TranslationReader, "together", 20)
    texts = ["Le chat dort.", FRENCH, "Avez-vous vu la voiture rouge ?", "Oui !", "Mon père et ma mère 猫 dorment."]
    for variant in ("none", "additive", "local"):
        alone = [Answer(readers[variant].read(text, beam=3).output.text) for text in texts]
        assert readers[variant].outputs(texts, beam=3) == alone


def test_one_of_many_texts_that_cannot_be_read_says_so(readers: Readers) -> None:
    first, bad, last = readers["additive"].outputs(["Le chat dort.", "猫", "Oui !"])
    assert first.text and last.text and not (first.problem or last.problem)
    assert bad == Answer("", "The model knows none of these characters. Type a French sentence.")


@pytest.mark.parametrize("variant", ["additive", "none"])
def test_a_committed_variant_writes_the_same_whatever_is_translated_beside_it(variant: str) -> None:
    """Of the texts with a repeated word, one makes each variant loop until it may not go on; beside them stand a far
    longer and a far shorter text."""
    reader = load(variant)
    texts = [
        "Bonjour !",
        "non non non non non non non non non",
        "oui , oui , oui , oui , oui , oui , oui",
        "Le professeur a expliqué aux étudiants que le livre qu'ils devaient lire avant la fin du mois était beaucoup "
        "plus difficile que celui qu'ils avaient lu l'année dernière, mais que tout le monde pouvait le comprendre.",
    ]
    rows = [reader._prepare(text).row for text in texts]
    traces = reader._best(rows, 1, 1.0)
    alone = [reader.read(text, beam=1) for text in texts]
    assert [Answer(reading.output.text) for reading in alone] == reader.outputs(texts, beam=1)
    assert [reading.score for reading in alone] == pytest.approx([trace.score for trace in traces], abs=1e-4)
    assert any(len(trace.tokens) == reader._longest(row) for trace, row in zip(traces, rows, strict=True))


def test_reading_twice_gives_the_same(readers: Readers) -> None:
    first, second = readers["local"].read(FRENCH), readers["local"].read(FRENCH)
    assert (first.hypotheses, first.score) == (second.hypotheses, second.score)


def test_provenance_says_how_it_came_about(readers: Readers) -> None:
    reader = readers["additive"]
    reading = reader.read(FRENCH, beam=3, length_penalty=0.7)
    assert reading.provenance.digest == reader.digest and len(reader.digest) == 64
    assert reading.provenance.settings == {"beam": 3, "length_penalty": 0.7, "device": "cpu"}
    assert reading.given == Given() and reading.provenance.notes == ()
    assert reading.provenance.seconds > 0
