"""The database as it is opened: migrations, refusals, and sentences instead of tracebacks."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from briefing.errors import StoreError
from briefing.model import Story
from briefing.store import Store
from briefing.store.schema import metadata
from tests import databases

NOW = datetime(2026, 11, 21, 7, tzinfo=UTC)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return databases.url(tmp_path / "briefing.db")


def opened(url: str) -> Store:
    store = Store(url)
    store.migrate()
    return store


def _is_ours(name: str | None, kind: str, parents: object) -> bool:
    """The tables of FTS5, which SQLite keeps itself, and the indexes over an expression are no part of the metadata."""
    return not (name or "").startswith(("search_index", "ix_search_rows_tokens", "ix_deliveries_turn"))


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection")
def test_migrations_end_at_the_schema_of_the_program(url: str) -> None:
    opened(url).close()
    with create_engine(url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_ours})
        assert compare_metadata(context, metadata) == []


def test_migrating_twice_keeps_what_is_there(url: str) -> None:
    store = opened(url)
    with store.write() as db:
        db.meta.set("kept", "yes")
    store.close()
    with opened(url).read() as db:
        assert db.meta.setting("kept") == "yes"


def test_a_column_that_nobody_reads_goes_and_its_rows_stay(url: str) -> None:
    with opened(url).write() as db:
        db.stories.save(Story(id="st1", headline="Harbour", insights=(), sources=(), first_seen_at=NOW, updated_at=NOW))
        db.connection.exec_driver_sql("ALTER TABLE stories ADD COLUMN publishers INTEGER NOT NULL DEFAULT 2")
        db.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0009'")
    with opened(url).write() as db:
        columns = inspect(db.connection).get_columns("stories")
        assert "publishers" not in [column["name"] for column in columns]
        assert db.stories.get(["st1"])["st1"].headline == "Harbour"


def test_a_database_of_a_newer_program_is_refused(url: str) -> None:
    store = opened(url)
    with store.write() as db:
        db.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer briefing"):
        opened(url)


@pytest.mark.sqlite("one writer at a time")
def test_writes_take_the_lock_at_once(url: str) -> None:
    store, other = opened(url), create_engine(url, connect_args={"timeout": 0})
    with store.write(), pytest.raises(Exception, match="locked"), other.connect() as connection:
        connection.exec_driver_sql("INSERT INTO settings VALUES ('a', 'b')")


@pytest.mark.sqlite("the folder of its file")
def test_a_folder_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="make the folder"):
        opened(f"sqlite:///{tmp_path}/missing/briefing.db")


@pytest.mark.parametrize("url", ["", "no url at all", "postgresql+psycopg://me:hunter2@host:port/name"])
def test_a_url_that_is_none_is_said_in_words_and_not_shown(url: str) -> None:
    with pytest.raises(StoreError, match="URL of the database: cannot be read") as caught:
        Store(url)
    assert "sqlite:///briefing.db" in caught.value.remedy and "hunter2" not in str(caught.value)


def test_a_driver_that_is_not_installed_is_said_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreError, match=r"not installed \(pip install 'briefing\[postgresql\]'\)"):
        Store("postgresql+psycopg://me@127.0.0.1:9/briefing")


def test_a_server_that_is_not_there_is_said_with_what_to_do() -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="refused") as caught:
        opened("postgresql+psycopg://me@127.0.0.1:9/briefing")
    assert "is PostgreSQL running there" in caught.value.remedy


@pytest.mark.sqlite("its file")
def test_a_file_that_is_no_database_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "briefing.db").write_text("not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(StoreError, match="restore a backup"):
        opened(f"sqlite:///{tmp_path}/briefing.db")


@pytest.mark.sqlite("a limit to its pages, for a full disk")
def test_a_full_disk_loses_nothing_and_says_so(url: str) -> None:
    store = opened(url)
    with store.write() as db:
        db.meta.set("kept", "yes")
    with pytest.raises(StoreError, match="make room"), store.write() as db:
        pages = db.connection.exec_driver_sql("PRAGMA page_count").scalar()
        db.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        db.meta.set("large", "x" * 1_000_000)
    with store.read() as db:
        assert db.meta.setting("kept") == "yes"
        assert db.meta.setting("large") is None
