"""Related insights for the pages: the archive's vectors are loaded once for many requests."""

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from briefing.model import Insight, Related
from briefing.pipeline.relating import Archived, Relating, load
from briefing.pipeline.services import Services
from briefing.store import Session

KEPT = timedelta(minutes=10)
SETTLED = timedelta(minutes=1)
"""An insight that the archive does not know yet has it loaded anew, but not more often than this."""
REMEMBERED = 4096
SHOWN = 10


class Neighbours:
    """Thread-safe. What is related is found once for each insight and forgotten when the archive is loaded anew."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = Lock()
        self._archived: Archived | None = None
        self._loaded_at: datetime | None = None
        self._found: OrderedDict[str, tuple[Related, ...]] = OrderedDict()

    def of(self, db: Session, insight: Insight, now: datetime) -> tuple[Related, ...]:
        """Ten at most, nearest and most different first, each labelled with how it stands to `insight`."""
        with self._lock:
            if self._is_stale(insight.id, now):
                self._load(db, now)
            known = self._found.get(insight.id)
        if known is None:
            known = Relating(db, self._services, self._archived).of(insight, SHOWN)
            self._remember(insight.id, known)
        return known

    def _is_stale(self, insight_id: str, now: datetime) -> bool:
        if self._archived is None or self._loaded_at is None:
            return True
        age = now - self._loaded_at
        return age >= KEPT or (insight_id not in self._archived.rows and age >= SETTLED)

    def _load(self, db: Session, now: datetime) -> None:
        self._archived = load(db, self._services)
        self._loaded_at = now
        self._found.clear()

    def _remember(self, insight_id: str, found: tuple[Related, ...]) -> None:
        with self._lock:
            self._found[insight_id] = found
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
