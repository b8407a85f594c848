"""Words from outside made literal: two ways of writing the same text so that Markdown finds no mark-up in it."""

import re
import string
import unicodedata
from urllib.parse import quote

from markupsafe import Markup

from briefing import text as texts
from briefing.editions.safe import tame

PUNCTUATION = {ord(mark): f"&#{ord(mark)};" for mark in string.punctuation}
INLINE = re.compile(r"[\\`*_\[\]<]|&(?=#|\w+;)|#(?=#*$)|(?<=\]):")
BLOCK = re.compile(r"^(?:[#>+-]|\d+(?=[.)]))")
ENTITIES = {"&": "&amp;", "<": "&lt;", ":": "&#58;"}
RIGHT_TO_LEFT = {"R", "AL", "AN"}
URL_SAFE = "/:?#@!$&+,;=%~-._"
LONGEST_URL = 2_000
LONGEST_LINE = 2_000


def one_line(text: str) -> str:
    return texts.one_line(tame(text), LONGEST_LINE)


def literal(text: str) -> Markup:
    """For the road to HTML: each ASCII punctuation mark as a numeric reference, right-to-left words isolated."""
    line = one_line(text)
    words = line.translate(PUNCTUATION)
    return Markup(f'<span dir="auto">{words}</span>' if _turns(line) else words)


def readable(text: str) -> Markup:
    """For a Markdown file that people read: a backslash only where Markdown would see mark-up."""
    return Markup(BLOCK.sub(_block, INLINE.sub(_inline, one_line(text))))


def plain(text: str) -> Markup:
    """For the text part: nothing but the words, on one line."""
    return Markup(one_line(text))


def address(url: str) -> Markup:
    """A URL that ends neither a Markdown link nor an attribute; what is no web or mail address, or a monster, becomes empty."""
    safe = quote(one_line(url), safe=URL_SAFE)
    return Markup(safe if len(safe) <= LONGEST_URL and safe.lower().startswith(("http://", "https://", "mailto:")) else "")


def _inline(match: re.Match[str]) -> str:
    return ENTITIES.get(match[0], "\\" + match[0])


def _block(match: re.Match[str]) -> str:
    return f"{match[0]}\\" if match[0].isdigit() else "\\" + match[0]


def _turns(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in text)
