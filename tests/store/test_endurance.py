"""SQLite under load and violence: what was acknowledged is there, every copy is sound, nobody sees a locked database."""

import os
import random
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from briefing.store import Store, backup

pytestmark = [pytest.mark.slow, pytest.mark.sqlite("its locks and its file, by several processes at once")]
ROUNDS, PROCESSES = 20, 3
BACKUPS = 60
SECONDS = 60
MEGABYTE = 1_000_000


def opened(file: Path) -> Store:
    store = Store(f"sqlite:///{file}")
    store.migrate()
    return store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    opened(tmp_path / "briefing.db").close()
    return tmp_path / "briefing.db"


def write_until_killed(file: Path, acknowledged: int, name: str) -> None:
    """Rows small and large, some replaced; each commit is told through a pipe once it has returned."""
    store, chance = Store(f"sqlite:///{file}"), random.Random(name)
    for number in range(1_000_000):
        with store.write() as db:
            db.meta.set(f"{name} {number}", "x" * chance.randrange(5_000))
            db.meta.set(f"{name} newest", str(number))
        os.write(acknowledged, f"{name} {number}\n".encode())


def start(file: Path, name: str) -> tuple[int, int]:
    """(process, what it acknowledges)"""
    told, acknowledged = os.pipe()
    child = os.fork()
    if not child:
        write_until_killed(file, acknowledged, name)
    os.close(acknowledged)
    return child, told


def test_kills_lose_no_acknowledged_commit(file: Path) -> None:
    chance, acknowledged = random.Random(1), set[str]()
    for round_ in range(ROUNDS):
        running = [start(file, f"{round_}-{process}") for process in range(PROCESSES)]
        time.sleep(chance.uniform(0.05, 0.5))
        for child, told in running:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            with os.fdopen(told, "rb") as pipe:
                acknowledged.update(line.decode() for line in pipe.read().split(b"\n")[:-1])
        with closing(sqlite3.connect(file)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            assert acknowledged <= {key for (key,) in database.execute("SELECT key FROM settings")}
    assert len(acknowledged) > ROUNDS


@contextmanager
def busy(file: Path, writers: int, readers: int, took: list[float] | None = None) -> Iterator[list[Exception]]:
    """Threads with stores of their own that write and read until the end; what went wrong for any of them.

    `took` gets the seconds of every write.
    """
    done, errors, took = threading.Event(), list[Exception](), [] if took is None else took

    def work(name: str, *, writes: bool) -> None:
        store, number = Store(f"sqlite:///{file}"), 0
        try:
            while not done.is_set():
                number, began = number + 1, time.monotonic()
                with store.write() if writes else store.read() as db:
                    db.meta.set(name, str(number)) if writes else db.meta.setting(name)
                if writes:
                    took.append(time.monotonic() - began)
        except Exception as error:
            errors.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=work, args=(f"{n}",), kwargs={"writes": n < writers}) for n in range(writers + readers)]
    for thread in threads:
        thread.start()
    try:
        yield errors
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_four_writers_and_four_readers_never_see_a_locked_database(file: Path) -> None:
    took = list[float]()
    with busy(file, 4, 4, took) as errors:
        time.sleep(SECONDS)
    assert errors == []
    sys.stdout.write(f"{len(took)} writes, 99 in 100 within {sorted(took)[len(took) * 99 // 100] * 1000:.0f} ms\n")


def test_backups_under_writes_are_sound_and_hold_all_that_was_there_before(file: Path, tmp_path: Path) -> None:
    store, chance = Store(f"sqlite:///{file}"), random.Random(2)
    with busy(file, 2, 0) as errors:
        for number in range(BACKUPS):
            with store.write() as db:
                db.meta.set(f"before {number}", "x" * chance.randrange(20_000))
            backup.copy(file, tmp_path / "copy.db")
            with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
                assert copy.execute("PRAGMA quick_check").fetchone()[0] == "ok"
                kept = {key for (key,) in copy.execute("SELECT key FROM settings WHERE key LIKE 'before %'")}
            assert kept == {f"before {n}" for n in range(number + 1)}
    assert errors == []


def test_a_reader_that_stays_for_long_does_not_let_the_log_grow_without_bound(file: Path) -> None:
    store = Store(f"sqlite:///{file}")
    with store.read() as reader:
        reader.meta.setting("a")
        for number in range(50_000):
            with store.write() as db:
                db.meta.set("a", str(number))
    log = file.with_name(f"{file.name}-wal")
    assert log.stat().st_size < 256 * MEGABYTE
    with store.write() as db:
        db.meta.set("a", "the end")
