"""Six steps of attention on one input: the papers' equations beside the numbers of this very reading."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from attnviz import service
from attnviz.analysis import energies
from attnviz.attention import SUBWORDS, AttentionMap, Weights
from attnviz.figures import likely, maps
from attnviz.reading import Alternative
from attnviz.tasks.base import Inside, Task
from attnviz.tasks.lesson import place_of
from attnviz.web import address, readings, style
from attnviz.web.address import Parameter
from attnviz.web.inputs import controls
from attnviz.web.readings import Settings
from attnviz.web.session import Name, Session
from attnviz.web.text import escape, one_line
from attnviz.web.views import bars, heatmap, over_words
from attnviz.web.views.map_view import MapView
from attnviz.web.views.sentences import NUMBER

VARIANT = "additive"  # whose equations are told
MOST_SELECTED = 2_000  # subwords, more than a map can have
LARGEST_CHANGE = 10.0  # of an energy

_ENERGY = st.column_config.NumberColumn(format="%.2f")
_CELL = Name("cell", tuple | None)  # where the energy was changed
_ROOM = 400  # px that the map takes
_STEPS = 400  # px that the steps need beside the map
_SHOWN = 4  # numbers of a long row
_BAHDANAU = "[Bahdanau et al. 2015](https://arxiv.org/abs/1409.0473)"
_LUONG = "[Luong et al. 2015](https://arxiv.org/abs/1508.04025)"


def parameters(task: Task, are_shown: Callable[[Session], bool]) -> list[Parameter]:
    """The settings of the six steps in the address, while they are shown."""
    names = [example.name for example in task.examples]
    every = (
        address.one_of("example", names, names[0]),
        address.number("output", 0, 0, MOST_SELECTED),
        address.number("input", 0, 0, MOST_SELECTED),
        address.number("change", 0.0, -LARGEST_CHANGE, LARGEST_CHANGE),
    )
    return [replace(parameter, fits=are_shown) for parameter in every]


NAMES = (_CELL,)


def show(session: Session, task: Task) -> None:
    """Draw the steps. Raises InputError and BundleError."""
    st.markdown(
        "This is what happens before a model writes one piece of a word. The numbers are those of the model, for the "
        "cell that is chosen in the map: choose another one, and see what changes."
    )
    with st.container(key=f"inline_{session.owner}_example"):
        st.selectbox(
            "Sentence",
            [example.name for example in task.examples],
            format_func=lambda name: _label(task, name),
            key=session.key("example"),
            width=360,
        )
    example = task.example(session["example"])
    assert example is not None
    with st.skeleton(_ROOM):
        own = _inside(task, example.inputs[0])
    attention = own.reading.map(SUBWORDS)
    assert attention is not None
    view = _view(session, own, attention)
    query, key = _chosen(session, view, attention)
    cell = (example.name, query, key)
    if session["cell"] not in (None, cell):
        session["change"] = 0.0  # it was another cell's
    session["cell"] = cell
    now = _changed(session, task, example.inputs[0], own, query, key)
    row, looks, numbers, lens = (f"{part}_of_{session.owner}" for part in ("row", "map", "steps", "lens"))
    style.answer_and_map(row, looks, numbers, lens, (view.width + over_words.LEGEND, _STEPS))
    with st.container(key=row):
        over, right, under = (st.container(key=key) for key in (looks, numbers, lens))
    with over:
        heatmap.draw(replace(view, map=now.reading.map(SUBWORDS)))
        _lens(session, own, now, attention, query, key)
    with right:
        _steps(now, attention, query, key, session["change"])
    with under:
        _after(session, own, now, attention, query)


def _label(task: Task, name: str) -> str:
    example = task.example(name)
    return name if example is None else f"{example.label}: {example.inputs[0]}"


def _inside(task: Task, source: str) -> Inside:
    """What the model computes on the way to its own output."""
    wanted = Settings(5, task.length_penalty or 0.0, service.devices()[0])
    output = readings.read(task.name, VARIANT, source, wanted).output.text
    return _inside_of(service.digest(task.name, VARIANT), task.name, source, output, None)


@st.cache_data(max_entries=50, max_size="50MB", show_spinner=False)
def _inside_of(digest: str, task: str, source: str, output: str, weights: Weights | None) -> Inside:
    """digest: keeps what different bundles computed apart. weights: (tokens, keys), in place of the mechanism's own."""
    given = None if weights is None else {SUBWORDS: weights}
    return service.inside(task, VARIANT, source, output, weights=given)


