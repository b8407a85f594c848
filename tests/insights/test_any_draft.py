"""Whatever a writer drafts of whatever document: an accepted insight quotes the document to the letter."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefing.insights.grounding import ground
from briefing.model import Document, Draft, Insight, Quote
from briefing.sources.documents import from_text

SCRAPS = "the mill on river Elm ground 40 percent of all grain in 1931 . ! Ann: not \u200b \u202e [x](y) 粉 <b>"
WORDS = st.sampled_from([*SCRAPS.split(), "\n\n"])
TEXTS = st.lists(WORDS, min_size=4, max_size=60).map(" ".join) | st.text(max_size=200)
PLACES = st.integers(-5, 260)
DRAFTS = st.tuples(TEXTS, PLACES, PLACES, st.booleans(), st.sampled_from(["extractive", "llm"]), st.floats(), TEXTS)


def drafted(document: Document, draft: tuple[str, int, int, bool, str, float, str]) -> Draft:
    claim, start, end, honest, writer, score, other = draft
    words = document.text[max(0, start) : max(0, end)] if honest else other
    quote = Quote(entry_id="e", start=start, end=end, text=words)
    return Draft(claim=words if honest else claim, quotes=(quote,), score=score, writer=writer)


def holds(whole: str, draft: tuple[str, int, int, bool, str, float, str]) -> bool:
    """Whether the draft was accepted; fails if it was and should not."""
    document = from_text(whole, language="en", entry_id="e")
    found = ground(document, drafted(document, draft))
    if not isinstance(found, Insight):
        return False
    assert all(document.text[quote.start : quote.end] == quote.text for quote in found.quotes)
    assert 0 <= found.score <= 1
    return True


@given(TEXTS, DRAFTS)
def test_what_is_accepted_stands_in_the_document(whole: str, draft: tuple[str, int, int, bool, str, float, str]) -> None:
    holds(whole, draft)


@pytest.mark.slow
@settings(max_examples=10_000)
@given(TEXTS, DRAFTS)
def test_what_is_accepted_stands_in_the_document_ten_thousand_times(
    whole: str, draft: tuple[str, int, int, bool, str, float, str]
) -> None:
    holds(whole, draft)


def test_an_honest_draft_is_accepted_so_that_the_property_says_something() -> None:
    whole = "The mill on the river Elm ground 40 percent of all grain in 1931. Nobody remembers it."
    assert holds(whole, ("", 0, 66, True, "extractive", 2.0, ""))
