"""Header lines that outside words cannot break: one line each, encoded by RFC 2047 where they are not plain ASCII."""

import re
from email.header import Header
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.policy import SMTP, EmailPolicy, Policy
from functools import lru_cache
from typing import Any, ClassVar, Literal

from briefing.editions.escape import one_line
from briefing.text import one_line as cut

SUBJECT_LIMIT = 200
NAME_LIMIT = 60
LINE = 76
SENDER = re.compile(r"(?:(.*?)\s*<)?([^\s<>@]+@[^\s<>@]+)>?")
PHRASE_SPECIALS = str.maketrans(dict.fromkeys('<>"\\()@,;:[].', " "))


class Line(BaseHeader):
    """A value that is made one line and is not parsed any further."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        kwds["decoded"] = one_line(value)
        kwds["parse_tree"] = None


class Words(Line):
    """Free text. An encoded word that somebody wrote into it stays the characters that it is."""

    max_count: ClassVar[Literal[1] | None] = None
    value_parser = staticmethod(UnstructuredHeader.value_parser)

    def fold(self, *, policy: Policy) -> str:
        plain = self.isascii() and "=?" not in self and all(len(word) < LINE for word in self.split())
        charset = "us-ascii" if plain else "utf-8"
        line = Header(str(self), charset, maxlinelen=LINE, header_name=self.name).encode(linesep=policy.linesep)
        return f"{self.name}: {line}{policy.linesep}"


class Addresses(Line):
    """A comma-separated list of bracketed addresses, folded between them and never inside one."""

    max_count: ClassVar[Literal[1] | None] = 1

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {str(self).replace(', <', f',{policy.linesep} <')}{policy.linesep}"


class OneLinePolicy(EmailPolicy):
    """A header that is set from outside words becomes one line instead of an error."""

    def header_store_parse(self, name: str, value: object) -> tuple[str, Any]:
        return super().header_store_parse(name, one_line(value) if type(value) is str else value)


def policy() -> OneLinePolicy:
    registry = HeaderRegistry()
    registry.default_class = Words  # type: ignore[assignment]  # the stub asks for more than the registry calls
    registry.map_to_type("subject", Words)
    registry.map_to_type("list-unsubscribe", Addresses)
    registry.map_to_type("message-id", Addresses)
    return OneLinePolicy(header_factory=registry, linesep=SMTP.linesep)


def subject(text: str, default: str) -> str:
    return cut(one_line(text), SUBJECT_LIMIT) or default


@lru_cache(maxsize=64)
def mailbox(sender: str, title: str, host: str) -> Address:
    """The From address; without one in `sender` it is `brief@host`, without a name there it carries the title."""
    found = SENDER.fullmatch(cut(sender, 100_000))
    name, spec = (found[1] or "", found[2]) if found else ("", f"brief@{host}")
    shown = cut(name.strip('" ') or one_line(title), NAME_LIMIT).replace("=?", "= ?")
    return Address(display_name=shown, addr_spec=spec)


def list_id(title: str, host: str) -> str:
    phrase = cut(one_line(title).translate(PHRASE_SPECIALS), NAME_LIMIT)
    return f"{phrase} <brief.{host}>".strip()
