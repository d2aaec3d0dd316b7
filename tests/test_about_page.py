"""The page about attnviz: what it tells is what the files of the repository say."""

import re
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns

import pytest
from streamlit.testing.v1 import AppTest

from attnviz import bundles, service
from attnviz.tasks.base import VERSION, Task
from attnviz.web.readings import _KEPT
from tests.pages import plain

ROOT = Path(__file__).parents[1]


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages.py"), default_timeout=120)
    app.switch_page("attnviz/web/pages/about.py")
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception and not app.error
    return app


def told(page: AppTest) -> str:
    return "\n".join(one.value for one in page.markdown)


@pytest.mark.parametrize("task", service.TASKS.values(), ids=lambda task: task.name)
def test_each_variant_has_its_paper_and_each_trained_one_its_card(task: Task) -> None:
    page = opened(task=task.name)
    assert not page.warning
    page.session_state[f"cards_{task.name}"] = True
    page.run()
    there = service.variants(task.name)
    for variant in task.variants:
        assert (f"**: {variant.paper}" in told(page)) == (variant.name in there)
    (card,) = (one for one in page.expander if one.label.startswith("What these models"))
    assert any(one.value == task.limits for one in card.markdown)
    assert len(card.markdown) == 1 + len(service.variants(task.name))


def test_a_damaged_bundle_hides_nothing_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    task, damaged, whole = service.TASKS["translation"], "additive", "general"
    copyfile(bundles.PRETRAINED / "LICENSE.md", tmp_path / "LICENSE.md")
    for name in (damaged, whole):
        copytree(bundles.PRETRAINED / task.name / name, tmp_path / task.name / name, ignore=ignore_patterns("w*", "p*"))
    (tmp_path / task.name / damaged / bundles.CONFIG).write_text("{")
    monkeypatch.setattr(bundles, "PRETRAINED", tmp_path)
    page = opened(task=task.name)
    page.session_state[f"cards_{task.name}"] = True
    page.run()
    assert not page.exception
    for variant in task.variants:
        assert (f"**: {variant.paper}" in told(page)) == (variant.name in (damaged, whole))
    (problem,) = page.error
    assert plain(problem.value).startswith(f"The config of {task.name}/{damaged} is not readable JSON")
    (card,) = (one for one in page.expander if one.label.startswith("What these models"))
    (_, text) = card.markdown
    kept = (tmp_path / task.name / whole / "card.md").read_text()
    assert text.value.partition("\n")[0].lstrip("# ") == kept.partition("\n")[0].lstrip("# ")


def test_it_says_how_to_cite_and_what_may_be_done_with_code_and_weights() -> None:
    page = opened()
    cff, bib = ((ROOT / f"CITATION.{ending}").read_text() for ending in ("cff", "bib"))
    assert {cff.strip(), bib.strip()} <= {one.value for one in page.code}
    (title,) = re.findall(r'^title: "(.*)"$', cff, flags=re.MULTILINE)
    assert f"{{{title}}}" in bib and f"{{{VERSION}}}" in bib
    assert (ROOT / "LICENSE").read_text().strip("\n") in [one.value for one in page.code]
    assert f"version: {VERSION}\n" in cff and f"Version {VERSION}" in told(page)
    labels = [one.label for one in page.expander]
    credits = [path.read_text().splitlines()[0].lstrip("# ") for path in ROOT.glob("attnviz/**/CREDITS.md")]
    assert credits and set(credits) <= set(labels)


def test_privacy_is_told_in_three_lines() -> None:
    lines = next(one.value for one in opened().markdown if "counts no visits" in one.value)
    assert sum(line.startswith("- ") for line in lines.splitlines()) == 3
    assert "for two hours at most" in " ".join(lines.split()) and _KEPT == 2 * 60 * 60
