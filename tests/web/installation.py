"""The sample installation behind real pages: two days of shows read over HTTP, mails to an SMTP server."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import pytest

from briefing.cli.demo import staged
from briefing.demo import InboxServer
from briefing.pipeline.services import Services
from briefing.pipeline.steps import STEPS, cycle

from .serving import ADDRESS, PORT

TODAY = datetime.combine(datetime(2026, 11, 21, tzinfo=UTC).date(), time(7, 5, tzinfo=UTC))
DAY = timedelta(days=1)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
FASTER = 10
"""How many seconds pass on the pages' clock in one: a form that a program fills in is no quicker than a person's."""


@dataclass
class Installation:
    services: Services
    inbox: InboxServer
    began: float

    def clock(self) -> datetime:
        return TODAY + timedelta(minutes=5, seconds=FASTER * (monotonic() - self.began))

    def letters(self, to: str) -> list[EmailMessage]:
        """Every mail to an address, after all that is queued was sent."""
        step, now = STEPS["deliver"], self.clock()
        step.run(self.services, tuple(step.due(self.services, now)), now)
        received = [each for each in self.inbox.received if to in each.recipients]
        return [message_from_bytes(each.data, policy=policy.default) for each in received]  # type: ignore[misc]

    def link(self, to: str, purpose: str) -> str:
        """The newest link of a kind in the mails to an address."""
        texts = [letter.get_body(("plain",)).get_content() for letter in self.letters(to)]  # type: ignore[union-attr]
        return str(re.findall(rf"{ADDRESS}/{purpose}/\S+", "\n".join(texts))[-1])


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    web = f'\n[web]\npublic_url = "{ADDRESS}"\nlisten = "127.0.0.1:{PORT}"\n'
    with staged(folder, TODAY, more=web) as stage:
        for moment in (TODAY - DAY, TODAY):
            stage.samples.move_to(moment)
            list(cycle(stage.services, moment))
        yield Installation(stage.services, stage.inbox, monotonic())


def chromium() -> str:
    """Where the browser is; skips the test without one."""
    pytest.importorskip("playwright", reason="no Playwright: pip install briefing[browser]")
    return shutil.which("chromium") or pytest.skip("no browser: install Debian's package chromium")
