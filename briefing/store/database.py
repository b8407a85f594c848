"""One database by URL: opened, migrated, read and written. Every write begins by taking the write lock."""

import random
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from briefing.errors import NOT_INSTALLED, StoreError, installing
from briefing.store.schema import HEAD
from briefing.store.session import Session

if TYPE_CHECKING:
    import psycopg

BUSY_SECONDS = 10
"""How long one waits for others who write."""
RETRY_SECONDS = (0.0005, 0.002)
"""How long until the write lock is asked for again."""
LOG_PAGES = 12_000
"""Pages of 4 kB in the log from which it is worked into the database: a thousand mails, each of which rewrites the same ones."""
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={BUSY_SECONDS * 1000}",
    "journal_size_limit=67108864",
    f"wal_autocheckpoint={LOG_PAGES}",
)
APPLICATION_ID = 0x42524645
FLUSH_SECONDS = 1.0
FLUSHED = "flushed"
"""The setting that is written so that a flush has something to write."""
FORMS = 'write "sqlite:///briefing.db", or "postgresql+psycopg://user@host/name" with the extra [postgresql] installed'
REMEDIES = {
    "database or disk is full": "make room on the disk; nothing was lost, and the next run goes on from here",
    "disk i/o error": "make room on the disk or look at its health; nothing was lost",
    "database is locked": "another process holds the database for long; stop it or wait, then run again",
    "readonly": "let this user write to the file and its folder",
    "unable to open database file": "make the folder, or let this user write to it",
    "not a database": "name another file in [store] url, or restore a backup",
    "malformed": "restore a backup: briefing restore FILE",
    "connection to server": "is PostgreSQL running there, and are host, port, user and name in the URL of the store right?",
    "failed to resolve host": "is the host in the URL of the store right?",
    "password authentication failed": "put the password into BRIEFING_STORE_URL",
}


