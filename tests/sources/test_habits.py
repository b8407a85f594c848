"""What a feed says in every issue is in no passage, and moves no offset."""

from datetime import UTC, datetime

from briefing.model import Entry, Kind
from briefing.sources.documents import build

NEWS = "The harbour sold its last crane to a museum on Friday. It had stood still since 1998."
GREETING = "Thank you for reading the Harbour Letter every single week."


def entry(*paragraphs: str) -> Entry:
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return Entry(
        id="e",
        feed_url="http://a/feed",
        guid="1",
        url="http://a/1",
        title="Letter",
        collected_at=datetime(2026, 11, 21, tzinfo=UTC),
        html=html,
    )


def test_a_sentence_of_two_other_issues_is_in_no_passage_and_stays_in_the_text() -> None:
    letter = entry(f"{NEWS} {GREETING} The museum opens in May, and entry is free.")
    first = build(letter, kind=Kind.NEWSLETTER)
    known = dict.fromkeys(build(entry(GREETING), kind=Kind.NEWSLETTER).habit_keys, 2)
    later = build(letter, kind=Kind.NEWSLETTER, habits=known)
    assert later.document.text == first.document.text
    said = [later.document.text[p.start : p.end] for p in later.document.passages]
    assert said == [NEWS, "The museum opens in May, and entry is free."]


def test_one_other_issue_makes_no_habit() -> None:
    known = dict.fromkeys(build(entry(GREETING), kind=Kind.NEWSLETTER).habit_keys, 1)
    letter = entry(NEWS, GREETING)
    assert build(letter, kind=Kind.NEWSLETTER, habits=known) == build(letter, kind=Kind.NEWSLETTER)


def test_case_and_punctuation_make_no_other_sentence() -> None:
    known = dict.fromkeys(build(entry(GREETING), kind=Kind.NEWSLETTER).habit_keys, 5)
    shouted = build(entry(NEWS, GREETING.upper().replace(".", "!")), kind=Kind.NEWSLETTER, habits=known)
    assert [p.end for p in shouted.document.passages] == [len(NEWS)]
