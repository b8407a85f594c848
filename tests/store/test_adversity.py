"""SQLite where the disk is full, the file is gone, or the program dies in a migration: sentences, and nothing lost."""

import os
import random
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from briefing.errors import StoreError
from briefing.store import Store
from briefing.store.schema import HEAD

pytestmark = pytest.mark.sqlite("its file on a full disk, gone, or shut to this user")
KILLED = 9


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "briefing.db"


def opened(file: Path) -> Store:
    store = Store(f"sqlite:///{file}")
    store.migrate()
    return store


def intact(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as database:
        return bool(database.execute("PRAGMA integrity_check").fetchone()[0] == "ok")


@contextmanager
def no_file_grows_beyond(size: int) -> Iterator[None]:
    """As on a full disk, for this process."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_disk_that_is_full_at_any_write_loses_nothing_and_the_next_write_goes_on(file: Path) -> None:
    store, chance, refused = opened(file), random.Random(5), 0
    log = file.with_name(f"{file.name}-wal")
    for number in range(20):
        with store.write() as db:
            db.meta.set(f"before {number}", "kept")
        room = chance.randrange(0, 40_000)
        try:
            with no_file_grows_beyond(log.stat().st_size + room), store.write() as db:
                for part in range(5):
                    db.meta.set(f"large {number} {part}", "x" * 10_000)
        except StoreError as error:
            refused += 1
            assert "make room" in error.remedy
        with store.read() as db:
            assert db.meta.setting(f"before {number}") == "kept"
            assert len(db.meta.known([f"large {number} {part}" for part in range(5)])) in (0, 5)
    assert refused > 10
    store.close()
    assert intact(file)


def test_a_file_that_is_deleted_or_exchanged_in_use_is_said_before_anything_is_lost(file: Path) -> None:
    store = opened(file)
    with store.write() as db:
        db.meta.set("kept", "yes")
    aside = file.with_name("aside.db")
    file.rename(aside)
    with pytest.raises(StoreError, match="deleted or exchanged"), store.write() as db:
        db.meta.set("lost", "yes")
    file.write_bytes(b"")
    with pytest.raises(StoreError, match="deleted or exchanged"), store.write() as db:
        db.meta.set("lost", "yes")
    aside.replace(file)
    with store.write() as db:
        assert db.meta.setting("kept") == "yes"


def test_a_database_that_may_only_be_read_is_said_in_words(file: Path) -> None:
    opened(file).close()
    store = Store(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(StoreError, match="readonly") as caught, store.write() as db:
        db.meta.set("a", "b")
    assert "let this user write" in caught.value.remedy


def statements(file: Path) -> int:
    """How many statements make a new database."""
    store, count = Store(f"sqlite:///{file}"), 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(store._engine, "before_cursor_execute", counted)
    store.migrate()
    store.close()
    return count


def die_at(file: Path, number: int) -> int:
    """Migrate in a child process that ends, without any tidying up, at a statement; its exit code."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    store, left = Store(f"sqlite:///{file}"), number

    def counted(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os._exit(KILLED)

    event.listen(store._engine, "before_cursor_execute", counted)
    store.migrate()
    os._exit(0)


NOBODY = 65534


def refused_to_nobody(url: str) -> str:
    """What a user without rights is told who opens that store and writes to it; "" if all went well."""
    told, words = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            store = Store(url)
            store.migrate()
            with store.write() as db:
                db.meta.set("a", "b")
        except StoreError as error:
            os.write(words, str(error).encode())
        except BaseException as error:  # any other error is to be seen by the parent
            os.write(words, f"Traceback: {error!r}".encode())
        os._exit(0)
    os.close(words)
    os.waitpid(child, 0)
    with os.fdopen(told, "rb") as pipe:
        return pipe.read().decode()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user")
@pytest.mark.parametrize("there", [True, False], ids=["a database in it", "empty"])
def test_a_folder_that_may_not_be_written_to_is_said_in_words(there: bool) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "briefing.db"
        if there:
            opened(file).close()
            file.chmod(0o666)
        words = refused_to_nobody(f"sqlite:///{file}")
        assert "Traceback" not in words
        assert "briefing.db" in words
        assert not there or intact(file)


@pytest.mark.parametrize("step", [25, pytest.param(1, marks=pytest.mark.slow)])
def test_a_migration_that_dies_at_any_statement_begins_again_and_ends(tmp_path: Path, step: int) -> None:
    for number in range(1, statements(tmp_path / "whole.db") + 1, step):
        file = tmp_path / f"died-at-{number}.db"
        assert die_at(file, number) == KILLED
        opened(file).close()
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("SELECT version_num FROM alembic_version").fetchone()[0] == HEAD
        assert intact(file)
