"""A web page -> the feeds it announces, best first; also those that only its address, its data or a button give away."""

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import html

from briefing.sources.links import web_link

FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/json")
MINOR = ("comment", "/tag/", "/category/", "/author/")
"""What stands in the address or name of a feed that is not the site's own."""
USUAL_PLACES = ("feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "rss")
YOUTUBE = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
YOUTUBE_FEED = "https://www.youtube.com/feeds/videos.xml"
APPLE = "podcasts.apple.com"
APPLE_LOOKUP = "https://itunes.apple.com/lookup?entity=podcast&id="
CHANNEL = re.compile(
    r"""(?:"(?:externalId|channelId)"\s*:\s*"|itemprop="(?:identifier|channelId)"\s+content="|youtube\.com/channel/)(UC[\w-]{22})"""
)
FEED_URL = re.compile(r"""["'](?:feedUrl|feed_url|rssUrl|rss_url|rssFeed|rssFeedUrl)["']\s*:\s*("(?:[^"\\]|\\.){8,2000}")""")
BUTTON = re.compile(r"\b(?:rss|atom|podcast feed|rss[- ]feed)\b", re.IGNORECASE)
FEED_FILE = re.compile(r"(?:\.(?:rss|atom)|/(?:feed|rss|atom)(?:\.xml)?/?|feed\.xml)\Z", re.IGNORECASE)
MOST_LINKS = 5_000


def announced(page: str, url: str) -> list[str]:
    """Addresses of the feeds that a page names in `<link rel="alternate">`, comment feeds last."""
    found = list(dict.fromkeys(link for link, _ in _links(page, url)))
    names = dict(reversed(list(_links(page, url))))
    return sorted(found, key=lambda link: any(word in f"{link} {names[link]}".lower() for word in MINOR))


def by_address(url: str) -> list[str]:
    """Feeds that the address of a page gives away: channels and playlists of YouTube; a lookup of shows on Apple Podcasts."""
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    if parts.hostname in YOUTUBE:
        channel = re.match(r"/channel/(UC[\w-]{22})", parts.path)
        playlist = query.get("list", [""])[0]
        named = [f"channel_id={channel[1]}"] if channel else []
        named += [f"playlist_id={playlist}"] if re.fullmatch(r"[\w-]{10,64}", playlist) else []
        return [f"{YOUTUBE_FEED}?{name}" for name in named]
    show = re.search(r"/id(\d{5,12})\Z", parts.path) if parts.hostname == APPLE else None
    return [f"{APPLE_LOOKUP}{show[1]}"] if show else []


def in_data(page: str, url: str) -> list[str]:
    """Feeds that the data inside a page name, as players and channel pages have them."""
    named = (web_link(_unquoted(found), url) for found in FEED_URL.findall(page))
    channels = CHANNEL.findall(page) if urlsplit(url).hostname in YOUTUBE else []
    return list(dict.fromkeys(filter(None, [*named, *(f"{YOUTUBE_FEED}?channel_id={found}" for found in channels[:1])])))


def on_buttons(page: str, url: str) -> list[str]:
    """Feeds that a link of the page leads to, by its words or its address; those of the same host first."""
    tree, base = _tree(page, url)
    found = [] if tree is None else list(dict.fromkeys(_buttons(tree, base)))
    host = urlsplit(url).hostname
    return sorted(found, key=lambda link: urlsplit(link).hostname != host)


def usual(url: str) -> list[str]:
    """Where sites that announce nothing often have their feed."""
    return [urljoin(url, f"/{place}") for place in USUAL_PLACES]


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def _buttons(tree: html.HtmlElement, base: str) -> Iterator[str]:
    for _, element in zip(range(MOST_LINKS), tree.iter("a"), strict=False):
        link = web_link(_with_scheme(element.get("href") or ""), base)
        words = " ".join([element.text_content()[:80], element.get("title") or "", element.get("aria-label") or ""])
        if link and (BUTTON.search(words) or FEED_FILE.search(urlsplit(link).path)):
            yield link


def _with_scheme(address: str) -> str:
    """A `feed:` address as what it stands for."""
    return re.sub(r"\A\s*(?:feed|itpc|pcast|podcast):(?://)?", _web_scheme, address, flags=re.IGNORECASE)


def _web_scheme(found: re.Match[str]) -> str:
    return "" if found.string[found.end() :].lower().startswith(("http:", "https:")) else "https://"


def _tree(page: str, url: str) -> tuple[html.HtmlElement | None, str]:
    """The page and the address that its links are relative to; None for what is no page."""
    try:
        tree = html.fromstring(page.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (ValueError, AssertionError, html.etree.ParserError):
        return None, url
    first = tree.find(".//base")
    return tree, urljoin(url, "" if first is None else first.get("href") or "")


def _links(page: str, url: str) -> Iterator[tuple[str, str]]:
    tree, base = _tree(page, url)
    for element in [] if tree is None else tree.iter("link"):
        link = web_link(_with_scheme(element.get("href") or ""), base)
        if link and "alternate" in (element.get("rel") or "").lower().split() and _is_feed(element.get("type") or ""):
            yield link, element.get("title") or ""


def _is_feed(media_type: str) -> bool:
    return media_type.lower().partition(";")[0].strip() in FEED_TYPES
