"""The outbox and the SMTP mailer together against a server that fails in every phase: the books agree to the message."""

import json
import smtplib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from itertools import zip_longest
from pathlib import Path

import pytest

from briefing.delivery import outbox
from briefing.delivery.outbox import FINAL, Policy
from briefing.delivery.smtp import SmtpMailer
from briefing.errors import DeliveryError
from briefing.model import Delivery, DeliveryState

Build = Callable[..., EmailMessage]
FAULTS = [
    ["--greylist", "1"],
    ["--drop-mid-data", "7"],
    ["--drop-before-250", "7"],
    ["--lose-after-dot", "7"],
    ["--reject-data", "9"],
    ["--tempfail-data", "5"],
    ["--tempfail", "0.2"],
    ["--max-per-conn", "3"],
    ["--no-8bitmime", "--no-smtputf8", "--reject", "user1?3@"],
    [
        "--greylist",
        "1",
        "--drop-mid-data",
        "11",
        "--drop-before-250",
        "13",
        "--lose-after-dot",
        "17",
        "--reject",
        "user.5@",
        "--max-per-conn",
        "9",
    ],
]
COUNT = 40


@contextmanager
def sink(tool: Path, out: Path, faults: list[str]) -> Iterator[int]:
    command = [sys.executable, str(tool), "--port", "0", "--no-maildir", "--out", str(out), *faults]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield json.loads(process.stdout.readline())["port"]
    finally:
        process.terminate()
        process.wait()


def deliver_all(mailer: SmtpMailer, rows: dict[str, Delivery], now: datetime, message: Build, policy: Policy) -> None:
    """A day of beats, ten minutes apart; the clock is a number."""
    for _ in range(144):
        for each, after in zip_longest(rows, list(rows)[1:]):
            rows[each] = outbox.recover(rows[each], now, policy)
            if outbox.claimable(rows[each], now):
                rows[each] = outbox.claim(rows[each], "me", now)
                if after and rows[after].state not in FINAL:
                    mailer.expect(partial(_letter, rows[after], message))
                error = attempt(mailer, rows, each, now, message)
                rows[each] = outbox.settle(rows[each], error, now)
        if all(row.state in FINAL for row in rows.values()):
            return
        now += timedelta(minutes=10)


def _letter(row: Delivery, message: Build) -> tuple[EmailMessage, str]:
    return message(number=int(row.id)), row.address


def attempt(mailer: SmtpMailer, rows: dict[str, Delivery], which: str, now: datetime, message: Build) -> DeliveryError | None:
    def before_data() -> None:
        rows[which] = outbox.sending(rows[which], now)

    mail = message(number=int(which))
    try:
        mailer.send(mail, envelope_to=rows[which].address, before_data=before_data)
    except DeliveryError as error:
        return error
    return None


@pytest.fixture(params=[pytest.param("one by one", marks=pytest.mark.slow), "together"])
def said(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault server takes commands as they come, but does not say so."""
    if request.param == "together":
        monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda _, extension: extension == "pipelining")


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("faults", "when_unknown"),
    [*((each, "resend") for each in FAULTS), (FAULTS[-1], "hold")],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_the_books_agree_with_the_server(
    shared_data: Path, tmp_path: Path, now: datetime, message: Build, faults: list[str], when_unknown: str
) -> None:
    tool = shared_data.parent / "tools" / "smtpsink.py"
    if not tool.exists():
        pytest.skip("no fault server")
    rows = {
        str(n): Delivery(
            id=str(n),
            address=f"user{n:02}@example.com",
            message_id=f"<m{n}@example.org>",
            state=DeliveryState.QUEUED,
            next_attempt_at=now,
        )
        for n in range(COUNT)
    }
    with sink(tool, tmp_path, faults) as port:
        mailer = SmtpMailer("127.0.0.1", port, "none", timeout=5, last_reply_timeout=5, hello="test.example")
        deliver_all(mailer, rows, now, message, Policy(when_unknown=when_unknown))
        mailer.close()
    taken = Counter(json.loads(line)["to"][0] for line in (tmp_path / "messages.jsonl").read_text().splitlines())
    for row in rows.values():
        accepted = row.state is DeliveryState.ACCEPTED
        assert row.state in FINAL or (when_unknown == "hold" and row.state is DeliveryState.UNKNOWN), row
        assert accepted <= taken[row.address] <= row.unknowns + accepted, row
        if when_unknown == "hold":
            assert taken[row.address] <= 1
    refused = {row.address for row in rows.values() if row.state is DeliveryState.REJECTED}
    if "--reject" in faults:
        assert refused == {a for a in (replace(r).address for r in rows.values()) if a not in taken and not held(rows, a)}
        assert refused


def held(rows: dict[str, Delivery], address: str) -> bool:
    return any(row.address == address and row.state is DeliveryState.UNKNOWN for row in rows.values())
