"""Everything from one database into another, table by table."""

from collections.abc import Callable, Iterator

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.engine import Connection

from briefing.errors import UsageError
from briefing.store.database import Store
from briefing.store.schema import metadata

BATCH = 500


def move(source: Store, target: Store, told: Callable[[str, int], None]) -> None:
    """Copy all rows into an empty, migrated store in one transaction; `told` hears each table and its count.

    Raises `UsageError` if the target holds rows, or a count differs at the end.
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
    with connection.execution_options(stream_results=True).execute(select(table)) as result:
        for rows in result.partitions(BATCH):
            yield [dict(row._mapping) for row in rows]


def _compare(old: Connection, new: Connection, table: Table) -> None:
    before, after = _count(old, table), _count(new, table)
    if before != after:
        raise UsageError(table.name, f"had {before} rows and {after} arrived; nothing was kept")


def _count(connection: Connection, table: Table) -> int:
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def _restart_counters(connection: Connection) -> None:
    """PostgreSQL numbers rows by sequences, which know nothing of rows that came with their number."""
    if connection.dialect.name == "postgresql":
        highest = "SELECT COALESCE(MAX(id), 1) FROM delivery_events"
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('delivery_events', 'id'), ({highest}))"))
