"""Through a real Postfix, read from a real Dovecot: same bytes, a signature that holds, reports that count, ways out."""

import imaplib
import smtplib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from bench.delivery.installation import NOW, delivery, edition, reader
from briefing import app
from briefing.config import load
from briefing.delivery.dkim import covers_one_click, verified
from briefing.delivery.wire import wire_bytes
from briefing.model import DeliveryState, Status
from briefing.pipeline import deliver, mailboxes
from briefing.pipeline.services import Services
from briefing.web.app import create_app

from . import mailhost

pytestmark = pytest.mark.slow
KEY = Path(__file__).parent / "dkim_key.pem"
RECORD = "v=DKIM1; k=rsa; p=" + KEY.with_suffix(".pub").read_text()
ANA, BO, NOBODY, BOUNCES = "ana@readers.test", "bo@readers.test", "nobody@readers.test", "bounce@desk.test"
READERS = (ANA, BO, NOBODY)
LATER = NOW + timedelta(hours=1)
TOML = """
[mail]
transport = "smtp"
from = "The Daily Brief <brief@desk.test>"
host = "127.0.0.1"
port = {port}
security = "none"
bounce_address = "{bounces}"
dkim_domain = "desk.test"
dkim_selector = "s1"
dkim_key_file = "{key}"
[web]
public_url = "https://brief.desk.test"
[[mailboxes]]
url = "{box}"
use = "bounces"
"""


@pytest.fixture(scope="module")
def host() -> Iterator[mailhost.MailHost]:
    if reason := mailhost.missing():
        pytest.skip(reason)
    with mailhost.mail_host([ANA, BO, BOUNCES]) as started:
        yield started


@pytest.fixture(scope="module")
def services(host: mailhost.MailHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """An installation that has just sent an edition to each reader, one of whom the host does not know."""
    file = tmp_path_factory.mktemp("installation") / "feeds.toml"
    box = host.imap_url(BOUNCES)
    file.write_text(TOML.format(port=host.smtp_port, bounces=BOUNCES, key=KEY, box=box))
    with app.opened(load(file, {"BRIEFING_MAILBOX_PASSWORD": mailhost.PASSWORD, "BRIEFING_SECRET": "k" * 32})) as services:
        with services.store.write() as db:
            for number, address in enumerate(READERS):
                db.subscribers.add(reader(number, address))
                db.editions.add(edition(number))
            db.deliveries.add([delivery(number, address) for number, address in enumerate(READERS)])
        assert deliver.everything(services, NOW).done == len(READERS)
        yield services


def fetched(host: mailhost.MailHost, address: str) -> bytes:
    """The first mail in a box, as IMAP gives it, from our first header on."""

    def first() -> bytes:
        with imaplib.IMAP4("127.0.0.1", host.imap_port, timeout=10) as box:
            box.login(address, mailhost.PASSWORD)
            box.select(readonly=True)
            found = box.fetch("1", "(BODY.PEEK[])")[1][0]
            return found[1] if isinstance(found, tuple) else b""

    raw = eventually(first)
    return raw[raw.index(b"DKIM-Signature:") :]


def eventually(look: Callable[[], bytes]) -> bytes:
    for _ in range(100):
        if found := look():
            return found
        time.sleep(0.1)
    raise AssertionError("nothing came within ten seconds")


def status(services: Services, number: int) -> Status:
    with services.store.read() as db:
        return db.subscribers.get([f"r{number}"])[f"r{number}"].status


def read_reports(services: Services) -> int:
    (box,) = services.config.mailboxes
    with services.store.read() as db:
        state = db.feeds.state(box.url)
    assert state is not None
    return mailboxes.collect(services, state, LATER).new


def test_a_mail_is_read_back_as_it_was_sent_and_its_signature_holds(host: mailhost.MailHost, services: Services) -> None:
    received = fetched(host, ANA)
    made = wire_bytes(services.postman.edition(edition(0), reader(0, ANA), delivery(0, ANA)))
    assert received == made
    assert verified(received, RECORD)
    assert covers_one_click(received)
    with services.store.read() as db:
        assert {row.state for row in db.deliveries.get(["d0000", "d0001", "d0002"])} == {DeliveryState.ACCEPTED}


def test_one_click_works_with_the_headers_as_received(host: mailhost.MailHost, services: Services) -> None:
    mail = message_from_bytes(fetched(host, ANA), policy=default)
    web = str(mail["List-Unsubscribe"]).split(",")[0].strip().strip("<>")
    pages = TestClient(create_app(services, clock=lambda: LATER), base_url="https://brief.desk.test")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = pages.post(web, content=str(mail["List-Unsubscribe-Post"]), headers=form, follow_redirects=False)
    assert answer.status_code == 200
    assert status(services, 0) is Status.UNSUBSCRIBED


def test_a_report_of_postfix_marks_whom_it_does_not_know(services: Services) -> None:
    eventually(lambda: b"x" * read_reports(services))
    assert status(services, 2) is Status.BOUNCED
    assert status(services, 1) is Status.ACTIVE


def test_a_mail_to_the_address_in_the_header_unsubscribes(host: mailhost.MailHost, services: Services) -> None:
    header = str(message_from_bytes(fetched(host, BO), policy=default)["List-Unsubscribe"])
    address, _, subject = header.split(",")[1].strip().strip("<>").removeprefix("mailto:").partition("?subject=")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = BO, address, unquote(subject)
    mail.set_content("")
    with smtplib.SMTP("127.0.0.1", host.smtp_port, timeout=10) as smtp:
        smtp.send_message(mail)
    eventually(lambda: b"x" * read_reports(services))
    assert status(services, 1) is Status.UNSUBSCRIBED
