"""Ranking takes its time while others write; what they change meanwhile counts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from briefing.model import DeliveryState, Status
from briefing.pipeline import cluster, compose
from briefing.pipeline.steps import STEPS, run_step
from briefing.store import Session, Store

from .conftest import NOW, Desk


def while_in(monkeypatch: pytest.MonkeyPatch, module: object, name: str, act: Callable[[], None]) -> None:
    """Let something happen while a function of the step is at work."""
    work = getattr(module, name)

    def disturbed(*arguments: object) -> object:
        act()
        return work(*arguments)

    monkeypatch.setattr(module, name, disturbed)


@pytest.mark.parametrize(("module", "name"), [(compose, "issues"), (cluster, "assign")])
def test_the_store_can_be_written_while_a_step_computes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, module: object, name: str
) -> None:
    def write() -> None:
        other = Store(desk.services.config.store.url)
        with other.write() as db:
            db.meta.set("beside", "written")
        other.close()

    desk.subscribe()
    while_in(monkeypatch, module, name, write)
    desk.run()
    with desk.services.store.read() as db:
        assert db.meta.setting("beside") == "written"
    assert len(desk.mailer.sent) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda db: db.subscribers.set_status("ana", Status.UNSUBSCRIBED),
        lambda db: db.subscribers.remove("ana"),
        lambda db: db.subscribers.schedule(("ana", NOW + timedelta(days=1), NOW.date())),
    ],
)
def test_who_changed_while_ranking_went_on_gets_no_edition_of_the_former_wishes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: Callable[[Session], None]
) -> None:
    def act() -> None:
        with desk.services.store.write() as db:
            change(db)

    desk.subscribe("ana")
    desk.subscribe("bo")
    while_in(monkeypatch, compose, "issues", act)
    desk.run()
    assert [address for address, _ in desk.mailer.sent] == ["bo@example.org"]
    with desk.services.store.read() as db:
        assert db.editions.latest("ana") == []


def test_an_edition_made_late_has_no_more_time_than_its_slot_allows(desk: Desk) -> None:
    desk.subscribe()
    late = NOW + timedelta(hours=5)
    for name in ("poll", "read", "cluster", "compose"):
        run_step(desk.services, name, STEPS[name].due(desk.services, late), late)
    with desk.services.store.read() as db:
        (queued,) = db.deliveries.in_states([DeliveryState.QUEUED])
    assert queued.not_after == NOW + timedelta(hours=6)
