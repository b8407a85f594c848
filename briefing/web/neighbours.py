"""Related insights for the pages: as they lie in the store, else sought in vectors that are loaded once for many requests."""

import logging
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from threading import Lock, Thread

from briefing.errors import StoreError
from briefing.model import Insight, Related
from briefing.pipeline import relations
from briefing.pipeline.relating import Archived, Relating, load
from briefing.pipeline.services import Services
from briefing.store import Session

KEPT = timedelta(minutes=10)
SETTLED = timedelta(minutes=1)
"""An insight that the archive does not know yet has it loaded anew, but not more often than this."""
REMEMBERED = 4096
log = logging.getLogger("briefing.web")


class Neighbours:
    """Thread-safe. What is related is found once for each insight and forgotten when the archive is loaded anew.

    The first question waits for the archive; later ones are answered from the old one while it is loaded anew.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = Lock()
        self._archived: Archived | None = None
        self._loaded_at = datetime.min.replace(tzinfo=UTC)
        self._found: OrderedDict[str, tuple[Related, ...]] = OrderedDict()

    def of(self, db: Session, insight: Insight, now: datetime) -> tuple[Related, ...]:
        """Ten at most, nearest and most different first, each labelled with how it stands to `insight`."""
        known = relations.told(db, self._services, insight)
        return self._sought(db, insight, now) if known is None else known

    def _sought(self, db: Session, insight: Insight, now: datetime) -> tuple[Related, ...]:
        archived = self.archived(db, now, insight.id)
        with self._lock:
            known = self._found.get(insight.id)
        if known is None:
            known = Relating(db, self._services, archived).of(insight, relations.KEPT)
            self._remember(insight.id, known)
        return known

    def archived(self, db: Session, now: datetime, insight_id: str = "") -> Archived:
        """Every vector, at most a little older than `KEPT`."""
        with self._lock:
            if self._archived is None:
                self._archived, self._loaded_at = load(db, self._services), now
            elif self._is_stale(self._archived, insight_id, now):
                self._loaded_at = now
                Thread(target=self._renew, daemon=True).start()
            return self._archived

    def _is_stale(self, archived: Archived, insight_id: str, now: datetime) -> bool:
        age = now - self._loaded_at
        return age >= KEPT or (bool(insight_id) and insight_id not in archived.rows and age >= SETTLED)

    def _renew(self) -> None:
        try:
            with self._services.store.read() as db:
                archived = load(db, self._services)
        except StoreError as error:
            log.warning("related insights stay as they were: %s", error)
            return
        with self._lock:
            self._archived = archived
            self._found.clear()

    def _remember(self, insight_id: str, found: tuple[Related, ...]) -> None:
        with self._lock:
            self._found[insight_id] = found
            while len(self._found) > REMEMBERED:
                self._found.popitem(last=False)
