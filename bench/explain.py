"""How PostgreSQL finds what is due: `python -m bench explain [--deliveries 10000000] [--url URL]`.

Fills a store in the database itself, asks what the steps ask, and prints for every question its indexes, rows and milliseconds,
and any table that is read as a whole. Without --url it starts a PostgreSQL that is installed here.
"""

import argparse
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, text

from briefing.store import Session, Store
from briefing.store.entries import READ
from tests import postgresql

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
WAITING, IN_HAND, UNKNOWN = 10_000, 150, 100
SUBSCRIBERS, FEEDS, ENTRIES, INSIGHTS = 1_000_000, 10_000, 200_000, 200_000
STATE = f"""CASE WHEN n <= {WAITING} THEN 'queued' WHEN n <= {WAITING + IN_HAND} THEN 'sending'
    WHEN n <= {WAITING + IN_HAND + UNKNOWN} THEN 'unknown' ELSE 'accepted' END"""
WAITS = f"n <= {WAITING} OR n BETWEEN {WAITING + IN_HAND + 1} AND {WAITING + IN_HAND + UNKNOWN}"
NUMBERS = """WITH numbers AS
    (SELECT n, lpad(n::text, 20, '0') AS number FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n) """
"""In rows that follow each other by their keys, as those of a day do."""
FILLING: Mapping[str, str] = {
    "deliveries": f"""INSERT INTO deliveries (id, edition_id, subscriber_id, address, message_id, state, next_attempt_at,
            lease_until)
        SELECT 'd' || number, 'e' || number, 'r' || n % {SUBSCRIBERS}, 'u' || n || '@d' || n % 500 || '.example',
            '<' || number || '@brief.example>', {STATE},
            CASE WHEN {WAITS} THEN timestamptz '2026-11-21 06:00Z' + n % 3600 * interval '2 seconds' END,
            CASE WHEN n BETWEEN {WAITING + 1} AND {WAITING + IN_HAND} THEN timestamptz '2026-11-21 07:10Z' END
        FROM numbers""",
    "subscribers": """INSERT INTO subscribers (id, email, status, zone, send_at, days, topics, learnt, muted, languages, on_empty,
            created_at, next_edition_at)
        SELECT 'r' || n, 'u' || n || '@d.example', 'active', 'UTC', time '07:00', '[]', '{}', '{}', '[]', '[]', 'skip',
            timestamptz '2026-01-01 00:00Z', timestamptz '2026-11-21 06:00Z' + n % 86400 * interval '1 second'
        FROM numbers""",
    "feeds": """INSERT INTO feeds (url, declared, next_poll_at, title, site, language, etag, modified, body_hash, failures,
            last_error, moved_to)
        SELECT 'https://f' || n || '.example/feed', true, timestamptz '2026-11-21 06:59Z' + n % 1800 * interval '1 second',
            '', '', '', '', '', '', 0, '', ''
        FROM numbers""",
    "entries": """INSERT INTO entries (id, feed_url, shown_at, collected_at, content_hash, stage, next_try_at, body)
        SELECT 'n' || number, 'https://f' || n % 10000 || '.example/feed', timestamptz '2026-11-20Z' - n * interval '1 minute',
            timestamptz '2026-11-20Z', '', CASE WHEN n <= 2000 THEN 'read' ELSE 'done' END, timestamptz '2026-11-20Z', '{}'
        FROM numbers""",
    "insights": """INSERT INTO insights (id, entry_id, story_id, shown_at, score, embedder, vector, body)
        SELECT 'i' || number, md5('n' || n / 8), CASE WHEN n > 500 THEN md5('s' || n) END, timestamptz '2026-11-20Z', 0.5,
            '', '', '{}'
        FROM numbers""",
}
QUESTIONS: Mapping[str, Callable[[Session], object]] = {
    "mails": lambda db: db.deliveries.due(NOW, 10_000),
    "mails in hand or in question": lambda db: db.deliveries.in_question(NOW),
    "unknown mails held for a person": lambda db: db.deliveries.held(),
    "oldest mail that waits": lambda db: db.deliveries.oldest_due(),
    "editions": lambda db: db.subscribers.due(NOW, 10_000),
    "first edition of the day": lambda db: db.subscribers.first_due(),
    "feeds": lambda db: db.feeds.due(NOW),
    "entries to read": lambda db: db.entries.waiting(READ, NOW),
    "insights without a story": lambda db: db.insights.has_unplaced(),
}
PART = 500_000
"""Rows a transaction."""
USED = re.compile(r"(?:using|Bitmap Index Scan on) (\w+)")


