"""The table of pairs on the page: its upload, the predicted labels, how often they agree with the file's, saving."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import exp

import streamlit as st

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.export import numbers
from attnviz.export.names import slug
from attnviz.tasks.base import Task
from attnviz.web import readings, renewed
from attnviz.web.inputs import results
from attnviz.web.inputs.pairs_file import MOST_PAIRS, SIDES, Pair, parse
from attnviz.web.session import Name, Session, widget_value
from attnviz.web.text import escape, key_of, short

MOST_MEGABYTES = 1

_CHUNK = 10  # pairs between two movements of the progress bar


@dataclass(frozen=True)
class TableFile:
    """A file as it was given."""

    name: str
    content: bytes


NAMES = (Name("table", TableFile | None),)


@dataclass(frozen=True)
class LabelledPairs:
    """Pairs, each with the label that its file gives it ("" where it gives none), and with the log-probabilities of the
    model's labels, or a sentence that says what is wrong with it."""

    pairs: Sequence[Pair]
    own: Sequence[str]
    answers: Sequence[list[float] | str]


def menu(session: Session, examples: Sequence[Sequence[str]]) -> None:
    """Draw a menu with the box for a file. What the file holds is shown by `show`, also after other pages were seen."""
    key = renewed.widget(_menu(session))  # the menu and the box in it are renewed together, which closes the menu

    def take() -> None:
        file = widget_value(f"{key}_file")
        session["table"] = None if file is None else TableFile(file.name, file.getvalue())
        renewed.empty(_menu(session))

    with st.popover("Many pairs", icon=":material/table_rows:", key=key):
        st.file_uploader(
            f"A CSV file with the columns premise and hypothesis, up to {MOST_PAIRS} pairs. All are labelled, and each "
            "can be opened on this page. Put the right labels into a column named label to see how often the model "
            "agrees.",
            type=["csv", "tsv", "txt"],
            key=f"{key}_file",
            max_upload_size=MOST_MEGABYTES,
            on_change=take,
        )
        st.download_button(
            "Template",
            numbers.table(SIDES, examples),
            file_name="pairs.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"{session.owner}_template",
            help="A CSV file with the examples of this page, to fill in with pairs of your own.",
        )


def _menu(session: Session) -> str:
    return f"{session.owner}_table_menu"


def show(
    session: Session,
    task: Task,
    variants: Sequence[str],
    device: str,
    on_choose: Callable[[Pair], None],
) -> None:
    """The labels of the pairs in the file that was given, if there is one. Choosing a row calls `on_choose`.

    variants: those that are chosen on the page; the first one labels the pairs.
    """
    file: TableFile | None = session["table"]
    if file is None:
        return

    def close() -> None:
        session["table"] = None

    st.button("Close the table", icon=":material/close:", on_click=close, key=f"{session.owner}_close_table")
    try:
        given = parse(file.content)
    except InputError as problem:
        st.error(escape(f"{short(file.name)} was not read: {problem}"), icon=":material/error:")
        return
    variant = variants[0]
    try:
        answers = _classify(session, task.name, variant, given.pairs, device)
    except (InputError, BundleError) as problem:
        st.error(escape(str(problem)), icon=":material/error:")
        return
    for note in given.notes:
        st.info(note, icon=":material/content_cut:")
    pairs = given.pairs[: len(answers)]
    answered = LabelledPairs(pairs, given.labels[: len(answers)], answers)
    table = columns(answered, task.labels)
    count = "1 pair" if len(pairs) == 1 else f"{len(pairs)} pairs"
    by = f"“{escape(task.called(variant))}”{', the first of the chosen variants' if len(variants) > 1 else ''}"
    st.caption(
        f"{count} from {escape(short(file.name))}, labelled by {by}. Choose a row to open it below. A click on a "
        "column's name sorts."
    )
    content, alt = key_of(pairs, variant), "The pairs with their labels and probabilities"
    results.draw(session, table, content, alt, lambda row: on_choose(pairs[row]), probabilities=task.labels)
    _agreement(answered, task.labels)
    name = f"{task.name}-pairs-{slug(task.called(variant))}.csv"
    results.save(session, "table", "Save the table", name, "text/csv", lambda: results.csv(table))
    if tuple(session[name] for name in task.inputs) not in pairs:
        results.end("other texts")


