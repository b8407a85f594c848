"""The items of an XML feed in a tree of bounded size, so that nothing in it can make feedparser slow or large."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from hashlib import blake2b

from lxml import etree

from briefing.errors import UnreadableError
from briefing.sources import xmltree
from briefing.sources.links import is_audio
from briefing.sources.xmltree import Tree, local_name

MAX_ENTRIES = 5_000
MAX_TEXT = 500_000
"""Characters of one element; a body longer than this is cut."""
SHORT_TEXT = 2_000
"""Characters of a title, link or date, raw and before cleaning."""
NAME_TEXT = 300
"""Characters of a person's name and address: feedparser's pattern for them takes quadratic time (its issue 562)."""

ITEM_TAGS = frozenset({"item", "entry"})
_ITEM_SPELLINGS = tuple(f"{{*}}{spell(tag)}" for tag in sorted(ITEM_TAGS) for spell in (str.lower, str.upper, str.title))
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_ROOT_TAG = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_LINK_TAGS = frozenset({"link", "url"})
_SHORT_TAGS = frozenset({"title", "guid", "id", "pubdate", "published", "updated", "date", "duration"})
_NAME_TAGS = frozenset(
    {"author", "creator", "managingeditor", "webmaster", "name", "email", "owner", "contributor", "publisher", "copyright"}
)
_UNUSED_TAGS = frozenset({"category", "keywords"})
_NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "psc": "http://podlove.org/simple-chapters",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTree:
    """`items` are those to be read, and the only ones left under `root`; all else counts the whole document's items.

    `fingerprints` has one for each item; `one_guid` tells that several items share a single guid.
    """

    root: etree._Element
    items: list[etree._Element]
    fingerprints: frozenset[int]
    one_guid: bool
    audio_share: float
    warnings: tuple[str, ...]


def parse(text: str, subject: str, known: Container[int] = ()) -> FeedTree:
    """Items whose fingerprint is `known` are not to be read again. Raises UnreadableError."""
    tree = xmltree.parse(text, _ROOT_TAG)
    root = _feed_root(tree, subject)
    if not tree.well_formed:
        _lift(root)
    found = _items(root)
    items = found[:MAX_ENTRIES]
    prints = [_fingerprint(item) for item in items]
    wanted = [item for item, print_ in zip(items, prints, strict=True) if print_ not in known]
    guids = {guid(item) for item in items}
    _remove(set(found) - set(wanted))
    for element in list(root.iter()):
        if not tree.well_formed:
            _declare(element)
        _bound(element)
    return FeedTree(
        root=root,
        items=wanted,
        fingerprints=frozenset(prints),
        one_guid=len(items) > 1 and len(guids) == 1,
        audio_share=sum(map(_carries_audio, items)) / max(len(items), 1),
        warnings=tuple(_warnings(tree, len(found))),
    )


def guid(item: etree._Element) -> str:
    """As written: feedparser makes an address of it, which changes when the feed moves."""
    return next((child.text.strip() for child in item if local_name(child) in ("guid", "id") and child.text), "")


def _feed_root(tree: Tree, subject: str) -> etree._Element:
    root = tree.root
    if tree.is_html or (root is not None and local_name(root) == "html"):
        raise UnreadableError(subject, "this is a web page (HTML), not a feed")
    if root is None:
        raise UnreadableError(subject, "this is not a feed: it cannot be parsed as XML or JSON")
    if local_name(root) not in _ROOTS and not _items(root):
        raise UnreadableError(subject, f"this is XML with the root <{local_name(root)[:40]}>, not a feed")
    if not tree.well_formed and not len(root):
        raise UnreadableError(subject, "this cannot be parsed as a feed: the XML breaks off before the first entry")
    return root


def _warnings(tree: Tree, found: int) -> list[str]:
    told = {
        "entity declarations of the document type are ignored": tree.declares_entities,
        "the XML is not well-formed; what can be read is kept": not tree.well_formed,
        f"only the first {MAX_ENTRIES:,} of {found:,} entries are read": found > MAX_ENTRIES,
    }
    return [warning for warning, holds in told.items() if holds]


def _items(root: etree._Element) -> list[etree._Element]:
    return [element for element in root.iter(*_ITEM_SPELLINGS) if not _inside_item(element)]


def _lift(root: etree._Element) -> None:
    """Where a tag was never closed, the items after it were read as a part of it: each goes behind the one that holds it."""
    for element in reversed(list(root.iter(*_ITEM_SPELLINGS))):
        holder = next(element.iterancestors(*_ITEM_SPELLINGS), None)
        if holder is not None:
            holder.addnext(element)


def _inside_item(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) in ITEM_TAGS


def _fingerprint(item: etree._Element) -> int:
    return int.from_bytes(blake2b(etree.tostring(item, with_tail=False), digest_size=8).digest())


def _remove(items: Iterable[etree._Element]) -> None:
    for item in items:
        parent = item.getparent()
        if parent is not None:
            parent.remove(item)


def _carries_audio(item: etree._Element) -> bool:
    """An enclosure, in whatever element the format has for it."""
    linked = (child for child in item if child.get("type") or child.get("url"))
    return any(is_audio(child.get("url") or child.get("href") or "", child.get("type") or "") for child in linked)


def _declare(element: etree._Element) -> None:
    """A prefix without a declaration means what it means everywhere."""
    prefix, colon, name = str(element.tag).partition(":")
    if colon and not prefix.startswith("{"):
        element.tag = f"{{{_NAMESPACES.get(prefix.lower(), f'urn:undeclared:{prefix}')}}}{name}"


def _bound(element: etree._Element) -> None:
    if element.text and len(element.text) > NAME_TEXT:
        element.text = _bounded(element.text, local_name(element))
    if element.tail and len(element.tail) > MAX_TEXT:
        element.tail = element.tail[:MAX_TEXT]
    parent = element.getparent()
    if local_name(element) in _UNUSED_TAGS and parent is not None:
        parent.remove(element)


def _bounded(text: str, tag: str) -> str:
    if tag in _NAME_TAGS:
        return text[:NAME_TEXT]
    if tag in _LINK_TAGS:
        return text if len(text) <= SHORT_TEXT else ""
    return text[: SHORT_TEXT if tag in _SHORT_TAGS else MAX_TEXT]
