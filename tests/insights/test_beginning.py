"""A claim begins where a reader who has heard nothing before it understands it."""

from dataclasses import replace

import pytest

from briefing.insights.anaphora import lacks_a_name, names_it
from briefing.insights.beginning import begin_of
from briefing.insights.candidates import Candidate, candidates
from briefing.insights.punctuation import begins_quoted
from briefing.model import Document, Kind
from briefing.sources.documents import from_text

TRIP = "A car that asks a server for every turn cannot afford the trip."
LEANING = "If a drone has to decide in milliseconds, nobody can wait for that round trip, so the model runs on board of it."
POINT = "Teams without meetings ship twice as many features in a year, because nobody waits for anybody to agree."
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


@pytest.mark.parametrize(
    ("sentences", "begins"),
    [
        (("All graphics cards of the lab ran for a month.", "Half of them just dead by then.", POINT), "All graphics"),
        (("It was like that.", "Half of them just dead by then.", POINT), "Teams"),
        (("It was like that.", "Half of them were dead by then.", POINT), "Half of"),
    ],
    ids=["told with the sentence before", "told from a later one", "has a verb"],
)
def test_a_claim_does_not_begin_with_words_that_have_no_verb(sentences: tuple[str, ...], begins: str) -> None:
    doc = talk(*sentences)
    assert begin_of(doc, span_of(doc, " ".join(sentences[1:]))) == doc.text.index(begins)


def test_a_sentence_of_a_language_whose_verbs_are_unknown_has_one() -> None:
    doc = replace(talk("It was like that.", "Ei ollut vettä missään kylässä tänä kesänä.", POINT), language="fi")
    assert begin_of(doc, span_of(doc, f"Ei ollut vettä missään kylässä tänä kesänä. {POINT}")) == doc.text.index("Ei")


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Even if that package was vulnerable, nobody could have used it.", "en"),
        ("When the client requests these results from the server, most of them are cached.", "en"),
        ("A small part of this training data was never read by anybody.", "en"),
        ("Wer diese Brücken heute sperrt, verliert die nächste Wahl.", "de"),
        ("Personne ne répare ces ponts, car ils coûtent trop.", "fr"),
        ("Nadie repara estos puentes, porque cuestan demasiado.", "es"),
    ],
)
def test_a_sentence_about_something_that_nothing_has_named(sentence: str, language: str) -> None:
    assert lacks_a_name(sentence, language)


@pytest.mark.parametrize(
    "sentence",
    [
        "There is this rule in the workshop that nobody works alone.",
        "Packages are checked twice, and this package check costs a minute.",
        "Those teams that write the reason down change it less often.",
        "You see this DeepSeek model do better than one of ten times its size.",
        "The council of Ghent counted empty shops for three years and closed these streets.",
        "By that time of the year most of the wells have no water left.",
    ],
)
def test_a_sentence_that_lacks_no_name(sentence: str) -> None:
    assert not lacks_a_name(sentence, "en")


def test_a_claim_about_something_unnamed_is_told_from_a_later_sentence_or_not_at_all() -> None:
    leaning = "Even if that package was vulnerable, nobody outside of the company had ever used a line of it."
    doc = talk("It went on.", leaning, POINT)
    assert begin_of(doc, span_of(doc, f"{leaning} {POINT}")) == doc.text.index("Teams")
    alone = talk("It went on.", leaning, "It was over. They left, and nobody has heard of it since then.")
    assert begin_of(alone, span_of(alone, f"{leaning} It was over.")) is None


@pytest.mark.parametrize("tie", ["Because", "Or", "And then", "Otherwise,"])
def test_a_claim_that_is_tied_to_the_sentence_before_it_is_told_with_it(tie: str) -> None:
    claim = "The council of Ghent closed two streets."
    tied = f"{tie} half of the shops in such a street sell more, as people on foot stop more often than drivers in cars do."
    doc = talk(claim, tied)
    assert begin_of(doc, span_of(doc, tied)) == doc.text.index(claim)


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ('You should let a machine guess the reason." I think this is a mistake.', True),
        ("You should let a machine guess the reason.” I think this is a mistake.", True),
        ("You should let a machine guess the reason?', and we did not.", True),
        ("The workers' rights and the workers' pay are one thing.", False),
        ('"You should let a machine guess," they said.', False),
        ('They said "let a machine guess" and left.', False),
        ("We don't guess, and that's the reason.", False),
        ('The pipe is 12" wide and one mile long.', False),
        ("„Das geht nicht“, sagte der Bürgermeister.", False),
        ("«C'est trop», dit le maire.", False),
    ],
)
def test_a_passage_that_begins_inside_a_quotation(passage: str, expected: bool) -> None:
    assert begins_quoted(passage) is expected


def test_what_others_said_is_told_with_who_said_it() -> None:
    told = 'I got a note from people who told me "You should not ask for a reason.'
    quoted = 'You should let a machine guess why the teams of the town are doing all of the things that they do." We did not.'
    doc = talk(told, quoted)
    assert begin_of(doc, span_of(doc, quoted)) == 0


def test_what_others_said_is_left_out_where_who_said_it_does_not_fit() -> None:
    quoted = 'A machine should guess why the teams of the town do it." Nobody in Ghent liked the plan.'
    doc = talk("They told me a lot, and it took an hour.", '"You should not ask.', quoted, POINT)
    assert begin_of(doc, span_of(doc, f"{quoted} {POINT}")) == doc.text.index("Nobody in Ghent")
