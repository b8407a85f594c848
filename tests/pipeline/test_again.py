"""What comes a second time: predictions on their day, corrections to who was sent the error, the week in review."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from briefing.errors import DeliveryError, UsageError
from briefing.model import Edition, Subscriber
from briefing.pipeline.correcting import correct

from .conftest import BATTERY, BUSES, NOW, SHIPS, Desk, feed

DAY = timedelta(days=1)
OATS = (
    "Farmers around Vestrup who sow oats between the rows of maize lose a fifth less soil to the spring rain, and their "
    "harvest did not shrink in any of the four years that the institute measured it."
)
CLOCKS = (
    "Schools in Norrby that begin at nine instead of eight report eleven percent fewer sick days, although the buses had to be "
    "ordered anew and some parents now start work later."
)
FORETOLD = "The harbour of Halden will close its last coal crane by 24 November 2026, the director of the port expects."
FIVE = {"battery": BATTERY, "buses": BUSES, "ships": SHIPS, "oats": OATS, "clocks": CLOCKS}


def tell(desk: Desk, guid: str, text: str, now: datetime) -> None:
    """The only item of the paper's feed on a day."""
    moment = now - timedelta(hours=2)
    desk.pages["http://paper.example/feed"] = feed(
        "paper.example", (guid, guid.title(), text), date=f"{moment:%a, %d %b %Y %H:%M:%S} GMT"
    )
    desk.pages[f"http://paper.example/{guid}"] = b""
    desk.pages["http://town.example/feed"] = feed("town.example")


def a_week(desk: Desk, first: datetime = NOW - 5 * DAY) -> None:
    """A story a day from Monday to Friday."""
    for number, (guid, text) in enumerate(FIVE.items()):
        tell(desk, guid, text, first + number * DAY)
        desk.run(first + number * DAY)


def edition(desk: Desk, slot: date, reader: str | None = "ana") -> Edition | None:
    with desk.services.store.read() as db:
        return db.editions.of_slot(reader, slot)


def add(desk: Desk, reader: Subscriber) -> None:
    with desk.services.store.write() as db:
        db.subscribers.add(reader)


def recaps(desk: Desk, reader: str | None = "ana") -> list[date]:
    with desk.services.store.read() as db:
        return [each.slot for each in db.editions.latest(reader, 100) if each.recap]


def test_the_week_comes_again_on_its_day_only_and_counts_as_no_telling(desk: Desk) -> None:
    desk.subscribe()
    a_week(desk)
    with desk.services.store.read() as db:
        told = db.ledger.of(["ana"])
    for day in (1, 2):
        desk.run(NOW + day * DAY)
    with desk.services.store.read() as db:
        assert db.ledger.of(["ana"]) == told
    assert recaps(desk) == recaps(desk, None) == [date(2026, 11, 22)]
    sunday = edition(desk, date(2026, 11, 22))
    assert sunday is not None
    assert sunday.recap is not None
    assert sunday.recap.since == date(2026, 11, 15)
    assert len(sunday.recap.lines) == len({line.story_id for line in sunday.recap.lines}) == 5
    assert {line.told_on for line in sunday.recap.lines} == {date(2026, 11, 16 + n) for n in range(5)}


def test_who_reads_on_other_days_gets_the_recap_on_the_next_of_them(desk: Desk) -> None:
    add(desk, replace(desk.subscribe("bo"), id="ana", email="ana@example.org", days=(0, 1, 2, 3, 4)))
    a_week(desk)
    for day in (1, 2, 3):
        desk.run(NOW + day * DAY)
    assert recaps(desk) == [date(2026, 11, 23)]


def test_what_was_muted_or_corrected_meanwhile_is_not_recalled(desk: Desk) -> None:
    ana = desk.subscribe()
    a_week(desk)
    with desk.services.store.write() as db:
        db.subscribers.save(replace(ana, muted=("oats",)))
    with desk.services.store.read() as db:
        wrong = next(kept for kept in db.insights.get(ids(desk)).values() if "Night buses" in kept.insight.claim)
    correct(desk.services, wrong.insight.id, "It is twice as many.", NOW)
    desk.run(NOW + DAY)
    sunday = edition(desk, date(2026, 11, 22))
    assert sunday is not None
    assert sunday.recap is not None
    told = " ".join(line.headline for line in sunday.recap.lines)
    assert len(sunday.recap.lines) == 3
    assert "oats" not in told
    assert "Night buses" not in told


def ids(desk: Desk) -> list[str]:
    with desk.services.store.read() as db:
        return db.insights.archive(desk.services.embedder().name)[0]


def due_on(desk: Desk, reader: str | None = "ana") -> list[tuple[date, str]]:
    with desk.services.store.read() as db:
        told = db.editions.latest(reader, 100)
    return [(each.slot, line.what) for each in reversed(told) for line in each.due]


