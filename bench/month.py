"""Thirty days of a replayed world for five readers, through the command line: nothing twice, and nothing that is no news.

    python -m bench.month WORLD_DIR [--server world.py] [--days 30] [--keep DIR]

Runs `briefing --now T run` every six hours and then looks at every edition as it was frozen. Prints a table and ends with 1 if
a promise was broken. `--judge` only looks at what a kept folder holds.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from bench.promises import Issues, broken
from bench.replay import World, editions, mails, options
from briefing.store import Store

STEP = timedelta(hours=6)
READERS: dict[str, Sequence[str]] = {
    "ana@example.org": ("--topics", "ai:2,policy", "--zone", "Europe/Berlin", "--at", "06:30"),
    "bo@example.org": ("--topics", "bitcoin", "--zone", "America/New_York", "--at", "07:15"),
    "cho@example.org": ("--zone", "Asia/Tokyo", "--at", "20:00"),
    "dee@example.org": ("--topics", "devops,software:2", "--zone", "Europe/London", "--at", "05:00", "--mute", "kubernetes"),
    "eng@example.org": ("--topics", "technology,ai", "--zone", "Asia/Shanghai", "--at", "08:00", "--languages", "en,zh"),
}


def replay(world: World, days: int) -> None:
    now = world.end + timedelta(hours=1) - timedelta(days=days)
    with world.served(now):
        world.write_config()
        for address, wishes in READERS.items():
            world.briefing("--now", now.isoformat(), "subscribers", "add", address, "--active", *wishes)
        while now <= world.end + timedelta(hours=1):
            world.briefing("--now", now.isoformat(), "run")
            print(f"{now:%Y-%m-%d %H:%M}  {sum(mails(world.home).values()):3d} mails", flush=True)
            now += STEP
            world.move(STEP / timedelta(hours=1))


def judge(home: Path) -> int:
    """Print what each reader got and every promise that was broken; how many were."""
    store = Store(f"sqlite:///{home}/briefing.db")
    found = editions(store)
    wrong = {address: broken(store, issues) for address, issues in found.items()}
    print(f"\n{'reader':20s} {'editions':>8s} {'insights':>8s} {'updates':>8s} {'fives':>6s} {'empty days':>10s} {'broken':>6s}")
    for address, issues in found.items():
        print(row(address, issues, len(wrong[address])))
    for address, words in wrong.items():
        print("".join(f"BROKEN: {address}: {one}\n" for one in words), end="")
    count = sum(map(len, wrong.values()))
    print(f"{count} promises broken" if count else "every promise held")
    return count


def row(address: str, issues: Issues, wrong: int) -> str:
    picks = [pick for issue in issues for pick in issue.picks]
    updates = sum(pick.update is not None for pick in picks)
    fives = sum(len(issue.picks) == 5 for issue in issues)
    days = {issue.slot for issue in issues}
    return f"{address:20s} {len(issues):8d} {len(picks):8d} {updates:8d} {fives:6d} {missing(days):10d} {wrong:6d}"


def missing(days: set[date]) -> int:
    """Days without an edition between the first and the last."""
    return (max(days) - min(days)).days + 1 - len(days) if days else 0


def main() -> int:
    parser = options(__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--judge", action="store_true", help="replay nothing, look at what --keep holds")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = asked.keep or Path(scratch)
        home.mkdir(parents=True, exist_ok=True)
        if not asked.judge:
            replay(World(asked.world.resolve(), asked.server.resolve(), home), asked.days)
        return 1 if judge(home) else 0


if __name__ == "__main__":
    sys.exit(main())
