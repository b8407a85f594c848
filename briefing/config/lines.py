"""Which line of a TOML text holds which key: a scan beside tomllib, which gives no line numbers for what it parsed."""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache

Path = tuple[str | int, ...]
TOKEN = re.compile(
    r'''
    (?P<comment> \#[^\n]* )
  | (?P<string> """(?:\\.|[^\\])*?"{3,5} | \'\'\'.*?\'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
  | (?P<open> [\[{] )
  | (?P<close> [\]}] )
  | (?P<newline> \n )
  | (?P<other> [^\#"'\[\]{}\n]+ | . )
    ''',
    re.VERBOSE | re.DOTALL,
)
KEY = re.compile(
    r"""\s*((?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s."'=\[\]]+)(?:\s*\.\s*(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[^\s."'=\[\]]+))*)"""
)


class Lines:
    """Line numbers, from 1, by path: `("feeds", 0, "url")`. A path that has none of its own gets that of what holds it."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        for number, statement in statements(text):
            table = self._note(number, statement, table)

    def of(self, path: Path) -> int:
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _note(self, number: int, statement: str, table: Path) -> Path:
        if statement.startswith("[["):
            return self._open_item(number, self._inside(_names(statement[2:])))
        if statement.startswith("["):
            table = self._inside(_names(statement[1:]))
            self._lines.setdefault(table, number)
            return table
        names = (*table, *_names(statement))
        for depth in range(len(table) + 1, len(names) + 1):
            self._lines.setdefault(names[:depth], number)
        return table

    def _open_item(self, number: int, array: Path) -> Path:
        index = self._counts.get(array, 0)
        self._counts[array] = index + 1
        self._lines.setdefault(array, number)
        self._lines[*array, index] = number
        return (*array, index)

    def _inside(self, names: tuple[str, ...]) -> Path:
        """A header's path with the index of the open item after each array of tables it goes through."""
        path: Path = ()
        for depth, name in enumerate(names):
            path = (*path, name)
            if depth < len(names) - 1 and path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path


def statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or key with its value, without comments, and the line it begins on."""
    number, begin, depth, parts = 1, 1, 0, list[str]()
    for token in TOKEN.finditer(text):
        kind, words = token.lastgroup, token[0]
        depth += {"open": 1, "close": -1}.get(kind or "", 0)
        if kind == "newline" and depth <= 0:
            yield from _complete(begin, parts)
            depth, parts = 0, []
        elif kind != "comment" and (parts or words.strip()):
            begin = begin if parts else number
            parts.append(words)
        number += words.count("\n")
    yield from _complete(begin, parts)


def _complete(begin: int, parts: list[str]) -> Iterator[tuple[int, str]]:
    if parts:
        yield begin, "".join(parts).strip()


def _names(statement: str) -> tuple[str, ...]:
    found = KEY.match(statement)
    return _parts(found[1]) if found else ()


@lru_cache(maxsize=1000)
def _parts(dotted: str) -> tuple[str, ...]:
    """The names of a dotted key, unquoted as TOML says."""
    try:
        inner: object = tomllib.loads(f"{dotted} = 0")
    except ValueError:
        return ()
    names = []
    while isinstance(inner, dict) and inner:
        name, inner = next(iter(inner.items()))
        names.append(name)
    return tuple(names)
