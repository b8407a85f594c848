"""Engines by name, each with services of its own, and one way to let each of them work until nothing waits."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from briefing.jobs.local import LocalEngine
from briefing.jobs.queue import QueueEngine
from briefing.pipeline.services import Report, Services
from briefing.ports import Engine
from tests.pipeline.conftest import NOW, Desk


@dataclass
class Driven:
    """An engine that goes on only when it is told to."""

    engine: Engine
    beat: Callable[[], object]
    work: Callable[[], object]
    close: Callable[[], object]
    reports: list[Report] = field(default_factory=list)

    @property
    def done(self) -> list[str]:
        """The steps that were done and found something to do."""
        return [report.step for report in self.reports if report.done]


def local(services: Services, clock: Callable[[], datetime]) -> Driven:
    reports: list[Report] = []
    engine = LocalEngine(services, told=reports.append, clock=clock)
    return Driven(engine, engine.beat, lambda: sum(iter(engine.work_once, False)), lambda: None, reports)


def queue(services: Services, clock: Callable[[], datetime]) -> Driven:
    reports: list[Report] = []
    engine = QueueEngine(services, told=reports.append, clock=clock)
    return Driven(engine, engine.beat, engine.work, engine.close, reports)


ENGINES = {"local": local, "queue": queue}


def driven(name: str, desk: Desk, owner: str = "one", clock: Callable[[], datetime] = lambda: NOW) -> Driven:
    return ENGINES[name](replace(desk.services, owner=owner), clock)
