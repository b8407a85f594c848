"""A power failure: the log of the database ends at any of its frames after the last flush."""

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from briefing.store import Store, database

pytestmark = pytest.mark.sqlite("what its log keeps when the power goes")
HEADER, FRAME = 32, 24 + 4096
"""Bytes of the log's header, and of a frame with its page (sqlite.org/walformat.html)."""
CUTS = 200


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def after_power_failure(file: Path, frames: int, copy: Path) -> list[int]:
    """The numbers that are there when the log has no more than so many frames."""
    shutil.copy(file, copy)
    log_of(copy).write_bytes(log_of(file).read_bytes()[: HEADER + frames * FRAME])
    with closing(sqlite3.connect(copy)) as lost:
        assert lost.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return sorted(int(key) for (key,) in lost.execute("SELECT key FROM settings WHERE key GLOB '[0-9]*'"))


@pytest.mark.parametrize("cuts", [5, pytest.param(CUTS, marks=pytest.mark.slow)])
def test_what_stood_before_a_flush_outlasts_it_and_the_rest_is_lost_from_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuts: int
) -> None:
    clock = [100.0]
    monkeypatch.setattr(database.time, "monotonic", lambda: clock[0])
    store, chance = Store(f"sqlite:///{tmp_path}/briefing.db"), random.Random(3)
    store.migrate()
    file, frames_at = tmp_path / "briefing.db", dict[int, int]()
    for number in range(100):
        clock[0] += 0.05
        with store.write(durable=number == 33) as db:
            db.meta.set(str(number), "x" * chance.randrange(6_000))
        if not store._unflushed:
            frames_at[number] = (log_of(file).stat().st_size - HEADER) // FRAME
    total = (log_of(file).stat().st_size - HEADER) // FRAME
    assert 33 in frames_at
    assert 5 <= len(frames_at) <= 8
    for _ in range(cuts):
        flushed, least = chance.choice(sorted(frames_at.items()))
        kept = after_power_failure(file, chance.randint(least, total), tmp_path / "lost.db")
        assert kept == list(range(len(kept)))
        assert len(kept) > flushed
    store.close()


def test_a_flush_leaves_nothing_to_lose(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/briefing.db")
    store.migrate()
    for number in range(3):
        with store.write() as db:
            db.meta.set(str(number), "x")
    assert store._unflushed
    store.flush()
    assert not store._unflushed
    store.close()
