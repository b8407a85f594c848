"""PostgreSQL cut off, restarted and gone for a minute while workers send: `python -m bench outage [--readers 400] [--away 60]`.

A day of mail for each of these. Says how many seconds after the database came back the next mail went out, whether a worker ended
or a traceback was written, and whether a mail was lost or doubled without having been unknown. Exit code 1 if so.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg

from bench.queue_chaos import CREW, accounts
from bench.queue_site import START, Site
from briefing.jobs.queue_tables import conninfo
from tests import postgresql

RATE = 6.0
ALLOWED_SECONDS = 30.0
PATIENCE = 300.0
CUTS, BETWEEN_CUTS = 3, 2.0
CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
LISTENERS = f"{CUT} AND query ILIKE 'LISTEN%'"
Disturb = Callable[[], None]


def wait(done: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """How long it took. Raises `SystemExit` if it took too long."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > seconds:
            raise SystemExit("the work does not go on")
        time.sleep(0.1)
    return time.monotonic() - began


def cut(site: Site, statement: str) -> None:
    for _ in range(CUTS):
        with psycopg.connect(conninfo(site.url)["conninfo"], autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]  # one of the constants above
        time.sleep(BETWEEN_CUTS)


def away(server: postgresql.Cluster, seconds: float) -> None:
    server.stop()
    time.sleep(seconds)
    server.start()


def day(site: Site, number: int, disturb: Disturb) -> float:
    """A day of mail that is disturbed when a tenth has gone out; seconds from its end to the next mail."""
    morning, before = START + timedelta(days=number), len(site.inbox.received)
    site.clock.set(morning)
    wait(lambda: site.reading_left() == 0)
    site.clock.set(morning + timedelta(minutes=31))
    wait(lambda: len(site.inbox.received) > before + site.readers // 10)
    disturb()
    there = len(site.inbox.received)
    went_on = wait(lambda: len(site.inbox.received) > there or site.mails_left() == 0)
    wait(lambda: site.editions_left() == 0 and site.mails_left() == 0)
    return went_on


def run(site: Site, server: postgresql.Cluster, seconds: float) -> bool:
    disturbances: dict[str, Disturb] = {
        "all connections cut": lambda: cut(site, CUT),
        "the connections that listen cut": lambda: cut(site, LISTENERS),
        "restarted": lambda: away(server, 0),
        f"away for {seconds:.0f} s": lambda: away(server, seconds),
    }
    crew, slowest = [site.start(queues) for queues in CREW], 0.0
    for number, (name, disturb) in enumerate(disturbances.items()):
        went_on = day(site, number, disturb)
        slowest = max(slowest, went_on)
        print(f"{name:34} the next mail after {went_on:.1f} s", flush=True)
    ended = [member.exitcode for member in crew if member.exitcode is not None]
    tracebacks = (site.folder / "workers.log").read_text("utf-8").count("Traceback")
    print(f"workers that ended {len(ended)}, tracebacks {tracebacks}", flush=True)
    sound = accounts(site, len(disturbances))
    for member in crew:
        member.kill()
        member.join()
    return sound and not ended and not tracebacks and slowest <= ALLOWED_SECONDS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=400)
    parser.add_argument("--away", type=float, default=60.0, help="seconds without a database")
    options = parser.parse_args()
    with (
        postgresql.cluster(synchronous_commit="on") as server,
        tempfile.TemporaryDirectory(prefix="outage-", ignore_cleanup_errors=True) as folder,
        Site(Path(folder), options.readers, RATE, server.url) as site,
    ):
        return int(not run(site, server, options.away))


if __name__ == "__main__":
    sys.exit(main())