class Store:
    """The cellar behind one URL (`sqlite:///file.db`, `postgresql+psycopg://...`).

    Raises `StoreError` with a sentence and a remedy whenever the database does not do what it is asked.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = address(url)
        self.name = parsed.render_as_string(hide_password=True)
        self._sqlite = url.startswith("sqlite")
        self._reading = {} if self._sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._engine = self._open()
        self._lock = threading.RLock()
        self._flushed_at, self._unflushed = 0.0, False
        self._writer: Session | None = None
        self._file = Path(parsed.database) if self._sqlite and parsed.database and parsed.database != ":memory:" else None
        self._inode = 0

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        """One transaction that may change rows; all of it happens or none. One writer at a time in a process.

        A crash of the program loses nothing. A power failure may take what was committed within a second before it, but never
        a transaction that was asked to be `durable`, nor any before that one.
        """
        self._check_file()
        with self._lock, self._told(), self._writing() as session:
            flush = durable or time.monotonic() - self._flushed_at >= FLUSH_SECONDS
            with self._flushing(session.connection, flush), session.connection.begin():
                yield session

    def flush(self) -> None:
        """Return when all that was written would outlast a power failure."""
        if self._unflushed:
            with self.write(durable=True) as db:
                db.meta.set(FLUSHED, str(time.time()))

    @contextmanager
    def read(self) -> Iterator[Session]:
        """One consistent view, changing nothing."""
        with self._told(), self._engine.connect().execution_options(**self._reading) as connection, connection.begin():
            yield Session(connection)

    def migrate(self) -> None:
        """Bring the tables to this program's version; a database of a newer program is refused and left as it is."""
        with self._told():
            version = self._version()
            if version == HEAD:
                return
            if version is not None and version > HEAD:
                raise StoreError(
                    self.name, f"was made by a newer briefing (schema {version}, this one knows {HEAD})", remedy="upgrade"
                )
            self._upgrade()

    def close(self) -> None:
        with self._lock:
            self._let_go()
        self._engine.dispose()

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """SQLite has one writer at a time, and opening its connection costs more than a small transaction: it is kept."""
        writer = self._writer or Session(self._engine.connect().execution_options(immediate=True))
        self._writer = writer
        try:
            yield writer
        except BaseException:
            self._let_go()
            raise
        if not self._sqlite:
            self._let_go()

    def _let_go(self) -> None:
        """The next write begins on a connection of its own: after a failure, one that is surely sound."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.connection.close()

    @contextmanager
    def _flushing(self, connection: Connection, flush: bool) -> Iterator[None]:
        """With `flush` the commit waits for the disk, which then holds all earlier ones too: they stand before it in the log."""
        if not self._sqlite:
            yield
            return
        raw = connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        if connection.info.get("flushes") is not flush:
            raw.execute(f"PRAGMA synchronous={'FULL' if flush else 'NORMAL'}")
            connection.info["flushes"] = flush
        changes = raw.total_changes
        yield
        if raw.total_changes != changes:
            self._unflushed = not flush
            self._flushed_at = time.monotonic() if flush else self._flushed_at

    def _check_file(self) -> None:
        """SQLite goes on writing into a file that was deleted or exchanged under it, and all of it is lost at the end."""
        if self._file is None:
            return
        try:
            found = self._file.stat().st_ino
        except OSError:
            found = 0
        if self._inode and found != self._inode:
            remedy = "stop whatever uses it, put the file back, and start again"
            raise StoreError(self.name, "was deleted or exchanged while this program used it", remedy=remedy)
        self._inode = found

    def _open(self) -> Engine:
        options: dict[str, Any] = (
            {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}} if self._sqlite else {"pool_pre_ping": True}
        )
        try:
            engine = create_engine(self.url, **options)
        except ImportError as error:
            raise StoreError(self.name, NOT_INSTALLED, remedy=installing("postgresql")) from error
        except SQLAlchemyError as error:
            raise StoreError(self.name, f"cannot be opened: {error}", remedy=FORMS) from error
        if self._sqlite:
            event.listen(engine, "connect", _on_connect)
            event.listen(engine, "begin", _on_begin)
        else:
            event.listen(engine, "connect", _on_connect_to_server)
        return engine

    def _version(self) -> str | None:
        with self._engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    def _upgrade(self) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with self._engine.connect() as connection, connection.execution_options(immediate=True).begin():
            if not self._sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, self._engine.dialect.loaded_dbapi.Error) as error:
            reason = str(getattr(error, "orig", error)).partition("\n")[0]
            remedy = next((r for words, r in REMEDIES.items() if words in reason.lower()), "")
            raise StoreError(self.name, reason, remedy=remedy, permanent=False) from error


def address(url: str) -> URL:
    """A database URL in its parts. Raises `StoreError` for one that has none, without showing it: it may hold a password."""
    try:
        return make_url(url)
    except (SQLAlchemyError, ValueError):
        raise StoreError("the URL of the database", "cannot be read", remedy=FORMS) from None


@contextmanager
def migrated(url: str) -> Iterator[Store]:
    """A store with the tables of this program's version, closed at the end. Raises `StoreError`."""
    store = Store(url)
    try:
        store.migrate()
        yield store
    finally:
        store.close()


def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")


def _on_connect_to_server(connection: "psycopg.Connection", _record: object) -> None:
    """The driver reads moments in ISO alone, but a server, a database or a role may prefer another style."""
    if not (connection.info.parameter_status("DateStyle") or "").startswith("ISO"):
        connection.execute("SET DateStyle TO ISO")
        connection.commit()


def _on_begin(connection: Connection) -> None:
    cursor, immediate = connection.connection.cursor(), connection.get_execution_options().get("immediate", False)
    _let_wait(connection, 0 if immediate else BUSY_SECONDS)
    if immediate:
        _take_write_lock(cursor)
    else:
        cursor.execute("BEGIN")


def _let_wait(connection: Connection, seconds: int) -> None:
    """How long SQLite itself waits for a lock; said where it changes, for it costs as much as a statement."""
    if connection.info.get("waits", BUSY_SECONDS) != seconds:
        connection.connection.cursor().execute(f"PRAGMA busy_timeout={seconds * 1000}")
        connection.info["waits"] = seconds


def _take_write_lock(cursor: DBAPICursor) -> None:
    """SQLite itself asks again after up to 100 ms, and meanwhile whoever has just written is first again."""
    given_up_at = time.monotonic() + BUSY_SECONDS
    while not _begins(cursor, last_try=time.monotonic() >= given_up_at):
        time.sleep(random.uniform(*RETRY_SECONDS))


def _begins(cursor: DBAPICursor, *, last_try: bool) -> bool:
    try:
        cursor.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if last_try or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
