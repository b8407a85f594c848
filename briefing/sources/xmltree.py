"""Text that means to be XML -> a tree, damaged or not: nothing declared is expanded, nothing outside is opened."""

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from html.entities import html5

from lxml import etree

_DOCTYPE = r"<!DOCTYPE[^\[<>]{0,2000}(?P<subset>\[.*?\]\s*)?>"
_PROLOG = re.compile(rf"\A(?:\s+|<\?.*?\?>|<!--.*?-->|{_DOCTYPE})*", re.IGNORECASE | re.DOTALL)
_HTML = re.compile(r"<(?:html|head|body)\b|.*<!doctype\s+html", re.IGNORECASE | re.DOTALL)
_HEAD = 20_000
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_OWN = {"&lt;": "&#60;", "&gt;": "&#62;", "&amp;": "&#38;", "&quot;": "&#34;", "&apos;": "&#39;"}
_REFERENCE = re.compile(
    r"&(?!#(?:3[2-9]|[4-9]\d);)(?:#(?P<decimal>\d{1,8});|#[xX](?P<hex>[0-9a-fA-F]{1,8});|(?P<name>[A-Za-z]\w{1,31});)?"
)
"""All but numbers of printable ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """`root` is None where nothing could be read. `declares_entities` tells that there were some; they are not expanded."""

    root: etree._Element | None
    well_formed: bool
    declares_entities: bool
    is_html: bool


def parse(text: str, root_tag: re.Pattern[str]) -> Tree:
    """Never raises. What stands before the first `root_tag` is dropped, if there is one near the beginning."""
    text = text.lstrip("\ufeff")
    prolog = _PROLOG.match(text)
    body = text[prolog.end() if prolog else 0 :]
    start = root_tag.search(body[:_HEAD])
    source = body[start.start() if start else 0 :].strip()
    root, well_formed = _tree(source, recover=False)
    if root is None:
        root, well_formed = _tree(_mended(source), recover=True)
    return Tree(
        root=root,
        well_formed=well_formed,
        declares_entities=bool(prolog and prolog["subset"]),
        is_html=start is None and bool(_HTML.match(text[: prolog.end() if prolog else 0][:_HEAD]) or _HTML.match(body)),
    )


def local_name(element: etree._Element) -> str:
    """The tag in lower case without namespace or prefix; "" for anything that is no element."""
    return _parts(element.tag)[1] if isinstance(element.tag, str) else ""


def namespace(element: etree._Element) -> str:
    """The namespace address in lower case, or the bare prefix where none was declared."""
    return _parts(element.tag)[0] if isinstance(element.tag, str) else ""


@lru_cache(maxsize=4096)
def _parts(tag: str) -> tuple[str, str]:
    """Cached: a document has thousands of elements and a few dozen tags."""
    if tag.startswith("{"):
        space, _, name = tag[1:].partition("}")
    else:
        space, _, name = tag.rpartition(":")
    return space.lower(), name.lower()


def _tree(source: str, *, recover: bool) -> tuple[etree._Element | None, bool]:
    parser = etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        return etree.fromstring(source.encode("utf-8", "replace"), parser), not len(parser.error_log)
    except etree.XMLSyntaxError:
        return None, False


def _mended(source: str) -> str:
    """References as numbers, which libxml2 keeps even in damaged documents; what is none stays as text."""
    parts = _CDATA.split(_CONTROL.sub("", source))
    parts[::2] = [_REFERENCE.sub(_as_number, _without_names(part)) for part in parts[::2]]
    return "".join(parts)


def _without_names(text: str) -> str:
    """Nearly all references are of the five names that XML has itself."""
    for name, number in _OWN.items():
        text = text.replace(name, number)
    return text


def _as_number(reference: re.Match[str]) -> str:
    if reference["name"]:
        characters = html5.get(reference["name"] + ";")
        return "".join(f"&#{ord(one)};" for one in characters) if characters else "&#38;" + reference[0][1:]
    if reference["decimal"] or reference["hex"]:
        return _numbered(int(reference["decimal"]) if reference["decimal"] else int(reference["hex"], 16))
    return "&#38;"


def _numbered(code: int) -> str:
    """Control characters go; 128 to 159 mean Windows-1252, as in HTML."""
    if 0x80 <= code < 0xA0:
        return html.unescape(f"&#{code};")
    allowed = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
    return f"&#{code};" if allowed else ""
