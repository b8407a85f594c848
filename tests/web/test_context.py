"""The words around quotes."""

from briefing.model import Document, Kind, Quote
from briefing.sources.documents import from_text
from briefing.web.context import in_context

TEXT = "One came. Two went. Three stayed. Four sang. Five slept."


def document() -> Document:
    return from_text(TEXT, kind=Kind.NEWS, entry_id="e")


def quote(words: str, text: str = "") -> Quote:
    start = TEXT.index(words)
    return Quote(entry_id="e", start=start, end=start + len(words), text=text or words)


def test_a_quote_stands_between_the_sentences_around_it() -> None:
    (found,) = in_context(document(), [quote("Three stayed.")])
    assert (found.before, found.quote, found.after) == ("One came. Two went. ", "Three stayed.", " Four sang. Five slept.")


def test_quotes_that_touch_are_shown_as_one_and_others_apart() -> None:
    found = in_context(document(), [quote("Three stayed."), quote("Two went."), quote("Five slept.")])
    assert [one.quote for one in found] == ["Two went. Three stayed.", "Five slept."]


def test_a_quote_that_no_longer_stands_there_is_left_out() -> None:
    assert in_context(document(), [quote("Two went.", "Two stayed")]) == []
