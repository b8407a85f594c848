"""The steps joined: from feeds to mail, again and again, with feeds, servers and processes that fail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from itertools import count

import pytest
from sqlalchemy import event

from briefing.delivery.outbox import LEASE
from briefing.errors import DeliveryError, FetchError
from briefing.insights.scorer import FLOOR
from briefing.jobs.local import ORDER
from briefing.model import Delivery, DeliveryState, Edition, Status, Subscriber
from briefing.pipeline import cluster, compose, deliver, people, poll, searching, telling
from briefing.pipeline.mailroom import Postman
from briefing.pipeline.steps import STEPS, cycle, run_step
from briefing.store.editions import HOUSE
from briefing.testing import FakeMailer

from .conftest import BATTERY, BUSES, NOW, SHIPS, TOML, Desk, feed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class KilledMailer(FakeMailer):
    """A process that ends between DATA and the server's answer, after so many mails that went well."""

    def __init__(self, lives: int = 0) -> None:
        super().__init__()
        self.lives = lives

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        if len(self.sent) < self.lives:
            super().send(message, envelope_to=envelope_to, before_data=before_data)
            return
        before_data()
        raise KeyboardInterrupt


def states(desk: Desk) -> dict[str, int]:
    with desk.services.store.read() as db:
        return db.deliveries.counts()


def claims(desk: Desk, reader: str | None = "ana") -> list[str]:
    with desk.services.store.read() as db:
        return [pick.fragment.claim for edition in db.editions.latest(reader, 100) for pick in edition.picks]


def test_one_cycle_goes_from_feeds_to_mail(desk: Desk) -> None:
    desk.subscribe()
    reports = desk.run()
    assert reports["poll"].counts == {"new entries": 2}
    assert reports["read"].done == 2
    assert reports["compose"].done == 2
    ((address, mail),) = desk.mailer.sent
    assert address == "ana@example.org"
    text = " ".join(mail.get_body(("plain",)).get_content().split())  # type: ignore[union-attr]
    assert "iron battery for 38 hours" in text
    assert states(desk) == {"accepted": 1}


def test_a_second_cycle_at_the_same_moment_changes_nothing(desk: Desk) -> None:
    desk.subscribe()
    desk.run()
    again = desk.run()
    assert {step: report.done for step, report in again.items() if report.done} == {}
    assert len(desk.mailer.sent) == 1


def test_nothing_is_told_twice_and_an_empty_day_is_skipped(desk: Desk) -> None:
    desk.subscribe()
    desk.run()
    desk.run(NOW + DAY)
    assert len(desk.mailer.sent) == 1
    desk.pages["http://paper.example/feed"] = feed(
        "paper.example", ("ships", "Slow ships", SHIPS), date="Mon, 23 Nov 2026 05:00:00 GMT"
    )
    desk.run(NOW + 2 * DAY)
    assert len(desk.mailer.sent) == 2
    told = claims(desk)
    assert len(told) == len(set(told)) == 3


def test_one_broken_feed_is_named_and_stops_nothing(desk: Desk) -> None:
    desk.subscribe()
    desk.pages["http://town.example/feed"] = b"<html><body>Not a feed</body></html>"
    report = desk.run()["poll"]
    assert [failure.subject for failure in report.failures] == ["http://town.example/feed"]
    assert report.counts == {"new entries": 1}
    assert len(desk.mailer.sent) == 1
    with desk.services.store.read() as db:
        state = db.feeds.state("http://town.example/feed")
        assert state is not None
        assert state.failures == 1
        assert state.next_poll_at > NOW + 30 * timedelta(minutes=1)


@pytest.mark.parametrize(("words", "read"), [(BATTERY + " " + BUSES, 1), ("Iron battery feeds the town.", 0)])
def test_a_page_that_does_not_come_holds_back_only_what_says_nothing_without_it(desk: Desk, words: str, read: int) -> None:
    desk.pages["http://paper.example/feed"] = feed("paper.example", ("gone", "Iron battery", words))
    desk.pages["http://town.example/feed"] = feed("town.example")
    desk.fetcher.errors["http://paper.example/gone"] = FetchError("http://paper.example/gone", "the host name was not found")
    assert desk.run()["read"].done == read
    assert desk.run(NOW + HOUR)["read"].done == 0


def test_an_unchanged_feed_costs_one_conditional_request(desk: Desk) -> None:
    desk.run()
    desk.fetcher.asked.clear()
    report = desk.run(NOW + HOUR)["poll"]
    assert report.done == 2
    assert report.counts == {"new entries": 0}
    assert sorted(desk.fetcher.asked) == ["http://paper.example/feed", "http://town.example/feed"]


