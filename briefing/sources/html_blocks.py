"""An HTML tree to blocks: headings, list items, quotes and paragraphs, in the order in which they are read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from briefing.model import Role
from briefing.sources import html_tree
from briefing.sources.blocks import Block
from briefing.text import word_count

_BLOCK_TAGS = frozenset(
    """address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4
    h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul""".split()  # noqa: SIM905
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ITEMS = frozenset(("li", "dd"))
_BOLD = frozenset(("b", "strong"))
_BULLET = re.compile(r"\A\s*(?:[•·▪◦‣●○■□▶►➤→✓✔]|[-–—*](?=\s)|\d{1,3}[.)](?=\s))\s*")
_NUMBERED_CJK = re.compile(r"\s*\d{1,3}、")
_SENTENCE_END = re.compile(r"[.…:;,。：；，][\"'”’」）)]*\s*\Z")
_LONGEST_HEADING = 16


def blocks(markup: str) -> list[Block]:
    """The blocks of a page or fragment, hidden text and furniture left out."""
    root = html_tree.tree(markup)
    return list(of_tree(html_tree.without_furniture(root))) if root is not None else []


@dataclass(slots=True)
class _Line:
    """What is being collected: words, how many of them are in links and how many are bold."""

    pieces: list[str] = field(default_factory=list)
    linked: int = 0
    bold: int = 0

    def add(self, text: str, *, linked: bool, bold: bool) -> None:
        self.pieces.append(text)
        size = len(text.strip())
        self.linked += size if linked else 0
        self.bold += size if bold else 0


def of_tree(root: etree._Element) -> Iterator[Block]:
    """The blocks of a tree."""
    line = _Line()
    open_tags: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _BLOCK_TAGS:
            yield from _flush(line, open_tags)
            line = _Line()
        if event == "start":
            open_tags.append(tag)
            _collect(line, "\n" if tag == "br" else element.text, open_tags)
        else:
            open_tags.pop()
            _collect(line, element.tail if element is not root else "", open_tags)
    yield from _flush(line, open_tags)


def _collect(line: _Line, text: str | None, open_tags: list[str]) -> None:
    """White space is one blank, but in preformatted text."""
    if text:
        words = text if text == "\n" or "pre" in open_tags else re.sub(r"\s+", " ", text)
        line.add(words, linked="a" in open_tags, bold=not _BOLD.isdisjoint(open_tags))


def _flush(line: _Line, open_tags: list[str]) -> Iterator[Block]:
    text = "".join(line.pieces)
    size = len(re.sub(r"\s+", "", text))
    if not size:
        return
    linked, bold = min(1.0, line.linked / size), line.bold >= 0.9 * size
    for part in _parts(text):
        role = _role(part, open_tags, emphatic=bold or linked > 0.9)
        words = " ".join(_BULLET.sub("", part, count=1).split()) if role is Role.ITEM else " ".join(part.split())
        if words:
            yield Block(text=words, role=role, linked=linked)


def _parts(text: str) -> list[str]:
    """Paragraphs that two line breaks part, and lines that begin with a bullet."""
    return [part for part in re.split(r"\n\s*\n|\n(?=\s*(?:[•·▪◦‣●○■►➤]|[-–—]\s|\d{1,3}[.)]\s|\d{1,3}、))", text) if part.strip()]


def _role(part: str, open_tags: list[str], *, emphatic: bool) -> Role:
    if not _HEADINGS.isdisjoint(open_tags):
        return Role.HEADING
    if not _ITEMS.isdisjoint(open_tags):
        return Role.ITEM
    if "blockquote" in open_tags:
        return Role.QUOTE
    if _heads(part, emphatic=emphatic):
        return Role.HEADING
    return Role.ITEM if _BULLET.match(part) and "\n" not in part.strip() else Role.PROSE


def _heads(part: str, *, emphatic: bool) -> bool:
    """A short line that is all bold or all link and ends no sentence, or a numbered title as Chinese letters have them."""
    short = word_count(part) <= _LONGEST_HEADING and not _SENTENCE_END.search(part)
    return short and (emphatic or bool(_NUMBERED_CJK.match(part)))
