"""The store: `python -m bench.store [--rows 2000] [--url URL]`, beside bare sqlite3 with the same pragmas.

Entries are added fifty to a transaction, mails are claimed and accepted one transaction each, as polling and sending do; the peer
writes rows of the same size in transactions of the same number. Seconds are those of the processor.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

from bench.delivery.installation import NOW, address, delivery, edition, reader
from bench.texts import stretches
from briefing.model import DeliveryState, Entry
from briefing.store import Store
from briefing.store.entries import READ
from briefing.store.records import chunks

BATCH = 50
PRAGMAS = ("journal_mode=wal", "synchronous=normal", "busy_timeout=10000")


def entries(count: int) -> list[Entry]:
    texts = islice(stretches(400), count)
    return [
        Entry(
            id=f"{number:020x}", guid=str(number), feed_url=f"https://f{number % 50}.example/feed", url=f"https://f.example/{number}",
            title=f"Entry {number}", published_at=NOW, collected_at=NOW, html=text, content_hash=f"{number:064x}",
        )
        for number, text in enumerate(texts)
    ]  # fmt: skip


def rate(count: int, work: Callable[[], object]) -> float:
    """Times a second of the processor: other work on the machine changes it little."""
    begun = time.process_time()
    work()
    return count / (time.process_time() - begun)


def add(store: Store, new: list[Entry]) -> None:
    for some in chunks(new, BATCH):
        with store.write() as db:
            db.entries.add(some, READ)


def queue(store: Store, count: int) -> None:
    for some in chunks(range(count), BATCH):
        with store.write() as db:
            for number in some:
                db.subscribers.add(reader(number, address(number)))
                db.editions.add(edition(number))
            db.deliveries.add([delivery(number, address(number)) for number in some])


def accept(store: Store) -> None:
    with store.read() as db:
        rows = db.deliveries.in_states([DeliveryState.QUEUED])
    for row in rows:
        with store.write() as db:
            db.deliveries.move(row, replace(row, state=DeliveryState.ACCEPTED, attempts=1), NOW)


def ask(store: Store, ids: list[str]) -> None:
    for id_ in ids:
        with store.read() as db:
            db.entries.get([id_])


def due(store: Store, times: int) -> None:
    for number in range(times):
        with store.read() as db:
            db.deliveries.due(NOW + timedelta(minutes=number), 100)


def bare(path: Path, new: list[Entry]) -> dict[str, float]:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for pragma in PRAGMAS:
            db.execute(f"PRAGMA {pragma}")
        db.execute("CREATE TABLE entries (id TEXT PRIMARY KEY, feed TEXT, body TEXT, hash TEXT)")
        db.execute("CREATE TABLE mails (id INTEGER PRIMARY KEY, state TEXT)")
        db.execute("CREATE TABLE events (mail INTEGER, state TEXT)")
        db.executemany("INSERT INTO mails VALUES (?, 'queued')", [(number,) for number in range(len(new))])

        def write() -> None:
            for some in chunks(new, BATCH):
                db.execute("BEGIN IMMEDIATE")
                db.executemany(
                    "INSERT INTO entries VALUES (?, ?, ?, ?)", [(e.id, e.feed_url, e.html, e.content_hash) for e in some]
                )
                db.execute("COMMIT")

        def move() -> None:
            for number in range(len(new)):
                db.execute("BEGIN IMMEDIATE")
                db.execute("UPDATE mails SET state = 'accepted' WHERE id = ? AND state = 'queued'", (number,))
                db.execute("INSERT INTO events VALUES (?, 'accepted')", (number,))
                db.execute("COMMIT")

        def read() -> None:
            for entry in new:
                db.execute("SELECT body FROM entries WHERE id = ?", (entry.id,)).fetchone()

        count = len(new)
        return {"entries added": rate(count, write), "mails moved": rate(count, move), "entries read": rate(count, read)}


def ours(store: Store, new: list[Entry]) -> dict[str, float]:
    store.migrate()
    count = len(new)
    found = {"entries added": rate(count, lambda: add(store, new))}
    found["editions kept and mails queued"] = rate(count, lambda: queue(store, count))
    found["due mails asked for"] = rate(200, lambda: due(store, 200))
    found["mails moved"] = rate(count, lambda: accept(store))
    found["entries read"] = rate(count, lambda: ask(store, [entry.id for entry in new]))
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rows", type=int, default=2000)
    options.add_argument("--url", help="an empty database to use instead of SQLite")
    asked = options.parse_args()
    new = entries(asked.rows)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(asked.url or f"sqlite:///{folder}/briefing.db")
        mine, theirs = ours(store, new), bare(Path(folder) / "bare.db", new)
        store.close()
    for name, found in mine.items():
        beside = f", bare sqlite3 {theirs[name]:7.0f}: {found / theirs[name]:.0%}" if name in theirs else ""
        print(f"{name:32}{found:7.0f} a second{beside}")


if __name__ == "__main__":
    main()
