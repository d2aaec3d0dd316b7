"""The few rules of layout that Streamlit has no setting for. Nothing that a visitor typed goes in here."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

PARTS = ("input", "examples", "choices", "result", "files")  # of a page, as their keys
PHONE = 640  # px that a phone's screen has at most
USUAL_PAGE = 1120  # px that a page of 1280 has for its contents
GAP = 32  # px between what stands side by side
BESIDE_CELLS = 150  # px that a map's labels take, and the gap
_SCROLLED = 480  # px of a map that is wider and scrolls, at least, where maps are compared

_PAGE = """
.stMainBlockContainer { padding-top: 3.25rem; padding-bottom: 4rem; }
/* Streamlit's own Stop would leave the page half drawn; long work has a button that doesn't. */
[data-testid="stStatusWidget"] button { display: none; }
/* A click and Escape give the scrolled page the focus, which is no place of its own. */
.stMain::before { box-shadow: none !important; }
/* Streamlit shows the page's name that has the focus like one that is pointed at, which is too faint. */
[data-testid="stTopNavLink"]:focus-visible { outline: 2px solid; }
/* A page that begins with a large title. */
.stMain h1 { font-size: clamp(1.875rem, 1.25rem + 2vw, 2.5rem); padding: 0 0 0.5rem; }
/* The title of a figure or a panel, below the heading of its part. */
.stMain h4 { font-size: 1.25rem; padding: 0.375rem 0 1rem; }
/* The rows of what is chosen, closely. */
[class*="st-key-heading"] { margin-bottom: -0.5rem; }
/* A finger has no keys to press. */
@media (pointer: coarse) { [data-testid="InputInstructions"] { display: none; } }
/* What a link leads to stands below the bar at the top. */
#opened { scroll-margin-top: 4rem; }
.stColumn > .stVerticalBlock { gap: 0.625rem; }
/* The label beside its pills. */
[class*="st-key-inline_"] .stButtonGroup { display: flex; align-items: center; gap: 0.5rem; }
[class*="st-key-inline_"] .stButtonGroup > label { margin: 0; flex: none; min-width: 4.25rem; }
[class*="st-key-inline_"] { min-height: 2rem; }
/* What stands beside the input takes as few rows as can be, as high as the pills. */
.st-key-choices .stButton button, .st-key-choices .stPopover button { min-height: 2rem; padding: 0.125rem 0.5rem; }
div:has(> [class*="st-key-options_"]), [class*="st-key-options_"] { display: contents; }
/* Examples look like the pills of variants, beside their label; on a phone they scroll in one row. */
[class*="st-key-labelled_"] > :first-child { flex: none; min-width: 4.75rem; line-height: 2rem; }
[class*="st-key-labelled_"] > :last-child { min-width: 0; }
[class*="st-key-examples_"] { overflow-x: auto; scrollbar-width: none; gap: 0.25rem; }
[class*="st-key-examples_"] > * { flex: none; }
[class*="st-key-examples_"] button { min-height: 2rem; padding: 0.25rem 0.75rem; border-radius: 2rem; }
[class*="st-key-examples_"] button p { font-size: 0.875rem; white-space: nowrap; }
/* The sentences of a text in as many columns as fit. Very many scroll, with a part of the next one in sight. */
[class*="st-key-sentences_"] { max-height: 29.5rem; overflow-y: auto; }
[class*="st-key-sentences_"] [role="radiogroup"] { display: grid; column-gap: 1.5rem; align-items: start;
    grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); }