def daily(desk: Desk, days: int) -> None:
    """A story a day, so that there is an edition to put things into."""
    for number, (guid, text) in zip(range(days), list(FIVE.items()), strict=False):
        tell(desk, guid, text, NOW + (2 + number) * DAY)
        desk.run(NOW + (2 + number) * DAY)


def test_a_prediction_comes_back_on_its_day_once(desk: Desk) -> None:
    tell(desk, "crane", FORETOLD, NOW - 10 * DAY)
    desk.run(NOW - 10 * DAY)
    desk.subscribe()
    daily(desk, 4)
    assert due_on(desk) == [(date(2026, 11, 24), FORETOLD)]
    assert [slot for slot, _ in due_on(desk, None)] == [date(2026, 11, 24)]
    tuesday = edition(desk, date(2026, 11, 24))
    assert tuesday is not None
    (line,) = tuesday.due
    assert line.insight_url.startswith("http://localhost:8000/i/")
    assert line.source.feed


def test_a_prediction_does_not_come_to_who_would_not_want_it(desk: Desk) -> None:
    tell(desk, "crane", FORETOLD, NOW - 10 * DAY)
    desk.run(NOW - 10 * DAY)
    anybody = replace(desk.subscribe("anybody"), on_empty="send")
    wishes = {"muting": {"muted": ("coal",)}, "elsewhere": {"topics": {"cities": 1.0}}, "abroad": {"languages": ("de",)}}
    for name, wish in wishes.items():
        add(desk, replace(anybody, id=name, email=f"{name}@example.org", **wish))  # type: ignore[arg-type]
    daily(desk, 1)
    desk.run(NOW + 3 * DAY)
    assert due_on(desk, "anybody") == []
    tell(desk, "ships", SHIPS, NOW + 4 * DAY)
    desk.run(NOW + 4 * DAY)
    assert due_on(desk, "anybody")
    for name in wishes:
        assert edition(desk, date(2026, 11, 25), name) is not None
        assert due_on(desk, name) == []


def test_a_prediction_said_a_day_before_its_day_does_not_come_back(desk: Desk) -> None:
    desk.subscribe()
    daily(desk, 1)
    tell(desk, "crane", FORETOLD, NOW + 2.5 * DAY)
    desk.run(NOW + 3 * DAY)
    tell(desk, "ships", SHIPS, NOW + 4 * DAY)
    desk.run(NOW + 4 * DAY)
    assert edition(desk, date(2026, 11, 25)) is not None
    assert due_on(desk) == []


def test_a_correction_reaches_everybody_who_was_sent_the_error_and_nobody_else(desk: Desk) -> None:
    desk.subscribe()
    desk.run()
    first = edition(desk, NOW.date())
    assert first is not None
    wrong = first.picks[0].fragment
    desk.subscribe("new")
    made = correct(desk.services, wrong.insight_id, "It was 28 hours.\n", NOW + timedelta(hours=1))
    assert (made.was, made.text) == (wrong.claim, "It was 28 hours.")
    for day in (1, 2, 3):
        desk.run(NOW + day * DAY)
    with desk.services.store.read() as db:
        told = {
            reader: [line for each in db.editions.latest(reader, 9) for line in each.corrections]
            for reader in ("ana", None, "new")
        }
        picked = [pick.fragment.insight_id for each in db.editions.latest("new", 9) for pick in each.picks]
    assert [line.text for line in told["ana"]] == [line.text for line in told[None]] == ["It was 28 hours."]
    assert told["ana"][0].told_on == NOW.date()
    assert told["new"] == []
    assert wrong.insight_id not in picked
    mails = [mail.get_body(("plain",)) for address, mail in desk.mailer.sent if address.startswith("ana")]
    assert "It was 28 hours." in " ".join(mails[-1].get_content().split())  # type: ignore[union-attr]


def test_a_correction_that_was_refused_comes_again(desk: Desk) -> None:
    desk.subscribe()
    desk.run()
    first = edition(desk, NOW.date())
    assert first is not None
    correct(desk.services, first.picks[0].fragment.insight_id, "It was 28 hours.", NOW)
    desk.mailer.refuse = lambda address: DeliveryError(address, "no such day", permanent=True)
    desk.run(NOW + DAY)
    desk.mailer.refuse = lambda address: None
    desk.run(NOW + 2 * DAY)
    again = edition(desk, NOW.date() + 2 * DAY)
    assert again is not None
    assert len(again.corrections) == 1


@pytest.mark.parametrize(("id_", "text"), [("nothing", "Words."), (None, " \u202e ")])
def test_what_cannot_be_corrected_is_refused_in_words(desk: Desk, id_: str | None, text: str) -> None:
    desk.run()
    with pytest.raises(UsageError):
        correct(desk.services, id_ or ids(desk)[0], text, NOW)


def test_the_same_correction_twice_is_one(desk: Desk) -> None:
    desk.run()
    for hour in (1, 2):
        correct(desk.services, ids(desk)[0], "It was 28 hours.", NOW + hour * timedelta(hours=1))
    with desk.services.store.read() as db:
        assert len(db.corrections.since(NOW)) == 1
