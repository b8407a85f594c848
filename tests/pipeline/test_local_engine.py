"""The heartbeat: asks what is due, submits it once, and one holder of the lease at a time does so."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from briefing.jobs.local import LocalEngine
from briefing.pipeline import deliver, people
from briefing.pipeline.services import Report
from briefing.pipeline.wishes import wishes

from .conftest import NOW, Desk


def engine(desk: Desk, owner: str = "one", told: list[Report] | None = None) -> LocalEngine:
    notes = told if told is not None else []
    return LocalEngine(replace(desk.services, owner=owner), told=notes.append, clock=lambda: NOW)


def work(one: LocalEngine) -> int:
    """Do all waiting jobs; how many there were."""
    return sum(iter(lambda: one.work_once(), False))


def test_a_beat_brings_what_is_due_to_the_inbox(desk: Desk) -> None:
    desk.subscribe()
    one = engine(desk)
    for _ in range(3):
        one.beat()
        work(one)
    assert len(desk.mailer.sent) == 1


def signed_up(desk: Desk, address: str) -> None:
    people.sign_up(desk.services, wishes({"email": address}, desk.services.config), NOW)


def test_who_signs_up_between_two_beats_waits_for_no_beat(desk: Desk) -> None:
    one = engine(desk)
    one.beat()
    work(one)
    signed_up(desk, "eva@example.org")
    one.glance()
    assert work(one) == 1
    assert [to for to, _ in desk.mailer.sent] == ["eva@example.org"]


def test_a_glance_leaves_to_the_beat_what_could_not_be_sent(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deliver, "LEAST_ROOM", 10**18)
    one = engine(desk)
    one.beat()
    work(one)
    signed_up(desk, "eva@example.org")
    one.glance()
    assert work(one) == 1 and not desk.mailer.sent
    one.glance()
    assert work(one) == 0


def test_only_the_holder_of_the_lease_glances(desk: Desk) -> None:
    engine(desk, "one").beat()
    signed_up(desk, "eva@example.org")
    second = engine(desk, "two")
    second.glance()
    assert work(second) == 0


def test_the_same_job_waits_once(desk: Desk) -> None:
    one = engine(desk)
    for _ in range(100):
        one.submit("poll", ("http://paper.example/feed",))
    assert work(one) >= 1
    assert desk.fetcher.asked.count("http://paper.example/feed") == 1


def test_beats_that_double_submit_nothing_twice(desk: Desk) -> None:
    desk.subscribe()
    one = engine(desk)
    for _ in range(10):
        one.beat()
        one.beat()
        work(one)
    assert len(desk.mailer.sent) == 1


def test_only_the_holder_of_the_lease_beats(desk: Desk) -> None:
    first, second = engine(desk, "one"), engine(desk, "two")
    first.beat()
    second.beat()
    assert work(second) == 0
    assert work(first) > 0


def test_another_takes_over_when_the_lease_is_over(desk: Desk) -> None:
    engine(desk, "one").beat()
    later = LocalEngine(replace(desk.services, owner="two"), clock=lambda: NOW + timedelta(seconds=61))
    later.beat()
    assert work(later) > 0


def test_a_step_that_fails_does_not_end_the_others(desk: Desk) -> None:
    notes: list[Report] = []
    one = engine(desk, told=notes)
    one.submit("no such step", ("id",))
    one.submit("poll", ("http://paper.example/feed",))
    work(one)
    assert "poll" in [report.step for report in notes]


def test_it_runs_until_it_is_told_to_stop_and_gives_the_lease_back(desk: Desk) -> None:
    one = engine(desk)
    thread = threading.Thread(target=one.run_forever)
    thread.start()
    desk.services.stopping.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    with desk.services.store.read() as db:
        assert db.meta.holder("heartbeat") is None
