"""The words around a quote, as they stand in its document."""

from collections.abc import Iterable
from dataclasses import dataclass

from briefing.model import Document, Quote

SENTENCES = 3
"""Shown on either side."""
LONGEST_SIDE = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class InContext:
    before: str
    quote: str
    after: str


def in_context(document: Document, quotes: Iterable[Quote]) -> list[InContext]:
    """Quotes between the sentences before and after them, in the order of the text; those that touch are shown as one, and
    those that no longer stand where they stood are left out.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(
        (quote.start, quote.end) for quote in quotes if document.text[quote.start : quote.end] == quote.text
    ):
        touches = joined and not document.text[joined[-1][1] : start].strip()
        first, last = joined.pop() if touches else (start, end)
        joined.append((first, max(last, end)))
    return [_around(document, start, end) for start, end in joined]


def _around(document: Document, start: int, end: int) -> InContext:
    near = (each for each in document.passages if each.end >= start - LONGEST_SIDE and each.start <= end + LONGEST_SIDE)
    sentences = sorted((sentence.start, sentence.end) for passage in near for sentence in passage.sentences)
    earlier = [begin for begin, stop in sentences if stop <= start][-SENTENCES:]
    later = [stop for begin, stop in sentences if begin >= end][:SENTENCES]
    first = max(min([*earlier, start]), start - LONGEST_SIDE)
    last = min(max([*later, end]), end + LONGEST_SIDE)
    return InContext(before=document.text[first:start], quote=document.text[start:end], after=document.text[end:last])
