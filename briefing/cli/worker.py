"""`briefing worker`: the steps without the pages, in this process or in several that are kept alive."""

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import click

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.logs import to_stderr
from briefing.cli.stopping import stoppable
from briefing.config import Config
from briefing.config.watching import Watch
from briefing.errors import NOT_INSTALLED, UsageError, installing
from briefing.jobs.local import LocalEngine
from briefing.jobs.reloading import Reloading
from briefing.jobs.shards import QUEUES
from briefing.pipeline import edits
from briefing.pipeline.services import Report, Services
from briefing.ports import Engine

WATCH_SECONDS = 5.0
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "1")
"""A child reckons on one core: threads that wait for each other beside other processes cost five times what they compute."""
log = logging.getLogger("briefing")


@click.command()
@click.option("--queues", metavar="NAMES", help=f"Of {', '.join(QUEUES)}: those to work on, all without this option.")
@click.option("--concurrency", type=click.IntRange(0, 64), metavar="N", help="Jobs at a time, one process each; 0 only beats.")
@pass_desk
def worker(desk: Desk, queues: str | None, concurrency: int | None) -> None:
    """Do the steps without the pages, until Ctrl-C or SIGTERM."""
    config = desk.config()
    to_stderr(config.admin.log)
    if (queues, concurrency) != (None, None) and config.jobs.engine != "queue":
        raise UsageError("--queues and --concurrency", 'go with [jobs] engine = "queue"')
    chosen = _chosen(queues) if concurrency != 0 else ()
    if concurrency is None or concurrency <= 1:
        work(config, chosen)
        return
    stopping = threading.Event()
    with stoppable(stopping):
        keep_children(stopping, concurrency, lambda: config, queues=chosen)


def work(config: Config, queues: tuple[str, ...] = QUEUES) -> None:
    """Do what is due when it is due; comes back when a signal said so, or when the process that began this one ended."""
    with app.opened(config) as services, stoppable(services.stopping):
        edits.begin_anew(services)
        running = engine(services, queues)
        threading.Thread(target=_end_with_parent, args=(services,), daemon=True).start()
        running.run_forever()


def engine(services: Services, queues: tuple[str, ...] = QUEUES) -> Engine:
    """What `[jobs] engine` names. Raises `UsageError` for one that is not there."""
    wanted = services.config.jobs.engine
    reloading = Reloading(Watch(services.config, os.environ), app.refitted)
    if wanted == "local":
        return LocalEngine(services, told=_tell, reloading=reloading)
    if wanted != "queue":
        raise UsageError(f'[jobs] engine "{wanted}"', "is not part of this installation", remedy='set it to "local" or "queue"')
    try:
        from briefing.jobs.queue import QueueEngine
    except ImportError as error:
        raise UsageError('[jobs] engine "queue"', NOT_INSTALLED, remedy=installing("queue")) from error
    return QueueEngine(services, queues=queues, told=_tell, reloading=reloading)


def keep_children(
    stopping: threading.Event,
    count: int,
    config: Callable[[], Config],
    look: Callable[[], None] = lambda: None,
    queues: tuple[str, ...] = QUEUES,
    niceness: int = 0,
) -> None:
    """Work in so many child processes, and begin another for each that dies; at the end wait until all have finished.

    With `niceness` they give way to what else runs on this machine, as for `nice(1)`.
    """
    context = multiprocessing.get_context("spawn")
    os.environ.setdefault(*ONE_THREAD)

    def begin() -> BaseProcess:
        child = context.Process(target=_work_in_child, args=(config(), queues, niceness), name="steps")
        child.start()
        return child

    children = [begin() for _ in range(count)]
    while not stopping.wait(WATCH_SECONDS):
        look()
        for place, child in enumerate(children):
            if not child.is_alive():
                log.error("the steps ended with code %s; beginning again", child.exitcode)
                children[place] = begin()
    for child in children:
        child.terminate()
    for child in children:
        child.join()


def _chosen(names: str | None) -> tuple[str, ...]:
    chosen = tuple(name.strip() for name in names.split(",")) if names is not None else QUEUES
    if unknown := [name for name in chosen if name not in QUEUES]:
        raise UsageError("--queues", f"there is no queue {', '.join(unknown)}", remedy=f"name some of {', '.join(QUEUES)}")
    return chosen


def _work_in_child(config: Config, queues: tuple[str, ...], niceness: int) -> None:
    os.nice(niceness)
    to_stderr(config.admin.log)
    work(config, queues)


def _end_with_parent(services: Services) -> None:
    """A parent that was killed can tell nobody; without this its steps would go on without pages."""
    if parent := multiprocessing.parent_process():
        parent.join()
        services.stopping.set()


def _tell(report: Report) -> None:
    found = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
    fields = {"step": report.step, "seconds": round(report.took.total_seconds(), 1)}
    log.info("%s: %d done%s", report.step, report.done, f", {found}" if found else "", extra=fields)
    for failure in report.failures:
        if failure.ours or report.step != "deliver":  # of refused mails `sending` tells, without the address
            log.warning("%s: %s: %s", report.step, failure.subject, failure.reason, extra=fields)
