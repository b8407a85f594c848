"""What is relied on wherever steps run: the same steps, the same code, whatever engine starts them."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from briefing.pipeline.steps import run_step
from tests.contracts.engines import ENGINES, Driven, driven
from tests.databases import opened
from tests.pipeline.conftest import NOW, Desk, configured, desk_on

PAPER = "http://paper.example/feed"
ROUNDS = 8
Make = Callable[..., Driven]


@pytest.fixture(params=["local", pytest.param("queue", marks=pytest.mark.slow)])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def desk(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    config = configured(tmp_path)
    store = opened(request.getfixturevalue("postgresql") if kind == "queue" else config.store.url)
    with store.write() as db:
        db.feeds.declare([feed.url for feed in config.feeds])
    yield desk_on(config, store)
    store.close()


@pytest.fixture
def engine(kind: str, desk: Desk) -> Iterator[Make]:
    made: list[Driven] = []

    def make(owner: str = "one", clock: Callable[[], datetime] = lambda: NOW) -> Driven:
        made.append(driven(kind, desk, owner, clock))
        return made[-1]

    yield make
    for each in made:
        each.close()


def rounds(one: Driven, count: int = ROUNDS) -> None:
    for _ in range(count):
        one.beat()
        one.work()


def test_beats_bring_what_is_due_to_the_inbox(engine: Make, desk: Desk) -> None:
    desk.subscribe()
    one = engine()
    rounds(one)
    assert len(desk.mailer.sent) == 1
    assert {"poll", "read", "cluster", "compose", "deliver"} <= set(one.done)


def test_the_same_job_waits_once(engine: Make, desk: Desk) -> None:
    one = engine()
    for _ in range(20):
        one.engine.submit("poll", (PAPER,))
    one.work()
    assert desk.fetcher.asked.count(PAPER) == 1
    assert one.done.count("poll") == 1


def test_a_job_that_finds_nothing_due_ends_at_once(engine: Make, desk: Desk) -> None:
    one = engine()
    rounds(one, 1)
    one.engine.submit("poll", (PAPER,))
    one.work()
    assert desk.fetcher.asked.count(PAPER) == 1


def test_beats_that_double_submit_nothing_twice(engine: Make, desk: Desk) -> None:
    desk.subscribe()
    one = engine()
    for _ in range(ROUNDS):
        one.beat()
        one.beat()
        one.work()
    assert len(desk.mailer.sent) == 1


def test_only_the_holder_of_the_lease_beats(engine: Make) -> None:
    first, second = engine("one"), engine("two")
    first.beat()
    first.work()
    before = len(first.reports) + len(second.reports)
    second.beat()
    second.work()
    assert before and len(first.reports) + len(second.reports) == before


def test_another_takes_over_when_the_lease_is_over(engine: Make) -> None:
    engine("one").beat()
    later = engine("two", lambda: NOW + timedelta(seconds=61))
    later.beat()
    later.work()
    assert "poll" in later.done


def test_a_step_that_fails_does_not_end_the_others(kind: str, engine: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    one, module = engine(), f"briefing.jobs.{kind}"
    failing = {"read": lambda *_: 1 / 0}
    monkeypatch.setattr(f"{module}.run_step", lambda services, step, *more: failing.get(step, run_step)(services, step, *more))
    one.engine.submit("read", ("id",))
    one.engine.submit("poll", (PAPER,))
    one.work()
    assert "poll" in one.done


def test_it_runs_until_it_is_told_to_stop_and_gives_the_lease_back(engine: Make, desk: Desk) -> None:
    one = engine()
    thread = threading.Thread(target=one.engine.run_forever)
    thread.start()
    desk.services.stopping.set()
    thread.join(timeout=20)
    assert not thread.is_alive()
    with desk.services.store.read() as db:
        assert db.meta.holder("heartbeat") is None


def test_every_engine_is_here() -> None:
    assert set(ENGINES) == {"local", "queue"}
