"""Nothing that a visitor types, links or uploads costs more than time linear in its length, and no text crashes."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from attnviz import service
from attnviz.analysis import facts, html, language, phrases
from attnviz.analysis.ordinary import ordinary, ordinary_by_place
from attnviz.analysis.plain import plain
from attnviz.analysis.sentences import ENGLISH, FRENCH, split
from attnviz.errors import InputError
from attnviz.export.names import slug
from attnviz.figures import words as figure_words
from attnviz.reading import Pieces, Provenance, Reading
from attnviz.tasks import subwords as of_translation
from attnviz.tasks.captions import corpus as of_captions
from attnviz.tasks.entailment import corpus as of_entailment
from attnviz.tasks.summaries import openings
from attnviz.web import address, text
from attnviz.web.inputs import examples, own_output, pairs_file, settings, variants, without
from attnviz.web.inputs import text as text_input
from attnviz.web.panels import cautions

LENGTH = 20_000
LIMIT = 1.0  # seconds of the processor; what takes quadratic time needs many more

UNITS = (
    *("ﬁ", "´", "²", "1²", "²1", "½", "@", "a@", "@a.", "a@b.c ", "://", "the ", "de ", "A'", "ha"),
    *("a", "A. ", "!", ". ", ".(", " . »", "*\n", "1", "1.", "1,", "'", "l'", "n't", "-", "a-", "\n", " ", "M. "),
    *(
        "www.",
        "<a>",
        "<p",
        "<!--",
        "<script>",
        "&amp",
        "&",
        "$",
        "\\",
        "`",
        ":a:",
        '"',
        '","',
        '""',
        "\t",
        ";",
        "\r",
        "\0",
    ),
    *("é", "e\u0301", "漢", "\U0001f600", "\u202e", "\u00ad"),
)
TEXTS = [
    *((unit * LENGTH)[:LENGTH] for unit in UNITS),
    "Prix ." + " " * LENGTH,
    "a" * LENGTH + ". B",
    "«" * LENGTH + "A",
]


def table_of(content: str) -> object:
    try:
        return pairs_file.parse(content.encode("utf-8", "ignore"))
    except InputError:
        return None


def opened(typed: str) -> Reading:
    """A reading from a file, whose output has none of the words that its text has."""
    source = Pieces(typed, ("a",), (("a",),))
    output = Pieces(typed.upper() + "?", ("a",), (tuple(typed),))
    return Reading("translation", "", (source,), output, 0.0, (), (), Provenance("", {}, 0.0, ""))


DOORS: dict[str, Callable[[str], object]] = {
    "sentences of French": lambda typed: split(typed, FRENCH),
    "sentences of English": lambda typed: split(typed, ENGLISH),
    "words of French": lambda typed: of_translation.split_words(of_translation.normalise(typed), "fr"),
    "words of English": lambda typed: of_translation.split_words(of_translation.normalise(typed), "en"),
    "words of a pair": of_entailment.split_words,
    "words of a caption": of_captions.words_of,
    "plain": plain,
    "ordinary": ordinary,
    "ordinary, by place": ordinary_by_place,
    "a guess at the language": language.guess,
    "a doubt of the language": lambda typed: language.doubt(typed, "French"),
    "addresses": phrases.addresses,
    "a loop": lambda typed: phrases.looped(typed, 3),
    "escaped": text.escape,
    "shortened": text.short,
    "a label": figure_words.shown,
    "a file's name": slug,
    "spacing": lambda typed: figure_words.spaced(typed, typed.split()),
    "spacing of labels that are not in the text": lambda typed: figure_words.spaced(
        typed * 10, ["?", "b "] * (LENGTH // 2)
    ),
    "cautions beside a reading from a file": lambda typed: cautions.caution(opened(typed)),
    "repetitions": lambda typed: phrases.repeated(typed.split(), 3),
    "names and numbers": lambda typed: facts.lacking(typed.split(), typed[1:].split()),
    "words of a page": html.words_of,
    "the opening of an article": openings.opening,
    "a whole article": openings.whole,
    "a table": table_of,
    "what is read of a long text": lambda typed: text_input.within_limits(typed * 3, partial(split, language=FRENCH)),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_long_text_takes_little_time(door: str) -> None:
    DOORS[door]("Un mot.")  # what a door imports, or builds at its first use, is not the text's fault
    for typed in TEXTS:
        took = seconds(DOORS[door], typed)
        if took >= LIMIT:  # once more, because other programs may have run beside it
            took = seconds(DOORS[door], typed)
        assert took < LIMIT, f"{took:.1f} s for {typed[:10]!r} …"


def seconds(door: Callable[[str], object], typed: str) -> float:
    """The processor's time."""
    started = time.process_time()
    door(typed)
    return time.process_time() - started


TASK = service.TASKS["translation"]
PARAMETERS = [
    *examples.text_parameters(TASK),
    *settings.parameters(TASK),
    variants.parameter(TASK),
    without.parameter(["premise", "hypothesis"]),
    own_output.parameter(),
    address.switch("on", False),
    address.number("number", 1, 0, 10),
    address.number("share", 0.5, 0, 1),
]


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
@pytest.mark.parametrize("unit", ["a", "1", "a:1,", "additive:" + "9" * 5_000, ",", "p1,", "-", "1e", "nan"])
def test_an_address_is_read_or_refused_in_little_time(parameter: address.Parameter, unit: str) -> None:
    started = time.process_time()
    value_of(parameter, (unit * LENGTH)[:LENGTH])
    assert time.process_time() - started < LIMIT


@given(st.sampled_from(PARAMETERS), st.text(max_size=30))
def test_whatever_an_address_says_is_a_value_or_one_sentence(parameter: address.Parameter, typed: str) -> None:
    value_of(parameter, typed)


def value_of(parameter: address.Parameter, typed: str) -> None:
    """What the address says has the type of the setting, or is refused."""
    try:
        value = parameter.read(typed)
    except InputError:
        return
    assert isinstance(value, parameter.kind)


def test_a_text_in_a_link_is_no_longer_than_what_is_written_into_one() -> None:
    parameter = address.text("text", "")
    assert parameter.read("a" * address.MOST_CHARACTERS)
    with pytest.raises(InputError, match="1,500 characters"):
        parameter.read("a" * (address.MOST_CHARACTERS + 1))


@pytest.mark.parametrize("page", ["no such", " ", "captions ", "\t", "é/\0", "a/ /", "x" * 2_000])
def test_whatever_page_an_address_asks_for_one_is_shown(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"http://localhost:8501/{quote(page)}"
    monkeypatch.setattr(type(streamlit.context), "url", property(lambda _: url))
    app = AppTest.from_file(str(Path(__file__).parents[1] / "pages.py"), default_timeout=60).run()
    assert not app.exception