@dataclass(frozen=True, slots=True)
class Plan:
    lines: tuple[str, ...]

    @property
    def indexes(self) -> list[str]:
        return sorted({name for line in self.lines for name in USED.findall(line)})

    @property
    def whole(self) -> list[str]:
        """Tables read from one end to the other."""
        return sorted({line.split("Seq Scan on ")[1].split()[0] for line in self.lines if "Seq Scan on " in line})

    @property
    def rows(self) -> int:
        return int(re.search(r"rows=(\d+) loops", self.lines[0])[1])  # type: ignore[index]  # EXPLAIN ANALYZE says so in line one

    @property
    def milliseconds(self) -> float:
        return next(float(line.split()[2]) for line in self.lines if line.startswith("Execution Time"))


def fill(store: Store, counts: Mapping[str, int]) -> None:
    for table, count in counts.items():
        began = time.monotonic()
        for first in range(1, count + 1, PART):
            with store.write() as db:
                db.connection.execute(text(NUMBERS + FILLING[table]), {"first": first, "last": min(first + PART - 1, count)})
        print(f"{count:>10} {table}: {time.monotonic() - began:.0f} s", flush=True)


def settle(store: Store) -> None:
    """What autovacuum does in time: without it the first question would pay for it."""
    with store._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def asked(store: Store, question: Callable[[Session], object]) -> Plan:
    """The plan of the last statement that the store says for a question."""
    said: list[tuple[str, Any]] = []

    def listen(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        said.append((statement, parameters))

    event.listen(store._engine, "before_cursor_execute", listen)
    with store.read() as db:
        question(db)
    event.remove(store._engine, "before_cursor_execute", listen)
    statement, parameters = said[-1]
    with store._engine.connect() as connection:
        explained = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, COSTS OFF) {statement}", parameters)
        return Plan(tuple(row[0] for row in explained))


def size(store: Store, table: str) -> float:
    with store.read() as db:
        return int(db.connection.execute(text(f"SELECT pg_total_relation_size('{table}')")).scalar_one()) / 1e9


def report(store: Store, *, whole_plans: bool) -> None:
    for name, question in QUESTIONS.items():
        asked(store, question)
        plan = asked(store, question)
        whole = f"   reads all of {', '.join(plan.whole)}" if plan.whole else ""
        print(f"{name:32}{plan.rows:8} rows{plan.milliseconds:10.2f} ms   {', '.join(plan.indexes)}{whole}", flush=True)
        if whole_plans:
            print("\n".join(f"    {line}" for line in plan.lines))
    print(f"deliveries with their indexes: {size(store, 'deliveries'):.2f} GB")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=10_000_000)
    parser.add_argument("--url", default="", help="an empty PostgreSQL database")
    parser.add_argument("--plans", action="store_true", help="print whole plans")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        store = Store(options.url or postgresql.database(stack.enter_context(postgresql.server()), "briefing_explain"))
        stack.callback(store.close)
        store.migrate()
        rest = {"subscribers": SUBSCRIBERS, "feeds": FEEDS, "entries": ENTRIES, "insights": INSIGHTS}
        fill(store, {"deliveries": options.deliveries} | rest)
        settle(store)
        report(store, whole_plans=options.plans)


if __name__ == "__main__":
    main()
