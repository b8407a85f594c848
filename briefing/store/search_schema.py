"""The table of the search index, and what each database keeps beside it to look words up."""

from sqlalchemy import BigInteger, Column, Float, Index, Integer, String, Table, Text
from sqlalchemy.engine import Connection

from briefing.store.schema import metadata

search_rows = Table(
    "search_rows",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("kind", String(10), nullable=False),
    Column("owner", String(40), nullable=False),
    Column("ref", String(40), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("at", Float),
    Column("speaker", Text, nullable=False),
    Column("tokens", Text, nullable=False),
    Index("ix_search_rows_owner_kind", "owner", "kind"),
)

_OUT = "INSERT INTO search_index(search_index, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
_IN = "INSERT INTO search_index(rowid, tokens) VALUES (new.id, new.tokens);"
LOOKUPS = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_index USING fts5"
        "(tokens, content='search_rows', content_rowid='id', tokenize='ascii', prefix='2 3', columnsize=0)",
        f"CREATE TRIGGER search_rows_in AFTER INSERT ON search_rows BEGIN {_IN} END",
        f"CREATE TRIGGER search_rows_out AFTER DELETE ON search_rows BEGIN {_OUT} END",
        f"CREATE TRIGGER search_rows_anew AFTER UPDATE ON search_rows BEGIN {_OUT} {_IN} END",
    ),
    "postgresql": ("CREATE INDEX ix_search_rows_tokens ON search_rows USING gin (to_tsvector('simple'::regconfig, tokens))",),
}


def add_lookups(connection: Connection) -> None:
    """Full text beside the table: FTS5 kept in step by triggers, or a GIN index."""
    for statement in LOOKUPS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
