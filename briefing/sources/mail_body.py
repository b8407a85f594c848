"""The body of a mail -> plain HTML that names no recipient: no scripts, forms, pictures, hidden text or personal links."""

import re
from html import escape

from lxml import etree

from briefing.model import Role
from briefing.sources import boilerplate, html_tree, plain
from briefing.sources.mail_links import URL, public_link

_TAGS = {Role.HEADING: "h2", Role.ITEM: "li", Role.QUOTE: "blockquote", Role.PROSE: "p"}
_KEPT_TAGS = frozenset(
    """a article b blockquote br center code dd div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i li ol p pre section span
    strong sub sup table tbody td tfoot th thead tr u ul""".split()  # noqa: SIM905
)
_LONGEST_FRAME_LINK = 60
_SIGNATURE = re.compile(r"\n-- ?\n.*\Z", re.DOTALL)


def from_html(markup: str) -> str:
    """The markup without what is unseen, with public links only."""
    root = html_tree.tree(markup)
    if root is None:
        return ""
    html_tree.drop(root, list(root.iter("img", "header", "footer")) if _has_text_without_them(root) else list(root.iter("img")))
    if frame := boilerplate.pattern("frame", "", html_tree.words_of(root)):
        html_tree.drop(root, [link for link in root.iter("a") if _is_frame_link(link, frame)])
    for element in list(root.iter()):
        _bare(element)
        if element is not root and element.tag not in _KEPT_TAGS:
            element.drop_tag()  # type: ignore[attr-defined]  # lxml.html elements have it, the stubs of etree do not
    return str(etree.tostring(root, encoding="unicode", method="html"))


def _has_text_without_them(root: etree._Element) -> bool:
    framed = sum(len(html_tree.words_of(element)) for element in root.iter("header", "footer"))
    return framed < len(html_tree.words_of(root)) / 2


def _is_frame_link(link: etree._Element, frame: re.Pattern[str]) -> bool:
    words = html_tree.words_of(link)
    return len(words) <= _LONGEST_FRAME_LINK and frame.search(words) is not None


def _bare(element: etree._Element) -> None:
    """Keep a public href and nothing else; addresses in the words are cleaned as well."""
    target = public_link(element.get("href", "")) if element.tag == "a" else ""
    element.attrib.clear()
    if target:
        element.set("href", target)
    element.text = without_personal_links(element.text or "")
    element.tail = without_personal_links(element.tail or "")


def without_personal_links(text: str) -> str:
    """The text with each address replaced by where it leads, personal ones dropped."""
    return URL.sub(lambda match: public_link(match[0].rstrip(".,;:!?")), text) if "http" in text else text


def from_plain(text: str) -> str:
    """Plain text as HTML: headings, items, quotes and paragraphs."""
    blocks = plain.blocks(_SIGNATURE.sub("", without_personal_links(text)))
    return "\n".join(
        f"<{_TAGS[block.role]}>{escape(_labelled(block.speaker, block.text))}</{_TAGS[block.role]}>" for block in blocks
    )


def _labelled(speaker: str, words: str) -> str:
    return f"{speaker}: {words}" if speaker else words
