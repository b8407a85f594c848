"""Once a day: drop what is older than `[briefing] keep`. When nothing else is due: find what is related to new insights, and
after a change of embedder make the vectors again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from briefing.pipeline import relations, revectoring
from briefing.pipeline.services import Report, Services
from briefing.store.pruning import prune_html, prune_ledger, prune_mails

OLD, VECTORS, RELATED = "what is old", "vectors of another embedder", "what is related"
"""The ids of this step."""
TIDIED = "tidied"
"""The setting that holds the last day on which this was done."""
REMEMBERED = timedelta(days=90)
"""What readers were sent is remembered for so long at least, so that a short `keep` makes nothing come twice."""
BATCH = 200
"""Entries a transaction."""


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        old = [OLD] if db.meta.setting(TIDIED) != now.date().isoformat() else []
    vectors = [VECTORS] if revectoring.waits(services) else []
    return old + vectors + ([RELATED] if relations.waits(services, now) else [])


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Drop old rows, renew vectors and find what is related, as the ids ask."""
    report = _drop(services, now) if OLD in ids else Report(step="tidy")
    if VECTORS in ids:
        done, failures = revectoring.renew(services)
        report = replace(_counted(report, "vectors", done), failures=failures)
    return _counted(report, "related", relations.find(services, now)) if RELATED in ids else report


def _counted(report: Report, name: str, done: int) -> Report:
    counts = {**report.counts, name: done} if done else report.counts
    return replace(report, done=report.done + done, counts=counts)


def _drop(services: Services, now: datetime) -> Report:
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
