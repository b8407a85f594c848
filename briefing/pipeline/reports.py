"""Problems that visitors report: kept, told to the admin, and decided about."""

from datetime import datetime

from briefing.errors import UsageError
from briefing.model import Outcome, ProblemReport
from briefing.pipeline import notices
from briefing.pipeline.correcting import correct
from briefing.pipeline.services import Services
from briefing.text import one_line, stable_id

ABOUT = {
    "quote": "These words were not said",
    "person": "Somebody else said it",
    "context": "It means something else where it was said",
    "other": "Something else",
}
"""What a report may be about: the code that is kept, and its words."""
LONGEST = 600
MOST_A_DAY = 100
"""Reports that are kept in a day, whoever sends them."""
MAILS_A_DAY = 10
"""Mails about reports that the admin gets in a day; the rest stands on the admin's page alone."""
REMEDY = "Accept it with the words of a correction, or dismiss it, on the page “Reports” of the admin pages."


def report(services: Services, insight_id: str, about: str, text: str, now: datetime) -> None:
    """Keep a report of an insight and tell the admin. The same words again, and what is beyond the day's measure, are passed
    over. Raises `UsageError` for an empty one, and for an insight that is not there.
    """
    said = one_line(text, LONGEST)
    if not said:
        raise UsageError("the report", "is empty")
    made = ProblemReport(
        id=stable_id("problem", insight_id, said),
        insight_id=insight_id,
        about=about if about in ABOUT else "other",
        text=said,
        at=now,
    )
    with services.store.write() as db:
        kept = db.insights.get([insight_id]).get(insight_id)
        if kept is None:
            raise UsageError(insight_id, "is no insight in the archive")
        if db.reports.get(made.id) or not db.meta.spend("problem reports", now.date(), 1, MOST_A_DAY):
            return
        db.reports.add(made)
        if db.meta.spend("report mails", now.date(), 1, MAILS_A_DAY):
            told = f"“{kept.insight.claim}”\n\n{ABOUT[made.about]}: {said}\n\n{services.links.insight(insight_id)}"
            headline = "A reader reports a problem"
            notices.alert(db, services, key=f"report {made.id}", headline=headline, text=told, remedy=REMEDY, now=now)


def accept(services: Services, report_id: str, text: str, now: datetime) -> None:
    """Correct the insight in the admin's words; raises `UsageError` for empty ones, and for a report that is settled."""
    correct(services, _open(services, report_id).insight_id, text, now)
    _settle(services, report_id, Outcome.CORRECTED, now)


def dismiss(services: Services, report_id: str, now: datetime) -> None:
    """Leave the insight as it is. Raises `UsageError` for a report that is settled."""
    _settle(services, _open(services, report_id).id, Outcome.DISMISSED, now)


def _open(services: Services, report_id: str) -> ProblemReport:
    with services.store.read() as db:
        found = db.reports.get(report_id)
    if found is None or found.outcome is not Outcome.OPEN:
        raise UsageError("the report", "is decided already, or not there")
    return found


def _settle(services: Services, report_id: str, outcome: Outcome, now: datetime) -> None:
    with services.store.write() as db:
        db.reports.settle(report_id, outcome, now)
