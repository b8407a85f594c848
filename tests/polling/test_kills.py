"""A poll that is killed at any moment loses no entry and repeats none."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sources.servers import reply

from .conftest import FETCHABLE, in_background

FEEDS, ITEMS, KILLS = 200, 20, 50
ITEM = "<item><guid>{feed}-{item}</guid><title>Title {feed} {item}</title><description>Words of {item}.</description></item>"
RUN = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from briefing import app
from briefing.config import load
from briefing.pipeline.steps import run_step
now = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
with app.opened(load(Path(sys.argv[1]), {})) as services:
    with services.store.read() as db:
        due = db.feeds.due(now)
    print("polling", flush=True)
    run_step(services, "poll", due, now)
    print(len(due), flush=True)
"""


def page(feed: int) -> bytes:
    items = "".join(ITEM.format(feed=feed, item=item) for item in range(ITEMS))
    return reply(f"<rss><channel><title>Feed {feed}</title>{items}</channel></rss>".encode())


def polling(config: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(config)], stdout=subprocess.PIPE, text=True, start_new_session=True, cwd=Path.cwd()
    )
    assert process.stdout and process.stdout.readline() == "polling\n"
    return process


@pytest.mark.slow
def test_a_poll_that_is_killed_fifty_times_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:

    chance, config = random.Random(7), tmp_path / "feeds.toml"
    with in_background({f"/{feed}": page(feed) for feed in range(FEEDS)}) as site:
        places = (f"http://127.0.0.2:{site.port}/{feed}" for feed in range(FEEDS))
        fast = FETCHABLE + 'host_gap = "0s"\nper_host = 2\n'
        config.write_text(fast + "".join(f'[[feeds]]\nurl = "{place}"\n' for place in places))
        for _ in range(KILLS):
            process = polling(config)
            time.sleep(chance.uniform(0, 0.5))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        last = polling(config)
        last.communicate()
    with sqlite3.connect(tmp_path / "briefing.db") as store:
        assert store.execute("SELECT count(*), count(DISTINCT id) FROM entries").fetchone() == (FEEDS * ITEMS, FEEDS * ITEMS)
        assert store.execute("SELECT count(*) FROM feeds WHERE failures").fetchone() == (0,)
