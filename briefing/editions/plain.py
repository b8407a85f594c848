"""Words laid out for a terminal: wrapped by columns, where a Chinese character takes two."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from briefing.text import CJK

WIDTH = 72
WIDE = {"W", "F"}
PIECE = re.compile(rf"\s+|[{CJK}\uff00-\uffef\u3000-\u303f]|[^\s{CJK}]+")
CLOSING = "。，、！？；：）」』】》,.;:!?)"


def columns(text: str) -> int:
    return len(text) if text.isascii() else sum(_cells(c) for c in text)


def _cells(character: str) -> int:
    return 0 if unicodedata.combining(character) else 2 if unicodedata.east_asian_width(character) in WIDE else 1


@lru_cache(maxsize=4096)
def wrap(text: str, indent: int, mark: str) -> str:
    """`text` in lines of at most 72 columns, all indented; `mark` ("1.", "- ") stands in the indent of the first line.

    A word longer than a line stays whole: a broken address is no address.
    """
    step = max(indent, len(mark) + 1) if mark and not indent else indent
    hang = step if not mark.startswith("-") else step + len(mark)
    lines = list(_lines(text, WIDTH - hang))
    first = f"{mark:<{step}}" if not mark.startswith("-") else " " * step + mark
    return "\n".join([first.ljust(hang) + line if i == 0 else " " * hang + line for i, line in enumerate(lines)])


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for piece in PIECE.findall(text):
        if columns(line + piece.rstrip()) > width and line.strip() and piece not in CLOSING:
            yield line.rstrip()
            line = ""
        line += piece if line else piece.lstrip()
    if line.strip():
        yield line.rstrip()
