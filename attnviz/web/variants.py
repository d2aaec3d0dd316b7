"""The variants of a task: choosing them, what each one is, and what its bundle says that it can't do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.web import inputs, readings
from attnviz.web.address import key
from attnviz.web.text import escape, short

MOST = 4


@dataclass(frozen=True)
class Explanation:
    """A variant for a student. `equation` is LaTeX; `paper` is Markdown of our own."""

    plain: str
    equation: str
    paper: str


EXPLAINED: Mapping[str, Explanation] = {
    "none": Explanation(
        "No attention. The sentence is squeezed into one summary, and every word is written from that same summary. "
        "There is nowhere to look, so there is no map. It shows what the others gain, above all on long sentences.",
        r"s_t = f(s_{t-1},\, y_{t-1},\, c) \qquad c \text{ the same at every step}",
        "[Cho et al. 2014](https://arxiv.org/abs/1406.1078), section 2.2",
    ),
    "additive": Explanation(
        "Before each word, a small network compares what has been written so far (s) with each word of the input (h), "
        "and says how well they fit. These scores become weights that sum to 1.",
        r"e_{tj} = v^\top \tanh(W s_t + U h_j) \qquad \alpha_t = \operatorname{softmax}(e_t)",
        "[Bahdanau et al. 2015](https://arxiv.org/abs/1409.0473), equation 6 and appendix A.1.2; there the state "
        "before the step asks, here that of the step",
    ),
    "dot": Explanation(
        "As simple as can be: the state of the decoder and that of an input word are multiplied. Where they point the "
        "same way, the weight is large.",
        r"e_{tj} = s_t^\top h_j \qquad \alpha_t = \operatorname{softmax}(e_t)",
        "[Luong et al. 2015](https://arxiv.org/abs/1508.04025), section 3.1, dot",
    ),
    "general": Explanation(
        "A product of the decoder's state (s) and each input word (h), with a learned matrix between them that says "
        "which of their parts belong together.",
        r"e_{tj} = s_t^\top W h_j \qquad \alpha_t = \operatorname{softmax}(e_t)",
        "[Luong et al. 2015](https://arxiv.org/abs/1508.04025), section 3.1, general",
    ),
    "scaled_dot": Explanation(
        "The product of the two states, divided by the root of their size, so that large states do not make the "
        "weights all or nothing. Transformers use this one.",
        r"e_{tj} = \frac{s_t^\top h_j}{\sqrt{d}} \qquad \alpha_t = \operatorname{softmax}(e_t)",
        "[Vaswani et al. 2017](https://arxiv.org/abs/1706.03762), equation 1",
    ),
    "local": Explanation(
        "First it predicts one place in the input (p), then it looks only at ten subwords on either side, the less "
        "the further away. Its weights sum to less than 1, and are shown as they are.",
        r"p_t = S\,\operatorname{sigmoid}(v^\top \tanh(W s_t)) \qquad "
        r"\alpha_{tj} = \operatorname{softmax}_{|j-p_t| \le 10}(e_t)_j\; e^{-(j-p_t)^2 / 2\sigma^2},\ \sigma = 5",
        "[Luong et al. 2015](https://arxiv.org/abs/1508.04025), equations 9 and 10, local-p",
    ),
}

LIMITS = (
    "They are small, and learned from everyday sentences, picture captions and parliament speeches above all. They can "
    "be wrong and still sound sure. The map shows where a model looked, which is not always why it chose a word."
)


def offered(page: str, task: str, problems: Sequence[str], status: DeltaGenerator) -> list[str]:
    """The trained variants of the task; none with a sentence that says so. What was wrong in the address is told, which
    is `problems` and what it names that isn't there."""
    with status, st.spinner("Starting …"):  # which devices there are takes seconds to find out, once: torch knows
        there = service.variants(task)
        problems = [*problems, *inputs.drop_device(page)]
    if not there:
        st.error(f"There is no trained variant in pretrained/{task}: train one, or check it out.")
        return []
    for problem in (*problems, *drop_unknown(page, there)):
        st.warning(escape(problem), icon=":material/link_off:")
    return there


def drop_unknown(page: str, offered: Sequence[str]) -> list[str]:
    """Leave out what the address names and isn't there. Returns what was wrong, as sentences."""
    state = key(page, "variants")
    wanted = list(dict.fromkeys(st.session_state[state]))
    st.session_state[state] = [name for name in wanted if name in offered] or ([offered[0]] if wanted else [])
    return [
        f"There is no variant “{short(name)}”: choose from {', '.join(offered)}."
        for name in wanted
        if name not in offered
    ]


def choose(page: str, offered: Sequence[str]) -> list[str]:
    """The variants to show, at most four, in the order in which they were chosen."""
    state = key(page, "variants")
    too_many = len(st.session_state[state]) > MOST
    st.session_state[state] = st.session_state[state][:MOST]
    with st.container(key=f"inline_{page}_variants", width="content"):
        st.pills(
            "Variants",
            offered,
            selection_mode="multi",
            key=state,
            format_func=escape,
            wrap=False,
            help=f"The same network with another kind of attention each. Choose up to {MOST} to compare them; “About” "
            "says what each one is.",
        )
    chosen: list[str] = st.session_state[state]
    if too_many:
        st.caption(f"{MOST} at most stand side by side: take one out before you choose another.")
    return chosen


def explain(offered: Sequence[str], explained: Mapping[str, Explanation] = EXPLAINED) -> None:
    """What each variant is, one click away."""
    with st.popover("About", icon=":material/help:"):
        for name in offered:
            if name in explained:
                explanation = explained[name]
                st.markdown(f"**{escape(name)}**  \n{explanation.plain}")
                for formula in re.split(r"\s*\\qquad\s*", explanation.equation):
                    st.latex(formula)
                st.caption(explanation.paper)


def limits(task: str, chosen: Sequence[str], about: str = LIMITS) -> None:
    """The model cards and scores of the chosen variants."""
    with st.expander("What these models can and can't do", icon=":material/fact_check:"):
        st.markdown(about)
        for name in chosen:
            told = readings.model(service.digest(task, name), task, name)
            if told.card:
                st.markdown(re.sub(r"^#+ ", "###### ", told.card, flags=re.MULTILINE))
            if told.scores:
                st.dataframe(told.scores, hide_index=True, alt=f"Scores of the variant {name}")
