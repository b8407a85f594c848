"""How often facets are right and complete, on a set labelled by hand."""

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from briefing.insights.facets import facets
from briefing.model import Document, Facets, Kind, Quote
from briefing.sources.documents import from_text

HERE = Path(__file__).parent
FLOORS = tomllib.loads((HERE / "floors.toml").read_text("utf-8"))
CASES = json.loads((HERE / "facets.json").read_text("utf-8"))
FRESH = json.loads((HERE / "facets_fresh.json").read_text("utf-8"))
"""Labelled before they were first run, and never changed since: what these say is about other texts, too."""
SENTENCES = ("what_changed", "why_it_matters", "what_to_do", "who_should_care")


def found(case: dict[str, Any]) -> Facets:
    document = replace(
        from_text(case["text"], kind=Kind(case["kind"]), title=case.get("title", ""), entry_id="e"),
        published_at=datetime.fromisoformat(f"{case['published']}T08:00+00:00"),
    )
    return facets(document, [_quote(document, case["quote"])])


def _quote(document: Document, words: str) -> Quote:
    start = document.text.index(words)
    return Quote(entry_id="e", start=start, end=start + len(words), text=words)


def judged(case: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Facet, what is expected ("" for nothing), what was given."""
    given, labels = found(case), case["labels"]
    for name in SENTENCES:
        yield name, labels.get(name, ""), getattr(given, name)
    yield "sourcing", labels.get("sourcing", ""), given.sourcing
    yield "predictions", "".join(labels.get("predictions", [])), " ".join(p.what for p in given.predictions)


def right(expected: str, given: str) -> bool:
    return bool(expected) and expected.lower() in given.lower()


def test_facets_are_right_and_found() -> None:
    rows = [(case["text"][:40], *row) for case in CASES for row in judged(case)]
    hits = sum(right(expected, given) for *_, expected, given in rows)
    precision = hits / sum(bool(given) for *_, given in rows)
    recall = hits / sum(bool(expected) for *_, expected, _ in rows)
    wrong = [row for row in rows if (row[2] or row[3]) and not right(row[2], row[3])]
    assert precision >= FLOORS["facets"]["precision"], (precision, wrong)
    assert recall >= FLOORS["facets"]["recall"], (recall, wrong)


def test_facets_of_texts_that_nothing_was_made_for() -> None:
    rows = [row for case in FRESH for row in judged(case)]
    hits = sum(right(expected, given) for _, expected, given in rows)
    assert hits / sum(bool(given) for *_, given in rows) >= FLOORS["facets_fresh"]["precision"]
    assert hits / sum(bool(expected) for _, expected, _ in rows) >= FLOORS["facets_fresh"]["recall"]


def test_kinds_of_piece() -> None:
    labelled = [case for case in CASES if "kind_of_piece" in case["labels"]]
    hits = sum(found(case).kind_of_piece == case["labels"]["kind_of_piece"] for case in labelled)
    assert hits / len(labelled) >= FLOORS["facets"]["kind_of_piece"]


def test_dates_are_those_that_are_stated() -> None:
    expected = [(case["text"], day) for case in CASES for day in case["labels"].get("events", [])]
    given = [(case["text"], event.date) for case in CASES for event in found(case).events]
    wanted = FLOORS["facets"]["events"]
    assert len(set(expected) & set(given)) / len(set(expected)) >= wanted, set(expected) - set(given)
    # A day that a prediction names is stated, too, and may be given.
    assert len(set(expected) & set(given)) / len(set(given)) >= wanted - 0.2, set(given) - set(expected)


def test_every_word_of_a_facet_stands_in_the_document() -> None:
    for case in (*CASES, *FRESH):
        given = found(case)
        for sentence in (*(getattr(given, name) for name in SENTENCES), *(p.what for p in given.predictions)):
            said = iter(case["text"].lower().split())
            assert all(any(word.strip(".,") in other for other in said) for word in sentence.lower().split()), sentence
