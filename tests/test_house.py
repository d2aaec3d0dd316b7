"""No file that tasks share names one of them, so that a new task is one folder, one page and one line."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

import attnviz
from attnviz import service

PACKAGE = Path(attnviz.__file__).parent
TASKS = set(service.TASKS)
CATALOGUE = "_NAMES"  # the constant in service.py that lists the tasks

# "ofCaptions", "of_captions" and "of captions" have the word "captions"; "caption" and "captioned" don't.
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def tasks_named(text: str) -> list[re.Match[str]]:
    """Where the text has the name of a task as a word, or as a part of a longer name."""
    return [word for word in WORD.finditer(text) if word.group().lower() in TASKS]


def names_of(node: ast.AST) -> Iterator[str]:
    """The identifiers and the string that a node of a syntax tree holds itself, docstrings included."""
    for _, value in ast.iter_fields(node):
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, str):
                yield part
            elif isinstance(part, bytes):
                yield part.decode("latin-1")


def is_catalogue(node: ast.AST) -> bool:
    """Whether a statement is the catalogue: one that assigns `_NAMES`."""
    targets = [node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", [])
    return any(isinstance(target, ast.Name) and target.id == CATALOGUE for target in targets)


def is_streamlit(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether a node calls Streamlit, whose arguments have names of its own: `st.radio(…, captions=…)`."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "st"


def offences(source: str, *, catalogue: bool = False) -> list[tuple[int, str]]:
    """The lines of a source text that name a task, each with the text that does. catalogue: whether the statement that
    assigns `_NAMES` may name them."""
    tree = ast.parse(source)
    allowed = {
        id(node) for statement in tree.body if catalogue and is_catalogue(statement) for node in ast.walk(statement)
    }
    lines = []
    for node in ast.walk(tree):
        allowed |= {id(keyword) for keyword in node.keywords} if is_streamlit(node) else set()
        for text in names_of(node) if id(node) not in allowed else ():
            for word in tasks_named(text):
                # in a string of several lines, the line on which the word stands
                below = text.count("\n", 0, word.start())
                line = text.splitlines()[below] if "\n" in text else text
                lines.append((getattr(node, "lineno", 1) + below, line.strip()))
    return sorted(set(lines))


def shared_files() -> list[Path]:
    """The files of attnviz that belong to no task: neither in a task's folder nor its page."""
    of_tasks = [PACKAGE / "tasks" / task for task in TASKS]
    pages = [PACKAGE / "web" / "pages" / f"{task}.py" for task in TASKS]
    files = sorted(PACKAGE.rglob("*.py"))
    return [path for path in files if path not in pages and not any(folder in path.parents for folder in of_tasks)]


def test_no_shared_file_names_a_task() -> None:
    files = shared_files()
    assert len(files) > 50
    lines = []
    for path in files:
        name = path.relative_to(PACKAGE.parent).as_posix()
        if tasks_named(name):
            lines.append(f"{name}: the file's own name")
        for line, text in offences(path.read_text(encoding="utf-8"), catalogue=path == PACKAGE / "service.py"):
            lines.append(f"{name}:{line}: {text}")
    assert not lines, f"{len(lines)} places name a task:\n" + "\n".join(lines)


@pytest.mark.parametrize(
    ("planted", "line"),
    [
        pytest.param("import attnviz.tasks.captions.reader\n", 1, id="import"),
        pytest.param("x = 1\nfrom attnviz.tasks.translation import about\n", 2, id="import from"),
        pytest.param("from attnviz.tasks import speech\n", 1, id="import of the name"),
        pytest.param("from attnviz.tasks import x as summaries\n", 1, id="import as"),
        pytest.param("entailment = 1\n", 1, id="variable"),
        pytest.param("x.of_captions = 1\n", 1, id="attribute"),
        pytest.param("def read(translation): ...\n", 1, id="argument"),
        pytest.param("read(translation=1)\n", 1, id="keyword"),
        pytest.param("def show_entailment(): ...\n", 1, id="function"),
        pytest.param("class TranslationPage: ...\n", 1, id="class"),
        pytest.param("class PageOfCAPTIONS: ...\n", 1, id="capitals"),
        pytest.param("def read():\n    global captions\n", 2, id="global"),
        pytest.param("try: ...\nexcept ValueError as captions: ...\n", 2, id="exception"),
        pytest.param("match x:\n    case captions: ...\n", 2, id="pattern"),
        pytest.param("x = 'the captions'\n", 1, id="string"),
        pytest.param("x = b'captions'\n", 1, id="bytes"),
        pytest.param("x = f'{x} for captions'\n", 1, id="formatted string"),
        pytest.param("x = 'web/pages/entailment.py'\n", 1, id="path"),
        pytest.param('"""One.\n\nSpeech is one.\n"""\n', 3, id="docstring"),
        pytest.param('def read():\n    """Translation."""\n', 2, id="docstring of a function"),
        pytest.param("OTHER = ('captions',)\n", 1, id="another list of tasks"),
    ],
)
def test_a_planted_name_is_seen(planted: str, line: int) -> None:
    assert [number for number, _ in offences(planted, catalogue=True)] == [line]


@pytest.mark.parametrize(
    "source",
    [
        "def caption(figure, captioned): ...\n",
        "x = 'A caption below the figure, translated.'\n",
        "# captions\n",
        "st.radio('Which one?', range(3), captions=['a', 'b', 'c'])\n",
        "_NAMES = ('captions', 'translation')\n",
        "_NAMES: tuple = (captions, translation)\n",
    ],
)
def test_other_words_and_the_catalogue_are_no_names_of_tasks(source: str) -> None:
    assert offences(source, catalogue=True) == []


def test_the_catalogue_is_one_place() -> None:
    assert offences("_NAMES = ('captions',)\n") == [(1, "captions")]
