"""What visitors say is wrong with an insight, and what became of it."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection

from briefing.model import Outcome, ProblemReport
from briefing.store.records import insert_new, record, values
from briefing.store.schema import problem_reports


class Reports:
    def __init__(self, connection: Connection) -> None:
        self._db = connection

    def add(self, report: ProblemReport) -> bool:
        """Keep a report; False if one with the same id stands there already."""
        if self.get(report.id):
            return False
        insert_new(self._db, problem_reports, [values(report, problem_reports)])
        return True

    def get(self, id_: str) -> ProblemReport | None:
        row = self._db.execute(select(problem_reports).where(problem_reports.c.id == id_)).first()
        return record(ProblemReport, row) if row else None

    def open(self, limit: int) -> list[ProblemReport]:
        """What waits for a decision, oldest first."""
        waiting = select(problem_reports).where(problem_reports.c.outcome == Outcome.OPEN)
        rows = waiting.order_by(problem_reports.c.at, problem_reports.c.id).limit(limit)
        return [record(ProblemReport, row) for row in self._db.execute(rows)]

    def waiting(self) -> int:
        """How many wait for a decision."""
        counted = select(func.count()).select_from(problem_reports).where(problem_reports.c.outcome == Outcome.OPEN)
        return self._db.execute(counted).scalar_one()

    def settle(self, id_: str, outcome: Outcome, at: datetime) -> bool:
        """Decide about an open report; False if somebody has decided already."""
        mine = (problem_reports.c.id == id_) & (problem_reports.c.outcome == Outcome.OPEN)
        settled = update(problem_reports).where(mine).values(outcome=outcome, settled_at=at)
        return self._db.execute(settled).rowcount == 1
