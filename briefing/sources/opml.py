"""Subscription lists in and out: OPML in every state that people export it in."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from briefing.errors import RefusedAddressError, UnreadableError
from briefing.model import Feed
from briefing.sources import addresses, xmltree
from briefing.sources.addresses import Allowance
from briefing.sources.encodings import decode
from briefing.sources.links import web_link
from briefing.sources.xmltree import local_name
from briefing.text import one_line

TITLE = "Subscriptions"
MAX_FEEDS = 20_000
MAX_DEPTH = 20
"""Folders around a feed that become topics, the nearest ones."""
_ROOTS = frozenset({"opml", "outlinedocument", "body", "outline"})
_ROOT_TAG = re.compile(r"<(?:opml|outlinedocument)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"""xmlurl\s*=\s*(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})')""", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlFeed:
    """`topics` are the names of the folders that the feed lies in, outermost first."""

    url: str
    title: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpmlList:
    """`skipped` holds what was left out, each with its reason; `whole` tells that the document was well-formed."""

    feeds: tuple[OpmlFeed, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    whole: bool = True


def parse(body: bytes, *, name: str = "the list", allow: Sequence[str] = ()) -> OpmlList:
    """The feeds of a subscription list, each address once. Raises UnreadableError if it is no OPML.

    Addresses in private networks are skipped unless `allow` lists them, as the fetcher would refuse them.
    """
    if not body.strip():
        raise UnreadableError(name, "this is empty, not an OPML list")
    text, _ = decode(body)
    root, whole = _root(text, name)
    listed = _Listed(Allowance(allow))
    for outline in islice((e for e in root.iter() if local_name(e) == "outline"), MAX_FEEDS):
        listed.add(_attribute(outline, "xmlurl"), title=_title(outline), topics=tuple(_folders(outline)))
    for address in _loose_addresses(text) if not whole else ():
        listed.add(address)
    return OpmlList(feeds=tuple(listed.feeds.values()), skipped=tuple(listed.skipped), whole=whole)


def dump(feeds: Sequence[Feed]) -> bytes:
    """OPML 2.0 (http://opml.org/spec2.opml): one folder a topic, feeds without a topic beside them."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = TITLE
    body = etree.SubElement(root, "body")
    for feed in feeds:
        _append(_folder(body, feed.topics), feed)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


class _Listed:
    """What was found so far; an address counts once, with the first title that it had and all its folders."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self.feeds: dict[str, OpmlFeed] = {}
        self.skipped: list[tuple[str, str]] = []

    def add(self, address: str | None, *, title: str = "", topics: tuple[str, ...] = ()) -> None:
        if address is None:
            return
        try:
            url, key = self._checked(_with_scheme(address.strip()))
        except RefusedAddressError as error:
            self.skipped.append((title or one_line(address, 100), error.reason))
            return
        known = self.feeds.get(key, OpmlFeed(url=url))
        both = tuple(dict.fromkeys((*known.topics, *topics)))
        self.feeds[key] = OpmlFeed(url=known.url, title=known.title or title, topics=both)

    def _checked(self, address: str) -> tuple[str, str]:
        """The address, and what makes it the same as another: scheme, case of the host, port and last slash do not."""
        target = addresses.target(address)
        url = web_link(address)
        if not url:
            raise RefusedAddressError(address, "this is no web address")
        private = target.literal is not None and not addresses.is_public(target.literal)
        if private and target.literal is not None and not self._allowance.covers(target.literal, target.port):
            raise RefusedAddressError(address, "it leads into a private network")
        port = "" if target.port in (80, 443) else f":{target.port}"
        parts = urlsplit(url)
        return url, f"{target.host}{port}{parts.path}?{parts.query}".rstrip("/?")


def _root(text: str, name: str) -> tuple[etree._Element, bool]:
    tree = xmltree.parse(text, _ROOT_TAG)
    root = tree.root
    if root is None or local_name(root) not in _ROOTS:
        raise UnreadableError(name, "this is no OPML list" + (": it is a web page (HTML)" if tree.is_html else ""))
    return root, tree.well_formed and not tree.declares_entities


def _attribute(element: etree._Element, name: str) -> str | None:
    """The attribute whatever its case; programs write xmlUrl, xmlurl and XMLURL."""
    return next((element.get(key) for key in list(element.attrib) if str(key).lower() == name), None)


def _title(outline: etree._Element) -> str:
    return next(filter(None, (one_line(_attribute(outline, name) or "") for name in ("title", "text"))), "")


def _folders(outline: etree._Element) -> Iterator[str]:
    around = [
        e for e in islice(outline.iterancestors(), MAX_DEPTH) if local_name(e) == "outline" and _attribute(e, "xmlurl") is None
    ]
    return filter(None, (_title(folder) for folder in reversed(around)))


def _loose_addresses(text: str) -> Iterable[str]:
    """Addresses that a damaged document holds outside what could be read as outlines."""
    return (html.unescape(double or single) for double, single in _ADDRESS.findall(text)[:MAX_FEEDS])


def _with_scheme(address: str) -> str:
    """feed://host and feed:https://host are how browsers once wrote subscriptions."""
    scheme, _, rest = address.partition(":")
    if scheme.lower() != "feed":
        return address
    return rest if rest.lower().startswith("http") else f"http:{rest}"


def _folder(body: etree._Element, topics: Sequence[str]) -> etree._Element:
    parent = body
    for topic in topics:
        known = next((e for e in parent if e.get("text") == topic and e.get("xmlUrl") is None), None)
        parent = etree.SubElement(parent, "outline", text=topic, title=topic) if known is None else known
    return parent


def _append(parent: etree._Element, feed: Feed) -> None:
    title = one_line(feed.title) or feed.url
    etree.SubElement(parent, "outline", type="rss", text=title, title=title, xmlUrl=feed.url)
