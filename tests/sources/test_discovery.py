"""Which feeds a page announces."""

import pytest

from briefing.sources import discovery
from briefing.sources.discovery import announced

URL = "https://example.org/blog/"
RSS = '<link rel="alternate" type="application/rss+xml" href="{href}" title="{title}">'


@pytest.mark.parametrize(
    ("page", "links"),
    [
        (RSS.format(href="feed.xml", title=""), ["https://example.org/blog/feed.xml"]),
        (RSS.format(href="//cdn.example.org/f", title=""), ["https://cdn.example.org/f"]),
        ('<base href="https://other.org/x/">' + RSS.format(href="f", title=""), ["https://other.org/x/f"]),
        (
            RSS.format(href="/comments/feed", title="Comments") + RSS.format(href="/feed", title="All"),
            ["https://example.org/feed", "https://example.org/comments/feed"],
        ),
        (RSS.format(href="/f", title="A") + RSS.format(href="/f", title="B"), ["https://example.org/f"]),
        ('<LINK REL="Alternate Home" TYPE="application/Atom+xml; charset=utf-8" HREF="/a">', ["https://example.org/a"]),
        ('<link rel="alternate" type="application/feed+json" href="/j">', ["https://example.org/j"]),
        ('<link rel="alternate" hreflang="de" href="/de">', []),
        (RSS.format(href="javascript:alert(1)", title=""), []),
        ("", []),
        ("\x00<<<", []),
    ],
)
def test_announced(page: str, links: list[str]) -> None:
    assert announced(page, URL) == links


CHANNEL = "UC" + "a-_1" * 5 + "zz"
VIDEOS = "https://www.youtube.com/feeds/videos.xml"


@pytest.mark.parametrize(
    ("url", "links"),
    [
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", [f"{VIDEOS}?channel_id={CHANNEL}"]),
        ("https://youtube.com/playlist?list=PL0123456789", [f"{VIDEOS}?playlist_id=PL0123456789"]),
        ("https://podcasts.apple.com/gb/podcast/the-show/id1200361736", [f"{discovery.APPLE_LOOKUP}1200361736"]),
        ("https://www.youtube.com/@name", []),
        ("https://youtube.com.evil.example/channel/" + CHANNEL, []),
    ],
)
def test_feeds_that_an_address_gives_away(url: str, links: list[str]) -> None:
    assert discovery.by_address(url) == links


@pytest.mark.parametrize(
    ("url", "page", "links"),
    [
        (
            "https://www.youtube.com/@name",
            f'<script>x = {{"externalId":"{CHANNEL}"}}</script>',
            [f"{VIDEOS}?channel_id={CHANNEL}"],
        ),
        ("https://m.youtube.com/@name", f'<meta itemprop="identifier" content="{CHANNEL}">', [f"{VIDEOS}?channel_id={CHANNEL}"]),
        ("https://example.org/", f'{{"externalId":"{CHANNEL}"}}', []),
        (
            "https://itunes.apple.com/lookup",
            '{"results":[{"feedUrl":"https:\\/\\/pod.example\\/feed"}]}',
            ["https://pod.example/feed"],
        ),
        ("https://pod.example/", '{"rssUrl": "/rss.php?a=1\\u0026b=2"}', ["https://pod.example/rss.php?a=1&b=2"]),
        ("https://pod.example/", '{"feedUrl": "javascript:alert(1)"}', []),
        ("https://pod.example/", '{"feedUrl": "\\q12345678"}', []),
    ],
)
def test_feeds_that_the_data_of_a_page_name(url: str, page: str, links: list[str]) -> None:
    assert discovery.in_data(page, url) == links


@pytest.mark.parametrize(
    ("page", "links"),
    [
        ('<a href="https://feeds.example/show">RSS</a>', ["https://feeds.example/show"]),
        ('<a href="/show.rss"><img alt=""></a>', ["https://example.org/show.rss"]),
        ('<a href="feed://feeds.example/show" title="x">Subscribe by RSS</a>', ["https://feeds.example/show"]),
        ('<a href="feed:https://feeds.example/show">feed</a><a href="/feed/">x</a>', ["https://example.org/feed/"]),
        (
            '<a href="https://other.example/feed">theirs</a><a href="/blog/feed">ours</a>',
            ["https://example.org/blog/feed", "https://other.example/feed"],
        ),
        ('<a href="/about">About us</a><a href="/feedback">Feedback</a><a>RSS</a>', []),
        ("", []),
    ],
)
def test_feeds_that_a_button_leads_to(page: str, links: list[str]) -> None:
    assert discovery.on_buttons(page, URL) == links