def test_an_edited_item_is_not_news(desk: Desk) -> None:
    desk.run()
    desk.pages["http://paper.example/feed"] = feed("paper.example", ("battery", "Iron battery", BATTERY + " Corrected."))
    assert desk.run(NOW + HOUR)["poll"].counts == {"new entries": 0}


def test_items_under_new_names_are_not_news(desk: Desk) -> None:
    items = [(f"item-{n}", f"Title {n}", f"{BATTERY} Part {n}.") for n in range(6)]
    desk.pages["http://paper.example/feed"] = feed("paper.example", *items)
    assert desk.run()["poll"].counts == {"new entries": 7}
    renamed = [(f"new-{guid}", title, text) for guid, title, text in items]
    desk.pages["http://paper.example/feed"] = feed("paper.example", *renamed).replace(b"/new-item", b"/item")
    assert desk.run(NOW + HOUR)["poll"].counts == {"new entries": 0}


def test_a_host_that_asks_for_time_gets_it_from_all_its_feeds(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(TOML.replace("http://town.example/feed", "http://paper.example/second"))
    busy = FetchError("http://paper.example/feed", "answered 429 Too Many Requests", status=429, retry_after=timedelta(hours=5))
    with desk.services.store.read() as db:
        state = db.feeds.states()["http://paper.example/feed"]
    poll.keep(desk.services, [poll.Outcome(state=state, error=busy)], NOW)
    assert poll.due(desk.services, NOW + timedelta(hours=4)) == []


def test_a_reader_gets_one_mail_a_day_whatever_the_number_of_cycles(desk: Desk) -> None:
    desk.subscribe()
    for hour in range(30):
        desk.run(NOW + hour * HOUR)
    assert len(desk.mailer.sent) == 1
    with desk.services.store.read() as db:
        assert db.editions.slots("ana") == [date(2026, 11, 21)]


def test_an_edition_too_late_is_skipped_and_its_insights_stay(desk: Desk) -> None:
    desk.subscribe()
    desk.run(NOW - HOUR)
    reports = desk.run(NOW + 8 * HOUR)
    assert reports["compose"].done == 0
    assert reports["compose"].counts == {"skipped as later than late_limit": 1}
    desk.run(NOW + DAY)
    assert len(desk.mailer.sent) == 1
    assert len(claims(desk)) == 2


def test_a_refused_mail_frees_its_insights(desk: Desk) -> None:
    desk.subscribe()
    desk.mailer.refuse = lambda address: DeliveryError(address, "no such mailbox", code=550, permanent=True)
    report = desk.run()["deliver"]
    assert [f.reason for f in report.failures] == ["no such mailbox"]
    assert states(desk) == {"rejected": 1}
    with desk.services.store.read() as db:
        assert db.ledger.of(["ana"]) == {"ana": []}


def test_a_hard_bounce_marks_that_person_only(desk: Desk) -> None:
    desk.subscribe("ana")
    desk.subscribe("bo")
    desk.mailer.refuse = lambda address: (
        DeliveryError(address, "no such mailbox", code=550, permanent=True, hard=True) if address.startswith("ana") else None
    )
    desk.run()
    with desk.services.store.read() as db:
        assert {s.id: s.status for s in db.subscribers.all()} == {"ana": Status.BOUNCED, "bo": Status.ACTIVE}
    assert [address for address, _ in desk.mailer.sent] == ["bo@example.org"]


def test_a_refusal_of_this_installation_ends_the_run_and_rejects_nobody(desk: Desk) -> None:
    desk.subscribe("ana")
    desk.subscribe("bo")
    desk.mailer.refuse = lambda address: DeliveryError(address, "535 bad password", code=535, permanent=True, ours=True)
    report = desk.run()["deliver"]
    assert len(report.failures) == 1
    assert states(desk) == {"deferred": 1, "queued": 1}
    desk.mailer.refuse = lambda address: None
    desk.run(NOW + HOUR)
    assert sorted(address for address, _ in desk.mailer.sent) == ["ana@example.org", "bo@example.org"]


def test_the_admin_is_told_once_a_day_that_mail_cannot_be_sent(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(f'[admin]\nemail = "desk@example.org"\n{TOML}')
    desk.subscribe("ana")
    desk.mailer.refuse = lambda address: DeliveryError(address, "535 bad password", code=535, permanent=True, ours=True)
    for minutes in (0, 10, 20, 30):
        desk.run(NOW + timedelta(minutes=minutes))
    desk.mailer.refuse = lambda address: None
    desk.run(NOW + 2 * HOUR)
    desk.run(NOW + 3 * HOUR)
    assert sorted(address for address, _ in desk.mailer.sent) == ["ana@example.org", "desk@example.org"]
    (alert,) = [mail for address, mail in desk.mailer.sent if address == "desk@example.org"]
    assert "535 bad password" in alert.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_deferred_mail_is_tried_again_with_the_same_message_id(desk: Desk) -> None:
    desk.subscribe()
    desk.mailer.refuse = lambda address: DeliveryError(address, "try later", code=451)
    desk.run()
    assert states(desk) == {"deferred": 1}
    with desk.services.store.read() as db:
        message_id = db.deliveries.of_subscriber("ana")[0].message_id
    desk.mailer.refuse = lambda address: None
    desk.run(NOW + HOUR)
    assert [str(mail["Message-ID"]) for _, mail in desk.mailer.sent] == [message_id]


@pytest.mark.parametrize(("policy", "mails"), [("resend", 1), ("hold", 0)])
def test_a_line_lost_after_data_is_unknown_and_follows_the_policy(
    make_desk: Callable[..., Desk], policy: str, mails: int
) -> None:
    desk = make_desk(f'[mail]\nwhen_unknown = "{policy}"\n{TOML}')
    desk.subscribe()
    desk.mailer.refuse = lambda address: DeliveryError(address, "the line was cut", uncertain=True)
    desk.run()
    assert states(desk) == {"unknown": 1}
    desk.mailer.refuse = lambda address: None
    desk.run(NOW + HOUR)
    desk.run(NOW + 2 * HOUR)
    assert len(desk.mailer.sent) == mails
    assert states(desk) == ({"accepted": 1} if mails else {"unknown": 1})


def test_a_sender_killed_between_data_and_its_answer_leaves_an_unknown_mail(desk: Desk) -> None:
    desk.subscribe()

    killed = replace(desk.services, mailer=KilledMailer())
    with pytest.raises(KeyboardInterrupt):
        list(cycle(killed, NOW))
    assert states(desk) == {"sending": 1}
    desk.run(NOW + timedelta(minutes=5))
    assert desk.mailer.sent == []
    for minutes in (20, 30, 60):
        desk.run(NOW + timedelta(minutes=minutes))
    assert len(desk.mailer.sent) == 1
    with desk.services.store.read() as db:
        moves = [(a, b) for _, a, b, _ in db.deliveries.events(db.deliveries.of_subscriber("ana")[0].id)]
    assert ("sending", "unknown") in moves


def test_a_lease_counts_from_its_own_claim_however_long_the_mails_before_it_took(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.subscribe("ana")
    desk.subscribe("bo")
    looks = count()
    monkeypatch.setattr(deliver, "_clock_from", lambda now: lambda: now + next(looks) * HOUR / 60)
    with pytest.raises(KeyboardInterrupt):
        list(cycle(replace(desk.services, mailer=KilledMailer(lives=1)), NOW))
    with desk.services.store.read() as db:
        (held,) = db.deliveries.in_states([DeliveryState.SENDING])
    assert held.lease_until is not None
    assert held.lease_until > NOW + LEASE + 2 * HOUR / 60


def test_who_left_between_composing_and_sending_gets_nothing(desk: Desk) -> None:
    desk.subscribe()
    for name in ("poll", "read", "cluster", "compose"):
        run_step(desk.services, name, STEPS[name].due(desk.services, NOW), NOW)
    with desk.services.store.write() as db:
        db.subscribers.set_status("ana", Status.UNSUBSCRIBED)
    report = deliver.run(desk.services, tuple(deliver.due(desk.services, NOW)), NOW)
    assert report.done == 0
    assert desk.mailer.sent == []
    assert states(desk) == {"cancelled": 1}


class ForgetfulPostman:
    """Cannot make the mail of one reader."""

    def __init__(self, postman: Postman) -> None:
        self._postman = postman
        self.domain, self.notice = postman.domain, postman.notice

    def edition(self, edition: Edition, subscriber: Subscriber, delivery: Delivery) -> EmailMessage:
        if subscriber.id == "ana":
            raise ZeroDivisionError("no such template")
        return self._postman.edition(edition, subscriber, delivery)


def test_a_mail_that_cannot_be_made_keeps_no_other(desk: Desk) -> None:
    desk.subscribe("ana")
    desk.subscribe("bo")
    broken = replace(desk.services, postman=ForgetfulPostman(desk.services.postman))
    report = list(cycle(broken, NOW))[ORDER["deliver"]]
    assert report.done == 1
    assert [failure.reason for failure in report.failures] == ["the mail could not be made: ZeroDivisionError: no such template"]
    assert states(desk) == {"accepted": 1, "deferred": 1}


def test_preview_is_what_goes_out_and_leaves_no_trace(desk: Desk) -> None:
    reader = desk.subscribe(topics={"energy": 1.0})
    with desk.services.store.write() as db:
        db.subscribers.set_status("ana", Status.PENDING)
    desk.run()
    shown = compose.preview(desk.services, reader, NOW)
    assert BATTERY in [pick.fragment.claim for pick in shown.picks]
    with desk.services.store.read() as db:
        assert db.editions.latest("ana") == []
        assert db.editions.slots(None) == [date(2026, 11, 21)]


def test_what_is_below_the_scorers_floor_reaches_no_edition(desk: Desk) -> None:
    weak = "The bakery opens at seven and closes at four."
    desk.pages["http://town.example/feed"] = feed("town.example", ("weak", "Hours", weak))
    desk.run()
    with desk.services.store.read() as db:
        found = searching.insights(db, desk.services.config, searching.Question(text="bakery"), 9).items
        assert [kept.insight.score < FLOOR for kept in found] == [True]
    assert claims(desk, None) == [BATTERY]


def test_the_house_edition_needs_no_reader(desk: Desk) -> None:
    assert HOUSE in compose.due(desk.services, NOW)
    desk.run()
    assert set(claims(desk, None)) == {BATTERY, BUSES}
    assert desk.mailer.sent == []


def test_a_stop_ends_the_cycle_at_the_next_border(desk: Desk) -> None:
    desk.services.stopping.set()
    assert desk.run() == {}


def test_topics_decide_the_first_place(desk: Desk) -> None:
    desk.subscribe("ana", topics={"energy": 1.0})
    desk.subscribe("bo", topics={"cities": 1.0})
    desk.run()
    assert claims(desk, "ana")[0] == BATTERY
    assert claims(desk, "bo")[0] == BUSES


def test_a_clock_set_back_doubles_nothing(desk: Desk) -> None:
    desk.subscribe()
    for moment in (NOW, NOW - HOUR, NOW, NOW + HOUR, datetime(1970, 1, 1, tzinfo=NOW.tzinfo), NOW + 2 * HOUR):
        desk.run(moment)
    assert len(desk.mailer.sent) == 1


def test_a_copy_belongs_to_its_story_and_counts_as_no_source(desk: Desk) -> None:
    longer = " ".join([BATTERY, BUSES, SHIPS])
    desk.pages["http://paper.example/feed"] = feed("paper.example", ("battery", "Iron battery", longer))
    desk.pages["http://town.example/feed"] = feed("town.example", ("copied", "Iron battery", longer))
    desk.run()
    assert cluster.due(desk.services, NOW) == []
    with desk.services.store.read() as db:
        stories = telling.stories(db, desk.services.config, db.stories.since(NOW - DAY))
    assert {len(story.sources) for story in stories} == {1}


def test_insights_that_another_process_has_placed_meanwhile_are_left_alone(desk: Desk) -> None:
    desk.run()
    assert cluster.run(desk.services, (cluster.ALL,), NOW).done == 0


@pytest.mark.parametrize("hour", [-0.5, 11])
def test_who_confirms_gets_the_edition_of_the_day_at_once_and_once(desk: Desk, hour: float) -> None:
    desk.run(NOW - HOUR)
    moment = NOW + hour * HOUR
    pending = replace(desk.subscribe("bo"), id="ana", email="ana@example.org", status=Status.PENDING, days=(0, 5))
    with desk.services.store.write() as db:
        db.subscribers.remove("bo")
        db.subscribers.add(pending)
    desk.run(moment)
    assert desk.mailer.sent == []
    people.confirm(desk.services, "ana")
    for later in (0, 1, 3, 12, 20):
        desk.run(moment + later * HOUR)
        people.confirm(desk.services, "ana")
        assert len(desk.mailer.sent) == 1
    with desk.services.store.read() as db:
        assert db.editions.slots("ana") == [NOW.date()]


@pytest.mark.sqlite("one writer at a time, who takes the lock first")
def test_every_statement_that_writes_stands_in_a_transaction_that_began_by_taking_the_lock(desk: Desk) -> None:
    log: dict[object, list[str]] = {}
    desk.services.store.close()  # so that no connection is in use yet
    event.listen(
        desk.services.store._engine,
        "checkout",
        lambda connection, *_: connection.set_trace_callback(log.setdefault(id(connection), []).append),
    )
    desk.subscribe()
    desk.run()
    desk.run(NOW + DAY)
    writes, careless, immediate = 0, [], False
    for statement in (line for lines in log.values() for line in lines):
        word = statement.split(maxsplit=1)[0].upper()
        if word in ("BEGIN", "COMMIT", "ROLLBACK"):
            immediate = "IMMEDIATE" in statement
        elif word in ("INSERT", "UPDATE", "DELETE", "REPLACE"):
            writes += 1
            careless += [] if immediate else [statement]
    assert writes > 20
    assert careless == []
