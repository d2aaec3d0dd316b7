"""What a page keeps of a session: declared names with types, and nothing else."""

import ast
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import attnviz
from attnviz.web.session import Name, Session

WEB = Path(attnviz.__file__).parent / "web"


def page() -> Session:
    return Session("page", [Name("rank", dict, {}), Name("place", int | None), Name("own", str, "")])


def test_the_key_is_that_of_the_page_and_the_name() -> None:
    assert page().key("rank") == "page_rank"


def test_a_name_that_was_not_declared_raises() -> None:
    session = page()
    for use in (session.key, session.__getitem__, session.__contains__):
        with pytest.raises(KeyError, match="page does not declare the name 'file'"):
            use("file")
    with pytest.raises(KeyError):
        session["file"] = None


def test_a_value_of_another_type_raises() -> None:
    session = page()
    with pytest.raises(TypeError, match="page_own"):
        session["own"] = 3
    with pytest.raises(TypeError, match="page_place"):
        session["place"] = "3"


def test_a_value_is_kept_from_run_to_run_and_a_first_one_is_nobodys() -> None:
    def app() -> None:
        import streamlit as st

        from attnviz.web.session import Name, Session

        session = Session("page", [Name("rank", dict, {}), Name("place", int | None)])
        session["rank"]["additive"] = 2  # a first value that was changed by mistake is not the next visitor's
        st.text(repr(session["rank"]))
        st.text(repr(("place" in session, session["place"])))
        session["place"] = 4

    ran = AppTest.from_function(app, default_timeout=120).run()
    assert [text.value for text in ran.text] == ["{}", "(False, None)"]
    ran.run()
    assert [text.value for text in ran.text] == ["{}", "(True, 4)"]


def test_only_session_py_touches_the_session_state_of_streamlit() -> None:
    touching = {
        path.relative_to(WEB).as_posix()
        for path in WEB.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "session_state"
    }
    assert touching == {"session.py"}
