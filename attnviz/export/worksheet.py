"""A sheet of questions to print, for a class: one HTML page that loads nothing and has no answers in it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_STYLE = """
body { font: 11pt/1.45 system-ui, sans-serif; color: #14151b; background: #ffffff; max-width: 46rem; margin: 2rem auto;
       padding: 0 1rem; }
section { break-inside: avoid; border-top: 1px solid #cbd5de; padding: 0.75rem 0 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 0 0 0.5rem; }
.name { color: #55585f; } .address { font-size: 0.85rem; color: #55585f; overflow-wrap: anywhere; }
img { max-width: 14rem; display: block; margin: 0.5rem 0; }
ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; } li::before { content: "☐ "; }
.line { border-bottom: 1px solid #8a8f98; height: 1.6rem; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_ASKED = ("Why do you think so?", "After you have looked: what did the model do? Write down the numbers.")


@dataclass(frozen=True)
class Exercise:
    """A question as it stands on the sheet. texts: what was read or written, each with its name. photo: a JPEG that was
    read. address: where it is answered. credit: who made what was read, and under which terms."""

    title: str
    texts: Sequence[tuple[str, str]]
    question: str
    choices: Sequence[str]
    address: str
    photo: bytes | None = None
    credit: str = ""


def page(exercises: Sequence[Exercise]) -> bytes:
    """The sheet, with room for answers. All texts are escaped."""
    parts = [
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
        f'content="{_POLICY}"><meta name="viewport" content="width=device-width"><title>attnviz: questions</title>'
        f"<style>{_STYLE}</style></head><body><h1>Where does a model look?</h1>",
        "<p>Name: ______________________________ Date: ______________</p>",
        *(_section(number, exercise) for number, exercise in enumerate(exercises, 1)),
        "</body></html>\n",
    ]
    return "\n".join(parts).encode()


def _section(number: int, exercise: Exercise) -> str:
    lines = [f"<section><h2>{number}. {escape(exercise.title)}</h2>"]
    if exercise.photo is not None:
        content = base64.b64encode(exercise.photo).decode("ascii")
        lines.append(f'<img alt="The photo that is asked about" src="data:image/jpeg;base64,{content}">')
    lines += [f'<p><span class="name">{escape(name)}:</span> {escape(text)}</p>' for name, text in exercise.texts]
    lines.append(f"<p><strong>{escape(exercise.question)}</strong></p>")
    lines.append("<ul>" + "".join(f"<li>{escape(choice)}</li>" for choice in exercise.choices) + "</ul>")
    lines += [f'<p>{asked}</p><div class="line"></div><div class="line"></div>' for asked in _ASKED]
    foot = " · ".join(filter(None, (exercise.address, exercise.credit)))
    lines.append(f'<p class="address">{escape(foot)}</p></section>')
    return "\n".join(lines)
