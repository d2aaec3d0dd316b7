"""The sheet of questions: everything that is asked, nothing of the answers, and no way out of the page."""

from attnviz.export.worksheet import Exercise, page

EXERCISE = Exercise(
    title="A <b>title</b>",
    texts=[("French", "l'année & <script>alert(1)</script>")],
    question="Which one?",
    choices=("this", "that"),
    address="http://127.0.0.1/learn/?lesson=one",
    photo=b"\xff\xd8",
    credit="Somebody; CC0.",
)


def test_a_sheet_has_its_questions_with_room_for_answers() -> None:
    html = page([EXERCISE, EXERCISE]).decode()
    assert html.count("Which one?") == 2 and html.count("<li>this</li><li>that</li>") == 2
    assert html.count(EXERCISE.address) == 2
    assert html.count('class="line"') == 8 and html.count("Somebody; CC0.") == 2


def test_texts_are_text_and_nothing_is_loaded() -> None:
    html = page([EXERCISE]).decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "<script" not in html and "<b>" not in html
    assert "default-src 'none'" in html and 'src="data:image/jpeg;base64,/9g="' in html
