"""`briefing serve` and `worker`: pages in one process, steps in another, until stopped."""

import logging
import multiprocessing
import os
import socket
import threading
from multiprocessing.process import BaseProcess
from pathlib import Path

import click
import uvicorn

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import stoppable
from briefing.config import Listen
from briefing.errors import UsageError
from briefing.jobs.local import LocalEngine
from briefing.pipeline import planning
from briefing.pipeline.services import Report, Services
from briefing.ports import Engine
from briefing.web.app import create_app

WATCH_SECONDS = 5.0
log = logging.getLogger("briefing")


@click.command()
@pass_desk
def serve(desk: Desk) -> None:
    """Do what is due when it is due, and serve the pages, until Ctrl-C or SIGTERM; both end between units of work."""
    if desk.fixed_now:
        raise UsageError("--now", "goes with single commands: `serve` follows the clock")
    config = desk.config()
    _log_to_stderr()
    with _bound(config.web.listen) as door, app.opened(config) as services, stoppable(services):
        _engine(services)
        planning.remember(services)
        watch = threading.Thread(target=_keep_working, args=(services, desk.config_path.absolute()))
        watch.start()
        try:
            log.info("pages at http://%s, steps beside them", config.web.listen)
            pages = uvicorn.Config(create_app(services), log_config=None, access_log=False, server_header=False)
            uvicorn.Server(pages).run(sockets=[door])
        finally:
            services.stopping.set()
            watch.join()


@click.command()
@pass_desk
def worker(desk: Desk) -> None:
    """Do the steps without the pages, until Ctrl-C or SIGTERM."""
    _log_to_stderr()
    work(desk.config_path)


def work(config_path: Path) -> None:
    """Do what is due when it is due; comes back when a signal said so, or when the process that began this one ended."""
    with app.opened(Desk(config_path=config_path).config()) as services, stoppable(services):
        engine = _engine(services)
        threading.Thread(target=_end_with_parent, args=(services,), daemon=True).start()
        engine.run_forever()


def _engine(services: Services) -> Engine:
    """Raises `UsageError` for an engine that is not there."""
    wanted = services.config.jobs.engine
    if wanted != "local":
        raise UsageError(f'[jobs] engine "{wanted}"', "is not part of this installation", remedy='set it to "local"')
    return LocalEngine(services, told=_tell)


def _work_in_child(config_path: Path) -> None:
    _log_to_stderr()
    work(config_path)


def _end_with_parent(services: Services) -> None:
    """A parent that was killed can tell nobody; without this its steps would go on without pages."""
    if parent := multiprocessing.parent_process():
        parent.join()
        services.stopping.set()


def _bound(listen: Listen) -> socket.socket:
    """The socket of the pages. Raises `UsageError` where another program has it."""
    try:
        family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
        return socket.create_server((listen.host, listen.port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UsageError(f"[web] listen {listen}", reason, remedy="stop the program that uses it, or choose another") from None


def _keep_working(services: Services, config_path: Path) -> None:
    """Run the steps in a child process, and another when it dies; at the end wait until it has finished its unit of work."""
    context = multiprocessing.get_context("spawn")

    def begin() -> BaseProcess:
        child = context.Process(target=_work_in_child, args=(config_path,), name="steps")
        child.start()
        return child

    child = begin()
    while not services.stopping.wait(WATCH_SECONDS):
        if not child.is_alive():
            log.error("the steps ended with code %s; beginning again", child.exitcode)
            child = begin()
    child.terminate()
    child.join()


def _tell(report: Report) -> None:
    found = ", ".join(f"{count} {name}" for name, count in report.counts.items() if count)
    log.info("%s: %d done%s, %.1f s", report.step, report.done, f", {found}" if found else "", report.took.total_seconds())
    for failure in report.failures:
        log.warning("%s: %s: %s", report.step, failure.subject, failure.reason)


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for name in ("alembic", "apscheduler", "uvicorn.error"):
        logging.getLogger(name).setLevel(logging.WARNING)
