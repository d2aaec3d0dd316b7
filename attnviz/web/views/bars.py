"""The page's component for labels. The length of a bar is the label's probability; a mark shows the one before.

Everything comes as data and is written as text, never as markup.
"""

from collections.abc import Mapping

import streamlit as st

from attnviz.web.text import one_line


def show(
    probabilities: Mapping[str, float], chosen: str, before: Mapping[str, float] | None = None, *, key: str
) -> None:
    """Draw a bar for each label. before: the probabilities in another reading, to compare with."""
    rows = [
        {
            "label": one_line(label),
            "value": value,
            "before": None if before is None else before.get(label),
            "chosen": label == chosen,
        }
        for label, value in probabilities.items()
    ]
    _component(key=key, data={"rows": rows})


_CSS = """
.bars { display: grid; grid-template-columns: max-content minmax(5rem, 1fr) max-content; column-gap: 0.75rem;
        row-gap: 0.35rem; align-items: center; max-width: 30rem; font-size: 0.875rem; }
.track { position: relative; height: 0.9rem; border-radius: 3px; overflow: hidden;
         background: var(--st-secondary-background-color); box-shadow: inset 0 0 0 1px var(--st-border-color); }
.fill { height: 100%; background: var(--st-primary-color); opacity: 0.45; }
.chosen .fill { opacity: 1; }
.was { position: absolute; top: 0; bottom: 0; width: 2px; background: var(--st-text-color); }
.row { display: contents; }
.chosen { font-weight: 600; }
.number { font-variant-numeric: tabular-nums; }
"""

_JS = """
export default function ({ data, parentElement }) {
  const part = (name, text) => {
    const element = document.createElement("div");
    element.className = name;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const rows = data.rows.map((row) => {
    const line = part(row.chosen ? "row chosen" : "row");
    const track = part("track"), fill = part("fill");
    fill.style.width = `${100 * row.value}%`;
    track.append(fill);
    let number = row.value.toFixed(2);
    if (row.before !== null) {
      const was = part("was");
      was.style.left = `calc(${100 * row.before}% - 1px)`;
      track.append(was);
      number = `${row.before.toFixed(2)} → ${number}`;
    }
    line.append(part("label", row.label), track, part("number", number));
    return line;
  });
  parentElement.querySelector(".bars").replaceChildren(...rows);
}
"""

_component = st.components.v2.component("attnviz_probabilities", html='<div class="bars"></div>', css=_CSS, js=_JS)
