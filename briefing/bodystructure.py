"""What an IMAP server says a message is made of (BODYSTRUCTURE, RFC 9051 section 7.5.2): which parts hold its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Node: TypeAlias = "str | list[Node]"
DEEPEST, MOST_PARTS = 30, 500
TOKEN = re.compile(r'\(|\)|"((?:[^"\\]|\\.)*)"|[^\s()"]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A leaf of a message: its number ("1.2"), media type in lower case, and size in bytes as it is sent."""

    number: str
    media_type: str
    size: int
    is_attachment: bool = False


def parse(response: str) -> list[Part]:
    """The leaves that a FETCH response describes, in order; none if it cannot be understood."""
    begin = response.upper().find("BODYSTRUCTURE")
    if begin < 0:
        return []
    try:
        tree = _tree(TOKEN.finditer(response, begin + len("BODYSTRUCTURE")))
        return [part for part, _ in zip(_leaves(tree, "", 0), range(MOST_PARTS), strict=False)]
    except (IndexError, ValueError, RecursionError):
        return []


def words_in(parts: Sequence[Part]) -> list[Part]:
    """The parts that may hold the words of a letter: text that is no attachment, and messages that it carries."""
    wanted = ("text/plain", "text/html", "message/rfc822")
    return [one for one in parts if one.media_type in wanted and (not one.is_attachment or one.media_type == wanted[2])]


def _tree(tokens: Iterator[re.Match[str]]) -> list[Node]:
    """The first parenthesised list; raises IndexError and ValueError for what is none."""
    stack: list[list[Node]] = []
    for token in tokens:
        if token[0] == "(":
            stack.append([])
        elif token[0] == ")":
            done = stack.pop()
            if not stack:
                return done
            stack[-1].append(done)
        elif not stack:
            break
        else:
            stack[-1].append(token[0] if token[1] is None else token[1])
    raise ValueError("not a list")


def _leaves(node: Sequence[Node], number: str, depth: int) -> Iterator[Part]:
    if isinstance(node[0], str):
        yield _part(node, number or "1")
    elif depth < DEEPEST:
        for place, child in enumerate((one for one in node if isinstance(one, list) and one and _is_body(one)), 1):
            yield from _leaves(child, f"{number}.{place}" if number else str(place), depth + 1)


def _is_body(node: Sequence[Node]) -> bool:
    """A body is a list of bodies, or begins with type and subtype; parameters and dispositions come after all bodies."""
    return isinstance(node[0], list) or (len(node) >= 7 and isinstance(node[6], str) and node[6].isdecimal())


def _part(node: Sequence[Node], number: str) -> Part:
    kind, subtype, size = node[0], node[1], node[6]
    described = (one for one in node[7:] if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str))
    attached = any(isinstance(one[0], str) and one[0].lower() == "attachment" for one in described)
    return Part(
        number=number,
        media_type=f"{kind}/{subtype}".lower(),
        size=int(size) if isinstance(size, str) else 0,
        is_attachment=attached,
    )
