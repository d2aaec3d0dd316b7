"""How far a variant can be believed: its rows are the figures of its bundle, and its sentences follow from them."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from attnviz import bundles, service
from attnviz.errors import BundleError
from attnviz.tasks.base import Bin, Comparison, Evidence, Row
from attnviz.tasks.captions.evidence import BEFORE, CENTRE, MEAN, NEXT, RANDOM
from attnviz.tasks.captions.evidence import evidence as of_captions
from attnviz.tasks.captions.evidence import outputs as captioned
from attnviz.tasks.entailment.evidence import EQUAL, HYPOTHESIS, ONLY_HERE
from attnviz.tasks.entailment.evidence import RANDOM as AT_RANDOM
from attnviz.tasks.entailment.evidence import evidence as of_entailment
from attnviz.tasks.entailment.evidence import outputs as labelled
from attnviz.tasks.summaries.evidence import LEAD
from attnviz.tasks.summaries.evidence import evidence as headlined
from attnviz.tasks.summaries.evidence import outputs as summarised
from attnviz.tasks.translation.evidence import DIAGONAL, IBM1
from attnviz.tasks.translation.evidence import evidence as of_translation
from attnviz.tasks.translation.evidence import outputs as translated

TRAINED = [(task, variant) for task in service.TASKS for variant in service.variants(task)]


def result(split: str, scores: dict[str, Any], n: int = 9) -> dict[str, Any]:
    """What a command printed, as it is kept."""
    return {f"evaluate {split}": {"split": split, "n": n, "scores": scores}}


# Known answers

LINKS = {
    "hansards": {"n": 5, "aer": 0.3, "diagonal": {"aer": 0.5}, "ibm1": {"aer": 0.2}},
    "alibi": {"n": 4, "aer": 0.3, "diagonal": {"aer": 0.6}, "ibm1": {"aer": 0.4}},
    "made": {"n": 1, "aer": 0.1, "diagonal": {"aer": 0.7}},
}


def test_links_between_words_stand_beside_the_diagonal_and_the_aligner() -> None:
    found = of_translation("additive", result("align_gold", LINKS) | result("test", {"bleu": 30.0}))
    assert found.rows == (
        Row("AER", "Parliament", 5, 0.3, {DIAGONAL: 0.5, IBM1: 0.2}, "lower"),
        Row("AER", "Story", 4, 0.3, {DIAGONAL: 0.6, IBM1: 0.4}, "lower"),
        Row("AER", "made", 1, 0.1, {DIAGONAL: 0.7}, "lower"),
    )
    assert "the words of 10 sentences" in found.how
    assert found.told == (
        "On parliament sentences, the word aligner without a network links words **better** than this map.",
        "On story sentences, this map links words better than the word aligner without a network.",
    )


@pytest.mark.parametrize(
    ("aer", "said"),
    [
        (0.9, "On parliament and story sentences, the word aligner without a network links words **better** than"),
        (0.1, "On parliament and story sentences, this map links words better than the word aligner"),
    ],
)
def test_it_says_whether_counting_words_links_them_better(aer: float, said: str) -> None:
    links = {name: {**LINKS[name], "aer": aer} for name in ("hansards", "alibi")}
    (sentence,) = of_translation("additive", result("align_gold", links)).told
    assert sentence.startswith(said)


def test_a_hair_between_the_map_and_the_aligner_is_no_lead() -> None:
    links = {"hansards": {**LINKS["hansards"], "aer": 0.205}}
    (sentence,) = of_translation("additive", result("align_gold", links)).told
    assert sentence == "On parliament sentences, this map and the word aligner without a network are equally good."


def test_what_length_does_is_read_from_the_set_that_was_made_for_it() -> None:
    bins = {
        "11-20": {"n": 3, "bleu": 20.0},
        "4-10": {"n": 2, "bleu": 40.0, "chance": 0.4, "loops": 0.5},
        "more than 30": {"n": 1, "bleu": 1.0},
    }
    scores = result("test_other", {"by_length": {"1-10": {"n": 1, "bleu": 9.0}}})
    assert of_translation("none", scores).by_length is None
    scores |= result("test_bylength", {"by_length": bins, "bleu_signature": "nrefs:1"})
    by_length = of_translation("none", scores).by_length
    assert by_length is not None
    assert by_length.bins == (Bin(4, 10, 2, 40.0, 0.4, 0.5), Bin(11, 20, 3, 20.0))
    assert (by_length.figure, by_length.set, by_length.n) == ("BLEU", "test_bylength", 5)
    assert by_length.signature == "nrefs:1"


REGIONS = {
    "n": 8,
    "pointing": 0.6,
    "pointing_centre": 0.5,
    "pointing_random": 0.3,
    "correctness": 0.4,
    "correctness_gaussian": 0.45,
    "correctness_uniform": 0.2,
    "small": {"n": 3, "pointing": 0.1, "pointing_centre": 0.2, "pointing_random": 0.1},
}


def test_pointing_stands_beside_the_centre_and_a_random_cell() -> None:
    scores = result("captions.test", {"bleu-4": 20.0, "regions": REGIONS}) | result(
        "regions.test", {"regions": REGIONS}
    )
    found = of_captions("soft", scores)
    assert found.rows == (
        Row("Pointing", "all things, test", 8, 0.6, {CENTRE: 0.5, RANDOM: 0.3}, counted="phrases"),
        Row("Pointing", "small things, test", 3, 0.1, {CENTRE: 0.2, RANDOM: 0.1}, counted="phrases"),
        Row("Weight inside", "all things, test", 8, 0.4, {CENTRE: 0.45, RANDOM: 0.2}, counted="phrases"),
    ), "each figure once, whichever file gave it"
    assert found.told == (
        "**Pointing, small things, test**: the picture's centre and a random cell are as good as this map, or better.",
        "**Weight inside, all things, test**: the picture's centre is as good as this map, or better.",
    )


def test_pointing_stands_beside_the_maps_of_other_words_where_they_were_scored() -> None:
    without = of_captions("soft", result("captions.test", {"regions": REGIONS}))
    assert "mean map" not in without.how and "before" not in without.how
    others = {"pointing_previous": 0.55, "pointing_next": 0.61, "pointing_mean": 0.58}
    gain = {"specificity": 0.02, "specificity_wins": 0.9}
    found = of_captions("soft", result("captions.test", {"regions": {**REGIONS, **others, **gain}}))
    assert dict(found.rows[0].baselines) == {BEFORE: 0.55, NEXT: 0.61, MEAN: 0.58, CENTRE: 0.5, RANDOM: 0.3}
    assert "mean map is one map for all words" in found.how
    assert "in 60.0% of cases, the photo's mean map in 58.0%. So 2.0 points are due to the word" in found.told[0]
    assert "**Pointing, all things, test**: the map of the next word is as good as this map, or better." in found.told


@pytest.mark.parametrize(("variant", "said"), [("hard", "the distribution is scored"), ("adaptive", "on no place")])
def test_what_is_special_about_the_scores_of_a_variant_is_said(variant: str, said: str) -> None:
    assert said in of_captions(variant, result("captions.test", {"regions": REGIONS})).told[-1]


MARKED = {
    "test": {
        "premise": {"n": 7, "auprc": 0.2, "random": 0.3, "only_here": 0.5},
        "hypothesis": {"n": 6, "auprc": None, "random": 0.4, "only_here": 0.6},
    }
}
LINKED = {
    name: {
        "n": 4,
        "pointing": pointing,
        "aer": 0.4,
        "random": {"pointing": 0.1, "aer": 0.9},
        "exact": {"pointing": 0.7, "aer": 0.2},
    }
    for name, pointing in (("a.test", 0.6), ("b.test", 0.8))
}


def test_marked_and_linked_words_stand_beside_chance_and_the_eye() -> None:
    found = of_entailment("match", result("esnli", MARKED) | result("alignments", LINKED) | result("t", {"nll": 1.0}))
    by_eye = {AT_RANDOM: 0.1, EQUAL: 0.7}
    assert found.rows == (
        Row("AUPRC", "premise (e-SNLI test)", 7, 0.2, {AT_RANDOM: 0.3, ONLY_HERE: 0.5}),
        Row("AUPRC", "hypothesis (e-SNLI test)", 6, None, {AT_RANDOM: 0.4, ONLY_HERE: 0.6}),
        Row("Pointing", "a.test", 4, 0.6, by_eye),
        Row("AER", "a.test", 4, 0.4, {AT_RANDOM: 0.9, EQUAL: 0.2}, "lower"),
        Row("Pointing", "b.test", 4, 0.8, by_eye),
        Row("AER", "b.test", 4, 0.4, {AT_RANDOM: 0.9, EQUAL: 0.2}, "lower"),
    )
    worse, by_eye_better = found.told
    assert worse.startswith("**AUPRC, premise (e-SNLI test): worse than chance.**")
    assert by_eye_better == "On 1 of 2 sets, joining equal words finds **better** links than this map."


def test_a_map_that_beats_chance_and_the_eye_is_not_spoken_against() -> None:
    good = {"test": {"premise": {"n": 7, "auprc": 0.4, "random": 0.3, "only_here": 0.5}}}
    assert of_entailment("match", result("esnli", good) | result("links", {"b.test": LINKED["b.test"]})).told == ()


def test_the_figures_of_outputs_begin_with_the_set_that_the_models_know_best() -> None:
    scores = result("test_pud", {"bleu": 20.0, "chrf": 40.0}) | result("test_tatoeba", {"bleu": 30.0, "chrf": 50.0})
    shown = [(row.figure, row.set, row.value) for row in translated(scores | result("align_gold", LINKS))]
    assert shown == [
        ("BLEU", "everyday sentences (Tatoeba)", 30.0),
        ("BLEU", "news and encyclopedia (PUD)", 20.0),
        ("chrF", "everyday sentences (Tatoeba)", 50.0),
        ("chrF", "news and encyclopedia (PUD)", 40.0),
    ]


def test_a_set_that_was_compared_with_two_variants_is_shown_once() -> None:
    captions = {"split": "captions.test", "n": 9, "scores": {"bleu-4": 20.0}}
    figures = {"rouge-1-f": 40.0, "rouge-2-f": 20.0, "rouge-l-f": 30.0}
    headlines = {"split": "guardian.test", "n": 9, "scores": {**figures, "lead": {"prefix75": figures}}}
    assert len(captioned({"against none": captions, "against soft": captions})) == 1
    assert len(summarised({"against bow": headlines, "against abs": headlines})) == 3


def test_how_often_a_label_is_right_stands_beside_what_the_hypothesis_tells_alone() -> None:
    scores = result("snli_test", {"accuracy": 0.8, "hypothesis_alone": 0.6}) | result("esnli", MARKED)
    assert labelled(scores) == (Row("Accuracy", "SNLI, picture captions", 9, 0.8, {HYPOTHESIS: 0.6}),)


def test_headlines_stand_beside_the_better_lead() -> None:
    figures = {"rouge-1-f": 40.0, "rouge-2-f": 20.0, "rouge-l-f": 30.0}
    leads = {"prefix75": {name: value - 1 for name, value in figures.items()}, "first12": dict.fromkeys(figures, 25.0)}
    rows = summarised(result("guardian.test", {**figures, "lead": leads}))
    assert [(row.figure, row.value, dict(row.baselines)) for row in rows] == [
        ("ROUGE-1", 40.0, {LEAD: 39.0}),
        ("ROUGE-2", 20.0, {LEAD: 25.0}),
        ("ROUGE-L", 30.0, {LEAD: 29.0}),
    ]


HEADLINES = {"rouge-1-f": 40.0, "rouge-2-f": 20.0, "rouge-l-f": 30.0}


def beside_lead(gain: float, wins: float) -> dict[str, Any]:
    """Figures of headlines that are above those of the lead by `gain`."""
    lead = {name: value - gain for name, value in HEADLINES.items()}
    return {**HEADLINES, "lead": {"first12": {**lead, "share_of_wins": dict.fromkeys(lead, wins)}}}


def test_it_says_on_which_sets_headlines_stay_below_the_lead() -> None:
    worse = beside_lead(2.0, 0.97) | {"rouge-2-f": 17.0}
    false, above, below = headlined(
        "bow",
        result("guardian.test", beside_lead(3.0, 0.99))
        | result("debian.test", beside_lead(0.5, 0.9))
        | result("articles300", {"whole": worse}),
    ).told
    assert "can be false even if every word of it was copied" in false, "there is no map that it could be said of"
    assert above.endswith("on The Guardian and descriptions of software (Debian).")
    assert below.endswith("on BBC articles (whole texts).")


def test_each_figure_of_headlines_stands_beside_the_better_lead_and_beside_other_variants() -> None:
    against = {"variant": "abs", "samples": 1000, "rouge-l-f": {"value": 25.0, "share_of_wins": 1.0}}
    found = headlined("pointer", result("guardian.test", {**beside_lead(3.0, 0.9), "against": against})).compared
    assert found[2] == Comparison("ROUGE-L", "The Guardian", 9, 30.0, LEAD, 27.0, 0.9, 1000)
    assert found[3] == Comparison("ROUGE-L", "The Guardian", 9, 30.0, "attention-based", 25.0, 1.0, 1000)


def test_headlines_that_were_ranked_anew_stand_beside_those_of_the_search() -> None:
    again = {**beside_lead(4.0, 1.0), "against": {"rouge-l-f": {"value": 29.5, "share_of_wins": 0.8}}}
    scores = result("guardian.test", {**beside_lead(3.0, 1.0), "extractive": again})
    assert [row.figure for row in summarised(scores)] == [
        *("ROUGE-1", "ROUGE-2", "ROUGE-L"),
        *(f"ROUGE-{kind} ranked anew (ABS+)" for kind in "12L"),
    ]
    *_, told = headlined("abs", scores).told
    assert "ABS+" in told and told.endswith("The Guardian +0.5 (80%).")


def test_copying_is_told_from_the_set_where_it_says_least_to_the_one_where_it_says_most() -> None:
    gates = [{"copied_in_text": share, "written_not_in_text": 0.5} for share in (0.9, 0.95)]
    scores = [result(name, {**beside_lead(1.0, 1.0), "gate": gate}) for name, gate in zip("ab", gates, strict=True)]
    *_, told = headlined("pointer", scores[0] | scores[1]).told
    assert "90.0% to 95.0% of the words that are marked as copied" in told and "mark, 50.0% do not stand" in told


def test_it_says_where_the_map_of_the_next_word_is_the_better_one() -> None:
    check = {"n": 5, "same": 0.3, "previous": 0.1, "next": 0.6, "chance": 0.05}
    scores = result("guardian.test", {**beside_lead(1.0, 1.0), "copy_check": check})
    scores |= result("debian.test", {**beside_lead(1.0, 1.0), "copy_check": {**check, "same": 0.7}})
    first, *others = headlined("abs", scores).told
    assert "the map of the word after points at a word **more often than the word's own map**" in first
    assert "on The Guardian (0.60, own map 0.30)." in first and "Debian" not in first
    assert "speaks of the word written before it" in first
    assert not any("own map" in told for told in others)


# What is committed


@pytest.mark.parametrize(("task", "variant"), TRAINED)
def test_the_figures_of_outputs_are_those_of_the_bundle(task: str, variant: str) -> None:
    kept, rows = list(numbers(bundles.scores(task, variant))), service.outputs(task, variant)
    assert rows and all(row.value in kept and row.n in kept for row in rows)
    assert all(value in kept for row in rows for value in row.baselines.values())


@pytest.mark.parametrize(("task", "variant"), TRAINED)
def test_each_figure_is_made_by_one_of_the_commands(task: str, variant: str) -> None:
    made = service.made(task, variant)
    assert set(made) == set(bundles.scores(task, variant))
    of_maps, of_outputs = service.evidence(task, variant).rows, service.outputs(task, variant)
    assert {id_of(row) for row in of_maps} == {id_of(row) for told, _ in made.values() for row in told.rows}
    assert {id_of(row) for row in of_outputs} == {id_of(row) for _, rows in made.values() for row in rows}


def id_of(row: Row) -> tuple[str, str, float | None]:
    return row.figure, row.set, row.value


@pytest.mark.parametrize("variant", [variant.name for variant in service.TASKS["captions"].variants])
def test_captions_are_judged_by_unseen_photos_first(variant: str) -> None:
    assert service.outputs("captions", variant)[0].set == "test photos (Flickr8k)"


@pytest.mark.parametrize(("task", "variant"), TRAINED)
def test_the_figures_are_those_of_the_bundle(task: str, variant: str) -> None:
    kept = list(numbers(bundles.scores(task, variant)))
    found = service.evidence(task, variant)
    shown = [number for row in found.rows for number in (row.n, row.value, *row.baselines.values())]
    shown += [number for part in (found.by_length.bins if found.by_length else ()) for number in (part.n, part.value)]
    assert all(number in kept for number in shown if number is not None)
    about = service.TASKS[task].variant(variant)
    assert about is not None and bool(found.rows) == bool(found.how) == about.attentive
    assert all(row.baselines for row in found.rows)
    assert all(a.most < b.least for a, b in pairs(found))


def numbers(value: Any) -> Iterator[float]:
    """All numbers somewhere in a tree."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers(part)
    elif isinstance(value, int | float):
        yield value


def pairs(found: Evidence) -> Iterator[tuple[Bin, Bin]]:
    bins = found.by_length.bins if found.by_length else ()
    return pairwise(bins)


@pytest.mark.parametrize("task", list(service.TASKS))
def test_where_no_scores_were_kept_there_is_no_evidence(task: str, tmp_path: Path) -> None:
    variant = service.TASKS[task].default
    with pytest.raises(BundleError):
        service.evidence(task, variant, tmp_path)
    folder = tmp_path / task / variant
    folder.mkdir(parents=True)
    (folder / bundles.CONFIG).write_text('{"weights_sha256": "0"}')
    assert service.evidence(task, variant, tmp_path) == Evidence()
    (folder / bundles.SCORES).write_text("[")
    with pytest.raises(BundleError, match="scores"):
        service.evidence(task, variant, tmp_path)
