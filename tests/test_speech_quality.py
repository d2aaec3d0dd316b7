"""What the trained variants of speech have to reach, from the scores that their bundles keep."""

import pytest
from kept import kept

from attnviz import bundles
from attnviz.tasks.speech.about import TASK

MOST_WRONG = 0.20  # of the phones of unseen speakers
MOST_WORSE = 1.3  # times the error rate of one recording, where ten are joined and read with a window
LEAST_INSIDE = 0.55  # of a phone's weight, within the time in which it was spoken


def test_the_default_variant_writes_most_phones_of_unseen_speakers_right() -> None:
    assert kept(TASK.name, TASK.default, "utts:test")["per"] <= MOST_WRONG


def test_with_a_window_it_reads_ten_joined_recordings_nearly_as_well_as_one() -> None:
    window = kept(TASK.name, TASK.default, "test_long")["joined"]["window"]
    assert window["10"]["per"] <= MOST_WORSE * window["1"]["per"]


def test_the_default_variant_listens_while_a_phone_is_spoken() -> None:
    times = kept(TASK.name, TASK.default, "utts:test")["times"]
    assert times["mass"] >= LEAST_INSIDE
    assert times["mass"] > max(times["mass_uniform"], times["mass_linear"])


@pytest.mark.parametrize("variant", sorted(set(bundles.names(TASK.name)) & {each.name for each in TASK.variants}))
def test_no_other_variant_writes_fewer_phones_wrong(variant: str) -> None:
    assert kept(TASK.name, TASK.default, "utts:test")["per"] <= kept(TASK.name, variant, "utts:test")["per"]
