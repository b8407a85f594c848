"""Transcripts as HTML: cite-time-p lists, labelled paragraphs, tables with times, or a whole web page with one inside."""

import itertools
import re

from lxml import etree

from briefing.errors import UnreadableError
from briefing.model import Role, Segment
from briefing.sources import html_blocks, html_tree
from briefing.sources.transcripts import lines
from briefing.text import word_count

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|body|head|p|div|cite|time|table|article|section|span|br|h[1-6])\b[^<>]*>", re.IGNORECASE
)
_TITLE = re.compile(r"\W*(?:full |episode |podcast )*transcript(?:ion)?s?\W*", re.IGNORECASE)
_ERROR = re.compile(r"\b(?:[45]\d\d|not found|forbidden|error|access denied|moved|log ?in|enable javascript)\b", re.IGNORECASE)
_FEWEST_WORDS = 30


def is_html(text: str, content_type: str) -> bool:
    return len(_HTML.findall(text[:4000])) >= (1 if "html" in content_type else 2)


def parse(text: str, subject: str) -> list[Segment]:
    """The segments of a page. Raises UnreadableError for an error page."""
    root = html_tree.tree(text)
    if root is None:
        raise UnreadableError(subject, "the page holds no words")
    scope = _after_title(html_tree.without_furniture(root))
    html_tree.drop(scope, list(scope.iter("thead")))
    _mark_speakers(scope)
    segments = lines.parse("\n\n".join(_line(block.text, block.role) for block in html_blocks.of_tree(scope)))
    _refuse_error_page(segments, subject)
    return segments


def _after_title(root: etree._Element) -> etree._Element:
    """The part of the page below the heading "Transcript"; the page itself if there is none."""
    titles = [element for element in root.iter("h1", "h2", "h3", "h4") if _TITLE.fullmatch(html_tree.words_of(element))]
    if not titles:
        return root
    title = titles[-1]
    around = set(title.iterancestors())
    before = itertools.takewhile(lambda element: element is not title, root.iter())
    html_tree.drop(root, [*(element for element in before if element not in around), title])
    return root


def _mark_speakers(root: etree._Element) -> None:
    """Speakers and times set apart on lines of their own, speakers as bold labels."""
    for element in root.iter("cite", "time"):
        name = html_tree.words_of(element).rstrip(":")
        _replace(element, f"**{name}:**" if element.tag == "cite" else name)
    for element in list(root.iter("strong", "b")):
        label, after = html_tree.words_of(element), (element.tail or "").lstrip()
        if label.endswith(":") or after.startswith(":"):
            element.tail = after.removeprefix(":")
            _replace(element, f"**{label.rstrip(':')}:** ")


def _replace(element: etree._Element, words: str) -> None:
    for child in list(element):
        element.remove(child)
    element.text = words
    if element.tag in ("cite", "time"):
        element.tag = "p"


def _line(text: str, role: Role) -> str:
    return f"# {text}" if role is Role.HEADING else text


def _refuse_error_page(segments: list[Segment], subject: str) -> None:
    words = " ".join(segment.text for segment in segments)
    if not words:
        raise UnreadableError(subject, "the page holds no words")
    if word_count(words) >= _FEWEST_WORDS:
        return
    if _ERROR.search(" ".join(f"{segment.speaker} {segment.text}" for segment in segments)):
        raise UnreadableError(subject, "this is an error page")
    if not any(segment.speaker or segment.start is not None for segment in segments):
        raise UnreadableError(subject, "too few words for a transcript")
