"""Reads parsed TOML into table dataclasses and collects everything that is wrong with it."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

from briefing.config.keys import REQUIRED, BadValueError, Key, keys_of
from briefing.config.lines import Lines, Path
from briefing.config.tables import TABLES
from briefing.config.values import nearest, shorten, shown
from briefing.errors import Problem

T = TypeVar("T")
BAD = object()
SECRET = re.compile(r"pass(word|wd|phrase)?|secret|token|api_?key|(?:^|_)key$|credential", re.IGNORECASE)
VARIABLES = {
    "mail": "BRIEFING_SMTP_PASSWORD",
    "mailboxes": "BRIEFING_MAILBOX_PASSWORD, or the variable that password_env names",
    "channels": "the one that url_env names",
    "llm": "BRIEFING_LLM_KEY",
    "speech": "BRIEFING_SPEECH_KEY",
    "embeddings": "BRIEFING_EMBEDDINGS_KEY",
    "admin": "BRIEFING_ADMIN_PASSWORD_HASH",
    "web": "BRIEFING_SECRET",
    "briefing": "BRIEFING_SECRET",
    "store": "BRIEFING_STORE_URL",
}


class Reader:
    """One pass over a file; `problems` grows while tables are read."""

    def __init__(self, data: Mapping[str, object], lines: Lines) -> None:
        self.data = data
        self.lines = lines
        self.problems: list[Problem] = []

    def problem(self, path: Path, message: str) -> None:
        self.problems.append(Problem(line=self.lines.of(path), place=self.place(path), message=message))

    def place(self, path: Path) -> str:
        """`[briefing] send_at`, `[topics.ai] words`, `[[feeds]] 3 "Example" every`."""
        match path:
            case (str(name), int(index), *rest):
                label = _label(self._at((name, index)))
                return " ".join([f"[[{name}]] {index + 1}", *([label] if label else []), *map(str, rest)])
            case ("topics", str(topic), *rest):
                return " ".join([f"[topics.{shorten(topic)}]", *map(str, rest)])
            case (str(name), *rest) if rest or isinstance(self.data.get(name), dict):
                return " ".join([f"[{shorten(name)}]", *(shorten(str(each)) for each in rest)])
            case (str(name),) if _are_tables(self.data.get(name)):
                return f"[[{shorten(name)}]]"
        return ".".join(shorten(str(each)) for each in path) or "the file"

    def _at(self, path: Path) -> object:
        value: object = self.data
        for name in path:
            value = value[name]  # type: ignore[index]  # only paths that were read come here
        return value

    def table(self, kind: type[T], raw: object, path: Path) -> T | None:
        """The table at `path`; None if it cannot be made at all. A bad value leaves its default, and a problem."""
        if not isinstance(raw, dict):
            self.problem(path, f"{shown(raw)}: expected a table, written as a line {_header(path)} with its keys below")
            return None
        keys = {each.name: each for each in keys_of(kind)}
        self._unknown(raw, keys, path)
        values = {each.attribute: self._value(each, raw[name], path) for name, each in keys.items() if name in raw}
        for name, each in keys.items():
            if each.default is REQUIRED and name not in raw:
                self.problem(path, f"{name} is missing: it is required")
        return self._make(kind, {name: value for name, value in values.items() if value is not BAD})

    def _make(self, kind: type[T], values: dict[str, object]) -> T | None:
        required = {each.attribute for each in keys_of(kind) if each.default is REQUIRED}
        return kind(**values) if required <= values.keys() else None

    def _value(self, key: Key, value: object, path: Path) -> object:
        try:
            return key.parse(value)
        except BadValueError as error:
            words = "what stands here" if SECRET.search(key.name) and isinstance(value, str) else shown(value)
            self.problem((*path, key.name), f"{words}: expected {error}")
            return BAD

    def _unknown(self, raw: Mapping[str, object], keys: Mapping[str, Key], path: Path) -> None:
        for name in raw:
            if name in keys:
                continue
            if SECRET.search(name):
                self.problem((*path, name), misplaced_secret(str(path[0])))
            else:
                hint = nearest(name, keys) or home(name) or f"; known are {', '.join(keys)}"
                self.problem((*path, name), f"unknown key{hint}")

    def tables(self, kind: type[T], name: str) -> list[tuple[Path, T]]:
        """The items of `[[name]]` that could be made, each with its path."""
        raw = self.data.get(name, [])
        if not isinstance(raw, list):
            self.problem((name,), f"expected [[{name}]] with double brackets: it may stand there many times")
            return []
        items = [((name, index), self.table(kind, item, (name, index))) for index, item in enumerate(raw)]
        return [(path, item) for path, item in items if item is not None]


def misplaced_secret(table: str) -> str:
    variable = VARIABLES.get(table, "one that begins with BRIEFING_")
    return f"a secret does not belong in this file: the environment variable is {variable}"


def home(name: str) -> str:
    """Where a key would be at home that stands in the wrong table."""
    tables = [table for table, kind in TABLES.items() if any(key.name == name for key in keys_of(kind))]
    return f"; it belongs below [{tables[0]}]" if tables else ""


def _header(path: Path) -> str:
    return f"[[{path[0]}]]" if len(path) > 1 and isinstance(path[1], int) else f"[{'.'.join(map(str, path))}]"


def _are_tables(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(item, dict) for item in value)


def _label(item: object) -> str:
    """What an admin knows an item by: its title, else its URL."""
    if not isinstance(item, dict):
        return ""
    name = next((item[key] for key in ("title", "url") if isinstance(item.get(key), str) and item[key]), "")
    return shown(name) if name else ""


def values_of(table: object) -> dict[str, object]:
    return {each.name: getattr(table, each.name) for each in fields(table)}  # type: ignore[arg-type]  # a dataclass
