"""A claim begins where a reader who has heard nothing before it understands it."""

import pytest

from briefing.insights.anaphora import names_it
from briefing.insights.beginning import begin_of
from briefing.insights.candidates import Candidate, candidates
from briefing.model import Document, Kind
from briefing.sources.documents import from_text

TRIP = "A car that asks a server for every turn cannot afford the trip."
LEANING = "If a drone has to decide in milliseconds, nobody can wait for that round trip, so the model runs on board of it."
LONG = "The council of Ghent paid for the new servers, the halls and the people who run them day and night, " * 2


def talk(*sentences: str) -> Document:
    return from_text(f"Ann: {' '.join(sentences)}", kind=Kind.PODCAST, language="en", entry_id="e1")


def span_of(document: Document, said: str) -> Candidate:
    return next(span for span in candidates(document) if document.text[span.start : span.end] == said)


@pytest.mark.parametrize(
    ("before", "passage", "language"),
    [
        (TRIP, LEANING, "en"),
        ("Customers sent three alerts an hour.", "Half of these alerts were turned off, and nobody called.", "en"),
        ("Die Stadt baute zwei Brücken.", "Wer diese Brücken heute sperrt, verliert die Wahl.", "de"),
        ("La ville a bâti deux ponts.", "Personne ne répare ces ponts, car ils coûtent trop.", "fr"),
        ("La ciudad construyó dos puentes.", "Nadie repara estos puentes, porque cuestan demasiado.", "es"),
    ],
)
def test_a_sentence_names_what_the_next_one_points_at(before: str, passage: str, language: str) -> None:
    assert names_it(before, passage, language)


@pytest.mark.parametrize(
    ("before", "passage"),
    [
        ("Trips take long.", "Nobody wants a trip of an hour, since this trip costs a day."),
        ("It takes time.", "Nobody had looked at it by this time of the year."),
        ("The tool is old.", "The one that was picked for that is new."),
        (TRIP, "Servers in a cellar need half of the power that these halls need."),
    ],
)
def test_a_sentence_that_is_not_needed(before: str, passage: str) -> None:
    assert not names_it(before, passage, "en")


def test_a_claim_is_told_with_the_sentence_that_names_what_it_points_at() -> None:
    doc = talk(TRIP, LEANING)
    assert begin_of(doc, span_of(doc, LEANING)) == doc.text.index(TRIP)


def test_a_claim_is_told_without_it_where_both_do_not_fit() -> None:
    before = f"{LONG.strip(', ')} and nobody paid for the trip."
    doc = talk(before, LEANING)
    assert begin_of(doc, span_of(doc, LEANING)) == doc.text.index(LEANING)
