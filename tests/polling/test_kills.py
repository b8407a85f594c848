"""A poll that is killed at any moment loses no entry and repeats none."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest
from sources.servers import reply
from sqlalchemy import func, select

from briefing.store import Store
from briefing.store.schema import entries, feeds
from tests.databases import emptied, environment, url

from .conftest import FETCHABLE, in_background

FEEDS, ITEMS, KILLS = 200, 20, 50
ITEM = "<item><guid>{feed}-{item}</guid><title>Title {feed} {item}</title><description>Words of {item}.</description></item>"
RUNNER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from briefing import app
from briefing.config import load
from briefing.pipeline.steps import run_step

def poll():
    now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    with app.opened(load(Path(sys.argv[1]), os.environ)) as services:
        with services.store.read() as db:
            due = db.feeds.due(now)
        run_step(services, "poll", due, now)

for _ in sys.stdin:
    child = os.fork()
    if not child:
        poll()
        os._exit(0)
    print(child, flush=True)
    print(os.waitpid(child, 0)[1], flush=True)
"""


def page(feed: int) -> bytes:
    items = "".join(ITEM.format(feed=feed, item=item) for item in range(ITEMS))
    return reply(f"<rss><channel><title>Feed {feed}</title>{items}</channel></rss>".encode())


class Runner:
    """Polls in a process of its own, one after another."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin and process.stdout
        self._asked, self._told = process.stdin, process.stdout

    def poll(self, seconds: float | None) -> bool:
        """Whether a poll came to its end before it was killed after so many seconds."""
        self._asked.write("poll\n")
        self._asked.flush()
        child = int(self._told.readline())
        if seconds is not None:
            time.sleep(seconds)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return int(self._told.readline()) == 0


@contextmanager
def running(config: Path) -> Iterator[Runner]:
    command = [sys.executable, "-c", RUNNER, str(config)]
    told = os.environ | environment(config.with_name("briefing.db"))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=told) as process:
        yield Runner(process)
        process.kill()


def kept(where: str) -> tuple[int, int, int]:
    """Entries, those that differ, and feeds that failed."""
    store = Store(where)
    with closing(store), store.read() as db:
        guids = [entry.guid for entry in db.connection.scalars(select(entries.c.body))]
        failed = db.connection.execute(select(func.count()).where(feeds.c.failures > 0)).scalar_one()
        return len(guids), len(set(guids)), failed


@pytest.mark.slow
def test_a_poll_that_is_killed_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    """Whenever a poll came through, its entries are counted and another one begins with nothing."""
    chance, config, kills = random.Random(7), tmp_path / "feeds.toml", 0
    where = url(tmp_path / "briefing.db")
    with in_background({f"/{feed}": page(feed) for feed in range(FEEDS)}) as site:
        places = (f"http://127.0.0.2:{site.port}/{feed}" for feed in range(FEEDS))
        config.write_text(f'{FETCHABLE}host_gap = "0s"\n' + "".join(f'[[feeds]]\nurl = "{place}"\n' for place in places))
        with running(config) as runner:
            while kills < KILLS:
                if not runner.poll(chance.uniform(0, 1.5)):
                    kills += 1
                    continue
                assert kept(where) == (FEEDS * ITEMS, FEEDS * ITEMS, 0)
                with Store(where).write() as db:
                    emptied(db)
            assert runner.poll(None)
    assert kept(where) == (FEEDS * ITEMS, FEEDS * ITEMS, 0)
