"""`briefing serve`: pages in one process, steps in another, until stopped."""

import logging
import os
import socket
import threading

import click
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.logs import to_stderr
from briefing.cli.stopping import stoppable
from briefing.cli.worker import engine, keep_children
from briefing.config import Listen
from briefing.config.watching import Watch
from briefing.errors import BriefingError, UsageError
from briefing.pipeline import planning
from briefing.pipeline.services import Services
from briefing.web.app import create_app
from briefing.web.heads import TimedHeads

BEHIND = 10
"""Niceness of the steps: a visitor waits for a page, nobody for the end of a step."""
log = logging.getLogger("briefing")


class Pages:
    """The pages as one ASGI application; after an edit of feeds.toml, another one in its place."""

    def __init__(self, services: Services) -> None:
        self.config = services.config
        self._services = services
        self._watch = Watch(services.config, os.environ)
        self._app: ASGIApp = create_app(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    def take_up_edit(self) -> None:
        """Go on with an edited feeds.toml. The process of the steps tells what is wrong with one that cannot be used."""
        edit = self._watch.look()
        if edit is None or edit.error:
            return
        try:
            self._services = app.refitted(self._services, edit.config)
        except BriefingError:
            self._watch.config = self.config
            return
        self.config, self._app = edit.config, create_app(self._services)


@click.command()
@pass_desk
def serve(desk: Desk) -> None:
    """Do what is due when it is due, and serve the pages, until Ctrl-C or SIGTERM; both end between units of work."""
    if desk.fixed_now:
        raise UsageError("--now", "goes with single commands: `serve` follows the clock")
    config = desk.config()
    to_stderr(config.admin.log)
    with bound(config.web.listen) as door, app.opened(config) as services, stoppable(services.stopping):
        engine(services)
        planning.remember(services)
        pages = Pages(services)
        watch = threading.Thread(target=_keep_working, args=(services, pages))
        watch.start()
        try:
            log.info("pages at http://%s, steps beside them", config.web.listen)
            served = uvicorn.Config(pages, http=TimedHeads, log_config=None, access_log=False, server_header=False)
            uvicorn.Server(served).run(sockets=[door])
        finally:
            services.stopping.set()
            watch.join()


def bound(listen: Listen) -> socket.socket:
    """The socket of the pages. Raises `UsageError` where another program has it.

    What it accepts sends at once: head and body go out one by one, and a visitor's system may confirm the first only after 40 ms.
    """
    try:
        family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
        door = socket.create_server((listen.host, listen.port), family=family)
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return door
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise UsageError(f"[web] listen {listen}", reason, remedy="stop the program that uses it, or choose another") from None


def _keep_working(services: Services, pages: Pages) -> None:
    """Run the steps in a child process, and another when it dies; at the end wait until it has finished its unit of work.

    A child is given the configuration in force: the file may hold an edit that cannot be used.
    """
    keep_children(services.stopping, 1, lambda: pages.config, pages.take_up_edit, niceness=BEHIND)
