"""Grounding lets nothing through that the document does not say."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.insights.figures import Measured, calendar, measured
from briefing.insights.grounding import ground
from briefing.insights.names import proper_names, strange_names
from briefing.insights.polarity import contradicts
from briefing.model import Document, Draft, Insight, Kind, Quote, Rejected
from briefing.sources.documents import from_text

TEXT = (
    "Ann Bell: Queues smooth bursts of traffic, but they add delay. Indexes are not free, because each one slows down writes.\n\n"
    "Tom: We cut latency by 9 percent in March 2024 after adding one cache in front of the Postgres database."
)
DOCUMENT = from_text(TEXT, language="en", entry_id="e1")


def quote(words: str, document: Document = DOCUMENT) -> Quote:
    start = document.text.index(words)
    return Quote(entry_id=document.entry_id, start=start, end=start + len(words), text=words)


def draft(claim: str, words: str, **more: object) -> Draft:
    return replace(Draft(claim=claim, quotes=(quote(words),), writer="llm"), **more)


QUEUES = "Queues smooth bursts of traffic, but they add delay."
LATENCY = "We cut latency by 9 percent in March 2024 after adding one cache in front of the Postgres database."


def reason(one: Draft) -> str:
    found = ground(DOCUMENT, one)
    return found.reason if isinstance(found, Rejected) else ""


def test_an_insight_has_the_speaker_of_its_place_whatever_the_draft_says() -> None:
    wrong = replace(quote(QUEUES), speaker="Elon", at=5.0)
    insight = ground(DOCUMENT, Draft(claim=QUEUES, quotes=(wrong,)))
    assert isinstance(insight, Insight)
    assert insight.quotes[0].speaker == "Ann Bell"
    assert insight.quotes[0].at is None


def test_the_id_depends_on_the_place_alone() -> None:
    one, other = ground(DOCUMENT, draft("Queues smooth bursts of traffic.", QUEUES)), ground(DOCUMENT, draft(QUEUES, QUEUES))
    assert isinstance(one, Insight)
    assert isinstance(other, Insight)
    assert one.id == other.id
    assert len(one.id) == 20


@pytest.mark.parametrize(
    ("one", "part"),
    [
        (Draft(claim="x y z", quotes=()), "no quote"),
        (draft("Queues smooth bursts.", QUEUES, quotes=(replace(quote(QUEUES), entry_id="e2"),)), "another document"),
        (draft("Queues smooth bursts.", QUEUES, quotes=(replace(quote(QUEUES), start=1),)), "does not stand"),
        (draft("Queues smooth bursts.", QUEUES, quotes=(replace(quote(QUEUES), start=-len(TEXT)),)), "does not stand"),
        (draft("Queues smooth bursts.", "Queues smooth bursts"), "too short"),
        (draft("Queues calm bursts.", QUEUES, writer="extractive"), "not said"),
        (draft("Traffic bursts queues smooth.", QUEUES, writer="extractive"), "not said"),
        (draft("Queues smooth bursts of <b>traffic</b>.", QUEUES), "markup"),
        (draft("Queues smooth bursts of traffic, see www.evil.example now.", QUEUES), "link"),
        (draft("Queues smooth bursts of traffic\u200b.", QUEUES), "hidden"),
        (draft("We cut latency by 90 percent.", LATENCY), "number"),
        (draft("We cut latency by 9 percent in April 2024.", LATENCY), "date"),
        (draft("Google cut latency by 9 percent.", LATENCY), "name"),
        (draft("Queues make people rich and happy every day.", QUEUES), "too few words"),
        (draft("Queues don't smooth bursts of traffic.", QUEUES), "negation"),
        (draft("word " * 61, QUEUES), "too long"),
    ],
)
def test_each_fault_is_named(one: Draft, part: str) -> None:
    assert part in reason(one)


def test_a_claim_that_says_nothing_gives_way_to_the_words_of_its_quote() -> None:
    insight = ground(DOCUMENT, draft("c", QUEUES))
    assert isinstance(insight, Insight)
    assert insight.claim == QUEUES
    assert insight.writer == "extractive"


def test_a_headline_that_lies_is_replaced() -> None:
    insight = ground(
        DOCUMENT, draft("Adding one cache cut latency by 9 percent.", LATENCY, headline="Cache cuts latency by 90 percent")
    )
    assert isinstance(insight, Insight)
    assert "90" not in insight.headline


def test_a_quote_over_two_speakers_is_refused() -> None:
    both = DOCUMENT.text[DOCUMENT.text.index("each one") : DOCUMENT.text.index("in March")]
    assert "two speakers" in reason(draft("We cut latency by 9 percent.", both))


def test_a_document_without_passages_can_be_quoted() -> None:
    bare = Document(entry_id="e1", kind=Kind.NEWS, title="", language="en", text=QUEUES, passages=())
    whole = Quote(entry_id="e1", start=0, end=len(QUEUES), text=QUEUES)
    assert isinstance(ground(bare, Draft(claim=QUEUES, quotes=(whole,))), Insight)


TEXTS = st.text(alphabet=st.sampled_from("abcdeXY .,:\n\"'<>/-0123456789é你好。\u200b\u202e"), max_size=400)


DRAFTS = {
    "whole": TEXTS,
    "claim": TEXTS,
    "start": st.integers(-5, 400),
    "end": st.integers(-5, 400),
    "other": TEXTS,
    "honest": st.booleans(),
    "writer": st.sampled_from(["extractive", "llm"]),
}


def accepted_is_verbatim(whole: str, claim: str, start: int, end: int, other: str, honest: bool, writer: str) -> None:
    document = from_text(whole, entry_id="e1")
    words = document.text[max(0, start) : max(0, end)] if honest else other
    one = Draft(claim=claim, quotes=(Quote(entry_id="e1", start=start, end=end, text=words),), writer=writer, score=float(end))
    insight = ground(document, one)
    if isinstance(insight, Insight):
        assert all(document.text[q.start : q.end] == q.text for q in insight.quotes)
        assert 0 <= insight.score <= 1


test_whatever_is_accepted_is_verbatim = given(**DRAFTS)(accepted_is_verbatim)
test_ten_thousand_drafts_are_accepted_only_verbatim = pytest.mark.slow(
    settings(max_examples=10_000, deadline=None)(given(**DRAFTS)(accepted_is_verbatim))
)


@pytest.mark.parametrize(
    ("passage", "values", "unit"),
    [
        ("48%", {48}, "percent"),
        ("forty-eight per cent", {48}, "percent"),
        ("achtundvierzig Prozent", {48}, "percent"),
        ("百分之四十八", {48}, "percent"),
        ("$1,000", {1000, 1.0}, "dollar"),
        ("1.500 Euro", {1500, 1.5}, "euro"),
        ("1.234.567 Euro", {1234567}, "euro"),
        ("two million dollars", {2_000_000}, "dollar"),
        ("a million people", {1_000_000}, "people"),
        ("3 Milliarden Euro", {3_000_000_000}, "euro"),
        ("3.7亿美元", {370_000_000}, "dollar"),
        ("三百五十元", {350}, "yuan"),
        ("three hundred and forty-eight", {348}, ""),
        ("twenty-minute nap", {20}, "minute"),
        ("doubled", {2}, "times"),
        ("half", {0.5, 50}, ""),
    ],
)
def test_numbers_are_read_in_digits_and_words(passage: str, values: set[float], unit: str) -> None:
    (found,) = measured(passage)
    assert (found.values, found.unit) == (values, unit)


@pytest.mark.parametrize("passage", ["one of them", "a man", "no numbers here", "一个城市"])
def test_articles_are_no_numbers(passage: str) -> None:
    assert all(number.values == {1} for number in measured(passage))


def test_more_than_and_less_than_do_not_agree() -> None:
    (more,), (less,), (plain,) = measured("more than 6 hours"), measured("less than six hours"), measured("6 hours")
    assert not more.agrees(less)
    assert more.agrees(plain)
    assert isinstance(plain, Measured)


def test_months_are_the_same_in_every_language() -> None:
    assert (
        calendar("12 June 2026")
        == calendar("12. Juni 2026")
        == calendar("2026-06-12")
        == calendar("2026年6月12日")
        == {"month 6"}
    )
    assert calendar("They may march.") == frozenset()


@pytest.mark.parametrize(
    ("claim", "evidence", "strange"),
    [
        ("Google cut costs.", "We cut costs.", ["Google"]),
        ("Caching cut costs.", "The cache cut costs.", []),
        ("The GPT-4 model is cheap.", "The GPT4 or GPT-4 model is cheap.", []),
        ("The GPT-5 model is cheap.", "The GPT-4 model is cheap.", ["GPT-5"]),
        ("Openaai cut costs.", "OpenAI's costs fell.", []),
        ("google cut costs.", "We cut costs.", ["google"]),
        ("Bitcoins are scarce.", "Bitcoin is scarce.", []),
    ],
)
def test_names_must_stand_in_the_evidence(claim: str, evidence: str, strange: list[str]) -> None:
    assert strange_names(claim, evidence, evidence, "en") == strange


def test_german_nouns_are_no_names() -> None:
    evidence = "Das Modell senkt die Kosten der Klinik."
    assert strange_names("Die Ausgaben einer Klinik sinken durch das Modell.", evidence, evidence, "de") == []
    assert strange_names("Das Modell von Siemens senkt die Kosten.", evidence, evidence, "de") == ["Siemens"]


def test_names_are_given_as_written() -> None:
    found = proper_names("Yesterday Anneke de Wit of the Port Authority met people from Aguas del Sur. Then Wit left.", "en")
    assert found[0] == "Anneke de Wit"
    assert "Port Authority" in found


@pytest.mark.parametrize(
    ("claim", "evidence", "wrong"),
    [
        ("Indexes are free.", "Indexes are not free: each one slows writes.", True),
        ("Indexes aren't free.", "Indexes are not free: each one slows writes.", False),
        ("Redis is not fast.", "Postgres is not fast, but Redis is fast.", True),
        ("Redis took 5 ms.", "Postgres took 5 ms and Redis took 10 ms.", True),
        ("Redis took 10 ms.", "Postgres took 5 ms and Redis took 10 ms.", False),
        ("The quay was safe.", "The quay was unsafe.", True),
        ("Prices rose.", "Prices fell last year.", True),
        ("Nobody told the board.", "The board was told.", True),
    ],
)
def test_negations_and_opposites_must_match(claim: str, evidence: str, wrong: bool) -> None:
    assert contradicts(claim, evidence, "en") is wrong
