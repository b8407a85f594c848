"""Newsletters and reports of failure from mail folders."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from briefing.delivery.bounces import Bounce, BounceKind, return_path
from briefing.errors import FetchError
from briefing.mailbox import Letter, Mailbox
from briefing.model import Status
from briefing.pipeline import mailboxes
from briefing.pipeline.steps import cycle

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


REPORTS = "imaps://bounce@imap.example.org/INBOX"


@pytest.fixture
def reporting(make_desk: Callable[..., Desk]) -> Desk:
    desk = make_desk(f'{TOML}\n[[mailboxes]]\nurl = "{REPORTS}"\nuse = "bounces"\n')
    with desk.services.store.write() as db:
        db.feeds.declare([*(feed.url for feed in desk.services.config.feeds), REPORTS])
    desk.subscribe()
    return desk


def asking(subject: str, **headers: str) -> Letter:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "somebody@example.com", "bounce@example.org", subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content("")
    return Letter(uid=1, uidvalidity=7, body=mail.as_bytes())


def leave_token(desk: Desk, purpose: str = "unsubscribe") -> str:
    return desk.services.links.token(purpose, "ana", NOW)


def test_the_mail_that_the_header_offers_unsubscribes(reporting: Desk, folder: list[Letter | FetchError]) -> None:
    folder.append(asking(f"unsubscribe {leave_token(reporting)}"))
    reporting.run(NOW + timedelta(days=400))
    assert status(reporting) is Status.UNSUBSCRIBED


@pytest.mark.parametrize(
    "letter",
    [
        lambda desk: asking("unsubscribe"),
        lambda desk: asking(f"unsubscribe {leave_token(desk, 'preferences')}"),
        lambda desk: asking(f"unsubscribe {leave_token(desk)[:-2]}AA"),
        lambda desk: asking(f"Re: unsubscribe {leave_token(desk)}"),
        lambda desk: asking(f"unsubscribe {leave_token(desk)}", Auto_Submitted="auto-replied"),
    ],
)
def test_a_mail_without_a_good_token_unsubscribes_nobody(
    reporting: Desk, folder: list[Letter | FetchError], letter: Callable[[Desk], Letter]
) -> None:
    folder.append(letter(reporting))
    reporting.run()
    assert status(reporting) is Status.ACTIVE


def test_a_report_signed_before_the_secret_was_changed_still_counts(reporting: Desk, folder: list[Letter | FetchError]) -> None:
    reporting.run()
    with reporting.services.store.read() as db:
        (delivery,) = db.deliveries.of_subscriber("ana")
    config = reporting.services.config
    secrets = replace(config.secrets, previous_secret="k")
    changed = replace(reporting.services, message_key=b"new", config=replace(config, secrets=secrets))
    letter = asking("unsubscribe")
    path = return_path("bounce@example.org", delivery.id, b"k")
    folder.append(replace(letter, body=letter.body.replace(b"bounce@example.org", path.encode())))
    list(cycle(changed, NOW + timedelta(hours=1)))
    assert status(reporting) is Status.UNSUBSCRIBED


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
