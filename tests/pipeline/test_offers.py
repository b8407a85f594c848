"""The feed behind a page, however the page names it; and what several feeds offer together."""

import pytest

from briefing.errors import UnreadableError
from briefing.model import Feed
from briefing.pipeline.offers import behind, offers
from briefing.sources.discovery import APPLE_LOOKUP, YOUTUBE_FEED
from briefing.testing import FakeFetcher

from .conftest import BATTERY, NOW, feed

CHANNEL = "UC" + "a-_1" * 5 + "zz"
SHOW = "https://podcasts.apple.com/gb/podcast/the-show/id1200361736"
FEED = feed("pod.example", ("1", "One", BATTERY))
PAGE = "<html><head>{}</head><body>{}</body></html>"
GUID = '<podcast:guid xmlns:podcast="https://podcastindex.org/namespace/1.0">917393e3-1b1e-5cef-ace4-edaa54e1f810</podcast:guid>'


@pytest.mark.parametrize(
    ("asked", "pages", "found"),
    [
        ("https://pod.example/feed", {"https://pod.example/feed": FEED}, "https://pod.example/feed"),
        (
            "https://www.youtube.com/@name",
            {
                "https://www.youtube.com/@name": PAGE.format(f'<meta itemprop="identifier" content="{CHANNEL}">', "").encode(),
                f"{YOUTUBE_FEED}?channel_id={CHANNEL}": FEED,
            },
            f"{YOUTUBE_FEED}?channel_id={CHANNEL}",
        ),
        (
            SHOW,
            {
                SHOW: PAGE.format("", "A show").encode(),
                f"{APPLE_LOOKUP}1200361736": b'{"results": [{"feedUrl": "https://pod.example/rss"}]}',
                "https://pod.example/rss": FEED,
            },
            "https://pod.example/rss",
        ),
        (
            "https://pod.example/",
            {
                "https://pod.example/": PAGE.format("", '<a href="/gone.rss">RSS</a><a href="/show.xml">RSS</a>').encode(),
                "https://pod.example/show.xml": FEED,
            },
            "https://pod.example/show.xml",
        ),
        (
            "https://pod.example/",
            {"https://pod.example/": PAGE.format("", "Welcome").encode(), "https://pod.example/rss.xml": FEED},
            "https://pod.example/rss.xml",
        ),
    ],
    ids=["the feed itself", "YouTube channel", "Apple Podcasts", "a button", "a usual place"],
)
def test_the_feed_behind_an_address(asked: str, pages: dict[str, bytes], found: str) -> None:
    offer = behind(asked, lambda: FakeFetcher(pages), NOW)[0]
    assert (offer.url, offer.entries) == (found, 1)


def test_a_page_without_a_feed_says_so_and_what_to_do() -> None:
    with pytest.raises(UnreadableError, match="announces no feed") as caught:
        behind("https://pod.example/", lambda: FakeFetcher({"https://pod.example/": PAGE.format("", "Hi").encode()}), NOW)
    assert caught.value.remedy == "give the feed's own address"


def test_one_podcast_under_two_addresses_is_told() -> None:
    twin = FEED.replace(b"<channel>", f"<channel>{GUID}".encode())
    pages = {"https://a.example/feed": twin, "https://b.example/feed": twin, "https://c.example/feed": FEED}
    found = offers([Feed(url=url) for url in pages], lambda: FakeFetcher(pages), NOW)
    assert [offer.warnings for offer in found] == [(), ("the same podcast as https://a.example/feed",), ()]
