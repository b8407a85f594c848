"""Bytes -> TOML values; what is not TOML is explained with its line in the words of the person who wrote it."""

import re
import tomllib
from dataclasses import dataclass

from briefing.config.lines import statements
from briefing.errors import Problem

AT = re.compile(r"\s*\(at (?:line (?P<line>\d+), column \d+|end of document)\)\s*$")
NAME = re.compile(r"\s*([\w.-]+)")
LINE_END = re.compile(r"\r\n?")
NEW_STATEMENT = re.compile(r"\s*(\[\[?\s*[\w.-]+\s*\]|[\w.-]+\s*=)")
HEADER = "a table is written [name], one of a list [[name]]: no space between the brackets, and as many closed as opened"
UNCLOSED_LIST = "a list is not closed: a bracket (]) or a comma between its items is missing"
ENCODINGS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


class NotTomlError(Exception):
    """The content is no TOML; `problem` says where and why."""

    def __init__(self, line: int, message: str) -> None:
        self.problem = Problem(line=line, place="the file", message=message)
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Told when both patterns are found: `error` in tomllib's message, `source` in the line it names."""

    error: str
    source: str
    words: str


EXPLANATIONS = (
    Explanation(
        "",
        r"^(<{7}|={7}|>{7}|\|{7})(\s|$)",
        "a merge conflict stands here (<<<<<<<, =======, >>>>>>>): keep one side, drop the marks",
    ),
    Explanation("", r"^\s*\{|^\s*\[\s*\{", "this is JSON; the file is TOML: tables in [brackets] with `key = value` lines below"),
    Explanation("", r"^\s*<", "this is XML; if it is a list of feeds (OPML), `briefing feeds import FILE` takes it"),
    Explanation("", r"^\s*https?://", 'a feed is a table: a line [[feeds]], and below it url = "..."'),
    Explanation("", "[“”„‟‘’‚«»]", 'typographic quotes: a string stands in straight quotes, "like this"'),
    Explanation(
        "Illegal character '\\\\n'|Unterminated|Expected \"'''\"", "", "a string is not closed: its end quote is missing"
    ),
    Explanation(
        r"Illegal character|Found invalid character", "", "a control character, which TOML does not allow: delete it ({detail})"
    ),
    Explanation(
        "Unescaped|hex value|Unicode scalar",
        "",
        "a backslash begins an escape that TOML does not know: double it (\\\\), or use 'single quotes'",
    ),
    Explanation("Expected '='", r"^\s*[\w.-]+\s*:", "`{name}` is followed by a colon: TOML has an equals sign, {name} = ..."),
    Explanation("Expected '='", "", "an equals sign (=) is missing after `{name}`"),
    Explanation("Expected '\\]", "", "a closing bracket (]) is missing at the end of the table's name"),
    Explanation(
        "Cannot declare",
        r"^\s*\[\s*(feeds|mailboxes)\s*\]",
        "[{name}] stands here already: write [[{name}]] with double brackets, as often as you like",
    ),
    Explanation("Cannot declare", "", "the table [{name}] stands here twice: put its keys under the first one"),
    Explanation("Cannot (overwrite|mutate)|Duplicate", "", "`{name}` is set twice in the same table: keep one of the two"),
    Explanation("", r"=\s*(True|TRUE|False|FALSE)\b", "a boolean is written in lower case: true or false"),
    Explanation("", r"=\s*(yes|no|on|off|Yes|No|On|Off)\s*(#.*)?$", "a boolean is written true or false; text stands in quotes"),
    Explanation("", r"=\s*(None|null|nil)\b", "TOML has no empty value: leave the key out"),
    Explanation("", r"=\s*\d\d?:\d\d\s*(#.*)?$", 'a time of day stands in quotes, such as "07:00"'),
    Explanation("", r"=\s*[+-]?(\.\d|\d+\.(\D|$))", "a number has a digit on both sides of its point, such as 0.5"),
    Explanation("", r"=\s*[+-]?0\d", "a number does not begin with a zero"),
    Explanation("", r"=\s*\d+(\.\d+)?\s*[A-Za-z]+\s*(#.*)?$", 'a value with a unit stands in quotes, such as "30m"'),
    Explanation("Invalid value", r"=\s*(#.*)?$", "the value of `{name}` is missing"),
    Explanation("Invalid value", r"=\s*\[?\s*[^\s\"'\[{]", 'text stands in quotes: {name} = "..."'),
    Explanation("Unclosed array", "", UNCLOSED_LIST),
    Explanation(
        "Unclosed inline table|Invalid initial character",
        r"\{",
        "a table in braces stands on one line, with its closing brace (}})",
    ),
    Explanation("Invalid statement|Invalid initial", r"^\s*(//|;|--|/\*)", "a comment begins with #"),
    Explanation("Invalid|after a statement", r"^\s*\[", HEADER),
    Explanation("Invalid statement", "", 'this is neither a [table] nor a line key = "value"'),
    Explanation("after a statement", r",\s*(#.*)?$", "a comma stands at the end of the line: TOML has none there"),
    Explanation(
        "after a statement",
        "",
        'something follows the value: one key a line, comments behind #, quotes round text and escaped (\\") inside it',
    ),
)


def decode(content: bytes) -> str:
    """UTF-8 text with plain line ends; a byte order mark is dropped. Raises `NotTomlError`."""
    if content[:2] in ENCODINGS:
        raise NotTomlError(1, f"the file is encoded as {ENCODINGS[content[:2]]}: save it as UTF-8")
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
    return found[1] if found else "the key"
