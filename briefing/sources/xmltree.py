"""Any bytes that mean to be an XML feed -> a well-formed, bounded tree: no entities, no oversized fields, no lost items."""

import re
from html.entities import html5

from lxml import etree

from briefing.errors import UnreadableError

MAX_ENTRIES = 5_000
MAX_TEXT = 500_000
"""Characters of one element; a body longer than this is cut."""
SHORT_TEXT = 2_000
"""Characters of an element that holds a name, a title or a link, raw and before cleaning."""

ITEM_TAGS = frozenset({"item", "entry"})
_ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
_SHORT_TAGS = frozenset({"title", "link", "guid", "id", "url", "pubdate", "published", "updated", "date", "duration"})
# feedparser's address pattern takes quadratic time (its issue 562).
_NAME_TAGS = frozenset(
    {"author", "creator", "managingeditor", "webmaster", "name", "email", "owner", "contributor", "publisher", "copyright"}
)
_NAME_TEXT = 300
_DROPPED_TAGS = frozenset({"category", "keywords"})

_DOCTYPE = re.compile(r"<!DOCTYPE[^\[<>]{0,2000}(?P<subset>\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
_ROOT = re.compile(r"<[A-Za-z_]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,500}\?>", re.IGNORECASE)
_HTML = re.compile(
    r"\A\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_FEED_TAG = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CONTROL_REFERENCE = re.compile(r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01])|x0*(?:[0-8bcef]|1[0-9a-f]));", re.IGNORECASE)
_NAMED_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def parse(text: str, subject: str) -> tuple[etree._Element, list[etree._Element], tuple[str, ...]]:
    """The root, its items in document order, and what had to be mended, in words. Raises UnreadableError."""
    if _HTML.match(text[:20_000]) and not _FEED_TAG.search(text[:20_000]):
        raise UnreadableError(subject, "this is a web page (HTML), not a feed")
    source, warnings = _without_prolog(text)
    source = _NAMED_REFERENCE.sub(_character, _CONTROL_REFERENCE.sub("", _CONTROL.sub("", source)))
    root, well_formed = _tree(source, subject)
    if not well_formed:
        warnings.append("the XML is not well-formed; what can be read is kept")
    items = _items(root)
    if len(items) > MAX_ENTRIES:
        warnings.append(f"only the first {MAX_ENTRIES:,} of {len(items):,} entries are read")
        items = _keep_first(items)
    _bound(root)
    return root, items, tuple(warnings)


def local_name(element: etree._Element) -> str:
    """The tag in lower case without namespace or prefix; "" for anything that is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """The namespace address in lower case, or the bare prefix where none was declared."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    return tag[1:].partition("}")[0].lower() if tag.startswith("{") else tag.rpartition(":")[0].lower()


def _without_prolog(text: str) -> tuple[str, list[str]]:
    """Declaration and document type are cut off: entities are never expanded from what a feed declares."""
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1)
    found = _DOCTYPE.search(text)
    if not found or ((root := _ROOT.search(text)) and root.start() < found.start()):
        return text, []
    warnings = ["entity declarations of the document type are ignored"] if found["subset"] else []
    return text[: found.start()] + text[found.end() :], warnings


def _character(reference: re.Match[str]) -> str:
    """HTML's named characters, which XML does not know; mark-up and unknown names stay as they are."""
    name = reference[1]
    return reference[0] if name in _XML_ENTITIES else _harmless(html5.get(name + ";", ""), reference[0])


def _harmless(character: str, otherwise: str) -> str:
    return otherwise if not character or character in "<>&\"'" else character


def _tree(source: str, subject: str) -> tuple[etree._Element, bool]:
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(source.strip().encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise UnreadableError(subject, "this is not a feed: it cannot be parsed as XML or JSON")
    if local_name(root) not in _ROOTS and not _items(root):
        what = "a web page (HTML)" if local_name(root) == "html" else f"XML with the root <{local_name(root)[:40]}>"
        raise UnreadableError(subject, f"this is {what}, not a feed")
    return root, not len(parser.error_log)


def _items(root: etree._Element) -> list[etree._Element]:
    return [e for e in root.iter() if local_name(e) in ITEM_TAGS and not _inside_item(e)]


def _inside_item(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) in ITEM_TAGS


def _keep_first(items: list[etree._Element]) -> list[etree._Element]:
    for item in items[MAX_ENTRIES:]:
        parent = item.getparent()
        if parent is not None:
            parent.remove(item)
    return items[:MAX_ENTRIES]


def _bound(root: etree._Element) -> None:
    for element in list(root.iter()):
        name = local_name(element)
        parent = element.getparent()
        if name in _DROPPED_TAGS and parent is not None and not len(element):
            element.text = None
        elif element.text and len(element.text) > _NAME_TEXT:
            element.text = element.text[: _limit(name)]
        if element.tail and len(element.tail) > MAX_TEXT:
            element.tail = element.tail[:MAX_TEXT]


def _limit(name: str) -> int:
    if name in _NAME_TAGS:
        return _NAME_TEXT
    return SHORT_TEXT if name in _SHORT_TAGS else MAX_TEXT
