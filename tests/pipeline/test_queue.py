"""The queue on a real PostgreSQL: what it promises when transactions roll back, tables are emptied and workers die."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from briefing.errors import UsageError
from briefing.jobs.queue import QueueEngine
from briefing.jobs.queue_tables import SCHEMA, conninfo
from briefing.model import Entry, Status, Subscriber
from briefing.pipeline.compose import SHARD
from briefing.pipeline.services import Report
from briefing.store import Store
from briefing.store.entries import LISTEN
from tests.pipeline.conftest import NOW, Desk, configured, desk_on

MANY, PAPER = 9_999, "http://paper.example/feed"
"""Readers: with the edition of the house as many as one beat looks at."""
JOBS = f"SELECT count(*) FROM {SCHEMA}.procrastinate_jobs WHERE args ->> 'step' = "
READER = Subscriber(id="", email="", status=Status.ACTIVE, zone="UTC", send_at=time(7), created_at=NOW)
pytestmark = pytest.mark.slow


@pytest.fixture
def desk(postgresql: str, tmp_path: Path) -> Iterator[Desk]:
    store = Store(postgresql)
    store.migrate()
    yield desk_on(configured(tmp_path), store)
    store.close()


@pytest.fixture
def told() -> list[Report]:
    return []


@pytest.fixture
def engine(desk: Desk, told: list[Report]) -> Iterator[QueueEngine]:
    made = QueueEngine(desk.services, told=told.append, clock=lambda: NOW)
    yield made
    made.close()


def jobs(desk: Desk, step: str) -> int:
    with desk.services.store.read() as db:
        return int(db.connection.exec_driver_sql(f"{JOBS}'{step}'").scalar() or 0)


def in_queue(desk: Desk, statement: LiteralString) -> list[tuple[object, ...]]:
    """What a statement says inside the queue's own schema."""
    options = conninfo(desk.services.store.url)
    with psycopg.connect(options["conninfo"], **options["kwargs"]) as connection:
        said = connection.execute(statement)
        return said.fetchall() if said.description else []


def waiting(count: int) -> list[Entry]:
    return [Entry(id=f"e{n}", feed_url=PAPER, guid=f"{n}", url="", title=f"{n}", collected_at=NOW) for n in range(count)]


def test_a_slot_that_is_rolled_back_gets_no_job(engine: QueueEngine, desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), desk.services.store.write() as db:
        db.entries.add(waiting(1), LISTEN)
        raise ZeroDivisionError
    engine.beat()
    assert jobs(desk, "listen") == 0
    with desk.services.store.write() as db:
        db.entries.add(waiting(1), LISTEN)
    engine.beat()
    assert jobs(desk, "listen") == 1


def test_an_emptied_queue_fills_again_from_the_rows(engine: QueueEngine, desk: Desk) -> None:
    with desk.services.store.write() as db:
        for number in range(MANY):
            db.subscribers.add(replace(READER, id=f"r{number}", email=f"{number}@example.org"))
    engine.beat()
    before = jobs(desk, "compose")
    in_queue(desk, "TRUNCATE procrastinate_jobs CASCADE")
    engine.beat()
    assert jobs(desk, "compose") == before == MANY // SHARD + 1
    engine.work()
    engine.beat()
    assert jobs(desk, "compose") == 0
    with desk.services.store.read() as db:
        assert db.subscribers.due(NOW, MANY) == []


def test_a_job_submitted_a_hundred_times_at_once_waits_once_and_runs_once(desk: Desk) -> None:
    with desk.services.store.write() as db:
        db.feeds.declare([PAPER])
    engines = [QueueEngine(desk.services, clock=lambda: NOW) for _ in range(2)]
    together([threading.Thread(target=engines[n % 2].submit, args=("poll", (PAPER,))) for n in range(100)])
    assert jobs(desk, "poll") == 1
    together([threading.Thread(target=each.work) for each in engines])
    for each in engines:
        each.close()
    assert desk.fetcher.asked.count(PAPER) == 1
    assert jobs(desk, "poll") == 0


def together(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_same_job_runs_in_one_place_at_a_time(engine: QueueEngine, desk: Desk, told: list[Report]) -> None:
    engine.submit("poll", (PAPER,))
    in_queue(desk, "UPDATE procrastinate_jobs SET status = 'doing'")
    engine.submit("poll", (PAPER,))
    engine.work()
    assert jobs(desk, "poll") == 2 and told == []


async def test_a_job_in_the_hands_of_the_dead_is_given_to_the_living(engine: QueueEngine, desk: Desk) -> None:
    engine.submit("poll", (PAPER,))
    in_queue(desk, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '31 seconds')")
    in_queue(desk, "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)")
    async with engine._back.open_async():
        await engine.retry_stalled()
    assert in_queue(desk, "SELECT status FROM procrastinate_jobs") == [("todo",)]


def test_a_step_that_raises_is_tried_again_later(
    engine: QueueEngine, desk: Desk, told: list[Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("briefing.jobs.queue.run_step", lambda *_: 1 / 0)
    engine.submit("poll", (PAPER,))
    engine.work()
    ((tries, soon),) = in_queue(
        desk, "SELECT args ->> 'tries', scheduled_at BETWEEN now() AND now() + interval '5 seconds' FROM procrastinate_jobs"
    )
    assert (tries, soon) == ("1", True)
    engine.work()
    assert told == []


def test_what_a_job_has_in_hand_is_not_submitted_again(engine: QueueEngine, desk: Desk) -> None:
    with desk.services.store.write() as db:
        db.entries.add(waiting(3), LISTEN)
    for _ in range(3):
        engine.beat()
    assert jobs(desk, "listen") == 3


def test_tables_of_another_version_are_made_anew(engine: QueueEngine, desk: Desk) -> None:
    engine.submit("poll", (PAPER,))
    with desk.services.store.write() as db:
        db.connection.exec_driver_sql(f"COMMENT ON SCHEMA {SCHEMA} IS 'older'")
    QueueEngine(desk.services).close()
    assert jobs(desk, "poll") == 0


def test_a_queue_wants_postgresql() -> None:
    with pytest.raises(UsageError, match="PostgreSQL"):
        conninfo("sqlite:///briefing.db")
