"""A language model on loopback that does what its path says, and writers that ask it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from briefing import text
from briefing.model import Document, Draft, Quote

pytest.importorskip("openai")


class EverySentence:
    """A writer that drafts each sentence of five words or more as it stands."""

    def write(self, document: Document, limit: int) -> list[Draft]:
        spans = [s for p in document.passages for s in p.sentences if text.word_count(document.text[s.start : s.end]) >= 5]
        quotes = [Quote(entry_id=document.entry_id, start=s.start, end=s.end, text=document.text[s.start : s.end]) for s in spans]
        return [Draft(claim=q.text, quotes=(q,), score=0.6) for q in quotes][:limit]


@dataclass
class Model:
    """`mode` names what the server does with a question; `say` makes the words of an honest answer from the question's."""

    mode: str = "ok"
    say: Callable[[str], str] = lambda asked: ""
    url: str = ""
    asked: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)
    takes: float = 0.0


def completion(words: str) -> bytes:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": words}}
    return json.dumps({"choices": [choice], "usage": {"total_tokens": 9}}).encode()


class Handler(BaseHTTPRequestHandler):
    model: Model

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = "\n".join(message["content"] for message in question["messages"])
        self.model.asked.append(asked)
        with suppress(OSError):
            getattr(self, f"do_{self.model.mode}")(asked)

    def do_ok(self, asked: str) -> None:
        time.sleep(self.model.takes)
        self.reply(completion(self.model.say(asked)))
        self.model.answered.append(asked)

    def do_401(self, asked: str) -> None:
        self.reply(b'{"error": {"message": "no key"}}', 401)

    def do_429(self, asked: str) -> None:
        self.reply(b'{"error": {"message": "slower"}}', 429, **{"Retry-After": "1200"})

    def do_500(self, asked: str) -> None:
        self.reply(b"<html>Internal Server Error", 500)

    def do_hang(self, asked: str) -> None:
        self.until_gone()

    def do_headers(self, asked: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.until_gone(b"X-A: b\r\n")

    def do_drip(self, asked: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n")
        self.until_gone(b" ")

    def do_shape(self, asked: str) -> None:
        self.reply(b'{"choices": "none"}')

    def do_deep(self, asked: str) -> None:
        self.reply(b"[" * 200_000)

    def do_cut(self, asked: str) -> None:
        body = completion(self.model.say(asked))
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
        self.wfile.write(b"Content-Length: %d\r\n\r\n" % len(body) + body[: len(body) // 2])
        self.connection.shutdown(socket.SHUT_RDWR)

    def do_endless(self, asked: str) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
        while True:
            self.wfile.write(b" " * 65_536)

    def until_gone(self, piece: bytes = b"") -> None:
        """Hold the line, with a piece of something now and then, until the other side hangs up."""
        self.connection.settimeout(0.02)
        for _ in range(1_000):
            self.wfile.write(piece)
            with suppress(TimeoutError):
                if not self.connection.recv(1):
                    return

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """The test's own output is enough."""


@pytest.fixture
def model() -> Iterator[Model]:
    script = Model()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"model": script}))
    server.daemon_threads = True
    script.url = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield script
    server.shutdown()
    server.server_close()
