"""The engine for several machines: steps as jobs of procrastinate, any number of workers, one heartbeat among them.

The queue is no second truth. A job is a step and ids; what is due stands in rows, so that a queue that loses its jobs is
filled again by the next beat, and a job that comes twice finds nothing due.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from psycopg_pool import PoolTimeout

from briefing.errors import BriefingError
from briefing.jobs import heartbeat
from briefing.jobs.queue_log import in_few_words
from briefing.jobs.queue_tables import conninfo, prepare
from briefing.jobs.reloading import Reloading
from briefing.jobs.shards import QUEUES, shards
from briefing.jobs.waiting import pause, until_first
from briefing.pipeline.services import Report, Services
from briefing.pipeline.steps import STEPS, run_step
from briefing.store.adapters import wall_clock
from briefing.text import one_line, stable_id

QUEUE_OF = {"alert": "deliver", "tidy": "cluster"}
"""The queue of a step that has none of its own name."""
PRIORITY = {name: place for place, name in enumerate(STEPS)} | {"tidy": -1}
"""What is nearest to a reader's inbox goes first."""
BEAT = timedelta(seconds=5)
STALLED = timedelta(seconds=5)
"""Between two looks for jobs whose worker died."""
SIGN_SECONDS, DEAD_SECONDS = 4.0, 12.0
"""How often a worker tells procrastinate that it lives, and after how long a silence its jobs are given to others."""
BACKOFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
"""Before a job that failed is tried again; after the last one the heartbeat submits it anew, as long as it is due."""
EARLIER = ("poll", "read", "cluster")
PATIENCE = timedelta(minutes=2)
"""Editions wait so long for what is under way in the steps before, so that they hold what was just read."""
WINDOW = 10_000
AGAIN_SECONDS = 5.0
"""Before a worker that lost its database tries to work again."""
TASK = "step"
log = logging.getLogger(__name__)


class QueueEngine:
    """Implements `ports.Engine` on the PostgreSQL of the store. One job at a time; more of them are more processes."""

    def __init__(
        self,
        services: Services,
        *,
        queues: Sequence[str] = QUEUES,
        told: Callable[[Report], None] = lambda report: None,
        clock: Callable[[], datetime] = wall_clock,
        reloading: Reloading | None = None,
        beat: timedelta = BEAT,
    ) -> None:
        """Works on these queues; with none of them it is a heartbeat alone. Raises `UsageError` without PostgreSQL."""
        self._services = _widened(services)
        self._queues, self._told, self._clock, self._reloading = list(queues), told, clock, reloading
        self._beat_seconds, self._idle_at = beat.total_seconds(), time.monotonic()
        in_few_words()
        options = conninfo(services.store.url)
        prepare(services.store.url)
        self._front = App(connector=SyncPsycopgConnector(min_size=1, max_size=4, **options))
        self._back = App(connector=PsycopgConnector(min_size=1, max_size=4, **options))
        self._back.task(name=TASK)(self._do)

    def submit(self, step: str, ids: tuple[str, ...]) -> None:
        """Ask for a step; the same step and ids wait at most once, and run in one place at a time."""
        self._submit(step, ids, tries=0)

    def beat(self) -> bool:
        """Submit everything that is due and in no job's hands; False while another engine holds the lease."""
        now = self._clock()
        if not heartbeat.held(self._services, now):
            return False
        in_hand = self._in_hand()
        due = {name: step.due(self._services, now) for name, step in STEPS.items()}
        if not any(due[step] for step in EARLIER):
            self._idle_at = time.monotonic()
        elif time.monotonic() - self._idle_at < PATIENCE.total_seconds():
            due["compose"] = []
        for step, wanted in due.items():
            for ids in shards(self._services, step, wanted, in_hand.get(step, set())):
                self.submit(step, ids)
        return True

    def run_forever(self) -> None:
        """Beat and work until `services.stopping` is set; a database that goes away is waited for."""
        stopping = self._services.stopping
        try:
            while not stopping.is_set():
                try:
                    asyncio.run(self._run(wait=True))
                except (ConnectorException, psycopg.Error, PoolTimeout, BriefingError) as error:
                    log.error("the queue cannot be reached: %s; trying again", one_line(str(error)) or type(error).__name__)
                    stopping.wait(AGAIN_SECONDS)
        finally:
            self.close()

    def work(self) -> None:
        """Do the jobs that wait, then come back."""
        asyncio.run(self._run(wait=False))

    def close(self) -> None:
        try:
            heartbeat.release(self._services)
        except BriefingError as error:
            log.warning("the lease of the heartbeat was not given back: %s", error)
        self._front.close()

    async def _run(self, *, wait: bool) -> None:
        async with self._back.open_async():
            working = self._back.run_worker_async(
                queues=self._queues,
                concurrency=1,
                wait=wait,
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=SIGN_SECONDS,
                stalled_worker_timeout=DEAD_SECONDS,
            )
            if not wait:
                await working
            else:
                await until_first([self._beats(), working] if self._queues else [self._beats()])

    async def _beats(self) -> None:
        looked = float("-inf")
        while not self._services.stopping.is_set():
            held = await asyncio.to_thread(heartbeat.safely, self.beat)
            if self._reloading:
                self._reloading.look(self._services, self._clock())
            if held and time.monotonic() - looked >= STALLED.total_seconds():
                await self.retry_stalled()
                looked = time.monotonic()
            await pause(self._services.stopping, self._beat_seconds)

    async def retry_stalled(self) -> None:
        """Give the jobs of dead workers to the living: procrastinate itself leaves them in the hands of the dead."""
        for job in await self._back.job_manager.get_stalled_jobs(task_name=TASK, seconds_since_heartbeat=DEAD_SECONDS):
            log.warning("a worker died with a job of %s in hand; submitting it again", _asked(job)[0])
            assert job.id is not None
            await self._back.job_manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
            self.submit(*_asked(job))

    def _do(self, step: str, ids: list[str], tries: int = 0) -> None:
        if self._reloading:
            self._services = _widened(self._reloading.taken(self._services, self._clock()))
        try:
            self._told(run_step(self._services, step, ids, self._clock()))
        except Exception as error:  # a step that fails must not end the others
            log.error("%s failed: %s: %s", step, type(error).__name__, error)
            if tries < len(BACKOFF):
                self._submit(step, tuple(ids), tries=tries + 1)

    def _submit(self, step: str, ids: tuple[str, ...], *, tries: int) -> None:
        name = f"{step}:{stable_id(*ids)}"
        job = self._front.open().configure_task(
            TASK,
            queue=QUEUE_OF.get(step, step),
            priority=PRIORITY.get(step, 0),
            queueing_lock=name,
            lock=name,
            schedule_at=wall_clock() + BACKOFF[tries - 1] if tries else None,
        )
        try:
            job.defer(step=step, ids=list(ids), tries=tries)
        except AlreadyEnqueued:
            log.debug("%s waits already", name)

    def _in_hand(self) -> dict[str, set[str]]:
        """The ids of every step that jobs wait with or are at work on; jobs that are over are not kept."""
        found: dict[str, set[str]] = {}
        for job in self._front.open().job_manager.list_jobs(task=TASK):
            step, ids = _asked(job)
            found.setdefault(step, set()).update(ids)
        return found


def _asked(job: Job) -> tuple[str, tuple[str, ...]]:
    asked: dict[str, Any] = job.task_kwargs
    return asked["step"], tuple(asked["ids"])


def _widened(services: Services) -> Services:
    return replace(services, window=WINDOW)
