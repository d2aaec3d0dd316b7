"""Names and numbers that an output has and its input lacks."""

import time

import pytest

from attnviz.analysis.facts import lacking

TEXT = "Two men were arrested after a robbery at a bank in Turku , police said on 3 May 2021 . They took 1,200 euros ."


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Two arrested after bank robbery in Turku", []),
        ("Men arrested in Helsinki", ["Helsinki"]),
        ("Robbery in New York and Turku", ["New York"]),
        ("Four arrested in Turku", ["Four"]),
        ("2 arrested, 1200 euros taken", []),
        ("Men took 1,300 euros in 2021", ["1,300"]),
        ("Turku 's bank robbed", []),
        ("Bank robbed : Minister speaks", []),
        ("Men say I saw TURKU", []),
        ("Men Arrested After Helsinki Bank Robbery", []),
        ("MEN ARRESTED AFTER HELSINKI BANK ROBBERY", []),
        ("", []),
        ("Men arrested in Turku-based bank", []),
        ("Nine men from Oslo took 40 euros", ["Nine", "Oslo", "40"]),
        ("Three men arrested", []),
        ("Bank in Turku-Oslo deal", ["Turku-Oslo"]),
        ("Bank of Oslo-based Men at Rolls-Royce", ["Oslo-based", "Rolls-Royce"]),
    ],
)
def test_what_the_text_lacks_is_found(headline: str, expected: list[str]) -> None:
    words = headline.replace("-", " -").split()
    assert lacking(words, TEXT.split()) == expected


@pytest.mark.parametrize(("word", "same"), [("Erdoğan’s", "Erdoğan"), ("Łódź", "Łódź"), ("ﬁve", "5")])
def test_a_fact_is_the_same_in_other_characters(word: str, same: str) -> None:
    assert lacking(["says", word], ["in", same]) == []


def test_time_grows_with_the_number_of_words() -> None:
    start = time.process_time()
    assert lacking(["Man", "comes", *["Name"] * 2_000], [f"word{i}" for i in range(50_000)])
    assert time.process_time() - start < 5
