"""Copies of a live SQLite database, and the exchange of a database for a copy."""

import sqlite3
from contextlib import closing
from pathlib import Path

from briefing.disk import sync
from briefing.errors import StoreError, UsageError
from briefing.store.database import APPLICATION_ID, address


def file_of(url: str) -> Path:
    """The file behind a store's URL. Raises `UsageError` for another kind of database."""
    parsed = address(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        name = parsed.render_as_string(hide_password=True)
        raise UsageError(name, "is no SQLite database", remedy="use pg_dump and pg_restore")
    return Path(parsed.database)


def copy(source: Path, target: Path) -> None:
    """A consistent copy, also while others write: made beside `target`, synced, checked, then renamed. Raises `StoreError`."""
    if not target.parent.is_dir():
        raise UsageError(str(target), "its folder does not exist", remedy="make the folder first, or name another file")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    try:
        with closing(_opened(source)) as live, closing(sqlite3.connect(partial)) as made:
            live.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")
        check(partial)
        sync(partial)
        partial.replace(target)
        sync(target.parent)
    except sqlite3.Error as error:
        raise StoreError(str(source), f"could not be copied to {target}: {error}", remedy="see `briefing doctor`") from error
    finally:
        partial.unlink(missing_ok=True)


def check(file: Path) -> None:
    """Raises `StoreError` if a file is no sound database of this program."""
    try:
        with closing(_opened(file)) as database:
            ours = database.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            found = database.execute("PRAGMA quick_check").fetchone()[0]
    except sqlite3.Error as error:
        raise StoreError(str(file), f"is no database that can be read: {error}") from error
    if not ours:
        raise StoreError(str(file), "is a database of another program")
    if found != "ok":
        raise StoreError(str(file), f"is damaged: {found}", remedy="use another backup")


def exchange(database: Path, copied: Path) -> Path | None:
    """Put `copied` in the place of a database that nobody uses; where the former one is kept. Raises `StoreError`."""
    former = database.with_name(f"{database.name}.before-restore")
    existed = database.exists()
    if existed:
        _settle(database)
        database.replace(former)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    copied.replace(database)
    sync(database.parent)
    return former if existed else None


def _settle(database: Path) -> None:
    """Leave WAL mode, which writes everything into the one file and works only for the last user of a database."""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as alone:
            mode = alone.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            return
        mode = "locked"
    except sqlite3.DatabaseError:
        return
    if mode != "delete":
        raise StoreError(str(database), "is in use", remedy="stop `briefing serve` and its workers, then restore again")


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=10)
