"""Workers killed at random on a PostgreSQL store: `python -m bench.queue_chaos [--days 7] [--readers 2000] [--every 12]`.

Three workers and a heartbeat, each a process of its own, live through one day after another; every few seconds one of them is
killed with SIGKILL and replaced. Then editions, deliveries and what the mail server took are compared to the message. Exit
code 1 if a mail is missing, or a second copy is not accounted for.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from bench.queue_site import START, Site
from briefing.jobs.shards import QUEUES

CREW = (QUEUES, QUEUES, QUEUES, ())
"""Three workers on every queue, and a heartbeat that does no jobs."""
RATE = 6.0
"""The clock goes so much faster: leases are over as much sooner."""
LOOK = 0.5
OLDEST = """SELECT coalesce(max(extract(epoch FROM now() - w.last_heartbeat)), 0)::int
    FROM briefing_queue.procrastinate_jobs j JOIN briefing_queue.procrastinate_workers w ON w.id = j.worker_id
    WHERE j.status = 'doing'"""
"""Seconds since a worker that has a job in hand was heard of."""


class Crew:
    def __init__(self, site: Site, every: float, seed: int) -> None:
        self.site, self._every, self._chance = site, every, random.Random(seed)
        self._members = [site.start(queues) for queues in CREW]
        self._next = time.monotonic() + 2 * every
        self.kills = self.oldest = self.deaths = 0

    def tick(self) -> None:
        """Kill one when its time has come; replace whoever is dead."""
        self.oldest = max(self.oldest, self.site.count(OLDEST))
        if time.monotonic() >= self._next:
            victim = self._chance.choice(self._members)
            victim.kill()
            victim.join()
            self.kills += 1
            self._next = time.monotonic() + self._chance.uniform(0.2, 1.8) * self._every
        for place, member in enumerate(self._members):
            if not member.is_alive():
                self.deaths += member.exitcode != -9
                self._members[place] = self.site.start(CREW[place])

    def end(self) -> list[int | None]:
        for member in self._members:
            member.kill()
            member.join()
        return [member.exitcode for member in self._members]


def until(done: Callable[[], bool], crew: Crew, end: float) -> bool:
    """Let the crew work until it is done; False if time was over first."""
    while not done():
        if time.monotonic() > end:
            return False
        crew.tick()
        crew.site.skip_waiting()
        time.sleep(LOOK)
    return True


def day(site: Site, crew: Crew, number: int, end: float) -> bool:
    """One day: what is new is read, editions are made at seven, and all mail goes out."""
    morning = START + timedelta(days=number)
    site.clock.set(morning)
    if not until(lambda: site.reading_left() == 0, crew, end):
        return False
    site.clock.set(morning + timedelta(minutes=31))
    return until(lambda: site.editions_left() == 0 and site.mails_left() == 0, crew, end)


def accounts(site: Site, days: int) -> bool:
    """Compare the rows to what the server took; whether none is missing and every second copy was unknown before."""
    received = site.received()
    with site.store.read() as db:
        rows = list(db.connection.exec_driver_sql("SELECT message_id, state, unknowns, attempts FROM deliveries"))
    missing = [row for row in rows if row.state == "accepted" and not received[row.message_id]]
    doubles = {row.message_id: received[row.message_id] - 1 for row in rows if received[row.message_id] > 1}
    unexplained = [row for row in rows if received[row.message_id] - 1 > row.unknowns]
    expected, accepted = days * site.readers, sum(row.state == "accepted" for row in rows)
    told(
        {
            "mails promised": expected,
            "mails accepted": accepted,
            "accepted and not at the server": len(missing),
            "at the server and in no row": len(set(received) - {row.message_id for row in rows}),
            "second copies": sum(doubles.values()),
            "of them not unknown before": len(unexplained),
        }
    )
    return not missing and not unexplained and accepted >= expected


def told(figures: Mapping[str, int]) -> None:
    for name, figure in figures.items():
        print(f"{name:38} {figure}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=15.0, help="after which it is given up")
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--readers", type=int, default=2_000)
    parser.add_argument("--every", type=float, default=12.0, help="seconds between two kills, about")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="queue-", ignore_cleanup_errors=True) as folder,
        Site(Path(folder), options.readers, RATE) as site,
    ):
        began, days = time.monotonic(), 0
        crew = Crew(site, options.every, options.seed)
        print(f"seed {options.seed}", flush=True)
        while days < options.days and day(site, crew, days, began + options.minutes * 60):
            days += 1
            print(
                f"day {days}: {time.monotonic() - began:.0f} s, {crew.kills} kills, {len(site.inbox.received)} mails", flush=True
            )
        crew.end()
        told(
            {
                "seconds": round(time.monotonic() - began),
                "whole days": days,
                "kills": crew.kills,
                "processes that ended by themselves": crew.deaths,
                "longest in the hands of the dead, s": crew.oldest,
            }
        )
        return int(not accounts(site, days) or days < options.days)


if __name__ == "__main__":
    sys.exit(main())
