"""Scores by length on the page: the lines are the bundles' own scores."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.figures import lengths
from attnviz.web.panels.evidence import evidence

APP = Path(__file__).parents[1] / "app.py"


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
    drawn = {line["name"]: line for line in chart["data"]}
    assert set(drawn) == set(service.variants("translation"))
    for variant in drawn:
        scores = evidence(service.digest("translation", variant), "translation", variant).by_length
        assert scores is not None
        assert all(a.most < b.least for a, b in pairwise(scores.bins))
        assert drawn[variant]["y"] == [part.value for part in scores.bins]
        assert f"{variant} keeps {lengths.kept(scores):.0%}" in next(one.value for one in shown.markdown)
    assert len(chart["layout"]["shapes"]) == 1  # the example's bin
