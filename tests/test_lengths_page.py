"""Scores by length on the page: the lines are the bundles' own scores."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.figures import lengths
from attnviz.web import glossary
from attnviz.web.panels.evidence import evidence

APP = Path(__file__).parents[1] / "attnviz" / "web" / "pages" / "translation.py"


def test_a_bundle_without_such_scores_has_no_curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "PRETRAINED", tmp_path)
    folder = tmp_path / "translation" / "none"
    folder.mkdir(parents=True)
    (folder / bundles.CONFIG).write_text('{"weights_sha256": "0"}')
    assert evidence("of a bundle without scores", "translation", "none").by_length is None


def test_the_page_shows_the_curves_of_all_variants_with_their_scores() -> None:
    page = AppTest.from_file(str(APP), default_timeout=120)
    page.session_state["translation_lengths"] = True
    page.run()
    assert not page.exception
    (shown,) = (one for one in page.expander if one.label.startswith("Long sentences"))
    chart = json.loads(next(one for one in shown if one.type == "plotly_chart").proto.spec)
    drawn = {line["name"]: line for line in reversed(chart["data"])}  # the first panel's line of each
    called = {name: service.TASKS["translation"].called(name) for name in service.variants("translation")}
    assert set(drawn) == {*called.values(), "chance"}
    for variant, name in called.items():
        scores = evidence(service.digest("translation", variant), "translation", variant).by_length
        assert scores is not None
        assert all(a.most < b.least for a, b in pairwise(scores.bins))
        assert drawn[name]["y"] == [part.value for part in scores.bins]
        assert f"{name} keeps {lengths.kept(scores):.0%}" in next(one.value for one in shown.markdown)
    assert len(chart["layout"]["shapes"]) == 3  # the example's bin, in each panel
    first = next(iter(shown.markdown))
    told = first.value
    assert glossary.TERMS["BLEU"] in first.proto.help
    share = drawn["no attention"]["y"][0] / drawn[called["additive"]]["y"][0]
    assert f"no pure picture of the squeezed vector: already at 4–10 words, no attention has only {share:.0%}" in told
    losses = [service.dev("translation", variant) or 0.0 for variant in ("none", "additive")]
    assert "its loss on the dev sets was {:.2f} against {:.2f}".format(*losses) in told
    assert "The grey band is chance" in next(one.value for one in shown.caption)


def test_on_long_sentences_none_reaches_at_most_half_the_share_that_it_reaches_on_short_ones() -> None:
    """The share of additive's BLEU: how much worse length alone makes it, whatever it lacks on short sentences."""
    less, more = (
        evidence(service.digest("translation", name), "translation", name).by_length for name in ("none", "additive")
    )
    assert less is not None and more is not None
    first, *_, last = lengths.shares(less, more)
    assert (less.bins[0].least, less.bins[0].most, less.bins[-1].least, less.bins[-1].most) == (4, 10, 61, 80)
    assert last <= first / 2


def test_chance_is_far_below_every_variant_and_the_same_for_all() -> None:
    curves = [
        evidence(service.digest("translation", name), "translation", name).by_length
        for name in service.variants("translation")
    ]
    bins = [curve.bins for curve in curves if curve is not None]
    assert len({tuple(part.chance for part in parts) for parts in bins}) == 1
    assert all(part.chance is not None and part.chance < part.value / 3 for parts in bins for part in parts)
