"""What is fetched for an entry, and what is left alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from briefing.errors import FetchError
from briefing.model import Chapter

from .conftest import BATTERY, NOW, TOML, Desk, feed

PAGE, RULES = "http://paper.example/battery", "http://paper.example/robots.txt"
NOBODY = b"User-agent: *\nDisallow: /\n"
WORDS = f"<h1>Iron battery</h1><p>{BATTERY}</p><p>{BATTERY.replace('38', '41')}</p>"
ARTICLE = f"<html><body><article>{WORDS}</article></body></html>".encode()


def teaser(desk: Desk) -> Desk:
    desk.pages["http://paper.example/feed"] = feed("paper.example", ("battery", "Iron battery", "Read on."))
    desk.pages[PAGE] = ARTICLE
    return desk


def text(desk: Desk) -> str:
    with desk.services.store.read() as db:
        (entry,) = db.entries.latest("http://paper.example/feed", 9)
        found = db.documents.get(entry.id)
    return found.text if found else ""


def test_a_page_is_fetched_where_robots_txt_says_nothing_against_it(desk: Desk) -> None:
    teaser(desk).run()
    assert "38 hours" in text(desk)
    assert desk.fetcher.asked.count(RULES) == 1


def test_a_page_that_robots_txt_forbids_is_not_fetched_and_that_is_told(desk: Desk) -> None:
    teaser(desk).pages[RULES] = NOBODY
    report = desk.run()["read"]
    assert PAGE not in desk.fetcher.asked
    assert "its page is not fetched: robots.txt does not allow it" in [failure.reason for failure in report.failures]
    assert "38 hours" not in text(desk)


def test_rules_are_asked_once_a_day(desk: Desk) -> None:
    for hours in (0, 1, 23, 25):
        desk.pages["http://paper.example/feed"] = feed("paper.example", (f"item{hours}", f"Item {hours}", "Read on."))
        desk.pages[f"http://paper.example/item{hours}"] = ARTICLE
        desk.run(NOW + timedelta(hours=hours))
    assert desk.fetcher.asked.count(RULES) == 2


def test_where_the_rules_cannot_be_had_the_page_waits(desk: Desk) -> None:
    teaser(desk).fetcher.errors[RULES] = FetchError(RULES, "answered 503", status=503)
    desk.run()
    assert PAGE not in desk.fetcher.asked
    del desk.fetcher.errors[RULES]
    desk.run(NOW + timedelta(hours=1))
    assert "38 hours" in text(desk)


PODCAST = TOML.replace('kind = "news"\ntopics = ["energy"]', 'kind = "podcast"\ntopics = ["energy"]')
EPISODE = """<rss xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
<channel><title>Pod</title><item><title>Episode</title><guid>1</guid><pubDate>Sat, 21 Nov 2026 05:00:00 GMT</pubDate>
<enclosure url="http://paper.example/1.mp3" type="audio/mpeg"/>{more}
<podcast:transcript url="http://paper.example/1.vtt" type="text/vtt"/>
<podcast:chapters url="http://paper.example/1.json" type="application/json+chapters"/></item></channel></rss>"""
VTT = f"WEBVTT\n\n00:00.000 --> 00:20.000\n{BATTERY}\n".encode()


@pytest.mark.parametrize("body", [b'{"chapters": [{"startTime": 0, "title": "Batteries"}]}', b"<html>", None])
def test_chapters_beside_the_feed_are_kept_and_never_hold_up_the_reading(
    make_desk: Callable[..., Desk], body: bytes | None
) -> None:
    desk = make_desk(PODCAST)
    desk.pages |= {"http://paper.example/feed": EPISODE.format(more="").encode(), "http://paper.example/1.vtt": VTT}
    if body is not None:
        desk.pages["http://paper.example/1.json"] = body
    desk.run()
    assert "38 hours" in text(desk)
    with desk.services.store.read() as db:
        (entry,) = db.entries.latest("http://paper.example/feed", 9)
    assert entry.chapters == ((Chapter(at=0, title="Batteries"),) if body and body.startswith(b"{") else ())


@pytest.mark.parametrize(("kind", "insights"), [("full", 1), ("bonus", 1), ("trailer", 0)])
def test_a_trailer_is_read_and_gives_no_insight(make_desk: Callable[..., Desk], kind: str, insights: int) -> None:
    desk = make_desk(PODCAST)
    more = f"<itunes:episodeType>{kind}</itunes:episodeType>"
    desk.pages |= {"http://paper.example/feed": EPISODE.format(more=more).encode(), "http://paper.example/1.vtt": VTT}
    desk.pages["http://town.example/feed"] = feed("town.example")
    assert desk.run()["read"].counts == {"insights": insights}
