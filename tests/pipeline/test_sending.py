"""Mail under adverse conditions: senders that race and sleep, readers who leave, servers that ask to be left alone."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import NamedTuple

import pytest
from sqlalchemy import update

from briefing.config.tables import Mail
from briefing.delivery.wire import wire_bytes
from briefing.editions.message import Postmark
from briefing.editions.render import Renderer
from briefing.errors import DeliveryError, StoreError
from briefing.model import DeliveryState, Status
from briefing.pipeline import deliver, insisting, people, privacy, sending, suppression
from briefing.pipeline.claims import Claims
from briefing.pipeline.deliver import everything
from briefing.pipeline.pace import Pace
from briefing.pipeline.postman import MailPostman
from briefing.pipeline.steps import STEPS, run_step
from briefing.pipeline.turns import Turns
from briefing.ports import Letter
from briefing.store.schema import deliveries
from briefing.testing import FakeMailer

from .conftest import NOW, TOML, Desk

MINUTE = timedelta(minutes=1)
DataHook = Callable[[str], None]
Following = Callable[[], Letter | None]


class WatchedMailer(FakeMailer):
    """Calls `before` when a recipient was accepted and `after` when the words have gone out, before the answer is heard."""

    def __init__(self, before: DataHook = lambda address: None, after: DataHook = lambda address: None) -> None:
        super().__init__()
        self.before, self.after = before, after
        self.expected: list[str] = []
        self.following: Following = lambda: None

    def expect(self, following: Following) -> None:
        self.following = following

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        following, self.following = self.following, lambda: None
        self.before(envelope_to)
        super().send(message, envelope_to=envelope_to, before_data=before_data)
        if letter := following():
            assert letter[0]["To"] == letter[1]
            self.expected.append(letter[1])
        self.after(envelope_to)


def composed(desk: Desk, *names: str) -> Desk:
    """Readers whose mail is queued."""
    for name in names:
        desk.subscribe(name)
    for step in ("poll", "read", "cluster", "compose"):
        run_step(desk.services, step, STEPS[step].due(desk.services, NOW), NOW)
    return desk


def states(desk: Desk) -> dict[str, int]:
    with desk.services.store.read() as db:
        return db.deliveries.counts()


def moves(desk: Desk, reader: str) -> list[tuple[str, str, str]]:
    with desk.services.store.read() as db:
        (mail,) = db.deliveries.of_subscriber(reader)
        return [(before, after, note) for _, before, after, note in db.deliveries.events(mail.id)]


class Asleep(NamedTuple):
    stage: str
    copies: int
    dropped: bool


@pytest.mark.parametrize("case", [Asleep("before", 1, False), Asleep("after", 2, True)], ids=lambda case: case.stage)
def test_a_sender_that_slept_past_its_lease_cannot_write_any_more(desk: Desk, case: Asleep) -> None:
    """Stopped before DATA it sends nothing; stopped within, its mail is unknown and what it then says is dropped and noted."""
    composed(desk, "ana")
    awake = FakeMailer()

    def sleep(address: str) -> None:
        other = replace(desk.services, owner="other", mailer=awake)
        for minutes in (20, 30):
            everything(other, NOW + minutes * MINUTE)

    sleeper = WatchedMailer(**{case.stage: sleep})
    everything(replace(desk.services, mailer=sleeper), NOW)
    assert len(awake.sent) + len(sleeper.sent) == case.copies
    assert states(desk) == {"accepted": 1}
    assert any("came too late" in note for _, _, note in moves(desk, "ana")) is case.dropped
    assert (("sending", "unknown") in [(a, b) for a, b, _ in moves(desk, "ana")]) is case.dropped


def test_senders_that_race_send_each_mail_once(desk: Desk) -> None:
    names = [f"reader{number}" for number in range(6)]
    composed(desk, *names)
    mailers = [FakeMailer() for _ in range(3)]
    rooms = [replace(desk.services, owner=f"sender {n}", mailer=mailer) for n, mailer in enumerate(mailers)]
    threads = [threading.Thread(target=everything, args=(room, NOW)) for room in rooms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = sorted(address for mailer in mailers for address, _ in mailer.sent)
    assert sent == sorted(f"{name}@example.org" for name in names)
    assert states(desk) == {"accepted": 6}


@pytest.mark.parametrize(
    "leave",
    [
        lambda desk: people.unsubscribe(desk.services, "bo"),
        lambda desk: privacy.forget(desk.services, "bo", NOW),
        lambda desk: suppress(desk),
    ],
    ids=["unsubscribe", "erase", "suppress"],
)
@pytest.mark.parametrize("at", ["ana", "bo"])
def test_who_leaves_while_mail_goes_out_gets_none_of_it(desk: Desk, leave: Callable[[Desk], None], at: str) -> None:
    """At whatever mail it happens, even if the server was told to expect the leaver, or accepted him as a recipient."""
    composed(desk, "ana", "bo")

    def before(address: str) -> None:
        if address.startswith(at):
            leave(desk)

    mailer = WatchedMailer(before)
    everything(replace(desk.services, mailer=mailer), NOW)
    assert [address for address, _ in mailer.sent] == ["ana@example.org"]
    assert mailer.expected == ["bo@example.org"]


def test_under_a_limit_no_mail_is_foretold(desk: Desk) -> None:
    composed(desk, "ana", "bo")
    mailer, slow = WatchedMailer(), Pace(desk.services.store, replace(Mail(), per_second=1000.0))
    everything(replace(desk.services, mailer=mailer, pace=slow), NOW)
    assert (len(mailer.sent), mailer.expected) == (2, [])


def suppress(desk: Desk) -> None:
    with desk.services.store.write() as db:
        suppression.suppress(db, desk.services.links, "bo@example.org", "complaint", NOW)


def test_a_domain_that_closes_is_left_alone_while_others_get_their_mail(desk: Desk) -> None:
    composed(desk, "ana", "bo")
    with desk.services.store.write() as db:
        elsewhere = update(deliveries).where(deliveries.c.subscriber_id == "bo").values(address="bo@slow.example")
        db.connection.execute(elsewhere)
    tried: list[str] = []

    def refuse(address: str) -> DeliveryError | None:
        tried.append(address)
        return DeliveryError(address, "421 4.7.0 slow down", code=421) if address.endswith("slow.example") else None

    desk.mailer.refuse = refuse
    for minutes in range(0, 60, 2):
        everything(desk.services, NOW + minutes * MINUTE)
    assert tried.count("ana@example.org") == 1
    assert tried.count("bo@slow.example") == 3
    desk.mailer.refuse = lambda address: None
    everything(desk.services, NOW + 75 * MINUTE)
    assert states(desk) == {"accepted": 2}


def test_mail_made_while_its_domain_is_left_alone_waits_untried(desk: Desk) -> None:
    desk.subscribe("ana")
    desk.mailer.refuse = lambda address: DeliveryError(address, "421 4.7.0 slow down", code=421)
    desk.run()
    desk.subscribe("bo")
    desk.mailer.refuse = lambda address: None
    desk.run(NOW + MINUTE)
    with desk.services.store.read() as db:
        (mail,) = db.deliveries.of_subscriber("bo")
    assert (mail.attempts, mail.state) == (0, "queued")
    assert mail.next_attempt_at is not None
    assert NOW + 10 * MINUTE <= mail.next_attempt_at < NOW + 11 * MINUTE
    desk.run(NOW + 11 * MINUTE)
    assert states(desk) == {"accepted": 2}


def test_a_refused_login_is_asked_again_after_a_quarter_of_an_hour_and_told_once(make_desk: Callable[..., Desk]) -> None:
    desk = composed(make_desk(f'[admin]\nemail = "desk@example.org"\n{TOML}'), "ana", "bo")
    tried: list[datetime] = []
    moment = NOW

    def refuse(address: str) -> DeliveryError:
        tried.append(moment)
        return DeliveryError("mail.example", "535 5.7.8 wrong password", code=535, permanent=True, ours=True)

    desk.mailer.refuse = refuse
    for minutes in range(50):
        moment = NOW + minutes * MINUTE
        everything(desk.services, moment)
    assert [(at - NOW) // MINUTE for at in tried] == [0, 16, 32, 48]
    with desk.services.store.read() as db:
        assert {each.status for each in db.subscribers.all()} == {Status.ACTIVE}
        assert len(db.deliveries.in_states(tuple(DeliveryState))) == 3


def test_what_the_server_said_is_written_down_when_the_store_can_be_written_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed(desk, "ana")
    monkeypatch.setattr(insisting, "INSISTENCE", (0.0, 0.0, 0.0))
    write_down, failures = sending._write_down, iter([True, True])

    def full(*arguments: object) -> None:
        if next(failures, False):
            raise StoreError("briefing.db", "database or disk is full")
        write_down(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(sending, "_write_down", full)
    everything(desk.services, NOW)
    assert states(desk) == {"accepted": 1}
    assert len(desk.mailer.sent) == 1


def test_no_mail_is_begun_on_a_disk_that_is_nearly_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    composed(desk, "ana")
    monkeypatch.setattr(deliver, "LEAST_ROOM", 10**18)
    report = everything(desk.services, NOW)
    assert [failure.ours for failure in report.failures] == [True]
    assert "nearly full" in report.failures[0].reason
    assert (desk.mailer.sent, states(desk)) == ([], {"queued": 1})
    monkeypatch.undo()
    assert everything(desk.services, NOW + MINUTE).done == 1


def test_a_slow_domain_comes_after_all_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    composed(desk, *(f"reader{number}" for number in range(6)))
    with desk.services.store.read() as db:
        found = db.deliveries.in_states([DeliveryState.QUEUED])
    mails = [replace(mail, address=f"{n}@{'slow' if n % 2 == 0 else 'quick'}.example") for n, mail in enumerate(found)]
    clock = iter([0.0, 5.0] + [9.0] * 10)
    monkeypatch.setattr("briefing.pipeline.turns.time.monotonic", lambda: next(clock))
    turns, order = Turns(mails), []
    for mail in turns:
        with turns.timed(mail):
            order.append(mail.address)
    assert order == [
        "0@slow.example",
        "1@quick.example",
        "3@quick.example",
        "5@quick.example",
        "2@slow.example",
        "4@slow.example",
    ]


def test_what_a_sender_had_in_hand_when_the_store_failed_it_puts_back_when_the_store_is_there_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed(desk, "ana", "bo")
    monkeypatch.setattr(insisting, "INSISTENCE", (0.0, 0.0, 0.0))
    write, away = desk.services.store.write, iter([True, True])

    def lose(address: str) -> None:
        monkeypatch.setattr(desk.services.store, "write", lambda **how: absent() if next(away, False) else write(**how))
        raise StoreError("db", "the connection is lost")

    def absent() -> None:
        raise StoreError("db", "the connection is lost")

    with pytest.raises(StoreError):
        everything(replace(desk.services, mailer=WatchedMailer(lose)), NOW)
    assert states(desk) == {"queued": 2}


def test_a_dead_senders_mail_goes_out_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    composed(desk, "ana")

    def die(address: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), monkeypatch.context() as killed:
        killed.setattr(Claims, "close", lambda claims: None)
        everything(replace(desk.services, owner="dead", mailer=WatchedMailer(die)), NOW)
    assert states(desk) == {"claimed": 1}
    everything(replace(desk.services, alive=lambda owner: owner != "dead"), NOW + timedelta(seconds=5))
    assert states(desk) == {"accepted": 1}


class CutMailer(FakeMailer):
    """Takes the bytes of every mail; the line is lost before its answer, so many times."""

    def __init__(self, cuts: int) -> None:
        super().__init__()
        self.cuts, self.copies = cuts, list[bytes]()

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        before_data()
        self.copies.append(wire_bytes(message))
        if len(self.copies) <= self.cuts:
            raise DeliveryError(envelope_to, "the line was lost", uncertain=True)


def test_a_second_copy_has_the_bytes_of_the_first_whatever_has_changed(desk: Desk) -> None:
    composed(desk, "ana")
    mailer = CutMailer(cuts=1)
    everything(replace(desk.services, mailer=mailer), NOW)
    changed = MailPostman(desk.services.links, Postmark(sender="Another <x@y.example>"), Renderer(), title="New", language="de")
    for minutes in (20, 40):
        everything(replace(desk.services, mailer=mailer, postman=changed), NOW + minutes * MINUTE)
    assert len(mailer.copies) == 2
    assert mailer.copies[0] == mailer.copies[1]
    with desk.services.store.read() as db:
        (mail,) = db.deliveries.of_subscriber("ana")
        assert (mail.state, db.contents.get([mail.id])) == ("accepted", {})


def test_what_was_leased_together_and_not_begun_is_put_back_untried(desk: Desk) -> None:
    composed(desk, "ana", "bo", "cy")
    desk.mailer.refuse = lambda address: DeliveryError(address, "535 5.7.8 wrong password", code=535, permanent=True, ours=True)
    everything(desk.services, NOW)
    with desk.services.store.read() as db:
        left = db.deliveries.in_states(tuple(DeliveryState))
    assert sorted((mail.state, mail.attempts) for mail in left) == [("deferred", 1), ("queued", 0), ("queued", 0)]
    assert not any(mail.owner for mail in left)


def test_mails_in_hand_wait_when_their_domain_closes(desk: Desk) -> None:
    composed(desk, "ana", "bo", "cy")
    tried: list[str] = []

    def refuse(address: str) -> DeliveryError:
        tried.append(address)
        return DeliveryError(address, "421 4.7.0 slow down", code=421)

    desk.mailer.refuse = refuse
    everything(desk.services, NOW)
    assert len(tried) == 1
    with desk.services.store.read() as db:
        waiting = db.deliveries.in_states([DeliveryState.QUEUED])
    assert [mail.attempts for mail in waiting] == [0, 0]
    assert all(mail.next_attempt_at and mail.next_attempt_at >= NOW + 10 * MINUTE for mail in waiting)


def test_an_answer_is_written_down_with_the_next_mark_while_mails_are_brisk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    composed(desk, "ana", "bo", "cy")
    monkeypatch.setattr(sending, "BRISK", 60.0)
    seen: list[dict[str, int]] = []
    everything(replace(desk.services, mailer=WatchedMailer(before=lambda address: seen.append(states(desk)))), NOW)
    assert seen[1:] == [{"accepted": 1, "claimed": 2}, {"accepted": 1, "sending": 1, "claimed": 1}]
    assert states(desk) == {"accepted": 3}
