"""A feed's tree given to feedparser's strict parser as the events that it listens to: nothing is written out and read again."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import feedparser.mixin
from feedparser.api import StrictFeedParser
from lxml import etree

from briefing.sources.xmltree import local_name

Fields = Mapping[str, Any]
"""feedparser's dictionary: every key is optional, and only its documentation knows the types."""

# Asked for each element of a document, whose base address hardly ever changes.
feedparser.mixin.make_safe_absolute_uri = lru_cache(maxsize=256)(feedparser.mixin.make_safe_absolute_uri)

FEED_TAGS = frozenset({"rss", "rdf", "channel", "feed"})
UNHEARD_TAGS = frozenset(
    {"category", "comments", "commentrss", "cloud", "docs", "episode", "episodetype", "explicit", "icon", "image", "images"}
    | {"keywords", "lastbuilddate", "logo", "origlink", "rating", "season", "skipdays", "skiphours", "subject", "textinput"}
    | {"thumbnail"}
)
UNHEARD_OF_FEEDS = frozenset(
    {"block", "copyright", "description", "modified", "pubdate", "rights", "subtitle", "summary", "tagline", "type", "updated"}
)
UNHEARD_SPACES = frozenset(
    {
        "http://podlove.org/simple-chapters",
        "http://purl.org/rss/1.0/modules/slash/",
        "http://purl.org/syndication/thread/1.0",
        "http://rssnamespace.org/feedburner/ext/1.0",
        "http://wellformedweb.org/commentapi/",
        "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
        "https://podcastindex.org/namespace/1.0",
    }
)
"""Fields that no entry is made of, or that are read from the tree."""

Name = tuple[str | None, str]
"""Namespace address and local name, as SAX has them."""
Listeners = tuple[Callable[[dict[str, str]], None], Callable[[], None]]
"""What hears the beginning of an element, with its attributes, and its end."""

