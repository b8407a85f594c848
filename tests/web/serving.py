"""Pages behind uvicorn in a thread, for real browsers and for clients that misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

import uvicorn
from starlette.types import ASGIApp

from briefing.web.heads import TimedHeads
from tests.ports import free_port

PORT = free_port()
ADDRESS = f"http://localhost:{PORT}"


@contextmanager
def served(pages: ASGIApp) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(pages, http=TimedHeads, port=PORT, log_level="critical"))
    thread = Thread(target=server.run)
    thread.start()
    while thread.is_alive() and not server.started:
        sleep(0.02)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        thread.join()
