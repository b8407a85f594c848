"""Mail servers that are slow, silent or take few connections: what is said, what is known, and that all arrives."""

import time
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest

from briefing.delivery import outbox
from briefing.delivery.outbox import Policy
from briefing.delivery.smtp import SmtpMailer
from briefing.model import Delivery, DeliveryState

from .test_faults import attempt, deliver_all, sink

pytestmark = pytest.mark.slow
Build = Callable[..., EmailMessage]


@pytest.fixture
def tool(shared_data: Path) -> Path:
    tool = shared_data.parent / "tools" / "smtpsink.py"
    if not tool.exists():
        pytest.skip("no fault server")
    return tool


def queued(now: datetime, first: int, count: int) -> dict[str, Delivery]:
    return {
        str(n): Delivery(
            id=str(n),
            address=f"user{n:02}@example.com",
            message_id=f"<m{n}@example.org>",
            state=DeliveryState.QUEUED,
            next_attempt_at=now,
        )
        for n in range(first, first + count)
    }


def mailer(port: int, seconds: float) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", port, "none", timeout=seconds, last_reply_timeout=seconds, hello="test.example")


@pytest.mark.parametrize("faults", [["--slow-rcpt", "2"], ["--slow-dot", "2"]], ids=" ".join)
def test_a_slow_server_gets_every_mail_once(tool: Path, tmp_path: Path, now: datetime, message: Build, faults: list[str]) -> None:
    rows = queued(now, 0, 3)
    with sink(tool, tmp_path, faults) as port:
        slow = mailer(port, 30)
        deliver_all(slow, rows, now, message, Policy())
        slow.close()
    assert {(row.state, row.attempts) for row in rows.values()} == {(DeliveryState.ACCEPTED, 1)}


def test_a_server_that_takes_few_connections_gets_every_mail(tool: Path, tmp_path: Path, now: datetime, message: Build) -> None:
    parts = [queued(now, first, 10) for first in (0, 10, 20, 30)]

    def send(rows: dict[str, Delivery], port: int) -> None:
        own = mailer(port, 10)
        deliver_all(own, rows, now, message, Policy())
        own.close()

    with sink(tool, tmp_path, ["--max-conns", "2"]) as port:
        threads = [Thread(target=send, args=(rows, port)) for rows in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {row.state for rows in parts for row in rows.values()} == {DeliveryState.ACCEPTED}


@pytest.mark.parametrize("phase", ["greeting", "ehlo", "mail", "rcpt", "data", "dot"])
def test_a_server_that_falls_silent_is_left_in_time_and_only_its_last_answer_leaves_doubt(
    tool: Path, tmp_path: Path, now: datetime, message: Build, phase: str
) -> None:
    rows = queued(now, 0, 1)
    with sink(tool, tmp_path, ["--hang", phase]) as port:
        rows["0"] = outbox.claim(rows["0"], "me", now)
        began = time.monotonic()
        error = attempt(mailer(port, 2), rows, "0", now, message)
        took = time.monotonic() - began
    assert error is not None
    assert 1 < took < 30
    after = outbox.settle(rows["0"], error, now)
    assert after.state is (DeliveryState.UNKNOWN if phase == "dot" else DeliveryState.DEFERRED), error
