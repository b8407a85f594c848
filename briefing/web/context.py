"""The words around a quote, as they stand in its document."""

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


def in_context(document: Document, quote: Quote) -> InContext | None:
    """The quote between the sentences before and after it; None if it no longer stands where it stood."""
    if document.text[quote.start : quote.end] != quote.text:
        return None
    near = (
        each for each in document.passages if each.end >= quote.start - LONGEST_SIDE and each.start <= quote.end + LONGEST_SIDE
    )
    sentences = sorted((sentence.start, sentence.end) for passage in near for sentence in passage.sentences)
    earlier = [start for start, end in sentences if end <= quote.start][-SENTENCES:]
    later = [end for start, end in sentences if start >= quote.end][:SENTENCES]
    start = max(min([*earlier, quote.start]), quote.start - LONGEST_SIDE)
    end = min(max([*later, quote.end]), quote.end + LONGEST_SIDE)
    return InContext(before=document.text[start : quote.start], quote=quote.text, after=document.text[quote.end : end])
