"""Where the claim of a passage begins, so that a reader who has heard nothing before it understands it."""

import re

from briefing import text
from briefing.insights import finite, lexicon
from briefing.insights.anaphora import lacks_a_name, names_it
from briefing.insights.candidates import Candidate
from briefing.insights.ending import end_of
from briefing.insights.punctuation import begins_quoted
from briefing.insights.runon import Place, before, begins_midway, said_by_one, sentence_at
from briefing.insights.standing import may_be_told, stands_alone
from briefing.insights.wording import CUT, trim
from briefing.model import Document, Sentence

TOLD = 0.5
"""Share of a passage that a claim must have room for beside the sentence before it."""

SHORTEST = 5
"""Words of a sentence that a claim is begun with; less names nothing, and cannot be quoted."""

LATE, SHORTEST_REST = 0.3, 15
"""Share of a passage, and words, that a claim must keep that begins with a later sentence of it."""


def begin_of(document: Document, span: Candidate) -> int | None:
    """Where to begin so that a span can be understood: at its start, a sentence earlier, or a later one; None if nowhere."""
    end, speaker = end_of(document, span), document.passages[span.passage].speaker
    if end is None or not may_be_told(document.text[span.start : end], speaker, document.language):
        return None
    whole = not begins_midway(document, Place(span.passage, span.first)) and _opens_whole(document, span, end)
    if not whole or not stands_alone(document.text[span.start : end], speaker, document.language):
        return _elsewhere(document, span, end)
    context = _context(document, span, end)
    if context is not None:
        return context
    return _later(document, span, end) if _lacks_a_name(document, span) else span.start


def _elsewhere(document: Document, span: Candidate, end: int) -> int | None:
    set_up = _set_up(document, span, end)
    return _later(document, span, end) if set_up is None else set_up


def _opens_whole(document: Document, span: Candidate, end: int) -> bool:
    """Whether its first sentence has a verb, as far as the language's verbs are known, and nobody is being quoted yet."""
    rules = finite.grammar(document.language)
    told = rules is None or finite.has_verb(_first_sentence(document, span), rules)
    return told and not begins_quoted(document.text[span.start : end])


def _lacks_a_name(document: Document, span: Candidate) -> bool:
    return lacks_a_name(_first_sentence(document, span), document.language)


def _first_sentence(document: Document, span: Candidate) -> str:
    first = sentence_at(document, Place(span.passage, span.first))
    return document.text[first.start : first.end]


def _context(document: Document, span: Candidate, end: int) -> int | None:
    """Where the sentence before a span begins, if the span is tied to it, "because" or "or", or it names what that points at."""
    start = _set_up(document, span, end)
    if start is None:
        return None
    said, passage = document.text[start : span.start], document.text[span.start : end]
    tied = re.match(rf"\W*{lexicon.load(document.language).source('ties')}", passage, re.IGNORECASE)
    return start if tied or names_it(said, passage, document.language) else None


def _set_up(document: Document, span: Candidate, end: int) -> int | None:
    """Where the sentence before a span begins, if it leaves room for enough of the span in a claim."""
    start = _told_before(document, span)
    if start is None or begins_quoted(document.text[start:end]):
        return None
    return start if _leaves_room(document, span, start, end) else None


def _told_before(document: Document, span: Candidate) -> int | None:
    """Where the sentence before a span begins, if the same speaker says it, and it stands alone."""
    own = Place(span.passage, span.first)
    place = before(document, own)
    if place is None or not said_by_one(document, place, own) or begins_midway(document, place):
        return None
    start = sentence_at(document, place).start
    said = document.text[start : span.start].strip()
    alone = stands_alone(said, document.passages[span.passage].speaker, document.language)
    return start if alone and text.word_count(said) >= SHORTEST else None


def _later(document: Document, span: Candidate, end: int) -> int | None:
    """Where the first sentence of a span begins from which on it stands alone, if enough of it is left.

    None in a language without a list of pointers.
    """
    own = document.passages[span.passage].sentences[span.first + 1 : span.last + 1]
    starts = (sentence.start for sentence in own if _opens_afresh(document, sentence))
    return next((start for start in starts if _told_from(document, span, start, end)), None)


def _opens_afresh(document: Document, sentence: Sentence) -> bool:
    """Whether a sentence points at nothing: what is left out before it may have named things."""
    words, opening = lexicon.load(document.language), document.text[sentence.start : sentence.end]
    return "pointers" in words.lists and text.word_count(opening) >= SHORTEST and not words.has("pointers", opening)


def _told_from(document: Document, span: Candidate, start: int, end: int) -> bool:
    rest = document.text[start:end]
    enough = max(SHORTEST_REST, LATE * text.word_count(document.text[span.start : end]))
    if text.word_count(rest) < enough or begins_quoted(rest):
        return False
    return stands_alone(rest, document.passages[span.passage].speaker, document.language)


def _leaves_room(document: Document, span: Candidate, start: int, end: int) -> bool:
    claim, first = trim(document.text[start:end], document.language), text.word_count(document.text[start : span.start])
    return not claim.endswith(CUT) and text.word_count(claim) - first >= TOLD * text.word_count(document.text[span.start : end])