def _view(session: Session, own: Inside, attention: AttentionMap) -> MapView:
    return MapView(
        place=f"{session.owner}_steps",
        key=f"{session.owner}_steps_{session['example']}",
        source=own.reading.texts,
        output=own.reading.output,
        map=attention,
    )


def _chosen(session: Session, view: MapView, attention: AttentionMap) -> tuple[int, int]:
    """The query and the key of the cell that is chosen in the map; at first those in the address, else those of the
    sentence's lever."""
    if not view.ever_selected or address.returned(session):
        wanted = session["output"] - 1, session["input"] - 1
        if all(0 <= place < size for place, size in zip(wanted, attention.weights.shape, strict=True)):
            view.select(*wanted)
    if view.selected == (None, None):
        view.select(*_lever(session["example"], attention))
    query, key = _cell(attention, *view.selected)
    session["output"], session["input"] = query + 1, key + 1
    return query, key


def _lever(example: str, attention: AttentionMap) -> tuple[int | None, int | None]:
    """The cell whose energy makes the model write another word; none where the map has no such cell."""
    written, read = service.levers().get(example, ("", ""))
    try:
        return place_of(attention.queries.labels, written), place_of(attention.keys.labels, read)
    except LookupError:
        return None, None


def _changed(session: Session, task: Task, source: str, own: Inside, query: int, key: int) -> Inside:
    """What the model computes with the change of the cell's energy; its own where nothing was changed."""
    change = session["change"]
    if not change:
        return own
    weights, row = energies.changed(own.weights, own.energies, query, key, change)
    other = _inside_of(own.reading.provenance.digest, task.name, source, own.reading.output.text, weights)
    all_energies = own.energies.copy()
    all_energies[query] = row
    return replace(other, energies=all_energies)


def _cell(attention: AttentionMap, query: int | None, key: int | None) -> tuple[int, int]:
    """The cell of a chosen query and key. Where one of them is not chosen, the strongest one that fits; where none is,
    that of the row in which the weight is spread most."""
    weights = attention.weights
    if query is None:
        query = int(weights.max(axis=1).argmin() if key is None else weights[:, key].argmax())
    return query, int(weights[query].argmax()) if key is None else key


def _steps(now: Inside, attention: AttentionMap, query: int, key: int, change: float) -> None:
    """The equations with the numbers of a cell, to whose energy `change` was added."""
    word, read = (escape(axis.labels[place]) for axis, place in ((attention.queries, query), (attention.keys, key)))
    size, count = now.states.shape[1], len(now.states)
    before = escape(attention.queries.labels[query - 1]) if query else ""
    after = f"after “{before}”" if before else "before anything is written"
    energy, weight = float(now.energies[query, key]), float(now.weights[query, key])
    added = f", with the {_number(change)} that you added" if change else ""
    written = f"“{word}” is what was written; the likeliest are"
    steps: list[tuple[str, str, str, str]] = [
        (
            "Read",
            r"h_j = [\overrightarrow{h}_j;\ \overleftarrow{h}_j]",
            f"One network reads the input forwards, another one backwards. So each of the {count} pieces, the end mark "
            f"included, has a state of {size} numbers that knows what stands around it. That of “{read}” (j = "
            f"{key + 1}) is {_row(now.states[key])}.",
            f"{_BAHDANAU}, section 3.2",
        ),
        (
            "Ask",
            r"s_i = \operatorname{LSTM}(s_{i-1},\ [E y_{i-1};\ r_{i-1}])",
            f"The state of the decoder is the question that is asked {after}: {_row(now.queries[query])}, "
            f"{now.queries.shape[1]} numbers (i = {query + 1}).",
            f"{_LUONG}, section 3.3, input feeding. {_BAHDANAU} asks with the state before this one.",
        ),
        (
            "Compare",
            r"e_{ij} = v^\top \tanh(W s_i + U h_j)",
            f"A small network says how well the question fits each state. For “{read}” the energy is "
            f"**{_number(energy)}**{added}; the energies of this row go from {_number(now.energies[query].min())} to "
            f"{_number(now.energies[query].max())}.",
            f"{_BAHDANAU}, appendix A.1.2",
        ),
        (
            "Weigh",
            r"\alpha_{ij} = \frac{\exp(e_{ij})}{\sum_k \exp(e_{ik})}",
            f"A softmax makes weights of the energies, which sum to 1: exp({_number(energy)}) divided by the sum over "
            f"all {count} pieces is **{weight:.3f}**. That is the colour of the cell.",
            f"{_BAHDANAU}, equation 6",
        ),
        (
            "Gather",
            r"c_i = \sum_j \alpha_{ij} h_j",
            "The context is the mean of all states, each counted by its weight: "
            f"{_row(now.contexts[query])}. {weight:.0%} of it is the state of “{read}”.",
            f"{_BAHDANAU}, equation 5",
        ),
        (
            "Write",
            r"p(y_i) = \operatorname{softmax}(E \tanh(W_r [s_i; c_i]) + b)",
            "Question and context together give every piece of the vocabulary a probability. "
            f"{written}{' now' if change else ''} {_likeliest(now.alternatives[query])}.",
            f"{_LUONG}, equations 5 and 6",
        ),
    ]
    for number, (name, equation, told, paper) in enumerate(steps, 1):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{number}. {name}**")
            st.latex(equation)
            st.markdown(told)
            st.caption(paper)


