"""The admin hears once of a feed that breaks, falls silent or comes back, and once of a network that is down."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.errors import FetchError
from briefing.pipeline.alerts import SHOWN, Known, news
from briefing.pipeline.health import FeedHealth
from briefing.pipeline.keeping import ACCEPT

from .conftest import NOW, TOML, Desk, feed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADMIN = f'{TOML}\n[admin]\nemail = "admin@example.org"\n'
TIMEOUT = "timed out"


def health(number: int = 0, status: str = "ok", **fields: object) -> FeedHealth:
    known: dict[str, object] = {"failures": 3, "last_error": TIMEOUT} if status == "failing" else {}
    made = {"url": f"http://{number}.example/", "title": f"Feed {number}", "kind": None, "remark": "", "next_poll": NOW}
    return FeedHealth(status=status, **(made | known | fields))  # type: ignore[arg-type]  # a test names what differs


def told(*days: Sequence[FeedHealth]) -> list[str]:
    """Headlines of the mails that these readings bring, two hours apart."""
    known, headlines = Known(), []
    for step, healths in enumerate(days):
        found = news(healths, known, NOW + 2 * step * HOUR)
        headlines.append(found.headline if found else "")
        known = found.known if found else known
    return headlines


WELL, BROKEN, SILENT = health(), health(status="failing"), health(status="silent")
OTHERS = [health(number) for number in range(1, 9)]


@pytest.mark.parametrize(
    ("readings", "headlines"),
    [
        ([WELL, BROKEN, BROKEN, WELL, WELL], ["", "Feed 0 cannot be read", "", "Feed 0 is back", ""]),
        ([WELL, SILENT, SILENT, WELL], ["", "Feed 0 has fallen silent", "", "Feed 0 is back"]),
        ([SILENT, BROKEN, SILENT], ["Feed 0 has fallen silent", "Feed 0 cannot be read", "Feed 0 has fallen silent"]),
        ([health(status="failing", failures=1), WELL], ["", ""]),
        ([BROKEN, health(status="failing", failures=1), BROKEN], ["Feed 0 cannot be read", "", ""]),
        ([health(status="failing", failures=2, last_success=NOW - DAY)], ["Feed 0 cannot be read"]),
        ([health(status="failing", failures=2, last_success=NOW - HOUR)], [""]),
        ([health(status="failing", failures=1, next_poll=None)], ["Feed 0 cannot be read"]),
        ([health(status="failing", failures=1, last_error=f"its title and site changed; {ACCEPT}")], ["Feed 0 cannot be read"]),
        ([health(status="new"), health(status="resting")], ["", ""]),
        ([BROKEN, health(status="resting", next_poll=None), WELL], ["Feed 0 cannot be read", "", "Feed 0 is back"]),
    ],
)
def test_each_change_of_a_feed_is_told_once(readings: list[FeedHealth], headlines: list[str]) -> None:
    assert told(*([reading, *OTHERS] for reading in readings)) == headlines


def test_several_changes_are_one_mail() -> None:
    found = news([health(1, "failing"), health(2, "silent", remark="usually daily, quiet for 5 days"), *OTHERS[2:]], Known(), NOW)
    assert found is not None
    assert found.headline == "Feeds: 1 cannot be read, 1 has fallen silent"
    assert "Feed 2 has fallen silent: usually daily, quiet for 5 days." in found.text
    many = news([*(health(n, "silent") for n in range(SHOWN + 5)), *OTHERS], Known(), NOW)
    assert many is not None
    assert many.headline == "Feeds: 30 have fallen silent"
    assert many.text.endswith("... and 5 more.")


def test_five_hundred_feeds_that_fail_are_one_mail_and_one_when_the_network_is_back() -> None:
    down = [health(number, "failing", failures=1) for number in range(500)]
    longer = [replace(each, failures=5) for each in down]
    back = [replace(each, status="ok") for each in down[:-1]] + longer[-1:]
    assert told(down, longer, longer, back, back) == ["The network seems down", "", "", "The network is back", ""]


@pytest.mark.parametrize(("failing", "well"), [(4, 0), (5, 6)])
def test_a_few_feeds_that_fail_are_no_network(failing: int, well: int) -> None:
    found = news([health(n, "failing") for n in range(failing)] + [health(n + 99) for n in range(well)], Known(), NOW)
    assert found is not None
    assert found.headline == f"Feeds: {failing} cannot be read"


@pytest.fixture
def alerted(make_desk: Callable[..., Desk]) -> Desk:
    return make_desk(ADMIN)


def subjects(desk: Desk) -> list[str]:
    return [str(mail["Subject"]) for _, mail in desk.mailer.sent]


def test_the_mail_goes_out_in_the_same_cycle_and_names_the_reason(alerted: Desk) -> None:
    alerted.run()
    alerted.fetcher.errors["http://paper.example/feed"] = FetchError("http://paper.example/feed", "answered 500", status=500)
    for day in range(1, 5):
        alerted.run(NOW + day * DAY)
    assert subjects(alerted) == ["paper.example cannot be read (Brief)"]
    assert "answered 500 (2 times in a row, last read 2 days ago)" in " ".join(alerted.mailer.sent[0][1].as_string().split())
    del alerted.fetcher.errors["http://paper.example/feed"]
    alerted.run(NOW + 6 * DAY)
    alerted.run(NOW + 7 * DAY)
    assert subjects(alerted)[1:] == ["paper.example is back (Brief)"]


def test_a_feed_that_falls_silent_against_its_own_rhythm_is_told(alerted: Desk) -> None:
    for day in range(5):
        items = [(f"battery{n}", f"Battery {n}", f"Words of {n}.") for n in range(day + 1)]
        alerted.pages["http://paper.example/feed"] = feed("paper.example", *items, date=f"{16 + day} Nov 2026 05:00:00 GMT")
        alerted.run(NOW - (5 - day) * DAY)
    for day in range(9):
        alerted.run(NOW + day * DAY)
    assert subjects(alerted) == ["paper.example has fallen silent (Brief)"]


def test_changes_within_an_hour_wait_for_one_another(alerted: Desk) -> None:
    for url in ("http://paper.example/feed", "http://town.example/feed"):
        alerted.fetcher.errors[url] = FetchError(url, "answered 500", status=500)
    moments = [NOW + minutes * timedelta(minutes=10) for minutes in range(120)]
    for moment in moments:
        alerted.run(moment)
    assert len(subjects(alerted)) <= 2


def test_nobody_is_told_where_no_admin_has_an_address(desk: Desk) -> None:
    desk.fetcher.errors["http://paper.example/feed"] = FetchError("http://paper.example/feed", "answered 500", status=500)
    for day in range(5):
        desk.run(NOW + day * DAY)
    assert subjects(desk) == []


def test_a_clock_that_goes_back_is_told_once_and_again_only_after_it_was_right(make_desk: Callable[..., Desk]) -> None:
    desk = make_desk(ADMIN)
    mails = []
    for moment in (NOW, NOW - 2 * HOUR, NOW - HOUR, NOW - DAY, NOW + HOUR, NOW + DAY, NOW, NOW + HOUR):
        desk.run(moment)
        mails.append(sum("clock" in str(mail["Subject"]) for _, mail in desk.mailer.sent))
    assert mails == [0, 1, 1, 1, 1, 1, 2, 2]
