"""Facets are what the words say, and nothing where they say nothing."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.insights.dates import stated
from briefing.insights.facets import facets, figures
from briefing.insights.piece import kind_of_piece, sourcing
from briefing.model import Document, Facets, Kind, Quote
from briefing.sources.documents import from_text

PUBLISHED = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


def document(text: str, kind: Kind = Kind.NEWS, title: str = "") -> Document:
    return replace(from_text(text, kind=kind, title=title, language="en", entry_id="e"), published_at=PUBLISHED)


def whole(one: Document) -> list[Quote]:
    first = one.passages[0].sentences[0]
    return [Quote(entry_id="e", start=first.start, end=first.end, text=one.text[first.start : first.end])]


@pytest.mark.parametrize(
    ("passage", "days"),
    [
        ("It was approved on 12 June 2026.", ["2026-06-12"]),
        ("It was approved on June 12th, 2026.", ["2026-06-12"]),
        ("Am 3. Oktober 1990 und im Mai 1991.", ["1990-10-03", "1991-05"]),
        ("le 1er juillet 2024", ["2024-07-01"]),
        ("el 2 de enero de 2026", ["2026-01-02"]),
        ("2025年3月1日，2024年", ["2025-03-01", "2024"]),
        ("since 2008 and by 2030", ["2008", "2030"]),
        ("2026-02-30 is no day", []),
        ("They may march 2000 times.", []),
        ("on 2 December it closes", ["2026-12-02"]),
        ("on 2 May it closed", []),
        ("yesterday", ["2026-11-20"]),
        ("last month and next year", ["2026-10", "2027"]),
        ("on Monday", []),
    ],
)
def test_dates_have_the_precision_that_is_stated(passage: str, days: list[str]) -> None:
    assert [one.iso for one in stated(passage, PUBLISHED)] == days


@pytest.mark.parametrize(
    "passage",
    [
        "If you're building a tool today, own the code.",
        "Signalling happens in periods of 2016 blocks.",
        "They mine block number 2016 or some multiple of 2016.",
    ],
)
def test_what_only_looks_like_a_date_is_none(passage: str) -> None:
    assert stated(passage, PUBLISHED) == []


def test_relative_words_are_left_alone_when_spoken_or_undated() -> None:
    assert stated("yesterday and last year, on December 2 and around August 11th", PUBLISHED, spoken=True) == []
    assert stated("yesterday and on 2 December", None) == []


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("We cut latency by 9 percent.", [("9", "percent", "latency")]),
        ("About 1,500 alerts a week came in.", [("1,500", "", "alerts")]),
        ("It cost 2 million dollars in 2019.", [("2 million", "dollar", "")]),
        ("Version v0.17.0 of P2TR runs on 4G for two reasons.", []),
    ],
)
def test_figures_have_unit_and_subject(passage: str, expected: list[tuple[str, str, str]]) -> None:
    assert [(f.value, f.unit, f.subject) for f in figures(passage, "en")] == expected


def test_a_text_without_evidence_has_no_facets() -> None:
    plain = document("A band played songs that everybody knew well. The bread on the table was still warm.")
    assert facets(plain, whole(plain)) == Facets(sourcing="no source named")


def test_a_supposition_is_no_change() -> None:
    supposed = document(
        "Cats sleep a lot in the winter months. If the bank replaced its chief, the law would be changed at once."
    )
    assert facets(supposed, whole(supposed)).what_changed == ""


def test_a_prediction_has_who_and_until_when() -> None:
    talk = document(
        "Rosa Klein: The lab works on chips for phones. I expect that most phones will run a model by June 2028.", Kind.PODCAST
    )
    (prediction,) = facets(talk, whole(talk)).predictions
    assert prediction.who == "Rosa Klein"
    assert prediction.until == "2028-06"
    assert "most phones will run a model" in prediction.what


@pytest.mark.parametrize(
    ("sentences", "speakers", "expected"),
    [
        (["Sources say the deal is off."], [""], "unnamed sources"),
        (["Paula Ito said the bridge is old."], [""], "named sources"),
        (["The bridge is old."], [""], "no source named"),
        (["The bridge is old."], ["Paula Ito"], "named sources"),
        (["The bridge is old."], ["Speaker 2"], "no source named"),
    ],
)
def test_sourcing(sentences: list[str], speakers: list[str], expected: str) -> None:
    assert sourcing(document("The bridge is old."), sentences, speakers) == expected


def test_kinds_of_piece_need_signs() -> None:
    assert kind_of_piece(document("The bridge is old. The river is wide.")) == ""
    assert kind_of_piece(document("Take a pan.", Kind.NEWSLETTER, "How to bake bread")) == "how-to"


@given(st.text(max_size=400), st.integers(0, 300), st.integers(1, 100))
def test_any_document_and_place_has_facets(text: str, start: int, length: int) -> None:
    one = document(text)
    quote = Quote(entry_id="e", start=start, end=start + length, text=one.text[start : start + length])
    assert isinstance(facets(one, [quote]), Facets)
