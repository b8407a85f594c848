"""Newsletters and reports of failure from mail folders."""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest

from briefing.delivery.bounces import Bounce, BounceKind
from briefing.errors import FetchError
from briefing.mailbox import Letter, Mailbox
from briefing.model import Status
from briefing.pipeline import mailboxes

from .conftest import BATTERY, BUSES, NOW, SHIPS, TOML, Desk

BOX = "imaps://reader@imap.example.org/Newsletters"
WITH_BOX = f'{TOML}\n[[mailboxes]]\nurl = "{BOX}"\n'


def newsletter(subject: str, words: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "The Letter <letter@town.example>", "reader@example.org", subject
    mail["List-Id"], mail["Message-ID"] = "The Letter <letter.town.example>", f"<{subject}@town.example>"
    mail.set_content(f"<h1>{subject}</h1><p>{words}</p>", subtype="html")
    return mail.as_bytes()


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> list[Letter | FetchError]:
    """What the folder holds; an error in it cuts the line there."""
    held: list[Letter | FetchError] = []

    def new_messages(self: Mailbox, since_uid: int = 0, uidvalidity: int = 0) -> list[Letter]:
        found = []
        for one in held:
            if isinstance(one, FetchError):
                raise one
            if one.uid > since_uid or one.uidvalidity != uidvalidity:
                found.append(one)
        return found

    monkeypatch.setattr(Mailbox, "new_messages", new_messages)
    return held


@pytest.fixture
def boxed(make_desk: Callable[..., Desk]) -> Desk:
    desk = make_desk(WITH_BOX)
    with desk.services.store.write() as db:
        db.feeds.declare([BOX])
    return desk


def claims(desk: Desk) -> set[str]:
    with desk.services.store.read() as db:
        return {pick.fragment.claim for edition in db.editions.latest(None, 9) for pick in edition.picks}


def test_a_newsletter_goes_the_same_road_as_a_feed(boxed: Desk, folder: list[Letter | FetchError]) -> None:
    folder.append(Letter(uid=1, uidvalidity=7, body=newsletter("Ships", SHIPS)))
    assert boxed.run()["poll"].counts == {"new entries": 1}
    assert SHIPS in claims(boxed)


def test_each_message_is_read_once_also_when_the_folder_is_renumbered(boxed: Desk, folder: list[Letter | FetchError]) -> None:
    folder.append(Letter(uid=1, uidvalidity=7, body=newsletter("Ships", SHIPS)))
    boxed.run()
    folder[:] = [
        Letter(uid=1, uidvalidity=8, body=newsletter("Ships", SHIPS)),
        Letter(uid=2, uidvalidity=8, body=newsletter("Buses", BUSES)),
    ]
    assert boxed.run(NOW + timedelta(hours=1))["poll"].counts == {"new entries": 1}
    assert boxed.run(NOW + timedelta(hours=2))["poll"].counts == {"new entries": 0}


def test_a_mail_that_is_no_newsletter_is_named_and_passed_over(boxed: Desk, folder: list[Letter | FetchError]) -> None:
    folder += [Letter(uid=1, uidvalidity=7, body=b"\r\n\r\n"), Letter(uid=2, uidvalidity=7, body=newsletter("Battery", BATTERY))]
    report = boxed.run()["poll"]
    assert report.counts == {"new entries": 1}
    assert len(report.failures) == 1


def test_a_folder_that_cannot_be_read_is_a_failing_feed(boxed: Desk, folder: list[Letter | FetchError]) -> None:
    folder.append(FetchError(BOX, "the mail server refuses user name or password"))
    assert [failure.subject for failure in boxed.run()["poll"].failures] == [BOX]
    with boxed.services.store.read() as db:
        state = db.feeds.state(BOX)
    assert state is not None
    assert state.failures == 1


def bounce(desk: Desk, kind: BounceKind, *, recipients: tuple[str, ...] = (), days: float = 0) -> None:
    with desk.services.store.write() as db:
        delivery = db.deliveries.of_subscriber("ana")[0]
        found = Bounce(delivery_id=delivery.id, kind=kind, reason="", recipients=recipients)
        mailboxes.heed(db, found, NOW + timedelta(days=days))


def status(desk: Desk) -> Status:
    with desk.services.store.read() as db:
        return db.subscribers.get(["ana"])["ana"].status


@pytest.mark.parametrize(
    ("kind", "after"),
    [(BounceKind.HARD, Status.BOUNCED), (BounceKind.COMPLAINT, Status.UNSUBSCRIBED), (BounceKind.LEAVE, Status.UNSUBSCRIBED)],
)
def test_a_report_changes_the_reader_it_is_about(desk: Desk, kind: BounceKind, after: Status) -> None:
    desk.subscribe()
    desk.run()
    bounce(desk, kind, recipients=("somebody@else.example",))
    assert status(desk) is Status.ACTIVE
    bounce(desk, kind, recipients=("ana@example.org",))
    assert status(desk) is after


def test_soft_bounces_are_counted_and_forgiven(desk: Desk) -> None:
    desk.subscribe()
    desk.run()
    for day in (0, 40, 80, 120, 160, 200):
        bounce(desk, BounceKind.SOFT, days=day)
    assert status(desk) is Status.ACTIVE
    for day in range(201, 210, 2):
        bounce(desk, BounceKind.SOFT, days=day)
    assert status(desk) is Status.BOUNCED


def test_a_bounce_after_leaving_does_not_bring_back(desk: Desk) -> None:
    desk.subscribe()
    desk.run()
    bounce(desk, BounceKind.LEAVE)
    bounce(desk, BounceKind.HARD)
    assert status(desk) is Status.UNSUBSCRIBED
