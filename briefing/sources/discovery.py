"""A web page -> the feeds it announces, best first."""

from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import html

from briefing.sources.links import web_link

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
MINOR = ("comment", "/tag/", "/category/", "/author/")
"""What stands in the address or name of a feed that is not the site's own."""
USUAL_PLACES = ("feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss")


def announced(page: str, url: str) -> list[str]:
    """Addresses of the feeds that a page names in `<link rel="alternate">`, comment feeds last."""
    found = list(dict.fromkeys(link for link, _ in _links(page, url)))
    names = dict(reversed(list(_links(page, url))))
    return sorted(found, key=lambda link: any(word in f"{link} {names[link]}".lower() for word in MINOR))


def usual(url: str) -> list[str]:
    """Where sites that announce nothing often have their feed."""
    return [urljoin(url, f"/{place}") for place in USUAL_PLACES]


def _links(page: str, url: str) -> Iterator[tuple[str, str]]:
    try:
        tree = html.fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, AssertionError, html.etree.ParserError):
        return
    first = tree.find(".//base")
    base = urljoin(url, "" if first is None else first.get("href") or "")
    for element in tree.iter("link"):
        link = web_link(element.get("href") or "", base)
        if link and "alternate" in (element.get("rel") or "").lower().split() and _is_feed(element.get("type") or ""):
            yield link, element.get("title") or ""


def _is_feed(media_type: str) -> bool:
    return media_type.lower().partition(";")[0].strip() in FEED_TYPES
