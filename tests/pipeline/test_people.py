"""Who may go from which state to which: what a link, an admin or a bounce can do, and cannot."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from briefing import app
from briefing.config import parse
from briefing.errors import UsageError
from briefing.model import Status
from briefing.pipeline import people
from briefing.pipeline.services import Services
from briefing.pipeline.wishes import Wishes, as_asked, wishes

CONFIG = b'[topics.ai]\n[[feeds]]\nurl = "https://example.org/feed"\n'
NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
EMAIL = "ada@example.org"


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with app.opened(parse(CONFIG, path=tmp_path / "feeds.toml", environ={})) as opened:
        yield opened


def asked(services: Services, **fields: str) -> Wishes:
    return wishes({"email": EMAIL} | fields, services.config)


def status(services: Services) -> Status | None:
    with services.store.read() as db:
        known = db.subscribers.by_email(EMAIL)
    return known.status if known else None


def queued(services: Services) -> int:
    with services.store.read() as db:
        return db.deliveries.counts().get("queued", 0)


def test_the_way_of_a_stranger(services: Services) -> None:
    ada = people.sign_up(services, asked(services), NOW)
    assert status(services) is Status.PENDING and queued(services) == 1
    people.confirm(services, ada.id)
    assert status(services) is Status.ACTIVE
    people.unsubscribe(services, ada.id)
    assert status(services) is Status.UNSUBSCRIBED


def test_the_last_wishes_before_a_confirmation_count_and_none_of_a_stranger_after_it(services: Services) -> None:
    def zone(asked_for: str) -> str:
        return people.sign_up(services, asked(services, zone=asked_for), NOW).zone

    assert zone("Europe/Berlin") == "Europe/Berlin"
    assert zone("Asia/Tokyo") == "Asia/Tokyo"
    ada = people.sign_up(services, asked(services, zone="Asia/Tokyo"), NOW)
    people.confirm(services, ada.id)
    assert zone("America/Lima") == "Asia/Tokyo"
    people.unsubscribe(services, ada.id)
    assert zone("America/Lima") == "America/Lima"


def test_every_move_may_be_made_twice(services: Services) -> None:
    ada = people.sign_up(services, asked(services), NOW)
    for move in (people.confirm, people.unsubscribe):
        assert move(services, ada.id) == move(services, ada.id)


def test_typing_an_address_often_sends_one_mail_a_day(services: Services) -> None:
    for _ in range(5):
        people.sign_up(services, asked(services), NOW)
    assert queued(services) == 1
    people.sign_up(services, asked(services), NOW + timedelta(days=1))
    assert queued(services) == 2


def test_an_old_confirmation_link_does_not_undo_an_unsubscription(services: Services) -> None:
    ada = people.sign_up(services, asked(services), NOW)
    people.unsubscribe(services, ada.id)
    with pytest.raises(UsageError, match="cannot confirm"):
        people.confirm(services, ada.id)


def test_who_left_comes_back_only_by_their_own_hand(services: Services) -> None:
    ada = people.add(services, asked(services), NOW, active=True)
    people.unsubscribe(services, ada.id)
    with pytest.raises(UsageError, match="asked not to be mailed"):
        people.add(services, asked(services), NOW, active=True)
    people.sign_up(services, asked(services), NOW)
    people.confirm(services, ada.id)
    assert status(services) is Status.ACTIVE


def test_forgetting_one_who_left_keeps_imports_from_bringing_them_back(services: Services) -> None:
    ada = people.add(services, asked(services), NOW, active=True)
    people.unsubscribe(services, ada.id)
    people.remove(services, EMAIL, NOW)
    assert status(services) is None
    with pytest.raises(UsageError, match="asked not to be mailed"):
        people.add(services, asked(services), NOW, active=True)
    again = people.sign_up(services, asked(services), NOW)
    people.confirm(services, again.id)
    people.remove(services, EMAIL, NOW)
    people.add(services, asked(services), NOW, active=True)


def test_new_wishes_come_back_as_they_were_typed(services: Services) -> None:
    ada = people.add(services, asked(services), NOW, active=True)
    typed = {"topics": "ai:2", "zone": "Asia/Tokyo", "at": "21:15", "days": "sat,sun", "languages": "de,en", "mute": "golf"}
    typed |= {"top": "3", "related": "1"}
    changed = people.change(services, ada.id, asked(services, **typed))
    assert as_asked(changed) == {"email": EMAIL} | typed
    assert wishes(as_asked(changed), services.config) == asked(services, **typed)
