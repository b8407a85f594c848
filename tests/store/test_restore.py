"""A backup takes the place of a database: whole, or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from briefing.errors import StoreError
from briefing.store import Store, backup
from tests.databases import opened

pytestmark = pytest.mark.sqlite("a backup takes the place of its file")


def made(file: Path, word: str) -> Path:
    store = opened(f"sqlite:///{file}")
    with store.write() as db:
        for number in range(200):
            db.meta.set(f"{number}", word)
    store.close()
    return file


def words(file: Path) -> set[str]:
    with closing(sqlite3.connect(file)) as database:
        return {value for (value,) in database.execute("SELECT value FROM settings WHERE key GLOB '[0-9]*'")}


def test_a_log_that_a_crash_left_behind_does_not_come_back(tmp_path: Path) -> None:
    live, kept = made(tmp_path / "briefing.db", "old"), tmp_path / "kept"
    crashed = Store(f"sqlite:///{live}")
    with crashed.write() as db:
        for number in range(200):
            db.meta.set(f"{number}", "newer")
    kept.mkdir()
    for file in tmp_path.glob("briefing.db*"):
        if file.is_file():
            shutil.copy(file, kept)
    crashed.close()
    copied = tmp_path / "copy.db"
    backup.copy(made(tmp_path / "other.db", "restored"), copied)
    former = backup.exchange(kept / "briefing.db", copied)
    assert words(kept / "briefing.db") == {"restored"}
    assert former is not None
    assert words(former) == {"newer"}
    assert not list(kept.glob("briefing.db-*"))


@pytest.mark.parametrize("damage", ["cut", "another program", "words"])
def test_what_is_no_sound_backup_is_refused(tmp_path: Path, damage: str) -> None:
    file = made(tmp_path / "copy.db", "whole")
    if damage == "cut":
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    elif damage == "words":
        file.write_text("Dear aunt, " * 1_000)
    else:
        with closing(sqlite3.connect(file)) as other:
            other.execute("PRAGMA application_id=7")
    with pytest.raises(StoreError):
        backup.check(file)


def test_a_database_in_use_is_not_exchanged(tmp_path: Path) -> None:
    live, copied = made(tmp_path / "briefing.db", "live"), tmp_path / "copy.db"
    backup.copy(live, copied)
    with closing(sqlite3.connect(live)) as user:
        user.execute("SELECT count(*) FROM settings").fetchone()
        with pytest.raises(StoreError, match="in use"):
            backup.exchange(live, copied)
    assert words(live) == {"live"}