def _lens(session: Session, own: Inside, now: Inside, attention: AttentionMap, query: int, key: int) -> None:
    """Change one energy, and see what would be written then."""

    def put_back() -> None:
        session["change"] = 0.0

    word, read = (escape(axis.labels[place]) for axis, place in ((attention.queries, query), (attention.keys, key)))
    change = session["change"]
    st.subheader("Change one energy", anchor=False)
    st.markdown(
        f"Make “{read}” fit better or worse while “{word}” is written. Its energy changes alone, but all weights of "
        "the row change with it, because they sum to 1. The map and the steps follow."
    )
    controls.slider(
        session,
        "change",
        "Added to the energy",
        (-LARGEST_CHANGE, LARGEST_CHANGE, 0.5),
        help="0 leaves the energy as the model has it.",
    )
    key_of_button, icon = f"{session.owner}_put_back", ":material/undo:"
    st.button("Put back", key=key_of_button, icon=icon, on_click=put_back, disabled=not change)
    before, after = (escape(one.alternatives[query][0].text) for one in (own, now))
    told = f"“{after}”" if after == before else f"“{after}”, in place of “{before}”"
    st.markdown(f"**What would be written**: {told}")


def _after(session: Session, own: Inside, now: Inside, attention: AttentionMap, query: int) -> None:
    """What is likeliest to be written, and the row's energies and weights, both also as they were before the change."""
    word, change = escape(attention.queries.labels[query]), session["change"]
    probable, before = _probabilities(now.alternatives[query]), _probabilities(own.alternatives[query])
    bars.show(probable, next(iter(probable), ""), before if change else None, key=f"{session.owner}_likeliest")
    if change:
        st.caption("The mark on a bar is the probability without the change, where it was among the likeliest.")
    st.markdown(f"**The row of “{word}”**")
    _table(attention, own, now, query)


def _table(attention: AttentionMap, own: Inside, now: Inside, query: int) -> None:
    """A row's energies and weights, with those after the change where they differ."""
    pieces = [*(one_line(label) for label in attention.keys.labels), maps.REST_LABEL]
    columns: dict[str, Sequence[object]] = {
        "j": list(range(1, len(pieces) + 1)),
        attention.key_name: pieces,
        "energy": own.energies[query].round(2).tolist(),
        "weight": own.weights[query].round(3).tolist(),
    }
    if now is not own:
        columns |= {
            "energy, changed": now.energies[query].round(2).tolist(),
            "weight, changed": now.weights[query].round(3).tolist(),
        }
    formats = {"energy": _ENERGY, "energy, changed": _ENERGY, "weight": NUMBER, "weight, changed": NUMBER}
    st.dataframe(
        columns,
        hide_index=True,
        column_config=formats,
        alt="The energy and the weight of every piece of the input",
    )


def _probabilities(alternatives: Sequence[Alternative]) -> dict[str, float]:
    return {one_line(one.text): likely.probability(one.logprob) for one in alternatives}


def _likeliest(alternatives: Sequence[Alternative]) -> str:
    return ", ".join(f"“{escape(one.text)}” {likely.told(one.logprob)}" for one in alternatives[:3])


def _row(values: NDArray[np.float32]) -> str:
    """The first numbers of a long row."""
    return f"({', '.join(_number(value) for value in values[:_SHOWN])}, …)"


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")  # 0 is added so that there is no −0.00
