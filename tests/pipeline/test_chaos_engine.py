"""An engine that loses, doubles, reorders and delays jobs: rows decide, so that in the end all is as with one that does not."""

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from briefing.pipeline.services import Services
from briefing.pipeline.steps import STEPS, run_step
from tests.databases import opened
from tests.pipeline.conftest import BATTERY, BUSES, NOW, SHIPS, Desk, configured, desk_on, feed

LOST, DOUBLED, DELAYED = 0.2, 0.2, 0.1
MOST_BEATS = 60
SEEDS, QUICK = 20, 3
ROWS = {
    "entries": "SELECT id, stage FROM entries",
    "insights": "SELECT id, entry_id, story_id FROM insights",
    "stories": "SELECT id, headline FROM stories",
    "editions": "SELECT id, reader, slot FROM editions",
    "sent": "SELECT edition_id, story_id, claim FROM sent",
    "deliveries": "SELECT id, edition_id, address, state FROM deliveries",
    "subscribers": "SELECT id, next_edition_at, last_slot FROM subscribers",
}
Rows = dict[str, list[tuple[object, ...]]]
MORNING = NOW - timedelta(minutes=30)


class ChaosEngine:
    """Takes jobs as any engine does, and treats them badly."""

    def __init__(self, services: Services, seed: int, now: datetime) -> None:
        self._services, self._chance, self._now = services, random.Random(seed), now
        self._waiting: list[tuple[str, tuple[str, ...]]] = []

    def submit(self, step: str, ids: tuple[str, ...]) -> None:
        copies = 0 if self._chance.random() < LOST else 2 if self._chance.random() < DOUBLED else 1
        self._waiting += [(step, ids)] * copies

    def work(self) -> None:
        self._chance.shuffle(self._waiting)
        later = [job for job in self._waiting if self._chance.random() < DELAYED]
        for step, ids in [job for job in self._waiting if job not in later]:
            run_step(self._services, step, list(ids), self._now)
        self._waiting = later


def lived(folder: Path, seed: int | None) -> Rows:
    """What stands in the rows after a morning: in order without a seed, through chaos with one."""
    folder.mkdir()
    config = configured(folder)
    store = opened(config.store.url)
    with store.write() as db:
        db.feeds.declare([each.url for each in config.feeds])
    desk = _morning(desk_on(config, store))
    for moment in (MORNING, NOW):
        if seed is None:
            desk.run(moment)
        else:
            _in_chaos(desk, seed, moment)
    with store.read() as db:
        rows = {name: sorted(map(tuple, db.connection.exec_driver_sql(said))) for name, said in ROWS.items()}
    store.close()
    assert len(desk.mailer.sent) == len(rows["deliveries"]) == 3
    return rows


def _morning(desk: Desk) -> Desk:
    paper, town = "http://paper.example/feed", "http://town.example/feed"
    desk.pages[paper] = feed("paper.example", ("battery", "Iron battery", BATTERY), ("ships", "Slow ships", SHIPS))
    desk.pages[town] = feed("town.example", ("buses", "Night buses", BUSES))
    desk.pages["http://paper.example/ships"] = b""
    for name in ("ana", "bo", "cy"):
        desk.subscribe(name, topics={"energy": 1.0})
    return desk


def _in_chaos(desk: Desk, seed: int, moment: datetime) -> None:
    engine = ChaosEngine(desk.services, seed, moment)
    for _ in range(MOST_BEATS):
        due = {name: step.due(desk.services, moment) for name, step in STEPS.items()}
        if not any(due.values()):
            return
        for name, ids in due.items():
            for each in ids:
                engine.submit(name, (each,))
        engine.work()
    raise AssertionError(f"still due after {MOST_BEATS} beats: {due}")


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    return lived(tmp_path_factory.mktemp("order") / "home", None)


@pytest.mark.parametrize("seed", [*range(QUICK), *(pytest.param(n, marks=pytest.mark.slow) for n in range(QUICK, SEEDS))])
def test_chaos_ends_in_the_rows_of_a_perfect_engine(seed: int, in_order: Rows, tmp_path: Path) -> None:
    assert lived(tmp_path / "home", seed) == in_order
