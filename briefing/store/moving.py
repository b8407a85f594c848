"""Everything from one database into another, table by table."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b

import numpy as np
from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.engine import Connection

from briefing.errors import UsageError
from briefing.store.database import Store
from briefing.store.schema import metadata

BATCH = 500


def move(source: Store, target: Store, told: Callable[[str, int], None]) -> None:
    """Copy all rows into an empty, migrated store in one transaction; `told` hears each table and its count.

    Raises `UsageError` if the target holds rows, or a table is not the same at the end, by its count and the hash of its rows.
    """
    with source.read() as old, target.write() as new:
        full = [table.name for table in metadata.sorted_tables if _count(new.connection, table)]
        if full:
            raise UsageError(target.name, f"holds rows already (in {', '.join(full)})", remedy="name an empty database")
        for table in metadata.sorted_tables:
            for rows in _batches(old.connection, table):
                new.connection.execute(insert(table), rows)
            _compare(old.connection, new.connection, table)
            told(table.name, _count(new.connection, table))
        _restart_counters(new.connection)


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, object]]]:
    with connection.execute(select(table), execution_options={"stream_results": True}) as result:
        for rows in result.partitions(BATCH):
            yield [dict(row._mapping) for row in rows]


def _compare(old: Connection, new: Connection, table: Table) -> None:
    """Every row of both is read once more; their order does not matter."""
    before, after = _digest(old, table), _digest(new, table)
    if before.rows != after.rows:
        raise UsageError(table.name, f"had {before.rows} rows and {after.rows} arrived; nothing was kept")
    if before != after:
        raise UsageError(table.name, "did not arrive as it was: its rows have another hash; nothing was kept")


@dataclass(frozen=True, slots=True)
class Digest:
    rows: int
    total: int
    """Sum of the hashes of all rows, modulo 2**64."""


def _digest(connection: Connection, table: Table) -> Digest:
    rows = total = 0
    for batch in _batches(connection, table):
        rows += len(batch)
        total += sum(_hash(row) for row in batch)
    return Digest(rows, total % 2**64)


def _hash(row: Mapping[str, object]) -> int:
    said = repr([_plain(row[name]) for name in sorted(row)])
    return int.from_bytes(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _plain(value: object) -> object:
    """The same words for equal values, whatever database they come from."""
    if isinstance(value, np.ndarray):
        return value.tobytes()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return sorted(value) if isinstance(value, frozenset) else value


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _restart_counters(connection: Connection) -> None:
    """PostgreSQL numbers rows by sequences, which know nothing of rows that came with their number."""
    if connection.dialect.name == "postgresql":
        highest = "SELECT COALESCE(MAX(id), 1) FROM delivery_events"
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('delivery_events', 'id'), ({highest}))"))
