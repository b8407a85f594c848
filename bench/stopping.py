"""A worker told to stop in the middle of each step: `python -m bench stop [--readers 300]`.

One worker at a time lives through a day on PostgreSQL and its queue, gets SIGTERM as soon as it has a job of the next step
in hand, and is replaced. Prints how long each took to end and its exit code. Exit code 1 if one took more than 30 seconds or
left something in its hands, or if a mail is missing or doubled in the end.
"""

import argparse
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.outage import wait
from bench.queue_chaos import accounts
from bench.queue_site import START, Site
from briefing.jobs.shards import QUEUES

RATE = 6.0
ALLOWED_SECONDS = 30.0
STEPS = ("poll", "read", "cluster", "compose", "deliver")
IN_HAND = "SELECT count(*) FROM briefing_queue.procrastinate_jobs WHERE status = 'doing'"
HELD = "SELECT count(*) FROM leases WHERE name IN ('heartbeat', 'cluster') AND owner <> ''"
CLAIMED = "SELECT count(*) FROM deliveries WHERE state IN ('claimed', 'sending')"


def stopped_in(site: Site, step: str) -> bool:
    """Stop a worker in this step; whether it ended in time, with code 0 and with nothing left in its hands."""
    worker = site.start(QUEUES)
    wait(lambda: site.count(f"{IN_HAND} AND queue_name = '{step}'") > 0)
    began = time.monotonic()
    worker.terminate()
    worker.join()
    took = time.monotonic() - began
    left = {"jobs": site.count(IN_HAND), "leases": site.count(HELD), "mails": site.count(CLAIMED)}
    words = ", ".join(f"{count} {name}" for name, count in left.items())
    print(f"{step:10}{took:6.1f} s, exit code {worker.exitcode}, left in its hands: {words}", flush=True)
    return took <= ALLOWED_SECONDS and worker.exitcode == 0 and not any(left.values())


def run(site: Site) -> bool:
    kept = []
    for step in STEPS:
        if step == "compose":
            site.clock.set(START + timedelta(minutes=31))
        kept.append(stopped_in(site, step))
    last = site.start(QUEUES)
    wait(lambda: site.editions_left() == 0 and site.mails_left() == 0)
    last.terminate()
    last.join()
    return accounts(site, 1) and all(kept)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--readers", type=int, default=300)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="stop-", ignore_cleanup_errors=True) as folder,
        Site(Path(folder), options.readers, RATE) as site,
    ):
        return int(not run(site))


if __name__ == "__main__":
    sys.exit(main())
