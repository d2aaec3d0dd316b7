"""What the page of captions begins with is what the library does unasked."""

from inspect import signature
from pathlib import Path

from streamlit.testing.v1 import AppTest

from attnviz.tasks.captions import reader, scores

PAGE = Path(__file__).parents[1] / "attnviz" / "web" / "captions.py"


def test_the_length_penalty_is_one_everywhere() -> None:
    wanted = signature(reader.CaptionReader.read).parameters["length_penalty"].default
    assert signature(scores.evaluate).parameters["length_penalty"].default == wanted
    page = AppTest.from_file(str(PAGE), default_timeout=120).run()
    assert page.session_state["captions_penalty"] == wanted
