"""Ten days of a replayed world, through the command line, with every promise checked.

    python -m bench.world WORLD_DIR [--server world.py] [--days 10] [--keep DIR]

Starts the world server on a free port, writes a feeds.toml with its feeds, adds three readers with different topics,
zones and hours, and runs `briefing --now T run` every six hours. Prints a table and ends with 1 if a promise was broken.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.replay import Checks, World, editions, mails, options
from briefing.model import Edition, EditionPick, Entry
from briefing.store import Store

STEP = timedelta(hours=6)
FIRST_LIMIT, LATER_LIMIT, MEMORY_LIMIT = 180.0, 60.0, 700
"""Seconds of the first cycle (the archive), of each later one, and MB of any of its processes together."""
READERS = (
    ("ana@example.org", "Europe/Berlin", "06:30"),
    ("bo@example.org", "America/New_York", "07:15"),
    ("cho@example.org", "Asia/Tokyo", "20:00"),
)


def add_readers(world: World, topics: list[str], start: datetime) -> None:
    """Three readers: two with topics of their own, one with none."""
    choices: tuple[list[str], ...] = (topics[:2], topics[-2:], [])
    for (address, zone, at), chosen in zip(READERS, choices, strict=True):
        wanted = ["--topics", ",".join(chosen)] if chosen else []
        world.briefing("--now", start.isoformat(), "subscribers", "add", address, "--zone", zone, "--at", at, "--active", *wanted)


def check_mails(checks: Checks, home: Path, start: datetime, end: datetime) -> None:
    """One mail a day and never two, for each local day whose hour lay inside the run."""
    found = mails(home)
    for (address, slot), n in found.items():
        checks.that(n == 1, f"{address} got {n} mails for {slot}")
    for address, zone, at in READERS:
        for day in days_between(start, end, zone, at):
            checks.that(found[address, day.isoformat()] == 1, f"{address} got no mail for {day}")


def days_between(start: datetime, end: datetime, zone: str, at: str) -> list[date]:
    """Local days whose hour came after the first cycle and at least a step before the last."""
    hour, minute = map(int, at.split(":"))
    local = [
        (start + timedelta(days=n)).astimezone(ZoneInfo(zone)).replace(hour=hour, minute=minute, second=0) for n in range(-1, 15)
    ]
    return [moment.date() for moment in local if start <= moment <= end]


def check_editions(checks: Checks, found: dict[str, list[Edition]]) -> None:
    for address, issues in found.items():
        seen: set[str] = set()
        for issue in issues:
            for pick in issue.picks:
                checks.that(
                    pick.fragment.insight_id not in seen, f"{address} got an insight twice on {issue.slot}: {pick.fragment.claim}"
                )
                seen.add(pick.fragment.insight_id)


def check_quotes(checks: Checks, world: World, store: Store, picks: list[EditionPick]) -> int:
    """Every quote stands at its offsets in what `briefing read` prints of its source, inside the audio, without labels."""
    texts: dict[str, dict[str, object]] = {}
    with store.read() as db:
        entries = {e.id: e for e in db.entries.get(sorted({q.entry_id for p in picks for q in p.fragment.quotes}))}
    for pick in picks:
        claim = pick.fragment.claim
        checks.that("-->" not in claim and "<" not in claim.replace("< ", ""), f"markup in a claim: {claim}")
        for quote in pick.fragment.quotes:
            entry = entries[quote.entry_id]
            if entry.id not in texts:
                texts[entry.id] = read_again(world, entry)
            text = str(texts[entry.id]["text"])
            checks.that(text[quote.start : quote.end] == quote.text, f"not at its offsets in {entry.title}: {quote.text}")
            inside = quote.at is None or entry.duration is None or 0 <= quote.at <= entry.duration
            checks.that(inside, f"{quote.at} s lies outside {entry.title} of {entry.duration} s")
            names = {str(s["speaker"]) for s in segments(texts[entry.id])} - {""}
            checks.that(not any(claim.startswith(f"{name}:") for name in names), f"a speaker label in a claim: {claim}")
    return len(texts)


def segments(read: dict[str, object]) -> list[dict[str, object]]:
    found = read.get("segments")
    return found if isinstance(found, list) else []


def read_again(world: World, entry: Entry) -> dict[str, object]:
    """What `briefing read --json` makes of the place that an entry's words come from."""
    if entry.transcript_links:
        kind, url = "transcript", entry.transcript_links[0].url
    elif entry.html:
        kind, url = "newsletter", str(world.home / "content.html")
        Path(url).write_text(entry.html, "utf-8")
    else:
        kind, url = "article", entry.url
    found: dict[str, object] = json.loads(world.briefing("read", url, "--as", kind, "--json"))
    return found


def run(world: World, days: int) -> int:
    start = world.end + timedelta(hours=1) - timedelta(days=days)
    checks, now, rows = Checks(), start, []
    with world.served(start):
        topics = world.write_config()
        add_readers(world, topics, start)
        for number in range(days * 4 + 1):
            began = time.monotonic()
            world.briefing("--now", now.isoformat(), "run")
            took = time.monotonic() - began
            rows.append(took)
            print(f"{now:%Y-%m-%d %H:%M}  {took:6.1f} s  {sum(mails(world.home).values()):3d} mails", flush=True)
            checks.that(took < (FIRST_LIMIT if number == 0 else LATER_LIMIT), f"the cycle at {now} took {took:.0f} s")
            now += STEP
            world.move(6)
        end = now - STEP
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        checks.that(memory < MEMORY_LIMIT, f"a process took {memory} MB")
        check_mails(checks, world.home, start, end)
        store = Store(f"sqlite:///{world.home}/briefing.db")
        found = editions(store)
        check_editions(checks, found)
        sources = check_quotes(checks, world, store, [p for issues in found.values() for i in issues for p in i.picks])
    report(checks, found, rows, memory, sources)
    return 1 if checks.broken else 0


def report(checks: Checks, found: dict[str, list[Edition]], rows: list[float], memory: int, sources: int) -> None:
    print(
        f"\nfirst cycle {rows[0]:.1f} s, later ones at most {max(rows[1:]):.1f} s, "
        f"largest process {memory} MB, {sources} sources compared"
    )
    print(f"{'reader':20s} {'editions':>8s} {'insights':>8s} {'fives':>6s}")
    for address, issues in found.items():
        full = sum(len(i.picks) == 5 for i in issues)
        print(f"{address:20s} {len(issues):8d} {sum(len(i.picks) for i in issues):8d} {full:6d}")
    for words in checks.broken:
        print("BROKEN:", words)
    print("every promise held" if not checks.broken else f"{len(checks.broken)} promises broken")


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--days", type=int, default=10)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.keep or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        return run(World(asked.world.resolve(), asked.server.resolve(), home), asked.days)


if __name__ == "__main__":
    sys.exit(main())