def _agreement(labelled: LabelledPairs, labels: Sequence[str]) -> None:
    """How often the model's label is the one in the file, and which ones it takes for which, where the file has any."""
    import pandas as pd

    both = [
        (own, predicted)
        for own, answer in zip(labelled.own, labelled.answers, strict=True)
        if own in labels and (predicted := predicted_label(answer, labels))
    ]
    if not both:
        return
    right = sum(own == predicted for own, predicted in both)
    st.caption(
        f"For {right} of the {len(both)} pairs with a known label, the predicted label is the same "
        f"({right / len(both):.0%})."
    )
    with st.expander("Which labels are taken for which"):
        counts = [[both.count((own, predicted)) for predicted in labels] for own in labels]
        names = [f"predicted: {label}" for label in labels]
        st.table(pd.DataFrame(counts, index=pd.Index(labels, name="label in the file"), columns=names))


def predicted_label(answer: list[float] | str, labels: Sequence[str]) -> str | None:
    """The likeliest label; None for a pair that could not be read."""
    return None if isinstance(answer, str) else labels[max(range(len(labels)), key=answer.__getitem__)]


def columns(labelled: LabelledPairs, labels: Sequence[str]) -> results.Table:
    """The columns of the table: the pair, the label in its file, the predicted one, the probability of each, and what
    is wrong. The label of the file is there only where it gives any, and what is wrong only where anything is."""
    premises, hypotheses = SIDES
    probabilities = [
        [round(exp(logprob), 4) for logprob in answer] if isinstance(answer, list) else [None for _ in labels]
        for answer in labelled.answers
    ]
    found: dict[str, list[str | float | None]] = {
        premises: [premise for premise, _ in labelled.pairs],
        hypotheses: [hypothesis for _, hypothesis in labelled.pairs],
        "label": list(labelled.own),
        "predicted": [predicted_label(answer, labels) or "" for answer in labelled.answers],
        **{label: [row[place] for row in probabilities] for place, label in enumerate(labels)},
        "problem": [
            " ".join(_problems(own, answer, labels)) for own, answer in zip(labelled.own, labelled.answers, strict=True)
        ],
    }
    return results.without_empty(found, ["label", "problem"])


def _problems(own: str, answer: list[float] | str, labels: Sequence[str]) -> Iterator[str]:
    """Sentences on what is wrong with a row: texts that can't be read, and a label that is none of the model's."""
    if isinstance(answer, str):
        yield answer
    if own and own not in labels:
        yield f"The label “{short(own, 40)}” is unknown: write {', '.join(labels[:-1])} or {labels[-1]}."


def _classify(session: Session, task: str, variant: str, pairs: Sequence[Pair], device: str) -> list[list[float] | str]:
    """The answer for each pair, in the table's order; for the first ones alone if it was stopped."""
    digest, answers = service.digest(task, variant), []
    work = key_of(digest, pairs, device)
    for batch in readings.stoppable(f"{session.owner}_table", work, pairs, "pairs", each=_CHUNK):
        answers += _answers(digest, task, variant, tuple(batch), device)
    return answers


@st.cache_data(max_entries=500, ttl="2h", show_spinner=False)
def _answers(digest: str, task: str, variant: str, pairs: tuple[Pair, ...], device: str) -> list[list[float] | str]:
    """digest: of the variant's weights; it keeps cached answers of different bundles apart."""
    try:
        return list(service.classify(task, variant, pairs, device=device))
    except InputError as problem:
        if len(pairs) == 1:
            return [str(problem)]
        return [answer for pair in pairs for answer in _answers(digest, task, variant, (pair,), device)]
