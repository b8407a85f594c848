"""Every measurement by its name: `python -m bench` lists them, `bench NAME [OPTIONS]` runs one, `bench all` most of them.

Peers run in the same run on the same data, so that a ratio holds on a crowded machine too. Test data is looked for at
`$BRIEFING_DATA`, or beside the project.
"""

import importlib
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bench:
    """A module with a `main`; `alone` ones take long or want arguments, and are left out of `all`."""

    module: str
    about: str
    alone: bool = False


BENCHES = {
    "poll": Bench("bench.poll", "1,000 real feeds polled twice, beside reader and rss2email (--peers PYTHON)"),
    "parse": Bench("bench.parse", "feed documents of which one item is new, beside feedparser on the whole"),
    "extract": Bench(
        "bench.insights.score", "choice of insights and its speed on InsightBench, beside sumy's TextRank and LexRank"
    ),
    "reading": Bench("bench.insights.speed", "an hour of talk from cold, and 100 episodes in one process: seconds and memory"),
    "cluster": Bench("bench.cluster", "insights into stories per second, beside average linkage over TF-IDF"),
    "stories": Bench("bench.stories", "one event, one story: F1 on labelled sets, beside TF-IDF linkages"),
    "embed": Bench("bench.embed", "texts into vectors per second, beside all-MiniLM-L6-v2 where it is installed"),
    "rank": Bench("bench.ranking", "100,000 readers by 2,000 stories, beside the bare matrix product"),
    "related": Bench("bench.archive", "nearest of a million vectors, beside comparing with all of them"),
    "render": Bench("bench.render", "a mail's HTML from remembered fragments, beside Markdown and inlining anew"),
    "deliver": Bench("bench.delivery.throughput", "mails per second into smtp-sink, beside smtplib and yagmail"),
    "store": Bench("bench.store", "writes and reads per second, beside bare sqlite3 (--url for PostgreSQL)"),
    "web": Bench("bench.web.__main__", "pages per second from an archive of 100,000 insights, by wrk", alone=True),
    "day": Bench("bench.day", "a whole day of eight real feeds, step by step (--profile FILE)"),
    "capacity": Bench("bench.capacity", "a day of so many readers and feeds: seconds, memory and bytes of each step"),
    "world": Bench("bench.world", "ten replayed days through the command line, every promise checked", alone=True),
    "month": Bench("bench.month", "thirty replayed days for five readers: nothing twice", alone=True),
    "recaps": Bench("bench.recaps", "whether a podcast leads to the newsletter it discusses: INSTALLATION", alone=True),
    "optech": Bench("bench.optech", "recaps of a podcast and the issues that they discuss", alone=True),
    "light": Bench("bench.light", "what the light of its entry does to the nearest insight: INSTALLATION FEED", alone=True),
    "chaos": Bench("bench.delivery.chaos", "senders killed, cut off and refused, and every mail accounted for", alone=True),
    "queue": Bench("bench.queue_chaos", "workers of the queue killed at random on PostgreSQL, nothing lost", alone=True),
    "workers": Bench("bench.workers", "a day's mails by one, two and three workers of the queue", alone=True),
    "outage": Bench("bench.outage", "PostgreSQL cut off, restarted and gone for a minute while mail goes out", alone=True),
    "soak": Bench("bench.soak", "seven days on end: memory, open files and growth of the store", alone=True),
    "stop": Bench("bench.stopping", "a worker of the queue told to stop in each step", alone=True),
    "explain": Bench("bench.explain", "how PostgreSQL finds what is due among ten million deliveries", alone=True),
    "quarter": Bench("bench.delivery.quarter", "ninety days of 500 readers in forty zones, with downtimes", alone=True),
}


def listing() -> str:
    return "\n".join(f"{name:10} {bench.about}" for name, bench in BENCHES.items())


def run(name: str, arguments: Sequence[str]) -> int:
    sys.argv = [f"bench {name}", *arguments]
    return int(importlib.import_module(BENCHES[name].module).main() or 0)


def run_most() -> int:
    """Each in a process of its own, so that none finds memory or caches of another."""
    names = [name for name, bench in BENCHES.items() if not bench.alone]
    failed = 0
    for name in names:
        print(f"\n== {name}: {BENCHES[name].about}", flush=True)
        failed += bool(subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode)
    return int(failed > 0)


def main() -> int:
    name, *arguments = sys.argv[1:] or [""]
    if name == "all":
        return run_most()
    if name in BENCHES:
        return run(name, arguments)
    print(listing())
    return 2 * bool(name.strip("-") not in ("", "h", "help"))


if __name__ == "__main__":
    sys.exit(main())
