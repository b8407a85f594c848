"""The road as data: the steps in order, and one walk along it."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from briefing.pipeline import cluster, compose, deliver, listen, poll, read
from briefing.pipeline.services import Report, Services


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
        "deliver": deliver,
    }.items()
}


def cycle(services: Services, now: datetime) -> Iterator[Report]:
    """Do everything that is due, once, in order; what a step makes is seen by the next."""
    for name in STEPS:
        if services.stopping.is_set():
            return
        yield run_step(services, name, STEPS[name].due(services, now), now)


def run_step(services: Services, name: str, ids: list[str], now: datetime) -> Report:
    """One step over these ids, with the time it took; nothing due is a report of nothing done."""
    if not ids:
        return Report(step=name)
    started = time.monotonic()
    report = STEPS[name].run(services, tuple(ids), now)
    return replace(report, took=timedelta(seconds=time.monotonic() - started))
