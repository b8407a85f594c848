"""Ninety days over the clock changes of both halves of the world, with downtimes and deaths: what was promised, and no more."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bench.delivery.promise import moment
from bench.delivery.quarter import simulate


@pytest.mark.slow
def test_every_slot_is_as_promised(tmp_path: Path) -> None:
    found = simulate(tmp_path, readers=40, days=90, seed=7)
    assert found.wrong == []
    assert found.counts["slots made"] == found.counts["slots promised"] > 1000
    assert found.counts["doubles"] == found.counts["doubles reported as unknown"]
    assert sum(count for name, count in found.counts.items() if name.startswith("killed")) > 5


@pytest.mark.parametrize(
    ("day", "at", "zone", "due"),
    [
        (date(2026, 10, 25), time(2, 30), "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 30), "Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2011, 12, 30), time(7, 0), "Pacific/Apia", None),
        (date(2026, 11, 1), time(23, 55), "Pacific/Kiritimati", datetime(2026, 11, 1, 9, 55, tzinfo=UTC)),
    ],
)
def test_the_judge_knows_the_hours(day: date, at: time, zone: str, due: datetime | None) -> None:
    assert moment(day, at, zone) == due
