"""What gives reason to doubt an output is told beside it, and nothing is told of a sound one."""

from dataclasses import replace

import pytest

from attnviz import service
from attnviz.reading import Pieces, Reading
from attnviz.web.panels import cautions


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
