"""Plain text and Markdown to blocks: labelled turns, headings, list items, quotes and paragraphs."""

import re
from collections.abc import Iterator
from itertools import pairwise

from briefing.model import Role
from briefing.sources.blocks import Block
from briefing.sources.labels import speakers, split_label
from briefing.text import word_count

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"^\s{0,3}(?P<mark>#{1,6}\s+|[-*+•·]\s+|\d{1,3}[.)]\s+|>\s?|\|\s?)", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n.{0,5000}?\n---\n", re.DOTALL)
_UNDERLINED = re.compile(r"^(?P<title>[^\n]{1,200})\n(?:={3,}|-{3,})[^\S\n]*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*[|:=_*-][ \t|:=_*-]{2,}$|^\s*\{%.{0,1000}?%\}\s*$", re.MULTILINE)
_TAG = re.compile(
    r"</?(?:p|div|br|center|img|a|table|t[rdh]|thead|tbody|details|summary|span|sup|sub|small|font|h[1-6]|hr|ul|ol|li)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]{1,300})(?<=\S)\*(?![\w*])")
_IMAGE = re.compile(r"!\[[^\]]{0,300}\]\([^)]{0,1000}\)")
_LINK = re.compile(r"\[([^\[\]]{0,300})\]\((?:[^()\s]|\([^()]{0,300}\)){0,1000}(?:\s+\"[^\"]{0,300}\")?\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")
_NUMBERED_CJK = re.compile(r"\d{1,2}、\S")
_SENTENCE_END = tuple('.!?…:;,。！？：；，、"”’)')
_LONGEST_HEADING = 14


def without_front_matter(text: str) -> str:
    """The text without the YAML that Markdown files may begin with."""
    return _FRONT_MATTER.sub("", text)


def paragraphs(text: str) -> list[str]:
    """Stretches between blank lines."""
    return [part for part in _BLANK.split(text.replace("\r\n", "\n").replace("\r", "\n").strip()) if part.strip()]


def blocks(text: str) -> list[Block]:
    """The blocks of a transcript with "Speaker: words" paragraphs, or else of prose and Markdown."""
    parts = paragraphs(_RULE.sub("", _UNDERLINED.sub(r"# \g<title>\n", without_front_matter(text.replace("\r\n", "\n")))))
    known = speakers(parts)
    return list(_turns(parts, known)) if known else [block for part in parts for block in _prose(part)]


def _turns(parts: list[str], known: frozenset[str]) -> Iterator[Block]:
    """A paragraph without a label goes on with the last speaker."""
    speaker = ""
    for part in parts:
        name, words = split_label(part, known)
        speaker = name or speaker
        yield Block(text=flat(words), speaker=speaker)


def _prose(part: str) -> Iterator[Block]:
    starts = [match.start() for match in _LINE.finditer(part)]
    if not starts:
        yield Block(text=flat(part), role=Role.HEADING if _is_heading(part) else Role.PROSE)
        return
    cuts = sorted({0, *starts, *_heading_ends(part), len(part)})
    for begin, end in pairwise(cuts):
        if line := part[begin:end].strip():
            yield _marked(line)


def _heading_ends(part: str) -> Iterator[int]:
    """A heading is one line; other marks hold until the next."""
    for match in _LINE.finditer(part):
        if match["mark"].startswith("#"):
            end = part.find("\n", match.end())
            yield end if end >= 0 else len(part)


def _marked(line: str) -> Block:
    match = _LINE.match(line)
    mark = match["mark"].strip() if match else ""
    words = flat(line[match.end() :] if match else line)
    if mark == "|":
        return Block(text=" ".join(words.replace("|", " ").split()), role=Role.ITEM)
    if mark.startswith("#"):
        return Block(text=words.rstrip("# "), role=Role.HEADING)
    if mark == ">":
        return Block(text=words, role=Role.QUOTE)
    return Block(text=words, role=Role.ITEM if mark else Role.PROSE)


def _is_heading(part: str) -> bool:
    """A short line without the mark that ends a sentence."""
    line = part.strip()
    if "\n" in line or not line or line.startswith(("http", "[", "!")):
        return False
    short = word_count(line) <= _LONGEST_HEADING
    return short and (not line.endswith(_SENTENCE_END) or bool(_NUMBERED_CJK.match(line)))


def flat(words: str) -> str:
    """One line of text without the marks of Markdown and the HTML that may stand in it."""
    plain = _EMPHASIS.sub(r"\1", _STRONG.sub(r"\2", _LINK.sub(r"\1", _TAG.sub("", _IMAGE.sub("", words)))))
    return " ".join(plain.split())
