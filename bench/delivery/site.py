"""A mail server that fails on demand, an installation beside it, and real senders to start and to kill."""

import importlib.util
import multiprocessing
import os
import random
import smtplib
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from bench.data import TOOLS
from bench.delivery.audit import Audit, audit
from bench.delivery.installation import LATE, NOW, address, install
from bench.settings import SECRET
from briefing.__main__ import main

Numbers = dict[str, object]
Sender = BaseProcess
LONGEST_START = 60.0
ROUNDS = 100
PATIENCE = 10
"""Starts in a row that may come to nothing."""
BETWEEN_STARTS, BETWEEN_ROUNDS = timedelta(seconds=30), timedelta(minutes=10)
UNSEEN_STARTS, UNSEEN_LATE = timedelta(minutes=5), timedelta(days=4)
"""On PostgreSQL a sender that begins cannot know who is dead: leases are to end, and mails to be in time, for all the kills."""
UNFINISHED = """SELECT count(*) FROM deliveries
    WHERE state IN ('queued', 'deferred', 'claimed', 'sending') OR (state = 'unknown' AND next_attempt_at IS NOT NULL)"""


PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["briefing.__main__", "briefing.cli.deliver", "bench.delivery.site"])
"""Each sender is forked from a process that has imported the program: a start takes milliseconds, a kill ends it all the same."""


def run_briefing(arguments: Sequence[str], log: Path, together: bool) -> None:
    """What a sender's process does: the program, from its door; `together` as if the server offered PIPELINING."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    if together:
        patch.object(smtplib.SMTP, "has_extn", lambda _, extension: extension == "pipelining").start()
    sys.exit(main(arguments))


def sink_module() -> ModuleType:
    """The fault server, which is kept outside the project beside the data."""
    spec = importlib.util.spec_from_file_location("smtpsink", TOOLS / "smtpsink.py")
    if spec is None or spec.loader is None or not Path(spec.origin or "").exists():
        raise SystemExit(f"no fault server at {TOOLS} (set BRIEFING_TOOLS)")
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
    url: str = ""
    named: Callable[[int], str] = address
    together: bool = False
    """Whether commands are said together: the server takes them so, but does not offer it."""
    now: datetime = NOW
    starts: int = 0
    failed_starts: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        arguments = ["--port", "0", "--out", str(self.folder / "sink"), "--no-maildir", "--seed", str(self.seed), *self.flags]
        self.sink, self.port, _ = sink_module().start(arguments)
        self.sink.rules = list(self.rules)
        self.mails_begun = list[float]()
        self._watch()
        os.environ |= SECRET
        addresses = [self.named(number) for number in range(self.readers)]
        self.home = install(
            self.folder / "home",
            self.port,
            addresses,
            when_unknown=self.when_unknown,
            per_second=self.per_second,
            url=self.url,
            late=UNSEEN_LATE if self.url else LATE,
        )
        self.store = self.home.store()

    def _watch(self) -> None:
        """Keep the moments at which the server heard MAIL."""
        faults = self.sink.faults

        def watched(at: str, value: str) -> object:
            if at == "mail":
                self.mails_begun.append(time.time())
            return faults(at, value)

        self.sink.faults = watched

    def start(self) -> Sender:
        """A real sender, a little later than the one before by its own clock."""
        self.now, self.starts = self.now + (UNSEEN_STARTS if self.url else BETWEEN_STARTS), self.starts + 1
        command = ("--config", str(self.home.config), "--now", self.now.isoformat(), "deliver")
        started = PROCESSES.Process(target=run_briefing, args=(command, self.folder / "senders.log", self.together))
        started.start()
        return started

    def await_mail(self, sender: Sender) -> bool:
        """Whether a sender that was just started came as far as the mail server. Ends the run if senders fail again and again."""
        before, limit = self.sink.conns, time.monotonic() + LONGEST_START
        while self.sink.conns == before and sender.exitcode is None and time.monotonic() < limit:
            time.sleep(0.002)
        came = self.sink.conns > before
        self.failed_starts = 0 if came or sender.exitcode == 0 else self.failed_starts + 1
        if self.failed_starts > PATIENCE:
            raise SystemExit((self.folder / "senders.log").read_text()[-2000:])
        return bool(came)

    def kill(self, sender: Sender) -> None:
        sender.kill()
        sender.join()

    def finish(self, *, senders: int = 1, disturb: Callable[[Sequence[Sender]], None] | None = None) -> None:
        """Start senders, ten minutes apart by their clock, until every mail is at its end or held."""
        for _ in range(ROUNDS):
            if not self.unfinished():
                return
            started = [self.start() for _ in range(senders)]
            if disturb:
                disturb(started)
            for sender in started:
                sender.join()
            self.now += BETWEEN_ROUNDS
        raise SystemExit("no end in sight:\n" + (self.folder / "senders.log").read_text()[-2000:])

    def unfinished(self) -> int:
        return int(self.query(UNFINISHED)[0][0])

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with self.store.read() as db:
            return [tuple(row) for row in db.connection.exec_driver_sql(statement)]

    def audit(self) -> Audit:
        self.store.close()
        return audit(self.home, self.sink.messages)
