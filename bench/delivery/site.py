"""A mail server that fails on demand, an installation beside it, and real senders to start and to kill."""

import importlib.util
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.delivery.audit import Audit, audit
from bench.delivery.installation import NOW, address, install

Numbers = dict[str, object]
Sender = subprocess.Popen[bytes]
ROOT = Path(__file__).resolve().parents[2]
LONGEST_START = 60.0
BETWEEN_STARTS, BETWEEN_ROUNDS = timedelta(seconds=30), timedelta(minutes=10)
UNFINISHED = """SELECT count(*) FROM deliveries
    WHERE state IN ('queued', 'deferred', 'claimed', 'sending') OR (state = 'unknown' AND next_attempt_at IS NOT NULL)"""


def sink_module() -> ModuleType:
    """The fault server, which is kept outside the project beside the data."""
    data = Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data"))
    spec = importlib.util.spec_from_file_location("smtpsink", data.parent / "tools" / "smtpsink.py")
    if spec is None or spec.loader is None or not Path(spec.origin or "").exists():
        raise SystemExit(f"no fault server at {data.parent / 'tools'} (set BRIEFING_DATA)")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Site:
    """One run: its server, its installation, and a clock that goes on by itself from start to start."""

    folder: Path
    readers: int
    seed: int
    flags: Sequence[str] = ()
    rules: Sequence[Mapping[str, Any]] = ()
    when_unknown: str = "resend"
    per_second: float = 0
    named: Callable[[int], str] = address
    now: datetime = NOW
    starts: int = 0
    running: list[Sender] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        arguments = ["--port", "0", "--out", str(self.folder / "sink"), "--no-maildir", "--seed", str(self.seed), *self.flags]
        self.sink, self.port, _ = sink_module().start(arguments)
        self.sink.rules = list(self.rules)
        addresses = [self.named(number) for number in range(self.readers)]
        self.home = install(
            self.folder / "home", self.port, addresses, when_unknown=self.when_unknown, per_second=self.per_second
        )

    def start(self) -> Sender:
        """A real sender, a little later than the one before by its own clock."""
        self.now, self.starts = self.now + BETWEEN_STARTS, self.starts + 1
        command = [sys.executable, "-m", "briefing", "--config", str(self.home.config), "--now", self.now.isoformat(), "deliver"]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "BRIEFING_SECRET": "k" * 32}
        with (self.folder / "senders.log").open("ab") as log:
            started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log, env=environment, cwd=self.home.folder)
        self.running.append(started)
        return started

    def await_mail(self, sender: Sender) -> bool:
        """Whether a sender that was just started came as far as the mail server."""
        before, limit = self.sink.conns, time.monotonic() + LONGEST_START
        while self.sink.conns == before and sender.poll() is None and time.monotonic() < limit:
            time.sleep(0.002)
        return self.sink.conns > before

    def kill(self, sender: Sender) -> None:
        sender.send_signal(signal.SIGKILL)
        sender.wait()

    def finish(self, *, senders: int = 1, disturb: Callable[[Sequence[Sender]], None] | None = None) -> None:
        """Start senders, ten minutes apart by their clock, until every mail is at its end or held."""
        while self.unfinished():
            started = [self.start() for _ in range(senders)]
            if disturb:
                disturb(started)
            for sender in started:
                sender.wait()
            self.now += BETWEEN_ROUNDS

    def unfinished(self) -> int:
        return int(self.query(UNFINISHED)[0][0])

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.home.database, timeout=30)) as database:
            return database.execute(statement).fetchall()

    def audit(self) -> Audit:
        return audit(self.home, self.sink.messages)
