"""Buttons that copy a picture, a link or a text (`copied.js`). What is copied is made after the click."""

import base64
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st

from attnviz.web import address
from attnviz.web.session import widget_value

TOO_LONG = (
    f"This is too long for a link, which holds {address.MOST_CHARACTERS:,} characters of a text at most. Save the JSON "
    "instead: it can be opened below."
)
ONLY_HERE = "It works on this computer only, while attnviz runs here."


@st.fragment
def picture(content: Callable[[], bytes], *, key: str) -> None:
    """A button that copies a PNG. It isn't there where the browser allows no copying of pictures."""
    number = _asked(key)
    png = base64.b64encode(content()).decode("ascii") if number else ""
    _draw(key, number, png, label="Copy picture", done="The picture is copied.", noun="picture")


def link(link: str, *, owner: str, otherwise: str, opens: str, key: str) -> None:
    """A button that copies the address of this view, or says why there is none if `link` is empty.

    After the click the page is drawn anew, so that the link holds what was selected meanwhile. What is chosen in the
    browser alone in the figures of `owner` comes into the link as well. opens: what the link opens.
    """
    done = f"The link is copied. It opens the same {opens}, variants and settings."
    if is_local(link):
        done = f"{done} {ONLY_HERE}"
    _draw(
        key,
        _asked(key),
        link,
        label="Copy link",
        done=done,
        otherwise="" if link else otherwise,
        noun="link",
        owner=owner,
    )


@st.fragment
def text(content: str, *, noun: str, key: str) -> None:
    """A button that copies a text. noun: what the text is called."""
    _draw(key, _asked(key), content, label=f"Copy {noun}", done=f"The {noun} is copied.", noun=noun)


def _asked(key: str) -> int:
    """The number of the click that asked for the content in this run, 0 where none did."""
    return widget_value(key, {}).get("asked") or 0


def _draw(
    key: str,
    number: int,
    content: str,
    *,
    label: str,
    done: str,
    noun: str,
    otherwise: str = "",
    owner: str = "",
) -> None:
    answer = {"number": number, "content": content}
    data = {"key": key, "label": label, "done": done, "otherwise": otherwise, "noun": noun, "owner": owner}
    _component(key=key, data={**data, "answer": answer}, on_asked_change=lambda: None, width="content")


def is_local(link: str) -> bool:
    """Whether an address leads to the very computer that it is opened on."""
    host = urlsplit(link).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


_component = st.components.v2.component(
    "attnviz_copied",
    html='<div class="copied"><button type="button"></button><span class="told" role="status"></span>'
    "<input readonly></div>",
    css=Path(__file__).with_suffix(".css").read_text(encoding="utf-8"),
    js=Path(__file__).with_suffix(".js").read_text(encoding="utf-8"),
)