_WHOLE_ADDRESS = re.compile(r"https?://[^/]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What feedparser made of a tree: fields of the feed, and each item's fields with the element they were read from."""

    version: str
    feed: Fields
    items: list[tuple[Fields, etree._Element]]


class _Parser(StrictFeedParser):  # type: ignore[misc]  # feedparser has no types
    """feedparser's strict parser without its work that no entry shows: times as tuples, and addresses that are whole already."""

    def push_content(self, *arguments: object) -> None:
        """These are looked up and copied deeply for each text; a plain dictionary does both faster."""
        super().push_content(*arguments)
        self.contentparams: dict[str, object] = dict(self.contentparams)

    def resolve_uri(self, uri: str) -> str:
        return uri if _WHOLE_ADDRESS.match(uri) else str(super().resolve_uri(uri))

    def _end_published(self) -> None:
        self.pop("published")

    def _end_updated(self) -> None:
        self.pop("updated")

    def _end_created(self) -> None:
        self.pop("created")

    _end_pubdate = _end_issued = _end_published
    _end_modified = _end_lastbuilddate = _end_updated


MOST_ATTRIBUTES = 100
"""Of one element: looking a value up takes time in proportion to how many there are."""


class _Attributes:
    """The part of SAX's attributes that feedparser asks for."""

    def __init__(self, element: etree._Element) -> None:
        named = islice(element.keys(), MOST_ATTRIBUTES)
        self._found = [(_name(str(key)), str(element.get(key, ""))) for key in named]

    def items(self) -> list[tuple[Name, str]]:
        return self._found

    def getQNames(self) -> list[str]:  # noqa: N802 -- SAX calls it so
        return []


def hear(root: etree._Element, items: list[etree._Element], url: str) -> Heard:
    """Read the fields of a tree whose items are `items`. HTML in them stays as it is: neither cleaned nor resolved."""
    teller = _Teller(root, items, url)
    teller.tell(root)
    entries = teller.parser.entries
    found = [(entries[place], element) for place, element in teller.places.items() if place < len(entries)]
    return Heard(version=teller.parser.version, feed=teller.parser.feeddata, items=found)


class _Teller:
    """Tells feedparser what stands in a tree. `places`: position in its list of entries -> the element that is there."""

    def __init__(self, root: etree._Element, items: list[etree._Element], url: str) -> None:
        self.parser: Any = _Parser(url, None, "utf-8")
        self.parser.resolve_relative_uris = self.parser.sanitize_html = False
        self.places: dict[int, etree._Element] = {}
        self._items = set(items)
        self._declared = set(root.nsmap.values())
        self._listeners: dict[Name, Listeners | None] = {}
        for prefix, address in root.nsmap.items():
            self.parser.startPrefixMapping(prefix, address)

    def tell(self, root: etree._Element) -> None:
        """Without recursion: a tree may be thousands of elements deep."""
        passed_over: etree._Element | None = None
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            name = _name(element.tag)
            if event == "end":
                self._end(element, name, told=element is not passed_over)
            elif _is_needless(element, name, self._items) or self._tell_plain(element, name):
                passed_over = element
                walk.skip_subtree()
            else:
                self._start(element, name)

    def _tell_plain(self, element: etree._Element, name: Name) -> bool:
        """Most elements are nothing but text: feedparser's method is called at once, without the search for attributes and bases.

        Whether the element was one of these.
        """
        if len(element) or element.attrib or self.parser.incontent or element in self._items:
            return False
        if name not in self._listeners:
            self._declare(element.prefix, name[0])
            self._listeners[name] = self._listening(name)
        listeners = self._listeners[name]
        if not listeners:
            return False
        start, end = listeners
        self.parser.depth += 1
        start({})
        self.parser.characters(element.text or "")
        end()
        self.parser.depth -= 1
        return True

    def _listening(self, name: Name) -> Listeners | None:
        """feedparser's methods for a tag of a namespace that it knows."""
        parser, prefix = self.parser, self.parser._matchnamespaces.get((name[0] or "").lower())
        if prefix is None:
            return None
        key = (f"{prefix}_{name[1]}" if prefix else name[1]).lower()
        start = getattr(parser, f"_start_{key}", lambda _: parser.push(key, 1))
        return start, getattr(parser, f"_end_{key}", lambda: parser.pop(key))

    def _start(self, element: etree._Element, name: Name) -> None:
        self._declare(element.prefix, name[0])
        if element in self._items:
            # feedparser carries this over from the item before; but an item must read the same alone and among others.
            self.parser._summaryKey = None
            self.places[len(self.parser.entries)] = element
        self.parser.startElementNS(name, None, _Attributes(element))
        if element.text:
            self.parser.characters(element.text)

    def _end(self, element: etree._Element, name: Name, *, told: bool) -> None:
        if told:
            self.parser.endElementNS(name, None)
        if element.tail:
            self.parser.characters(element.tail)

    def _declare(self, prefix: str | None, address: str | None) -> None:
        if address and address not in self._declared:
            self._declared.add(address)
            self.parser.startPrefixMapping(prefix, address)


def _is_needless(element: etree._Element, name: Name, items: set[etree._Element]) -> bool:
    if not _is_unheard(name):
        return False
    parent = element.getparent()
    if parent is None:
        return False
    return local_name(parent) in FEED_TAGS or (parent in items and name[1].lower() not in UNHEARD_OF_FEEDS)


@lru_cache(maxsize=4096)
def _is_unheard(name: Name) -> bool:
    tag, space = name[1].lower(), (name[0] or "").lower()
    return tag in UNHEARD_TAGS or tag in UNHEARD_OF_FEEDS or space in UNHEARD_SPACES


@lru_cache(maxsize=4096)
def _name(tag: str) -> Name:
    """Cached: a document has thousands of elements and a few dozen tags."""
    if tag.startswith("{"):
        address, _, local = tag[1:].partition("}")
        return address, local
    return None, tag
