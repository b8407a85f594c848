"""The default engine: one process, a heartbeat that asks what is due, one thread that does it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from briefing.jobs import heartbeat
from briefing.jobs.reloading import Reloading
from briefing.pipeline.services import Report, Services
from briefing.pipeline.steps import STEPS, run_step
from briefing.store.adapters import wall_clock

BEAT = timedelta(seconds=30)
LOOK = timedelta(seconds=5)
"""Between two looks at feeds.toml."""
GLANCE = timedelta(seconds=2)
"""Between two looks for new mail: who has just signed up sits before an empty inbox."""
PATIENCE = {"deliver": timedelta(seconds=10)}
USUAL_PATIENCE = timedelta(minutes=5)
"""Earlier steps go first, so that an edition holds what was just read; but no job waits longer than this for them."""
ORDER = {name: place for place, name in enumerate(STEPS)}
log = logging.getLogger(__name__)

Job = tuple[str, tuple[str, ...]]


class LocalEngine:
    """Implements `ports.Engine`. Only the holder of the heartbeat's lease asks what is due."""

    def __init__(
        self,
        services: Services,
        *,
        told: Callable[[Report], None] = lambda report: None,
        clock: Callable[[], datetime] = wall_clock,
        reloading: Reloading | None = None,
    ) -> None:
        """With `reloading`, edits of feeds.toml are taken up while it runs."""
        self._services = services
        self._reloading = reloading
        self._told = told
        self._clock = clock
        self._waiting: dict[Job, float] = {}
        self._changed = threading.Condition()
        self._mail = frozenset[str]()

    def submit(self, step: str, ids: tuple[str, ...]) -> None:
        """Ask for a step; the same step and ids wait at most once."""
        with self._changed:
            self._waiting.setdefault((step, ids), time.monotonic())
            self._changed.notify()

    def beat(self) -> None:
        """Submit everything that is due now, if this engine holds the lease."""
        now = self._clock()
        if heartbeat.held(self._services, now):
            self._submit_due(list(STEPS), now)

    def glance(self) -> None:
        """Submit mail that was queued since the last glance. What could not be sent then is left to the beat."""
        if self._awaits("deliver") or not heartbeat.is_ours(self._services):
            return
        due = frozenset(STEPS["deliver"].due(self._services, self._clock()))
        fresh, self._mail = due - self._mail, due
        if fresh:
            self.submit("deliver", tuple(sorted(fresh)))

    def look(self) -> None:
        """See whether feeds.toml was edited; harmless beside a running job."""
        if self._reloading:
            self._reloading.look(self._services, self._clock())

    def take_up_edit(self) -> None:
        """Go on with an edited feeds.toml; to be called between two jobs."""
        if self._reloading:
            self._services = self._reloading.taken(self._services, self._clock())

    def run_forever(self) -> None:
        """Work until `services.stopping` is set; then end at the next border between units of work."""
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        for call, every in ((self.beat, BEAT), (self.look, LOOK), (self.glance, GLANCE)):
            scheduler.add_job(
                heartbeat.safely,
                "interval",
                args=[call],
                seconds=every.total_seconds(),
                next_run_time=wall_clock(),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
            )
        scheduler.start()
        try:
            while not self._services.stopping.is_set():
                self.take_up_edit()
                self.work_once(wait=0.5)
        finally:
            scheduler.shutdown(wait=True)
            heartbeat.release(self._services)

    def work_once(self, wait: float = 0.0) -> bool:
        """Do one waiting job; False if none came within `wait` seconds."""
        job = self._take(wait)
        if job is None:
            return False
        step, ids = job
        try:
            self._told(run_step(self._services, step, list(ids), self._clock()))
            self._submit_due(list(STEPS)[ORDER[step] + 1 :], self._clock())
        except Exception as error:  # a step that fails must not end the others
            log.error("%s failed: %s: %s", step, type(error).__name__, error)
        return True

    def _submit_due(self, steps: list[str], now: datetime) -> None:
        for name in steps:
            if ids := STEPS[name].due(self._services, now):
                self.submit(name, tuple(ids))

    def _awaits(self, step: str) -> bool:
        with self._changed:
            return any(waiting == step for waiting, _ in self._waiting)

    def _take(self, wait: float) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting), wait)
            if not self._waiting:
                return None
            job = min(self._waiting, key=self._urgency)
            del self._waiting[job]
            return job

    def _urgency(self, job: Job) -> tuple[bool, int]:
        waited = timedelta(seconds=time.monotonic() - self._waiting[job])
        return (waited <= PATIENCE.get(job[0], USUAL_PATIENCE), ORDER.get(job[0], len(ORDER)))
