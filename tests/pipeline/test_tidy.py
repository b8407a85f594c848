"""What is older than `keep` goes; insights, stories and what keeps things from coming twice stay."""

from collections.abc import Callable
from datetime import timedelta

from briefing.model import Delivery, Edition, Entry
from briefing.pipeline import tidy
from briefing.store.entries import DONE, READ
from briefing.store.ledger import Told

from .conftest import NOW, TOML, Desk

DAY = timedelta(days=1)
KEPT_30_DAYS = TOML.replace("[briefing]", '[briefing]\nkeep = "30d"')


def entries(desk: Desk) -> list[Entry]:
    with desk.services.store.read() as db:
        return [*db.entries.latest("http://paper.example/feed", 9), *db.entries.latest("http://town.example/feed", 9)]


def mails(desk: Desk) -> tuple[list[Edition], list[Delivery], list[Told]]:
    with desk.services.store.read() as db:
        return db.editions.latest("ana", 9), db.deliveries.of_subscriber("ana"), db.ledger.of(["ana"])["ana"]


def read_one_day(make_desk: Callable[..., Desk]) -> Desk:
    desk = make_desk(KEPT_30_DAYS)
    desk.subscribe()
    for url, page in desk.pages.items():
        desk.pages[url] = page.replace(b"description>", b"content:encoded>")
    desk.run()
    assert all(entry.html for entry in entries(desk))
    return desk


def test_what_is_young_stays(make_desk: Callable[..., Desk]) -> None:
    desk = read_one_day(make_desk)
    before = entries(desk), mails(desk)
    assert tidy.run(desk.services, (tidy.OLD,), NOW + 29 * DAY).done == 0
    assert (entries(desk), mails(desk)) == before


def test_old_mails_editions_and_html_go_and_insights_stay(make_desk: Callable[..., Desk]) -> None:
    desk = read_one_day(make_desk)
    hashes = [entry.content_hash for entry in entries(desk)]
    report = tidy.run(desk.services, (tidy.OLD,), NOW + 31 * DAY)
    assert report.counts == {"old editions": 2, "old pages": 2}
    editions, deliveries, sent = mails(desk)
    assert (editions, deliveries) == ([], [])
    assert len(sent) == 2, "what was sent is remembered for longer than it is kept"
    assert [(entry.html, entry.content_hash) for entry in entries(desk)] == [("", one) for one in hashes]
    with desk.services.store.read() as db:
        assert (db.insights.count(), db.stories.count()) == (2, 2)


def test_what_was_sent_long_ago_is_forgotten(make_desk: Callable[..., Desk]) -> None:
    desk = read_one_day(make_desk)
    tidy.run(desk.services, (tidy.OLD,), NOW + tidy.REMEMBERED + 2 * DAY)
    assert mails(desk) == ([], [], [])


def test_an_entry_that_waits_to_be_read_keeps_its_html(make_desk: Callable[..., Desk]) -> None:
    desk = read_one_day(make_desk)
    waiting, done = entries(desk)
    with desk.services.store.write() as db:
        db.entries.move(waiting.id, READ)
        db.entries.move(done.id, DONE)
    tidy.run(desk.services, (tidy.OLD,), NOW + 31 * DAY)
    assert [bool(entry.html) for entry in entries(desk)] == [True, False]


def test_it_is_done_once_a_day(desk: Desk) -> None:
    assert tidy.due(desk.services, NOW) == [tidy.OLD, tidy.VECTORS]
    desk.run()
    assert tidy.due(desk.services, NOW + DAY / 24) == []
    assert tidy.due(desk.services, NOW + DAY) == [tidy.OLD]