/* Of a table with a visitor's cells: Streamlit's own download would not guard them from being formulas. */
[class*="st-key-guarded_"] [data-testid="stElementToolbarButton"]:has([aria-label^="Download"]) { display: none; }
/* What closes the menu, follows the theme or a choice, scrolls a row or leads the keys has nothing to show. */
div:has(> [class*="st-key-unseen_"]), [class*="st-key-unseen_"] { display: none; }
/* What a row of a table is, in few lines. */
[class*="st-key-evidence_"] [data-testid="stTable"] tbody th { min-width: 9rem; }
/* On a phone the pages lie behind a button that says so. */
[data-testid="stExpandSidebarButton"]::after { content: "Menu"; padding-left: 0.25rem; font-size: 1rem; }
[data-testid="stExpandSidebarButton"] { width: auto; }
/* The names of all pages stand in one row from 768 px on, below which there is the menu. */
@media (max-width: 1000px) {
  [data-testid="stTopNavLink"] { padding: 0 0.25rem; }
  [data-testid="stTopNav"] { padding-right: 0; }
  div:has(> [data-testid="stMainMenu"]) { min-width: 6rem; }
}
/* Wide formulas, and tables of model cards, scroll in frames of their own. */
.katex-display, .stMarkdown table { overflow-x: auto; overflow-y: hidden; max-width: 100%; }
.stMarkdown table { display: block; }
@media (max-width: 640px) {
  [class*="st-key-examples_"] { flex-wrap: nowrap; }
  [class*="st-key-sentences_"] { max-height: 15.5rem; }
  .stButton button, .stPopover button { padding-left: 0.5rem; padding-right: 0.5rem; }
  .stMainBlockContainer { padding-left: 1rem; padding-right: 1rem; }
  .stPopoverBody, [data-testid="stPopoverBody"] { max-width: calc(100vw - 2rem); }
  .katex-display { font-size: 0.85rem; }
  [class*="st-key-evidence_"] [data-testid="stTable"] tbody th { min-width: 7.5rem; }
}
"""


# Of the parts of a page. What holds details has no box of its own, so that the details can stand after the choices.
_ON_PHONES = """
{parts} { grid-template-columns: minmax(0, 1fr); row-gap: 0.75rem; }
{parts} > div, .st-key-result div { grid-area: auto !important; }
div:has(> .st-key-result), .st-key-result, .st-key-result div:has([class*="st-key-details_"]) { display: contents; }
[class*="st-key-details_"] { order: 3; }
div:has(> .st-key-files) { order: 4; }
"""
# White on the dark page's accent has too little contrast.
_DARK = """
[data-testid="stBaseButton-primary"], [data-testid="stBaseButton-primary"] * { color: #14161d; }
"""


# Where there is more to scroll to, there is a shade: below a long menu, and to the right of a wide table, whose first
# column stays. What covers the shade scrolls with the end.
_SCROLLED_TO = """
[data-testid="stPopoverBody"] {{ background-repeat: no-repeat; background-position: bottom;
    background-image: linear-gradient({page}, {page}), linear-gradient(transparent, rgba(128, 128, 128, 0.5));
    background-size: 100% 1.5rem; background-attachment: local, scroll; }}
[class*="st-key-evidence_"] [data-testid="stTable"] > div {{ background-repeat: no-repeat; background-position: right;
    background-image: linear-gradient({page}, {page}), linear-gradient(to right, transparent, rgba(128, 128, 128, 0.5));
    background-size: 1.5rem 100%; background-attachment: local, scroll; }}
[class*="st-key-evidence_"] [data-testid="stTable"] th:first-child {{ position: sticky; left: 0; background: {page}; }}
"""


def page() -> None:
    theme = st.context.theme.type or "light"
    shades = _SCROLLED_TO.format(page=st.get_option(f"theme.{theme}.backgroundColor"))
    st.html(f"<style>{_PAGE}{shades}{_DARK if theme == 'dark' else ''}</style>")


def heading(title: str, told: str) -> None:
    """Say what the page is, in little room, since the result comes first. Both texts are Markdown of our own."""
    with st.container(key="heading", gap=None):
        st.markdown(f"**{title}.** :small[{told}]")


def parts(owner: str, columns: tuple[int, int], *, chosen_first: bool = False) -> DeltaGenerator:
    """A container for the parts of a page, whose keys are PARTS: the input with the examples and choices beside it, and
    the result and files below. On a phone the result follows the examples at once, then come the choices, and then the
    details: the containers within the result whose keys begin with `details_`.

    columns: the widths of the input and of what stands beside it, as shares. chosen_first: whether the choices come
    before the result on a phone too.
    """
    left, right = columns
    areas = {part: f"{_child(part)} {{ grid-area: {part}; min-width: 0; }}" for part in PARTS}
    key = f"parts_{owner}"
    rows = "'input examples' auto 'input choices' 1fr 'result result' auto 'files files' auto"
    wide = f"grid-template: {rows} / {left}fr {right}fr"
    later = "" if chosen_first else "div:has(> .st-key-choices) { order: 2; }"
    rules = [
        *areas.values(),
        f".st-key-{key} {{ display: grid; gap: 0 1rem; }}",
        ".st-key-input, .st-key-examples, .st-key-choices { padding-bottom: 0.625rem; }",
        f"@media (min-width: {PHONE + 1}px) {{ .st-key-{key} {{ {wide}; }} }}",
        f"@media (max-width: {PHONE}px) {{ {_ON_PHONES.replace('{parts}', f'.st-key-{key}')} {later} }}",
    ]
    st.html(f"<style>{' '.join(rules)}</style>")
    return st.container(key=key)


def choices() -> DeltaGenerator:
    """A container for what is chosen beside the input: one thing beside another, in as many rows as they need."""
    return st.container(horizontal=True, vertical_alignment="center", gap="xsmall")


def least_height(key: str, height: int) -> None:
    """Let the container of this key be `height` px high at least, where it has a box of its own."""
    _rules({f".st-key-{key}": f"min-height: {height}px"})


def chosen(key: str) -> None:
    """Mark the button of this key as the one that is chosen, in the colours of a chosen pill."""
    accent = st.get_option(f"theme.{st.context.theme.type or 'light'}.primaryColor")
    look = f"color: {accent}; border-color: {accent}; background: color-mix(in srgb, {accent} 10%, transparent)"
    st.html(f"<style>.st-key-{key} button {{ {look}; }}</style>")


def beside_or_below(widths: Mapping[str, int], gap: int) -> None:
    """Let containers stand side by side where all of them fit, and one below another where they don't.

    widths: the least width of each container in px, by its key. They are children of one horizontal container.
    """
    needed = sum(widths.values()) + gap * (len(widths) - 1)
    # the basis is negative, so 0, where there is room for all, and wider than the row where there isn't
    _rules({_child(key): f"flex: {width} 1 calc(({needed}px - 100%) * 999)" for key, width in widths.items()})


def row(key: str, count: int, least: int) -> list[DeltaGenerator]:
    """A row of containers, which stand side by side where all of them have `least` px, else one below another."""
    keys = [f"{key}_{place}" for place in range(count)]
    beside_or_below(dict.fromkeys(keys, least), GAP)
    with st.container(horizontal=True, gap=GAP, key=key):
        return [st.container(key=name, gap="xsmall") for name in keys]


def cards(key: str, least: int, shape: float) -> None:
    """Let the containers within the container of this key be cards in as many equal columns as fit. Their keys begin
    with `card_`; a card's only link covers all of it. The containers whose keys begin with `glimpse_` keep their shape,
    whatever is in them.

    least: px of a card's width. shape: of a glimpse, its width over its height.
    """
    accent = st.get_option(f"theme.{st.context.theme.type or 'light'}.primaryColor")
    card, glimpse, link = '[class*="st-key-card_"]', '[class*="st-key-glimpse_"]', '[data-testid="stPageLink-NavLink"]'
    rules = [
        f".st-key-{key} {{ display: grid; gap: 1rem; align-items: stretch;"
        f" grid-template-columns: repeat(auto-fill, minmax(min({least}px, 100%), 1fr)); }}",
        f"{card} {{ position: relative; height: 100%; transition: border-color 0.15s, box-shadow 0.15s; }}",
        f"{card} > * {{ position: static; }}",
        f".st-key-{key} {link} {{ padding-left: 0; background: none; }}",
        f"{card} {link} {{ position: static; }}",
        f"{card} {link}::after {{ content: ''; position: absolute; inset: 0; z-index: 1; border-radius: inherit; }}",
        f"{card}:hover {{ border-color: {accent}; box-shadow: 0 2px 12px rgba(0, 0, 0, 0.12); }}",
        f"{card}:has({link}:focus-visible) {{ outline: 2px solid {accent}; outline-offset: 2px; }}",
        f"{glimpse} {{ aspect-ratio: {shape:.4f}; overflow: hidden; justify-content: center; }}",
        f"{glimpse} {{ margin-bottom: 0.375rem; }}",
        # a picture has no button of its own that would lie below the link
        '[data-testid="stElementToolbar"]:has(+ .stImage) { display: none; }',
    ]
    st.html(f"<style>{' '.join(rules)}</style>")


def link_as_button(key: str) -> None:
    """Let the only link in the container of this key look like a page's main button."""
    dark = st.context.theme.type == "dark"
    accent = st.get_option(f"theme.{'dark' if dark else 'light'}.primaryColor")
    link, ink = f'.st-key-{key} [data-testid="stPageLink-NavLink"]', "#14161d" if dark else "#ffffff"
    rules = (
        f"{link} {{ background: {accent}; padding: 0.4rem 1.1rem; min-height: 2.5rem; }}",
        f"{link} * {{ color: {ink} !important; font-weight: 600; }}",
        f"{link}:hover {{ background: color-mix(in srgb, {accent} 85%, {ink}); }}",
    )
    st.html(f"<style>{' '.join(rules)}</style>")


def view_and_details(view: str, details: str, width: int) -> None:
    """Let the details stand beside the view, which is `width` px wide, or more on a large screen, where both fit, else
    below it."""
    _rules({_child(view): f"flex: 0 0 min(max({width}px, 45%), 100%)", _child(details): "flex: 1 1 20rem"})


def answer_and_map(row: str, answer: str, looks: str, rest: str, widths: tuple[int, int]) -> None:
    """Let a map stand beside the answer, and the rest below the answer, where there is room; else one below another,
    the rest last. All are keys of containers, and the row holds the others.

    widths: the px that the answer and the map need.
    """
    left, right = widths
    named = {"a": answer, "l": looks, "r": rest}
    areas = (f"{_child(key)} {{ grid-area: {area}; min-width: 0; }}" for area, key in named.items())
    wide = f"grid-template: 'a l' auto 'r l' 1fr / {left}px minmax(0, 1fr)"
    rules = [
        *areas,
        f"div:has(> .st-key-{row}) {{ container-type: inline-size; }}",
        f".st-key-{row} {{ display: grid; gap: 0.5rem {GAP}px; grid-template: 'a' 'l' 'r' / minmax(0, 1fr); }}",
        f"@container (min-width: {left + GAP + right}px) {{ .st-key-{row} {{ {wide}; }} }}",
    ]
    st.html(f"<style>{' '.join(rules)}</style>")


def columns(key: str, count: int, width: int, gap: int) -> None:
    """Let the `count` children of a container stand in as many columns as fit.

    width: the px that a column needs; a map that may scroll needs no more than _SCROLLED. All children stand in one
    row, or in rows that, where possible, hold at least two each.
    """
    least = min(width, _SCROLLED)
    rules = [f"div:has(> .st-key-{key}) {{ container-type: inline-size; }}"]
    rules.append(f".st-key-{key} {{ display: grid; grid-template-columns: minmax(0, 1fr); gap: {gap}px; }}")
    for columns in (n for n in range(2, count + 1) if n == 2 or count % n != 1):
        grid = f".st-key-{key} {{ grid-template-columns: repeat({columns}, minmax(0, 1fr)); }}"
        rules.append(f"@container (min-width: {columns * least + (columns - 1) * gap}px) {{ {grid} }}")
    st.html(f"<style>{' '.join(rules)}</style>")


def _child(key: str) -> str:
    """The selector for the box around a container: a row lays out these boxes."""
    return f"div:has(> .st-key-{key})"


def _rules(rules: Mapping[str, str]) -> None:
    lines = (f"{selector} {{ min-width: 0; max-width: 100%; {rule}; }}" for selector, rule in rules.items())
    st.html(f"<style>{' '.join(lines)}</style>")
