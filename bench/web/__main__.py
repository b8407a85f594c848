"""Pages and search on a made archive: `python -m bench.web [--insights 100000] [--seconds 30] [--runs 5] [--keep DIR]`.

Asks the search as visitors type, then `wrk -t1 -c8` asks one process of `briefing serve` for insight, story and edition pages:
few that many read, and thousands in turn that nobody has asked for before; at last few while the steps' process reads articles.
"""

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench.web.made import FEEDS, HAN, OF_STORY, give_work, make, take_work
from briefing import app
from briefing.config import Config
from briefing.config.loader import load
from briefing.pipeline import relating, relations, searching
from briefing.pipeline.searching import Question
from briefing.pipeline.services import Services
from briefing.store import Session
from briefing.store.search import Indexed, Wanted

PORT = 8765
TOML = f"""
[briefing]
timezone = "UTC"
[topics.energy]
title = "Energy"
words = ["karo mi", "tenlu"]
[web]
public_url = "http://127.0.0.1:{PORT}"
listen = "127.0.0.1:{PORT}"
[poll]
allow_addresses = ["127.0.0.0/8"]
"""
FEED = """
[[feeds]]
url = "https://feed{number}.example/rss"
title = "Feed {number}"
kind = "podcast"
enabled = false
"""
LUA = """
local paths = {%s}
local next_one = 0
request = function()
  next_one = next_one %% #paths + 1
  return wrk.format("GET", paths[next_one])
end
"""
FEW, MANY, TYPED = 20, 6_000, 40
"""MANY pages in turn are more than are kept in memory: none is there when it is asked for."""
READING = 30
"""Articles that wait for each second of measuring, more than one process reads."""


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--insights", type=int, default=100_000)
    options.add_argument("--seconds", type=int, default=30)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--keep", type=Path, help="where the archive lies, or is to be made")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = asked.keep or Path(folder)
        paths = _prepared(home, asked.insights)
        with _serving(home) as process:
            _load(home, process, paths, asked.seconds, asked.runs)
            _load_while_busy(home, process, paths, asked.seconds, asked.runs)
    return 0


def _prepared(home: Path, count: int) -> dict[str, list[str]]:
    home.mkdir(parents=True, exist_ok=True)
    file = home / "feeds.toml"
    file.write_text(TOML + "".join(FEED.format(number=number) for number in range(FEEDS)), "utf-8")
    with app.opened(load(file, os.environ)) as services:
        embedder = services.embedder()
        with services.store.read() as db:
            is_empty = not db.insights.count()
        if is_empty:
            begun = time.perf_counter()
            make(services.store, embedder.name, embedder.dimensions, count)
            print(f"made {count} insights in {time.perf_counter() - begun:.0f} s")
        with services.store.read() as db:
            archived = relating.load(db, services)
            config = services.config
            _search(db, config, lambda q: searching.meant(db, config, q, archived, embedder, 10))
            found = {
                kind: [hit.ref for hit in db.search.find(Wanted(kind=kind), MANY)] for kind in (Indexed.INSIGHT, Indexed.STORY)
            }
            slots = [f"/e/{slot}" for slot in db.editions.slots(None)]
        _related(services)
    return {
        "insight": [f"/i/{id_}" for id_ in found[Indexed.INSIGHT]],
        "story": [f"/s/{id_}" for id_ in found[Indexed.STORY]],
        "edition": slots,
    }


def _related(services: Services) -> None:
    """What is related lies ready for the pages that will be asked for, as it does after the steps had time."""
    begun, done = time.perf_counter(), 0
    with services.store.read() as db:
        newest = [hit.ref for hit in db.search.find(Wanted(kind=Indexed.INSIGHT), MANY * OF_STORY)]
    while _lacks(services, newest) and (found := relations.find(services, datetime.now(UTC))):
        done += found
    if done:
        print(f"related: {done} insights, {1000 * (time.perf_counter() - begun) / done:.1f} ms each")


def _lacks(services: Services, insight_ids: list[str]) -> bool:
    with services.store.read() as db:
        return len(db.relations.of(insight_ids)) < len(insight_ids)


def _search(db: Session, config: Config, meant: Callable[[Question], object]) -> None:
    ways: dict[str, Callable[[Question], object]] = {
        "insights": lambda q: searching.insights(db, config, q, 30),
        "stories": lambda q: searching.stories(db, config, q, 5),
        "transcripts": lambda q: searching.stretches(db, config, q, 8),
        "meaning": meant,
    }
    for name, find in ways.items():
        spent = [_timed(find, Question(text=text)) for text in _typed(db)]
        print(f"search, {name}: median {statistics.median(spent):.1f} ms, slowest of {len(spent)} {max(spent):.1f} ms")


