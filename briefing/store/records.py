"""Between rows and nouns: a column and a field of one name hold one value."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Row

T = TypeVar("T")
CHUNK = 500
"""Rows a statement: SQLite takes at most 32,766 parameters."""


def record(type_: type[T], row: Row[Any]) -> T:
    """The noun of a row: every field for which the row has a column."""
    wanted = _names(type_)  # type: ignore[arg-type]  # a class is hashable
    return type_(**{name: value for name, value in zip(row._fields, row, strict=True) if name in wanted})


@cache
def _names(type_: Any) -> frozenset[str]:
    return frozenset(each.name for each in fields(type_))


def values(noun: object, table: Table, **more: object) -> dict[str, Any]:
    """The row of a noun: every column for which the noun has a field, and `more`."""
    return {c.name: getattr(noun, c.name) for c in table.columns if c.name not in more and hasattr(noun, c.name)} | more


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, keep: Sequence[str] = ()) -> None:
    """Insert rows, or overwrite those with the same primary key, save the columns named in `keep`."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    key = [c.name for c in table.primary_key]
    for chunk in chunks(rows):
        statement = insert(table)
        changed = {name: statement.excluded[name] for name in chunk[0] if name not in key and name not in keep}
        connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed), list(chunk))


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; one that breaks a unique key stands there already and is left as it is."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    for chunk in chunks(rows):
        connection.execute(insert(table).on_conflict_do_nothing(), list(chunk))


def rows_in(
    connection: Connection, statement: Select[Any], column: ColumnElement[Any], keys: Sequence[Any]
) -> Iterator[Row[Any]]:
    """Rows of a statement whose `column` is one of `keys`, however many those are."""
    among = _among(statement, column)
    for chunk in chunks(keys):
        yield from connection.execute(among, {"keys": chunk})


@lru_cache(maxsize=64)
def _among(statement: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
    """A statement that is asked again, as a constant of its module, need not be put together again."""
    return statement.where(column.in_(bindparam("keys", expanding=True)))


def chunks(items: Sequence[T], size: int = CHUNK) -> list[Sequence[T]]:
    return [items[i : i + size] for i in range(0, len(items), size)]
