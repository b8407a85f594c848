"""Where the claim of a passage ends, so that its last sentence is whole."""

from briefing import text
from briefing.insights.candidates import Candidate
from briefing.insights.runon import Place, after, begins_midway, ends_midway, said_by_one, sentence_at
from briefing.insights.wording import LONGEST_CLAIM
from briefing.model import Document

SHORTEST_REST, REST = 15, 0.5
"""Words, and share of a passage, that a claim must keep that ends before the last sentence of it."""


def end_of(document: Document, span: Candidate) -> int | None:
    """Where to end so that no sentence is broken off: with the span, behind what it goes on with, or a sentence earlier."""
    last = Place(span.passage, span.last)
    if not ends_midway(document, last):
        return span.end
    whole = _with_the_rest(document, span, last)
    return _without_last(document, span) if whole is None else whole


def _with_the_rest(document: Document, span: Candidate, last: Place) -> int | None:
    """Where the sentence ends that the last one goes on in, if the same speaker says it and both fit in a claim."""
    rest = after(document, last)
    if rest is None or not said_by_one(document, last, rest) or not begins_midway(document, rest) or ends_midway(document, rest):
        return None
    end = sentence_at(document, rest).end
    return end if text.word_count(document.text[span.start : end]) <= LONGEST_CLAIM else None


def _without_last(document: Document, span: Candidate) -> int | None:
    """Where the last sentence but one ends, if it is whole and enough is told by then."""
    if span.last == span.first or ends_midway(document, Place(span.passage, span.last - 1)):
        return None
    end = document.passages[span.passage].sentences[span.last - 1].end
    told, all_of_it = (text.word_count(document.text[span.start : stop]) for stop in (end, span.end))
    return end if told >= max(SHORTEST_REST, REST * all_of_it) else None
