"""JSON chapters, and what they say of advertising."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.errors import UnreadableError
from briefing.model import Chapter, Entry, Kind, Segment, Soundbite, Transcript
from briefing.sources import chapters, documents

from .test_feeds import NOW

URL = "https://pod.example/1/chapters.json"


def test_chapters_come_in_the_order_of_their_times() -> None:
    body = {
        "version": "1.2.0",
        "chapters": [
            {"startTime": 168, "title": "Batteries", "img": "x.jpg", "url": "/batteries"},
            {"startTime": 0, "title": " Intro\n"},
            {"startTime": "1:13.5", "title": "Sponsor", "toc": False},
            {"startTime": -1, "title": "never"},
            {"startTime": math.nan},
            {"title": "no time"},
            "nonsense",
        ],
    }
    assert chapters.parse(json.dumps(body).encode(), url=URL) == (
        Chapter(at=0, title="Intro"),
        Chapter(at=73.5, title="Sponsor"),
        Chapter(at=168, title="Batteries", url="https://pod.example/batteries"),
    )


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"chapters": 1}', b"[" * 100_000, b'"chapters"'])
def test_what_is_no_list_of_chapters_is_told(body: bytes) -> None:
    with pytest.raises(UnreadableError):
        chapters.parse(body, url=URL)


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.floats() | st.text(), lambda inner: st.lists(inner)).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_chapters_or_told(body: bytes) -> None:
    try:
        chapters.parse(body, url=URL)
    except UnreadableError:
        return


@pytest.mark.parametrize(
    ("title", "is_advertising"),
    [
        ("Sponsor", True),
        ("Sponsors", True),
        ("SPONSOR: Acme", True),
        ("Sponsored by Acme", False),
        ("A word from our sponsor", True),
        ("Mid-roll", True),
        ("[Werbung]", True),
        ("Ad Break", True),
        ("How sponsors changed cycling", False),
        ("Advertising on the moon", False),
        ("Adam", False),
        ("", False),
    ],
)
def test_a_chapter_is_advertising_by_its_name(title: str, is_advertising: bool) -> None:
    listed = [Chapter(at=0, title="Talk"), Chapter(at=10, title=title), Chapter(at=20, title="More")]
    assert chapters.advertising(listed) == ([(10, 20)] if is_advertising else [])


SAID = ("The battery held for 38 hours.", "Acme makes very good mattresses.", "The turbine stood still until Monday.")


def entry(**fields: object) -> Entry:
    known = {"id": "e", "feed_url": "f", "guid": "", "url": "", "title": "Episode", "collected_at": NOW}
    return Entry(**(known | fields))  # type: ignore[arg-type]  # a test names what differs


def transcript(*, end: float = 90.0) -> Transcript:
    times = (0.0, 30.0, 60.0, end)
    return Transcript(segments=tuple(Segment(text=SAID[n], start=times[n], end=times[n + 1]) for n in range(3)), language="en")


def test_what_is_said_in_a_chapter_called_advertising_is_in_the_text_and_in_no_passage() -> None:
    listed = (Chapter(at=0, title="Batteries"), Chapter(at=29, title="Sponsor"), Chapter(at=58, title="Turbines"))
    document = documents.build(entry(chapters=listed), kind=Kind.PODCAST, transcript=transcript()).document
    told = [document.text[passage.start : passage.end] for passage in document.passages]
    assert SAID[1] in document.text
    assert told == [SAID[0], SAID[2]]
    assert [passage.at for passage in document.passages] == [0, 60]
    assert all(p.start <= s.start < s.end <= p.end for p in document.passages for s in p.sentences)


@pytest.mark.parametrize(
    ("duration", "end", "approximate"),
    [(None, 90, False), (95, 90, False), (170, 90, False), (200, 90, True), (74, 90, True), (80, 90, False), (4000, 3900, False)],
)
def test_times_are_approximate_where_audio_and_transcript_differ_in_length(
    duration: float | None, end: float, approximate: bool
) -> None:
    found = documents.build(entry(duration=duration), kind=Kind.PODCAST, transcript=transcript(end=end)).document
    assert found.approximate is approximate


def test_soundbites_are_highlights_only_where_words_have_times() -> None:
    marked = entry(soundbites=(Soundbite(at=1, duration=9),), html=f"<p>{' '.join(SAID)}</p>")
    assert documents.build(marked, kind=Kind.PODCAST, transcript=transcript()).document.highlights == marked.soundbites
    assert documents.build(marked, kind=Kind.PODCAST).document.highlights == ()
