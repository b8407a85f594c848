"""How long the steps took: kept in the store, so that whoever asks, in whatever process, sees the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from briefing.pipeline.mailroom import Report
from briefing.store import Session
from briefing.store.columns import pack, unpack

PREFIX = "timing "


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a step did so far: how often it ran, for how many seconds in all and the last time, and what it could not do."""

    runs: int = 0
    seconds: float = 0.0
    last: float = 0.0
    failures: int = 0
    at: datetime | None = None


def record(db: Session, report: Report, now: datetime) -> None:
    before, took = _kept(db.meta.setting(PREFIX + report.step)), report.took.total_seconds()
    after = Timing(
        runs=before.runs + 1,
        seconds=round(before.seconds + took, 3),
        last=round(took, 3),
        failures=before.failures + len(report.failures),
        at=now,
    )
    db.meta.set(PREFIX + report.step, pack(after))


def timings(db: Session, steps: Iterable[str]) -> dict[str, Timing]:
    """Of the steps that ever ran."""
    kept = db.meta.known([PREFIX + step for step in steps])
    return {step: _kept(kept[PREFIX + step]) for step in steps if PREFIX + step in kept}


def _kept(value: str | None) -> Timing:
    return unpack(value, Timing) if value else Timing()
