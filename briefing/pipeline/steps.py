"""The road as data: the steps in order, and one walk along it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.pipeline import alerts, cluster, compose, deliver, listen, poll, read, tidy
from briefing.pipeline.freed import give_back
from briefing.pipeline.services import Report, Services
from briefing.pipeline.timings import record


@dataclass(frozen=True, slots=True)
class Step:
    """`due` tells which ids want the step now; `run` does them and is safe to repeat."""

    due: Callable[[Services, datetime], list[str]]
    run: Callable[[Services, tuple[str, ...], datetime], Report]


STEPS: Mapping[str, Step] = {
    name: Step(module.due, module.run)
    for name, module in {
        "poll": poll,
        "listen": listen,
        "read": read,
        "cluster": cluster,
        "compose": compose,
        "alert": alerts,
        "deliver": deliver,
        "tidy": tidy,
    }.items()
}


def cycle(services: Services, now: datetime) -> Iterator[Report]:
    """Do everything that is due, once, in order; what a step makes is seen by the next."""
    for name in STEPS:
        if services.stopping.is_set():
            return
        yield run_step(services, name, STEPS[name].due(services, now), now)


def run_step(services: Services, name: str, ids: list[str], now: datetime) -> Report:
    """One step over those of these ids that are still due, with the time it took: a job that comes twice does nothing twice."""
    wanted = set(STEPS[name].due(services, now)) if ids else set()
    still = tuple(id_ for id_ in ids if id_ in wanted)
    if not still:
        return Report(step=name)
    started = time.monotonic()
    report = STEPS[name].run(services, still, now)
    give_back(name)
    timed = replace(report, took=timedelta(seconds=time.monotonic() - started))
    with services.store.write() as db:
        record(db, timed, now)
    return timed
