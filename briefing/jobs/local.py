"""The default engine: one process, a heartbeat that asks what is due, one thread that does it."""

import logging
import queue
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from briefing.errors import BriefingError
from briefing.pipeline.services import Report, Services
from briefing.pipeline.steps import STEPS, run_step

BEAT = timedelta(seconds=30)
LEASE = timedelta(seconds=60)
HEARTBEAT = "heartbeat"
log = logging.getLogger(__name__)


class LocalEngine:
    """Implements `ports.Engine`. Only the holder of the heartbeat's lease asks what is due."""

    def __init__(
        self,
        services: Services,
        *,
        told: Callable[[Report], None] = lambda report: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._services = services
        self._told = told
        self._clock = clock
        self._waiting: queue.Queue[tuple[str, tuple[str, ...]]] = queue.Queue()
        self._known: set[tuple[str, tuple[str, ...]]] = set()
        self._lock = threading.Lock()

    def submit(self, step: str, ids: tuple[str, ...]) -> None:
        """Ask for a step; the same step and ids wait at most once."""
        with self._lock:
            if (step, ids) not in self._known:
                self._known.add((step, ids))
                self._waiting.put((step, ids))

    def beat(self) -> None:
        """Submit what is due. Steps follow each other, so what one makes is submitted by a later beat at the latest."""
        now = self._clock()
        if not self._holds_lease(now):
            return
        for name, step in STEPS.items():
            if ids := step.due(self._services, now):
                self.submit(name, tuple(ids))

    def run_forever(self) -> None:
        """Work until `services.stopping` is set; then end at the next border between units of work."""
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        scheduler.add_job(
            self._beat_safely,
            "interval",
            seconds=BEAT.total_seconds(),
            next_run_time=datetime.now(UTC),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
        scheduler.start()
        try:
            while not self._services.stopping.is_set():
                self.work_once(wait=0.5)
        finally:
            scheduler.shutdown(wait=True)
            self._release_lease()

    def work_once(self, wait: float = 0.0) -> bool:
        """Do one waiting job; False if none came within `wait` seconds."""
        try:
            step, ids = self._waiting.get(timeout=wait) if wait else self._waiting.get_nowait()
        except queue.Empty:
            return False
        try:
            self._told(run_step(self._services, step, list(ids), self._clock()))
            self._follow(step)
        except Exception as error:  # a step that fails must not end the others
            log.error("%s failed: %s: %s", step, type(error).__name__, error)
        finally:
            with self._lock:
                self._known.discard((step, ids))
        return True

    def _follow(self, step: str) -> None:
        """What this step made need not wait for the next beat."""
        later = list(STEPS)[list(STEPS).index(step) + 1 :]
        waiting = ((name, STEPS[name].due(self._services, self._clock())) for name in later)
        name, ids = next(((name, ids) for name, ids in waiting if ids), ("", []))
        if ids:
            self.submit(name, tuple(ids))

    def _beat_safely(self) -> None:
        try:
            self.beat()
        except BriefingError as error:
            log.error("heartbeat failed: %s", error)

    def _holds_lease(self, now: datetime) -> bool:
        with self._services.store.write() as db:
            return db.meta.lease(HEARTBEAT, self._services.owner, now, LEASE) is not None

    def _release_lease(self) -> None:
        with self._services.store.write() as db:
            db.meta.release(HEARTBEAT, self._services.owner)
