"""A replayed world and an installation that reads it, for `bench.world` and `bench.month`."""

import collections
import email
import email.policy
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bench.data import DATA, TOOLS
from briefing.model import Edition
from briefing.store import Store


class World:
    """The served world and the installation that reads it."""

    def __init__(self, folder: Path, server: Path, home: Path) -> None:
        self.data = json.loads((folder / "world.json").read_text("utf-8"))
        self.home = home
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.end = datetime.fromisoformat(self.data["end"])
        self.command = [sys.executable, str(server), str(folder), "--port", str(self.port)]

    @contextmanager
    def served(self, now: datetime) -> Iterator[None]:
        process = subprocess.Popen([*self.command, "--now", now.isoformat()], stdout=subprocess.DEVNULL)
        try:
            wait_for(self.base)
            yield
        finally:
            process.terminate()
            process.wait()

    def move(self, hours: float) -> None:
        urllib.request.urlopen(urllib.request.Request(f"{self.base}/_now?plus_hours={hours}", method="POST")).read()

    def write_config(self) -> list[str]:
        """feeds.toml with all feeds of the world; the topics there are."""
        urls = urllib.request.urlopen(self.base).read().decode().split()
        feeds = {f["slug"]: f for f in self.data["feeds"]}
        tables = []
        for url in urls:
            feed = feeds[urllib.parse.urlsplit(url).path.split("/")[1]]
            tables.append(f'[[feeds]]\nurl = "{url}"\nkind = "{feed["kind"]}"\ntopics = {json.dumps(feed["topics"])}\n')
        topics = sorted({t for f in feeds.values() for t in f["topics"]})
        named = "".join(f'[topics.{t}]\ntitle = "{t.title()}"\n' for t in topics)
        poll = '[poll]\nallow_addresses = ["127.0.0.0/8"]\nhost_gap = "0s"\nper_host = 8\n'
        (self.home / "feeds.toml").write_text(f"[briefing]\n{poll}{named}{''.join(tables)}", "utf-8")
        return topics

    def briefing(self, *words: str) -> str:
        command = [sys.executable, "-m", "briefing", "--config", str(self.home / "feeds.toml"), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str, tries: int = 100) -> None:
    for _ in range(tries):
        try:
            urllib.request.urlopen(url).read()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"nothing answers at {url}")


class Checks:
    """Broken promises, in words."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def that(self, holds: bool, words: str) -> None:
        if not holds:
            self.broken.append(words)


def mails(home: Path) -> collections.Counter[tuple[str, str]]:
    """How many mails each reader got for each slot."""
    found: collections.Counter[tuple[str, str]] = collections.Counter()
    for path in (home / "outbox").glob("*.eml"):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[str(message["To"]), str(message["X-Slot"])] += 1
    return found


def editions(store: Store) -> dict[str, list[Edition]]:
    with store.read() as db:
        return {s.email: list(reversed(db.editions.latest(s.id, 100))) for s in db.subscribers.all()}


def options(about: str) -> ArgumentParser:
    """The arguments that every replay takes."""
    parser = ArgumentParser(description=about, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("world", type=Path, nargs="?", default=DATA / "world")
    parser.add_argument("--server", type=Path, default=TOOLS / "world.py")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it there")
    return parser
