"""Statements that are said for every mail: compiled once a dialect, and from then on given to the driver as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.sql.elements import ClauseElement

POSITIONAL = {"sqlite": "qmark", "postgresql": "format"}
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
        cursor = connection.connection.cursor()
        cursor.execute(ready.text, [bind(given[name]) if bind else given[name] for name, bind in ready.binds])
        return cursor

    def _prepare(self, dialect: Dialect) -> "Ready":
        styled: Callable[..., Dialect] = type(dialect)
        saying = styled(paramstyle=POSITIONAL[dialect.name])
        compiled: Any = self._statement.compile(dialect=saying, column_keys=self._columns)
        binds = {name: bind.type.dialect_impl(saying).bind_processor(saying) for bind, name in compiled.bind_names.items()}
        ready = Ready(text=compiled.string, binds=tuple((name, binds[name]) for name in compiled.positiontup))
        return self._ready.setdefault(dialect.name, ready)


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement in one dialect, and how the values of its places are bound."""

    text: str
    binds: tuple[tuple[str, Bind | None], ...]