def _typed(db: Session) -> list[str]:
    """What people type on their way: claims up to some character, single letters, two characters of Chinese, operators."""
    chance = random.Random(3)
    hits = db.search.find(Wanted(kind=Indexed.INSIGHT), 100 * TYPED)[::100]
    claims = [kept.insight.claim.rstrip(".") for kept in db.insights.get([hit.ref for hit in hits]).values()]
    starts = [claim[: chance.randint(4, 40)] for claim in claims]
    return [*starts, *(claim[:length] for claim in claims[:5] for length in (1, 2, 3)), HAN[:2], HAN[3], "NEAR(", '"*']


def _timed(find: Callable[[Question], object], question: Question) -> float:
    begun = time.perf_counter()
    find(question)
    return 1000 * (time.perf_counter() - begun)


@contextmanager
def _serving(home: Path) -> Iterator[int]:
    server = subprocess.Popen(
        [sys.executable, "-m", "briefing", "--config", str(home / "feeds.toml"), "serve"], stderr=subprocess.DEVNULL
    )
    try:
        _wait()
        yield server.pid
    finally:
        server.terminate()
        server.wait()


def _wait() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/ready", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the pages did not come")


def _load(home: Path, process: int, paths: dict[str, list[str]], seconds: int, runs: int) -> None:
    chance = random.Random(5)
    urllib.request.urlopen(f"http://127.0.0.1:{PORT}{paths['insight'][-1]}", timeout=120).close()
    for kind, all_of in paths.items():
        chance.shuffle(all_of)
        _told(home, process, f"{kind}, {min(FEW, len(all_of))} pages", all_of[:FEW], seconds, runs)
        if len(all_of) > FEW * 10:
            _told(home, process, f"{kind}, {len(all_of)} pages in turn", all_of, seconds, runs)


def _load_while_busy(home: Path, process: int, paths: dict[str, list[str]], seconds: int, runs: int) -> None:
    """The archive changes all the while, so that hardly a page can be kept."""
    child = max(_children(process), key=_processor_seconds)
    with app.opened(load(home / "feeds.toml", os.environ)) as services:
        give_work(services.store, READING * seconds * runs * len(paths), datetime.now(UTC))
        _wait_until_busy(child)
        begun, before = time.monotonic(), _processor_seconds(child)
        for kind, all_of in paths.items():
            _told(home, process, f"{kind}, {min(FEW, len(all_of))} pages while articles are read", all_of[:FEW], seconds, runs)
        share = (_processor_seconds(child) - before) / (time.monotonic() - begun)
        left = take_work(services.store, datetime.now(UTC))
        print(f"meanwhile the steps had {share:.0%} of a processor, and {left} articles are left")


def _told(home: Path, process: int, name: str, paths: list[str], seconds: int, runs: int) -> None:
    script = home / "paths.lua"
    measured = []
    for run in range(runs):
        turned = paths[run * len(paths) // runs :] + paths[: run * len(paths) // runs]
        script.write_text(LUA % ",".join(f'"{path}"' for path in turned), "utf-8")
        before = _processor_seconds(process)
        count, rate, last = _wrk(script, seconds)
        measured.append((rate, last, count / max(_processor_seconds(process) - before, 0.01)))
    rate, last, alone = (statistics.median(each) for each in zip(*measured, strict=True))
    print(f"{name}: {rate:.0f} requests/s, 99 % within {last:.0f} ms; {alone:.0f} for each second of its processor", flush=True)


def _processor_seconds(process: int) -> float:
    """What the process has had of the processor: crowded machines give it less in a second, and it answers less."""
    used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def _children(process: int) -> list[int]:
    stats = [file.read_text() for file in Path("/proc").glob("[0-9]*/stat")]
    return [int(stat.split()[0]) for stat in stats if int(stat.rpartition(")")[2].split()[1]) == process]


def _wait_until_busy(process: int) -> None:
    while True:
        before = _processor_seconds(process)
        time.sleep(2)
        if _processor_seconds(process) - before > 0.5:
            return


def _wrk(script: Path, seconds: int) -> tuple[int, float, float]:
    """Requests, requests a second, and the 99th percentile in ms."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--latency", "-s", str(script), f"http://127.0.0.1:{PORT}"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in said:
        print(said)
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    last = re.search(r"99%\s+([\d.]+)(us|ms|s)", said)
    count = re.search(r"(\d+) requests in", said)
    assert rate and last and count
    return int(count[1]), float(rate[1]), float(last[1]) * {"us": 0.001, "ms": 1, "s": 1000}[last[2]]


if __name__ == "__main__":
    sys.exit(main())
