"""The words of a text that was copied together with the tags of a page. Nothing is rendered, and time is linear."""

import re
from html import unescape

# Only tags that pages are made of are taken for tags, so that "a < b and c > d" stays as it is.
_BLOCKS = (
    "p|div|br|hr|h[1-6]|ul|ol|li|dl|dt|dd|table|thead|tbody|tr|td|th|blockquote|pre|section|article|header|footer|main|"
    "nav|aside|figure|figcaption|form|html|body"
)
_WITHIN = (
    "a|b|i|u|s|em|strong|span|sup|sub|small|abbr|cite|code|q|mark|time|img|picture|source|svg|path|button|label|input"
)
_OTHERS = "head|title|meta|link|noscript|iframe|video|audio|template"
_LONGEST = 2_000  # characters of a tag; a longer one is none
_TAG = re.compile(rf"<(/?)({_BLOCKS}|{_WITHIN}|{_OTHERS})(?:\s[^<>]{{0,{_LONGEST}}})?/?>", re.IGNORECASE)
_BLOCK = re.compile(_BLOCKS, re.IGNORECASE)
# What is between these is no text of the page.
_HIDDEN = (
    (re.compile("<!--"), re.compile("-->")),
    (re.compile(r"<script\b", re.IGNORECASE), re.compile(r"</script\s{0,9}>", re.IGNORECASE)),
    (re.compile(r"<style\b", re.IGNORECASE), re.compile(r"</style\s{0,9}>", re.IGNORECASE)),
)


def words_of(text: str) -> str:
    """The text without its tags, comments, scripts and styles, and with characters in place of their names (&amp;). A
    block such as a paragraph becomes one of the text. A text without a tag stays as it is."""
    if _TAG.search(text) is None:
        return text
    for begin, end in _HIDDEN:
        text = _without(text, begin, end)
    return unescape(_TAG.sub(lambda tag: "\n\n" if _BLOCK.fullmatch(tag[2]) else "", text)).strip()


def _without(text: str, begin: re.Pattern[str], end: re.Pattern[str]) -> str:
    """The text without what lies between a beginning and the end after it; what never ends goes on to the text's."""
    kept, place = [], 0
    while found := begin.search(text, place):
        kept.append(text[place : found.start()])
        ended = end.search(text, found.end())
        place = ended.end() if ended else len(text)
    return "".join([*kept, text[place:]])
