"""What reading relies on, whatever drafts the insights."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest

from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.grounding import ground
from briefing.insights.llm import ModelWriter
from briefing.insights.prompts import Messages
from briefing.insights.scorer import Scorer
from briefing.model import Document, Draft, Insight, Kind, Segment, Transcript
from briefing.ports import InsightWriter
from briefing.sources.documents import from_text, from_transcript
from briefing.testing import FakeBudget, FakeMemo, FakeWriter

POINTS = {
    "Ann": "Teams that write down why they chose a database change it half as often, "
    "because nobody has to guess later what the reason was.",
    "Cem": "Hospitals with single rooms lose 12% fewer nurses to burnout, "
    "since night shifts are quieter and errors are noticed by fresh eyes earlier.",
    "Dora": "Cities that removed parking spaces from their centres sold more in shops, "
    "as people on foot stop more often than drivers do.",
    "Emre": "The battery plant in Izmir will feed forty thousand homes by 2027, "
    "which is twice as many as the ministry had promised.",
    "Finn": "You should write the test before you repair the bug, "
    "because afterwards nobody knows any more whether that test could ever have failed.",
}
SMALL_TALK = ["The trains were late again.", "It rained the whole evening.", "There was soup for everybody."] * 2
TURNS = [turn for who, point in POINTS.items() for turn in ((who, point), *(("Bob", words) for words in SMALL_TALK))]
LIMITS = [0, 1, 3]


def read(words: str) -> Document:
    return from_text(words, language="en", entry_id="e1")


def letter() -> Document:
    return read("\n\n".join(words for _, words in TURNS))


def talk() -> Document:
    segments = [Segment(text=words, speaker=who, start=20.0 * n, end=20.0 * n + 9) for n, (who, words) in enumerate(TURNS)]
    return from_transcript(Transcript(segments=tuple(segments), language="en"), entry_id="e1")


def cut() -> Document:
    """Half of it in no passage, as happens to what a feed says in each issue."""
    whole = letter()
    return replace(whole, passages=whole.passages[::2])


DOCUMENTS: Mapping[str, Callable[[], Document]] = {"letter": letter, "talk": talk, "cut": cut}
BARE = {
    "no text": read(""),
    "white space": read(" \n\n \t"),
    "no passages": Document(entry_id="e1", kind=Kind.NEWS, title="T", language="en", text=POINTS["Ann"], passages=()),
    "no sentences": replace(letter(), passages=tuple(replace(one, sentences=()) for one in letter().passages)),
}


@dataclass(frozen=True)
class Said:
    text: str
    tokens: int = 0


class Obliging:
    """A model that finds each passage better than the one before, and says it in the passage's own words."""

    def chat(
        self, model: str, messages: Messages, *, schema: Mapping[str, object] | None, max_tokens: int, timeout: float
    ) -> Said:
        shown = re.findall(r"^Passage \d+: (.+)$", messages[-1]["content"], re.MULTILINE)
        claims = [{"claim": words, "quote": words, "score": n / len(shown), "headline": ""} for n, words in enumerate(shown, 1)]
        return Said(json.dumps({"insights": claims}))


scorer = cache(Scorer)


def modelled(writer: InsightWriter) -> ModelWriter:
    budget = FakeBudget({"tokens": 1_000_000})
    return ModelWriter(writer, Obliging(), memo=FakeMemo(), budget=budget, language="en", model="tiny")


WRITERS: Mapping[str, Callable[[], InsightWriter]] = {
    "extractive": lambda: ExtractiveWriter(scorer()),
    "model": lambda: modelled(ExtractiveWriter(scorer())),
    "model on the fake, whose scores are close": lambda: modelled(FakeWriter()),
    "fake": FakeWriter,
}


@pytest.fixture(params=WRITERS, scope="module")
def make(request: pytest.FixtureRequest) -> Callable[[], InsightWriter]:
    return WRITERS[request.param]


@pytest.fixture(params=DOCUMENTS, scope="module")
def document(request: pytest.FixtureRequest) -> Document:
    return DOCUMENTS[request.param]()


@pytest.fixture(scope="module")
def drafts(make: Callable[[], InsightWriter], document: Document) -> list[Draft]:
    return make().write(document, 20)


@pytest.mark.parametrize("limit", LIMITS)
def test_it_drafts_as_many_as_it_is_let_and_something_where_there_is_something(
    make: Callable[[], InsightWriter], document: Document, limit: int
) -> None:
    drafts = make().write(document, limit)
    assert min(limit, 1) <= len(drafts) <= limit


def test_the_best_come_first(drafts: list[Draft]) -> None:
    scores = [draft.score for draft in drafts]
    assert 2 < len(scores) <= 20
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_each_quote_stands_in_the_document_to_the_letter(drafts: list[Draft], document: Document) -> None:
    for draft in drafts:
        assert draft.quotes
        for quote in draft.quotes:
            assert quote.entry_id == document.entry_id
            assert quote.text == document.text[quote.start : quote.end] != ""


def test_what_is_drafted_of_plain_words_holds(drafts: list[Draft], document: Document) -> None:
    assert all(isinstance(ground(document, draft), Insight) for draft in drafts)


def test_no_draft_comes_twice(drafts: list[Draft]) -> None:
    places = [(draft.quotes[0].start, draft.quotes[0].end) for draft in drafts]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("bare", BARE)
def test_of_nothing_it_drafts_nothing(make: Callable[[], InsightWriter], bare: str) -> None:
    assert make().write(BARE[bare], 20) == []


def test_the_same_document_gives_the_same_drafts(
    make: Callable[[], InsightWriter], document: Document, drafts: list[Draft]
) -> None:
    writer = make()
    assert [writer.write(document, 20), writer.write(document, 20)] == [drafts, drafts]


def test_the_model_of_this_suite_is_heard() -> None:
    assert "llm" in {draft.writer for draft in modelled(FakeWriter()).write(letter(), 20)}
