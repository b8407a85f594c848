"""What Prometheus is told, and to whom: each figure follows its cause at once, and no secret is in it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from briefing.model import Delivery, DeliveryState
from briefing.pipeline.metrics import exposition
from briefing.web.app import create_app
from tests.web.conftest import NOW, Pages


def test_no_address_of_a_feed_is_told_with_its_key(pages: Pages) -> None:
    assert b"private" not in exposition(pages.services, NOW)


def figures(pages: Pages) -> dict[tuple[str, str], float]:
    """(name, label value) -> value."""
    text = exposition(pages.services, NOW).decode()
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(sample.name, next(iter(sample.labels.values()), "")): sample.value for sample in samples}


def delivery(state: DeliveryState, name: str = "d1", **more: object) -> Delivery:
    return Delivery(id=name, address="ana@example.org", message_id=f"<{name}@x>", state=state, **more)  # type: ignore[arg-type]


def test_each_figure_follows_its_cause(pages: Pages) -> None:
    before = figures(pages)
    assert before["briefing_oldest_due_delivery_age_seconds", ""] == 0
    with pages.services.store.write() as db:
        db.deliveries.add([delivery(DeliveryState.QUEUED, next_attempt_at=NOW - timedelta(hours=2))])
        db.deliveries.add([delivery(DeliveryState.UNKNOWN, "d2", edition_id="e2")])
        db.meta.lease("heartbeat", "me", NOW, timedelta(seconds=60))
        db.meta.set("last backup", NOW.isoformat())
    after = figures(pages)
    assert after["briefing_oldest_due_delivery_age_seconds", ""] == 7200
    assert after["briefing_deliveries", "unknown"] == before["briefing_deliveries", "unknown"] + 1
    assert after["briefing_heartbeat_until_timestamp_seconds", ""] == (NOW + timedelta(seconds=60)).timestamp()
    assert after["briefing_last_backup_timestamp_seconds", ""] == NOW.timestamp()


def test_a_failing_feed_is_seen(pages: Pages) -> None:
    with pages.services.store.write() as db:
        (state, *_) = db.feeds.states().values()
        db.feeds.save(replace(state, failures=4, last_error="answered 500"))
    found = figures(pages)
    assert 4 in [value for (name, _), value in found.items() if name == "briefing_feed_failures"]
    assert 0 in [value for (name, _), value in found.items() if name == "briefing_feed_ok"]


@pytest.mark.parametrize(
    ("peer", "headers", "code"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
        ("127.0.0.1", {"Host": "brief.example"}, 404),
    ],
)
def test_only_this_machine_is_told(pages: Pages, peer: str, headers: dict[str, str], code: int) -> None:
    asking = TestClient(create_app(pages.services, clock=lambda: NOW), base_url="http://localhost:8000", client=(peer, 5000))
    assert asking.get("/metrics", headers=headers).status_code == code
