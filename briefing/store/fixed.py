"""Statements that are said for every mail: compiled once a dialect, and from then on given to the driver as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.elements import ClauseElement

NAMED = {"sqlite": "named", "postgresql": "pyformat"}
Bind = Callable[[Any], Any]


class Fixed:
    """One statement. `columns` are those that an INSERT or UPDATE gives values to, each by its own name.

    SQLAlchemy's way through a statement costs ten times what SQLite needs for it. Errors are those of the driver.
    """

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        assert isinstance(statement, ClauseElement)
        self._statement, self._columns = statement, columns
        self._ready: dict[str, Ready] = {}

    def run(self, connection: Connection, given: Mapping[str, Any]) -> DBAPICursor:
        """A cursor of the driver: what it fetches has the database's types."""
        ready = self._ready.get(connection.dialect.name) or self._prepare(connection.dialect)
        bound = {name: bind(given[name]) if bind else given[name] for name, bind in ready.binds}
        cursor = connection.connection.cursor()
        cursor.execute(ready.text, ready.constants | bound)
        return cursor

    def _prepare(self, dialect: Dialect) -> "Ready":
        named: Callable[..., Dialect] = type(dialect)
        saying = named(paramstyle=NAMED[dialect.name])
        compiled: Any = self._statement.compile(dialect=saying, column_keys=self._columns)
        binds = {name: bind.type.dialect_impl(saying).bind_processor(saying) for bind, name in compiled.bind_names.items()}
        known = {name: bind.value for bind, name in compiled.bind_names.items() if not bind.required}
        ready = self._ready[dialect.name] = Ready(
            text=compiled.string,
            binds=tuple((name, bind) for name, bind in binds.items() if name not in known),
            constants={name: bind(known[name]) if bind else known[name] for name, bind in binds.items() if name in known},
        )
        return ready


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement in one dialect: how each value is bound, and the values that are always the same."""

    text: str
    binds: tuple[tuple[str, Bind | None], ...]
    constants: dict[str, Any]
