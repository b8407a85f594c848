"""Which feeds a page announces."""

import pytest

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
