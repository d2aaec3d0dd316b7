"""The page of entailment: a premise and a hypothesis, whether the one follows from the other, and what was matched."""

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from attnviz import service
from attnviz.errors import BundleError, InputError
from attnviz.reading import Reading
from attnviz.tasks.entailment.about import REVERSE
from attnviz.tasks.entailment.corpus import LABELS
from attnviz.web import (
    address,
    answers,
    examples,
    inputs,
    pairs,
    panels,
    readings,
    save,
    saved,
    style,
    two_texts,
    variants,
    without,
)
from attnviz.web.about_entailment import CAUTION, EXPLAINED, LIMITS
from attnviz.web.text import escape

PAGE = TASK = "entailment"
EXAMPLES = examples.ENTAILMENT
PARAMETERS = (
    *two_texts.parameters(PAGE, EXAMPLES, first="event"),
    without.parameter(),
    address.names("variants", [service.TASKS[TASK]]),
    address.Parameter("device", "", str),
    address.switch("stretch", False),
    address.switch("difference", False),
)


def key(name: str) -> str:
    return address.key(PAGE, name)


def page() -> None:
    style.page()
    problems = address.restore(PAGE, PARAMETERS)
    two_texts.take_example(PAGE, EXAMPLES)
    style.heading(
        "Entailment",
        "Does the second text follow from the first? For each word, the map shows where a network looked.",
    )
    left, right = st.columns([4, 5])
    with left:
        status = two_texts.boxes(PAGE, on_change=new_texts, on_swap=lambda: without.swap(PAGE))
    with right:
        two_texts.example_pills(PAGE, EXAMPLES, on_change=new_texts)
    offered = variants.offered(PAGE, TASK, problems, status)
    if not offered:
        return
    with right:
        chosen = variants.choose(PAGE, offered)
        device = inputs.device(PAGE)
        options = st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"options_{PAGE}")
        with options:
            variants.explain(offered, EXPLAINED)
    if chosen:
        pairs.show(PAGE, TASK, chosen[0], LABELS, device, on_choose=open_pair)
    show(chosen, device, status, options)
    saved.offer(PAGE, on_change=new_texts)
    pairs.offer(PAGE, [example.pair for example in EXAMPLES.values()])
    variants.limits(TASK, chosen, LIMITS)
    address.keep(PAGE, PARAMETERS)


def new_texts() -> None:
    """Which words were left out says nothing of other texts."""
    without.bring_back(PAGE)


def open_pair(pair: two_texts.Pair) -> None:
    st.session_state[key("example")] = None
    two_texts.put(PAGE, pair)
    new_texts()


def show(chosen: list[str], device: str, status: DeltaGenerator, options: DeltaGenerator) -> None:
    """The labels, the maps, and how to save them; or a sentence that says why there are none."""
    found = saved.opened(PAGE, TASK, new_texts, answers.fits)
    live = not found
    if live and not chosen:
        st.info("Choose a variant above to read with.", icon=":material/touch_app:")
        return
    try:
        if live:
            found = read(two_texts.typed(PAGE), chosen, device, status)
    except (InputError, BundleError) as problem:
        panels.refuse(problem)
        return
    with options:
        stretch = st.toggle(
            "Stretch", key=key("stretch"), help="Let each map's colours end at its own largest weight, not at 1."
        )
        pair = difference_pair(found)
        if live:
            without.menu(PAGE, found[0].texts)
    panels.notes(found)
    if live:
        without.lines(PAGE, found[0].texts, answers.unknown(found[0]))
        found = beside_without(found, device)
    shown = answers.panels(PAGE, found, stretch=stretch)
    answers.show(PAGE, TASK, shown, CAUTION)
    if pair:
        answers.difference(PAGE, *pair, stretch=stretch)
    fits = live and all(map(inputs.fits_link, two_texts.typed(PAGE)))
    link = address.link(PAGE, PARAMETERS) if fits else ""
    others = {"Maps the other way": REVERSE} if any(one.map(REVERSE) for one in found) else {}
    save.show(PAGE, found, pair, subwords=False, stretch=stretch, link=link, others=others)


def read(pair: two_texts.Pair, chosen: list[str], device: str, status: DeltaGenerator) -> list[Reading]:
    """The two texts as each variant reads them. Raises InputError and BundleError."""
    texts = []
    for text in pair:
        (whole,), notes = inputs.within_limits(text, None)
        texts.append(whole)
        for note in notes:
            st.info(note, icon=":material/content_cut:")
    with status, st.spinner(readings.doing(chosen)):
        return [readings.read(TASK, variant, tuple(texts), settings(device)) for variant in chosen]


def settings(device: str) -> readings.Settings:
    """Beam and length penalty are for tasks that write, and change nothing here."""
    return readings.Settings(beam=1, length_penalty=1.0, device=device)


def beside_without(found: list[Reading], device: str) -> list[Reading]:
    """Each reading, and after it the one of its texts without the words that are left out, if any are."""
    texts = found[0].texts
    dropped = without.out(PAGE, texts)
    if not any(dropped):
        return found
    pair, told = without.texts_without(texts, dropped), without.told(texts, dropped)
    both = []
    for one in found:
        both.append(one)
        try:
            other = readings.read(TASK, one.variant, pair, settings(device))
        except (InputError, BundleError) as problem:
            panels.refuse(problem)
            return found
        about = replace(other.provenance, settings={**other.provenance.settings, "left_out": told})
        both.append(replace(other, provenance=about))
    return both


def difference_pair(found: list[Reading]) -> list[Reading]:
    """The first two variants whose maps are over the same words, if their difference is wanted."""
    whole = [one for one in found if (first := one.map()) and len(first.queries) == len(one.texts[1].labels)]
    attentive = [one for one in whole if one.texts == whole[0].texts][:2]
    if len(attentive) < 2:
        return []
    names = " − ".join(escape(one.variant) for one in attentive)
    wanted = st.toggle("Difference", key=key("difference"), help=f"{names}, cell by cell.")
    return attentive if wanted else []


page()
