"""How long a language model may be waited for, so that no edition is late because of it."""

from datetime import datetime, timedelta

from briefing.config import Config
from briefing.delivery.schedule import plan
from briefing.pipeline.compose import last_house_slot
from briefing.store import Session, Store

SHARE = 0.25
"""Of the time until the first edition is due."""


def patience(store: Store, config: Config, now: datetime) -> timedelta | None:
    """A quarter of the time until the first edition is due; nothing if one is overdue, None if none is awaited."""
    with store.read() as db:
        awaited = [moment for moment in (db.subscribers.first_due(), _house_due(db, config, now)) if moment]
    return max(timedelta(0), SHARE * (min(awaited) - now)) if awaited else None


def _house_due(db: Session, config: Config, now: datetime) -> datetime | None:
    """When the house edition is due; None before the first one, which is made whenever there is something to tell."""
    last, brief = last_house_slot(db), config.briefing
    if last is None:
        return None
    planned = plan(last, now, brief.send_at, brief.timezone, brief.days, brief.late_limit)
    slot = planned.due or planned.next
    return slot.due_at if slot else None
