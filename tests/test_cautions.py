"""What gives reason to doubt an output is told beside it, and nothing is told of a sound one."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import ArrayLike

from attnviz import service
from attnviz.attention import ATTENTION, AttentionMap
from attnviz.axes import Frames, Words
from attnviz.media import Sound
from attnviz.reading import Given, Pieces, Provenance, Reading
from attnviz.web.panels import cautions
from tests.small_speech import file_of
from tests.test_reading import over_a_sound


def read(text: str) -> Reading:
    return service.read("translation", "additive", text)


def with_output(reading: Reading, text: str, units: tuple[tuple[str, ...], ...]) -> Reading:
    return replace(reading, output=Pieces(text, tuple(text.split()), units), maps=(), hypotheses=())


@pytest.mark.parametrize("text", ["Le chat dort sur la chaise.", "Il y a 1 000 000 personnes ici."])
def test_a_sound_output_is_told_nothing_of(text: str) -> None:
    assert cautions.caution(read(text)) == ""


def test_a_loop_within_a_word_is_told() -> None:
    told = cautions.caution(read("Zzzzqxzzzzqx blablablablablabla"))
    assert "goes round and round within “Zzzz" in told


def test_a_word_that_the_input_has_is_no_loop() -> None:
    reading = with_output(read("hahahaha"), "hahahaha", (("ha", "ha", "ha", "ha"),))
    assert cautions.caution(reading) == ""
    other = with_output(read("Bonjour"), "hahahaha", (("ha", "ha", "ha", "ha"),))
    assert "“hahahaha”" in cautions.caution(other)


@pytest.mark.parametrize("address", ["https://exemple.org/page", "jean@exemple.fr"])
def test_an_address_that_is_spoilt_is_told_and_one_that_is_copied_is_not(address: str) -> None:
    reading = read(f"Voir {address} demain.")
    assert f"“{address}” is spoilt or missing" in cautions.caution(reading)
    copied = with_output(reading, f"See {address}", ((), ()))
    assert cautions.caution(copied) == ""


def heard(moments: ArrayLike, probability: float = 0.9, loudness: float = 0.1) -> Reading:
    """A reading of four seconds that listened at these moments, frames of 40 ms, one after another. loudness: of the
    last 3.5 seconds, beside 0.1 before them."""
    places = np.asarray(moments, dtype=int)
    labels = ("AH",) * len(places)
    weights = np.eye(100, dtype=np.float32)[places]
    words = Words(labels, tuple(range(len(places))))
    attention = AttentionMap(ATTENTION, words, Frames(0.0, 0.04, 100), weights, np.zeros(len(places), "f4"))
    chance = (float(np.log(probability)),) * len(places)
    output = Pieces(" ".join(labels), labels, tuple((label,) for label in labels), chance)
    noise = np.random.default_rng(1).normal(0, 1, 64_000).astype(np.float32)
    noise *= np.where(np.arange(64_000) < 8_000, 0.1, loudness)
    return replace(over_a_sound(), source=(Sound(file_of(noise), 64_000),), output=output, maps=(attention,))


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (heard([0, 3, 3, 5, 9, 30, 31]), ""),
        (heard([10, 9, 40, 20]), ""),  # from 1.6 s to 0.8 s
        (heard([]), "No phoneme was heard."),
        (heard([1, 40, 80], 0.3), "unsure: the mean probability of these phonemes is 0.30"),
        (heard([7, *[20] * 6, 40]), "same moment for 6 phonemes in a row"),
        (heard([0, 50, 20]), "went back by 1.2 seconds"),
        (heard([1, 12, 20]), "No phoneme was heard from 0.8 to 4.0 seconds, where something sounds"),
        (heard([1, 12, 20], loudness=0.005), ""),  # a pause
        (heard(list(range(80))), ""),  # as fast as 20 a second
        (heard(list(range(81))), "wrote 81 phonemes for 4.0 seconds, more than anybody can say"),
        (replace(heard(list(range(81))), maps=()), "the model did not find the end."),
    ],
)
def test_a_sound_that_was_not_followed_is_told(reading: Reading, told: str) -> None:
    found = cautions.caution_of_sound(reading, "phoneme")
    assert told in found and bool(told) == bool(found)


def test_what_helps_a_sound_that_was_not_followed_is_told_as_the_settings_are() -> None:
    remedy = next(focus for focus in service.TASKS["speech"].focuses if focus.finds_place)
    lost, missed = (replace(heard(places), task="speech", given=Given()) for places in ([20] * 8, [1, 12, 20]))
    on = Given(focus=f"sharp,{remedy.name}")
    for reading in (lost, missed):
        assert f"“{remedy.called}”, under Settings, may help." in cautions.caution_of_sound(reading, "phoneme")
        told = cautions.caution_of_sound(replace(reading, given=on), "phoneme")
        assert f"“{remedy.called}” is on, and did not help here." in told and "may help" not in told
        assert ("let it end with a short silence" in told) == (reading is lost)
    none = cautions.caution_of_sound(replace(lost, maps=(), output=heard(list(range(99))).output), "phoneme")
    assert "did not find the end" in none and remedy.called not in none, (
        "a variant without attention has no such setting"
    )


def test_nobody_doubts_that_a_given_output_was_written() -> None:
    lost = heard([20] * 8)
    assert cautions.lost_place(lost, "phoneme")
    assert not cautions.lost_place(replace(lost, given=Given(forced=lost.output.text)), "phoneme")


def headline_of(text: str, headline: str) -> Reading:
    source, output = (Pieces(t, tuple(t.split()), tuple((word,) for word in t.split())) for t in (text, headline))
    return Reading("summaries", "v", (source,), output, 0.0, (), (), Provenance("", {}, 0.0, ""))


def test_names_and_numbers_that_the_text_lacks_are_told() -> None:
    text = "Two men were arrested in Turku after a robbery ."
    assert cautions.caution(headline_of(text, "Two arrested in Turku")) == ""
    made_up = headline_of(text, "Three arrested in Helsinki")
    told = cautions.caution(made_up)
    assert told == f"What was read does not say “Three”, “Helsinki”: the model may have made it up. {cautions._CHECKED}"
    own = replace(made_up, given=Given(forced=made_up.output.text))
    assert cautions.caution(own) == f"What was read does not say “Three”, “Helsinki”. {cautions._CHECKED}"


def test_what_the_text_lacks_is_named_once() -> None:
    told = cautions.caution(headline_of("A minister has resigned .", "Talks in Paris as Paris waits"))
    assert told.count("Paris") == 1


def test_a_character_that_was_written_in_part_is_told() -> None:
    assert "part of a rare character" in cautions.caution(headline_of("🔥 in Lund", "\ufffd in Lund"))
    assert cautions.caution(headline_of("A \ufffd in Lund", "\ufffd in Lund")) == ""
