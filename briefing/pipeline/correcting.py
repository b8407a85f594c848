"""Putting right what was told: for the command line, and for a report that an admin accepts."""

from datetime import datetime

from briefing.errors import UsageError
from briefing.model import Correction
from briefing.pipeline.services import Services
from briefing.text import one_line, stable_id

LONGEST = 600


def correct(services: Services, insight_id: str, text: str, now: datetime) -> Correction:
    """Keep a correction of an insight. Each reader who was sent it finds `text` in their next edition, its page shows it at
    once, and it is picked for nobody any more. The same words twice are one correction. Raises `UsageError`.
    """
    said = one_line(text, LONGEST)
    if not said:
        raise UsageError("the correction", "is empty", remedy="say what is right")
    with services.store.write() as db:
        kept = db.insights.get([insight_id]).get(insight_id)
        if kept is None:
            raise UsageError(insight_id, "is no insight in the archive", remedy="its id ends the address of its page, /i/<id>")
        made = Correction(
            id=stable_id("correction", insight_id, said), insight_id=insight_id, was=kept.insight.claim, text=said, at=now
        )
        db.corrections.add(made)
        return made
