"""HTML to a tree without what a reader never sees: scripts, forms, hidden elements, comments."""

import re
from collections.abc import Iterable

from lxml import etree, html

_MOST_CHARACTERS = 4_000_000
_UNSEEN_TAGS = frozenset(
    """applet area audio base button canvas datalist dialog embed fieldset frame frameset head iframe input link map meta
    noembed noframes noscript object option param picture script select style svg template textarea track video""".split()  # noqa: SIM905
)
_FURNITURE_TAGS = frozenset(("nav", "footer", "aside", "menu"))
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "menu", "dialog"))
_ZERO = r"\s*:\s*0*\.?0+(?:[a-z%]+)?\s*(?:;|!|$)"
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    rf"|(?<![-\w])(?:max-height|opacity){_ZERO}|(?<![-\w])(?:text-indent|left|top)\s*:\s*-\d{{3,}}|clip\s*:\s*rect\(0",
    re.IGNORECASE,
)
_NO_SIZE = re.compile(rf"font-size{_ZERO}", re.IGNORECASE)
_SIZE = re.compile(r"font(?:-size)?\s*:[^;]*[1-9]", re.IGNORECASE)
_DOCUMENT = re.compile(r"<(?:!doctype|html|body|head)\b", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def tree(markup: str) -> etree._Element | None:
    """The body of a page or fragment without unseen elements; None if there are no elements to be had."""
    root = _parsed(_CONTROL.sub("", markup[:_MOST_CHARACTERS]))
    if root is None:
        return None
    drop(root, [element for element in root.iter() if is_unseen(element)])
    return root


def _parsed(markup: str) -> etree._Element | None:
    source = markup if _DOCUMENT.search(markup[:2000]) else f"<html><body>{markup}</body></html>"
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(source.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    body = root.find("body")
    return root if body is None else body


def without_furniture(root: etree._Element) -> etree._Element:
    """The tree without navigation, footers and asides."""
    drop(root, [element for element in root.iter() if is_furniture(element)])
    return root


def is_unseen(element: etree._Element) -> bool:
    if element.tag in _UNSEEN_TAGS:
        return True
    attributes = element.attrib
    return bool(attributes) and (
        "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
        or _same_colour(attributes.get("style", ""))
        or _is_sizeless(element)
    )


def _is_sizeless(element: etree._Element) -> bool:
    """Letters of no size, unless an element inside gives them one, as layout tables do."""
    if not _NO_SIZE.search(element.get("style", "")):
        return False
    return not any(_SIZE.search(inside.get("style", "")) for inside in element.iterdescendants())


def _same_colour(style: str) -> bool:
    """White words on a white ground."""
    colours = dict(re.findall(r"(?:^|;)\s*(color|background(?:-color)?)\s*:\s*([#\w]+)", style.lower()))
    ground = colours.get("background-color") or colours.get("background")
    return "color" in colours and colours["color"] == ground


def is_furniture(element: etree._Element) -> bool:
    return element.tag in _FURNITURE_TAGS or element.get("role", "") in _FURNITURE_ROLES


def words_of(element: etree._Element) -> str:
    """All words of an element, white space collapsed."""
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def drop(root: etree._Element, elements: Iterable[etree._Element]) -> None:
    """Take elements out of the tree, leaving the words that follow them."""
    for element in elements:
        if element is not root and element.getparent() is not None:
            element.drop_tree()  # type: ignore[attr-defined]  # lxml.html elements have it, the stubs of etree do not
