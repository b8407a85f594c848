"""A server on loopback whose papers are made up as they are asked for."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar


class Patient(ThreadingHTTPServer):
    """Says nothing of clients that have gone: they have read enough, or were killed."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def papers(answer: Callable[[str], tuple[int, bytes]]) -> Iterator[int]:
    """The port; `answer` has status and body for the first part of a path."""

    class Paper(BaseHTTPRequestHandler):
        protocol_version: ClassVar[str] = "HTTP/1.1"  # type: ignore[misc]  # as the standard library's own servers do

        def do_GET(self) -> None:
            status, body = answer(self.path.strip("/").partition("/")[0])
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    server = Patient(("0.0.0.0", 0), Paper)
    Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_address[1])
    server.shutdown()
