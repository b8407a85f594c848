"""Mail through everything that goes wrong: `python -m bench.delivery.chaos [SCENARIO ...] [--readers 1000] [--kills 200]`.

A real `briefing deliver` sends to a mail server that fails on demand (`tools/smtpsink.py` beside the data, found by
BRIEFING_TOOLS). It is killed, raced, starved of disk and locked out; then its table and the server's log are compared to the
message. Prints the seed, the figures and every broken promise; exit code 1 if there is one.
"""

import argparse
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict
from pathlib import Path

from bench.delivery.installation import DOMAINS, address
from bench.delivery.killing import kill_often
from bench.delivery.site import Numbers, Sender, Site
from tests import postgresql

GREYLIST = {"at": "rcpt", "match": r"^u\d*7@", "action": "reply", "code": 451, "text": "4.7.1 greylisted", "times": 1}
PHASES = ("ehlo", "mail", "rcpt", "data", "body", "dot")
CUTS = [{"at": phase, "action": "drop", "prob": 0.03} for phase in PHASES]
LOST_ANSWERS = {"at": "dot", "action": "accept-then-drop", "prob": 0.03}
LOCKS, LOCK_SECONDS = 3, 13.0
"""Longer than a writer waits for the lock, which is ten seconds."""
FULL_DISKS, FULL_SECONDS = 20, 1.5
SLOW = ("--slow-dot", "0.02")


def refused(number: int) -> str:
    """Three in a hundred are nobody's address."""
    return f"reject{number:04}@{DOMAINS[0]}" if number % 33 == 0 else address(number)


def race(site: Site, count: int) -> Numbers:
    """Four senders from the same moment on."""
    site.finish(senders=4)
    owners = site.query("SELECT count(DISTINCT owner) FROM delivery_events WHERE to_state = 'sending'")
    return {"senders": 4, "that sent": owners[0][0]}


def finish(site: Site, count: int) -> Numbers:
    """One sender after the other until all is done."""
    site.finish()
    return {}


def pace(site: Site, count: int) -> Numbers:
    """Four senders at ten mails a second together; two are killed and replaced on the way."""
    senders = [site.start() for _ in range(4)]
    for victim in senders[:2]:
        site.await_mail(victim)
        time.sleep(site.chance.uniform(0.5, 2.0))
        site.kill(victim)
        senders.append(site.start())
    for sender in senders:
        sender.join()
    site.finish()
    times = sorted(message["t"] for message in site.sink.messages)
    most = max(sum(begin <= t < begin + 1 for t in times) for begin in times)
    return {"mails a second asked": 10, "most within one second": most, "a second on the whole": _rate(times)}


def _rate(times: Sequence[float]) -> float:
    return round(len(times) / (times[-1] - times[0]), 2)


def lock(site: Site, count: int) -> Numbers:
    """Hold the write lock of the database for longer than a writer waits for it."""
    left = LOCKS

    def hold(senders: Sequence[Sender]) -> None:
        nonlocal left
        if left and site.await_mail(senders[0]):
            time.sleep(site.chance.uniform(0.2, 2.0))
            with closing(sqlite3.connect(site.home.database, timeout=30, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                time.sleep(LOCK_SECONDS)
            left -= 1

    site.finish(disturb=hold)
    return {"locks": LOCKS - left, "seconds each": LOCK_SECONDS}


def fill(site: Site, count: int) -> Numbers:
    """Let no file grow any more, as on a full disk, at random moments for a while."""
    done = 0

    def starve(senders: Sequence[Sender]) -> None:
        nonlocal done
        site.await_mail(senders[0])
        while done < FULL_DISKS and senders[0].exitcode is None:
            time.sleep(site.chance.uniform(0.05, 1.0))
            done += _no_room(site, senders[0])

    site.finish(disturb=starve)
    return {"times full": done, "seconds each": FULL_SECONDS}


def _no_room(site: Site, sender: Sender) -> bool:
    """The log of the database stays as long as it is; what would make it longer fails."""
    log = site.home.database.with_name(f"{site.home.database.name}-wal")
    try:
        size = log.stat().st_size
        resource.prlimit(sender.pid or 0, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        time.sleep(FULL_SECONDS)
        resource.prlimit(sender.pid or 0, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    except (FileNotFoundError, ProcessLookupError):
        return False
    return True


Run = Callable[[Site, int], Numbers]
SCENARIOS: Mapping[str, tuple[Run, Mapping[str, object]]] = {
    "kill": (kill_often, {"flags": SLOW}),
    "kill-hold": (kill_often, {"flags": SLOW, "when_unknown": "hold"}),
    "race": (race, {}),
    "pace": (pace, {"per_second": 10.0}),
    "cuts": (finish, {"rules": [*CUTS, LOST_ANSWERS]}),
    "cuts-hold": (finish, {"rules": [*CUTS, LOST_ANSWERS], "when_unknown": "hold"}),
    "refusals": (finish, {"rules": [GREYLIST], "named": refused}),
    "locked": (lock, {"flags": SLOW}),
    "full": (fill, {"flags": SLOW}),
}
OF_FILES = ("locked", "full")
"""What befalls a SQLite file alone."""


def run(name: str, readers: int, count: int, seed: int, url: str = "", *, together: bool = True) -> bool:
    """One scenario on a database of its own, of the PostgreSQL at `url` or of SQLite, printed; whether every promise was kept.

    `together`: MAIL and RCPT are said in one write, those of the next mail with the words of the one before.
    """
    act, options = SCENARIOS[name]
    own = postgresql.database(url, f"chaos_{name.replace('-', '_')}") if url else ""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        began = time.monotonic()
        site = Site(Path(folder), readers, seed, url=own, together=together, **options)  # type: ignore[arg-type]
        told = act(site, count)
        found = asdict(site.audit())
        wrong = found.pop("wrong")
        print(f"{name}: seed {seed}, {readers} recipients, {time.monotonic() - began:.0f} s", flush=True)
        for key, value in {**told, **found, "broken promises": len(wrong)}.items():
            print(f"  {key}: {value}", flush=True)
        for words in wrong[:20]:
            print(f"  ! {words}", flush=True)
    return not wrong and not found["missing"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; all without one")
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL that is installed here, in place of SQLite")
    parser.add_argument("--one-by-one", action="store_true", help="say each command alone, as to a server without PIPELINING")
    options = parser.parse_args(arguments)
    unknown = set(options.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(sorted(unknown))}")
    with ExitStack() as stack:
        url = stack.enter_context(postgresql.server()) if options.postgresql else ""
        wanted = options.scenarios or [name for name in SCENARIOS if not (url and name in OF_FILES)]
        together = not options.one_by_one
        kept = [run(name, options.readers, options.kills, options.seed, url, together=together) for name in wanted]
    return int(not all(kept))


if __name__ == "__main__":
    sys.exit(main())
