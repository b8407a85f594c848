"""Bytes -> TOML values; what is not TOML is explained with its line in the words of the person who wrote it."""

import re
import tomllib

from briefing.config.explanations import EXPLANATIONS, UNCLOSED_LIST
from briefing.config.lines import statements
from briefing.config.values import shorten
from briefing.errors import Problem

AT = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)\s*$")
NAME = re.compile(r"\s*([\w.-]+)")
LINE_END = re.compile(r"\r\n?")
NEW_STATEMENT = re.compile(r"\s*(\[\[?\s*[\w.-]+\s*\]|[\w.-]+\s*=)")
ZERO_BYTE = "a zero byte stands here: the file was damaged while it was saved, or is not UTF-8; save it again as UTF-8"
ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class NotTomlError(Exception):
    """The content is no TOML; `problem` says where and why."""

    def __init__(self, line: int, message: str) -> None:
        self.problem = Problem(line=line, place="the file", message=message)
        super().__init__(message)


def decode(content: bytes) -> str:
    """UTF-8 text with plain line ends; a byte order mark is dropped. Raises `NotTomlError`."""
    if content[:2] in ENCODINGS:
        raise NotTomlError(1, f"the file is encoded as {ENCODINGS[content[:2]]}: save it as UTF-8")
    if b"\0" in content:
        raise NotTomlError(content.count(b"\n", 0, content.index(b"\0")) + 1, ZERO_BYTE)
    try:
        return LINE_END.sub("\n", content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotTomlError(
            line, f"the byte 0x{content[error.start]:02X} is not UTF-8: save the file with the encoding UTF-8"
        ) from None


def parse_toml(text: str) -> dict[str, object]:
    """What tomllib makes of it. Raises `NotTomlError` for the first thing that is no TOML."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise NotTomlError(1, "lists or tables are nested too deeply") from None
    except ValueError as error:
        raise _explained(text, str(error)) from None


def _explained(text: str, message: str) -> NotTomlError:
    place = AT.search(message)
    line = _line(text, message, int(place["line"]) if place and place["line"] else 0)
    source = text.split("\n")[line - 1]
    detail = message[: place.start()] if place else message
    begin = _statement(text, line)
    if begin < line and NEW_STATEMENT.match(source):
        return NotTomlError(begin, UNCLOSED_LIST)
    for each in EXPLANATIONS:
        if re.search(each.error, message) and re.search(each.source, source):
            return NotTomlError(line, each.words.format(name=_name(source), detail=detail))
    return NotTomlError(line, f"not TOML: {detail}")


def _line(text: str, message: str, found: int) -> int:
    """The line to look at: where an unclosed string or list begins, not where its end was missed; 0 is the file's end."""
    lines = text.split("\n")
    if not found and re.search('Unterminated|Expected "', message):
        return max((n for n, line in enumerate(lines, 1) if '"""' in line or "'''" in line), default=len(lines))
    if "Unclosed" in message or not found:
        return _statement(text, found or len(lines))
    return min(found, len(lines))


def _statement(text: str, line: int) -> int:
    """The line on which the statement begins that goes on at `line`."""
    return max((begin for begin, _ in statements(text) if begin <= line), default=line)


def _name(source: str) -> str:
    found = NAME.match(source.lstrip(" ["))
    return shorten(found[1]) if found else "the key"
