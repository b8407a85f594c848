"""A day's mails by more and more workers: `python -m bench workers [--readers 1000] [--most 3]`, on PostgreSQL and its queue.

For each number of worker processes the same readers get the editions of the same stories, on a store of their own. Prints mails a
second from the hour on until the last was taken, how busy the machine was, and how much of the workers' own time was not spent in
steps: the queue's share.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.outage import wait
from bench.queue_site import START, STEPS_LOG, Site
from briefing.jobs.queue import BEAT
from briefing.jobs.shards import QUEUES

RATE = 1.0
PATIENCE = 900.0
STEADY_SECONDS = 12.0
"""For workers to start, and to load what a step wants: they stay."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Figures:
    workers: int
    seconds: float
    mails: int
    busy: float
    """Share of all the machine's processors that worked, for whomever."""
    ours: float
    """Processor seconds of the workers."""
    steps: float
    """Of them in steps."""

    @property
    def line(self) -> str:
        queue = 100 * (self.ours - self.steps) / self.ours
        return (
            f"{self.workers:8}{self.mails / self.seconds:10.1f} a second{100 * self.busy:6.0f} % busy"
            f"{1000 * self.ours / self.mails:9.2f} ms a mail{queue:7.1f} % of it in the queue"
        )


def machine() -> tuple[float, float]:
    """Processor seconds of this machine so far: at work, and in all."""
    numbers = [int(part) / TICKS for part in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    idle = numbers[3] + numbers[4]
    return sum(numbers) - idle, sum(numbers)


def processor(pid: int | None) -> float:
    """Seconds that a process has worked."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def in_steps(folder: Path) -> float:
    """Processor seconds in steps, as the workers write them down."""
    return sum(float(line.split()[1]) for line in (folder / STEPS_LOG).read_text().splitlines())


def measure(readers: int, workers: int) -> Figures:
    with (
        tempfile.TemporaryDirectory(prefix="workers-", ignore_cleanup_errors=True) as folder,
        Site(Path(folder), readers, RATE, beat=BEAT) as site,
    ):
        (site.folder / STEPS_LOG).touch()
        crew = [site.start(QUEUES) for _ in range(workers)]
        wait(lambda: site.reading_left() == 0, PATIENCE)
        time.sleep(STEADY_SECONDS)
        used = [processor(member.pid) for member in crew]
        (busy, whole), steps, began = machine(), in_steps(site.folder), time.monotonic()
        site.clock.set(START + timedelta(minutes=31))
        wait(lambda: site.editions_left() == 0 and site.mails_left() == 0, PATIENCE)
        took, (busy_then, whole_then) = time.monotonic() - began, machine()
        ours = sum(processor(member.pid) for member in crew) - sum(used)
        time.sleep(1)
        spent = in_steps(site.folder) - steps
        for member in crew:
            member.kill()
            member.join()
        return Figures(workers, took, len(site.inbox.received), (busy_then - busy) / (whole_then - whole), ours, spent)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readers", type=int, default=1_000)
    parser.add_argument("--most", type=int, default=3, help="workers")
    options = parser.parse_args()
    for workers in range(1, options.most + 1):
        print(measure(options.readers, workers).line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
