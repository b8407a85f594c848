"""Sentences that a transcript broke in two are known, and a claim neither begins nor ends inside one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from briefing.insights.beginning import begin_of
from briefing.insights.candidates import Candidate, candidates
from briefing.insights.ending import end_of
from briefing.insights.runon import Place, begins_midway, ends_midway
from briefing.model import Document, Kind
from briefing.sources.documents import from_text

CASES = json.loads((Path(__file__).parent / "cases" / "runon.json").read_text("utf-8"))
POINT = "Teams that write down why they chose a database change it half as often as teams that keep the reason to themselves."
AGAIN = "Ships that slow down by a tenth burn a quarter less, and most of the harbours have no berth for them before noon."


def captions(*passages: str) -> Document:
    return from_text("\n\n".join(passages), kind=Kind.PODCAST, language="en", entry_id="e1")


def in_two(case: dict[str, str]) -> Document:
    """A passage that ends with the left half, behind a sentence that keeps it from being a heading, and one with the right."""
    return replace(captions(f"{POINT} {case['left']}", case["right"]), language=case["language"])


def span_of(document: Document, first: str, last: str) -> Candidate:
    """The candidate that begins and ends with these words."""
    found = ((span, document.text[span.start : span.end]) for span in candidates(document))
    return next(span for span, said in found if said.startswith(first) and said.endswith(last))


@pytest.mark.parametrize("case", CASES["broken"], ids=lambda case: case["left"])
def test_a_sentence_that_was_broken_in_two(case: dict[str, str]) -> None:
    doc = in_two(case)
    assert ends_midway(doc, Place(0, len(doc.passages[0].sentences) - 1))
    assert begins_midway(doc, Place(1, 0)) or case["left"].endswith("--")


@pytest.mark.parametrize("case", CASES["whole"], ids=lambda case: case["left"])
def test_a_whole_sentence(case: dict[str, str]) -> None:
    doc = in_two(case)
    assert not ends_midway(doc, Place(0, len(doc.passages[0].sentences) - 1))
    assert not begins_midway(doc, Place(1, 0))


def test_a_claim_is_told_with_the_rest_of_its_sentence() -> None:
    doc = captions(f"{POINT} The others end up", "with two of them in one year. Nobody knows why.")
    span = span_of(doc, "Teams", "end up")
    assert doc.text[span.start : end_of(doc, span)].endswith("in one year.")


def test_a_claim_ends_before_a_sentence_that_nobody_finished() -> None:
    doc = captions(f"{POINT} And what we saw in the other ones was the --", "Was it slow?")
    span = span_of(doc, "Teams", "--")
    assert doc.text[span.start : end_of(doc, span)] == POINT


@pytest.mark.parametrize(
    "passages",
    [
        (POINT.replace("themselves.", "--"), "Which ones?"),
        (f"It is long. {POINT.removesuffix('.')}", f"and {AGAIN[:-1].lower()} and this goes on for very long, " * 2),
    ],
    ids=["a single sentence", "more than fits"],
)
def test_what_has_no_end_is_not_told(passages: tuple[str, str]) -> None:
    doc = captions(*passages)
    (span, *_) = [span for span in candidates(doc) if span.passage == 0]
    assert end_of(doc, span) is None
    assert begin_of(doc, span) is None


@pytest.mark.parametrize("lines", ["20 lines", "twenty lines"])
def test_a_claim_that_begins_in_the_middle_is_told_from_where_its_sentence_begins(lines: str) -> None:
    doc = captions(f"{AGAIN} All of a sudden a record costs us", f"{lines} of code, and we maintain them. {POINT}")
    assert begin_of(doc, span_of(doc, lines, POINT)) == doc.text.index("All of a sudden")


def test_a_claim_does_not_go_on_with_what_another_speaker_says() -> None:
    doc = captions(f"Ann: {POINT} They are missing out", "Bob: on half of it, I think.")
    span = span_of(doc, "Teams", "out")
    assert doc.text[span.start : end_of(doc, span)] == POINT
