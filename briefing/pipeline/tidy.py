"""Once a day: drop what is older than `[briefing] keep`."""

from datetime import datetime, timedelta

from briefing.pipeline.services import Report, Services
from briefing.store.pruning import prune_html, prune_ledger, prune_mails

OLD = "what is old"
"""The one id of this step."""
TIDIED = "tidied"
"""The setting that holds the last day on which this was done."""
REMEMBERED = timedelta(days=90)
"""What readers were sent is remembered for so long at least, so that a short `keep` makes nothing come twice."""
BATCH = 200
"""Entries a transaction."""


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return [OLD] if db.meta.setting(TIDIED) != now.date().isoformat() else []


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Drop old rows; the day counts as done when nothing is left to drop."""
    keep = services.config.briefing.keep
    stripped = 0
    while not services.stopping.is_set():
        with services.store.write() as db:
            found = prune_html(db.connection, now - keep, BATCH)
            stripped += found
            if found == BATCH:
                continue
            dropped = prune_mails(db.connection, now - keep)
            prune_ledger(db.connection, now - max(keep, REMEMBERED))
            db.meta.set(TIDIED, now.date().isoformat())
            return Report(step="tidy", done=dropped + stripped, counts={"old editions": dropped, "old pages": stripped})
    return Report(step="tidy", done=stripped)
