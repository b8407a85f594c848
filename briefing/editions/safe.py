"""HTML that may be shown: `clean` is the only maker of `SafeHtml`."""

import re
from functools import partial
from typing import NewType
from urllib.parse import urljoin

import nh3

SafeHtml = NewType("SafeHtml", str)

TAGS = """
    a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i ins kbd li mark
    ol p pre q s samp small span strong sub sup table tbody td tfoot th thead time tr u ul var wbr
"""
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "del": {"cite", "datetime"},
    "dfn": {"title"},
    "ins": {"cite", "datetime"},
    "ol": {"start"},
    "q": {"cite"},
    "td": {"align", "colspan", "rowspan"},
    "th": {"align", "colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
SCHEMES = {"http", "https", "mailto"}
SCHEMES_OF = {"href": ("http://", "https://", "mailto:"), "cite": ("http://", "https://")}
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
COMBINING = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
MARKS = re.compile(f"([{COMBINING}]{{8}})[{COMBINING}]+")
PASSES = 2


def tame(text: str) -> str:
    """Text without control and bidi override characters and with at most eight combining marks in a row."""
    if text.isascii() and text.isprintable():
        return text
    return MARKS.sub(r"\1", CONTROLS.sub("", text))


def clean(html: str, base_url: str = "") -> SafeHtml:
    """Only what the tables above allow; relative addresses are resolved against `base_url` or dropped, images are dropped.

    Two passes, because a single one can leave nested links that settle only when parsed again.
    """
    for _ in range(PASSES):
        html = tame(_pass(html, base_url))
    return SafeHtml(html)


def _pass(html: str, base_url: str) -> str:
    return nh3.clean(
        tame(html),
        tags=set(TAGS.split()),
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=partial(_attribute, base_url),
        link_rel="noopener noreferrer nofollow",
    )


def _attribute(base_url: str, _tag: str, name: str, value: str) -> str | None:
    return _absolute(name, value, base_url) if name in SCHEMES_OF else value


def _absolute(name: str, value: str, base_url: str) -> str | None:
    try:
        url = urljoin(base_url, value.strip())
    except ValueError:
        return None
    return url if url.lower().startswith(SCHEMES_OF[name]) else None
