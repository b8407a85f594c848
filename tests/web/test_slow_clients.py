"""Visitors who send one byte a second, far too much, or everything at once: the others are answered all the same."""

import resource
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from urllib.request import urlopen

import pytest
from starlette.responses import PlainTextResponse

from briefing.web.app import create_app

from .conftest import TOML, Pages
from .serving import ADDRESS, PORT, served

MOST = 500
MEGABYTES = 100
HEAD = f"POST /signup HTTP/1.1\r\nHost: localhost:{PORT}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
"""Of a request whose body is still to come."""
WHOLE = f"GET / HTTP/1.1\r\nHost: localhost:{PORT}\r\n\r\n".encode()


def connected() -> socket.socket:
    return socket.create_connection(("127.0.0.1", PORT), timeout=30)


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def drip(clients: list[socket.socket], stopping: Event) -> None:
    """One byte a second from each; the first half never ends its headers, the others never their body."""
    while not stopping.wait(1.0):
        for client in clients:
            try:
                client.sendall(b"x")
            except OSError:
                continue


@pytest.mark.parametrize("first", [b"", b"GET / HTTP/1.1\r\nX-Slow: ", WHOLE], ids=["nothing", "half a head", "a whole request"])
def test_a_request_that_never_gets_whole_is_given_up(first: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also the second one on a connection."""
    monkeypatch.setattr("briefing.web.heads.SECONDS_TO_ASK", 0.3)
    with served(PlainTextResponse("yes")), connected() as client:
        client.sendall(first)
        if first == WHOLE:
            answer = b""
            while not answer.endswith(b"yes"):
                answer += client.recv(1_000)
            client.sendall(b"GET / HT")
        client.settimeout(3)
        assert client.recv(1_000) == b""


@pytest.mark.slow
def test_slow_and_greedy_clients_keep_nobody_waiting(make_pages: Callable[..., Pages]) -> None:
    pages = make_pages(f'{TOML}listen = "127.0.0.1:{PORT}"\n')
    stopping = Event()
    with served(create_app(pages.services)), ExitStack() as closing:
        urlopen(f"{ADDRESS}/").read()
        before = resident()
        clients = [closing.enter_context(connected()) for _ in range(MOST)]
        for number, client in enumerate(clients):
            client.sendall(b"GET / HTTP/1.1\r\nX-Slow: " if number % 2 else f"{HEAD}Content-Length: 60000\r\n\r\n".encode())
        dripping = Thread(target=drip, args=(clients, stopping))
        dripping.start()
        closing.callback(dripping.join)
        closing.callback(stopping.set)
        taken = []
        for number in range(200):
            began = monotonic()
            assert urlopen(f"{ADDRESS}/?n={number}").status == 200
            taken.append(monotonic() - began)
        grown = resident() - before
    slowest = sorted(taken)[round(len(taken) * 0.99) - 1]
    assert slowest < 1.0 and grown < MEGABYTES * 1_000_000


@pytest.mark.slow
def test_too_much_and_too_many_fields_are_refused_and_pipelined_requests_answered(make_pages: Callable[..., Pages]) -> None:
    pages = make_pages(f'{TOML}listen = "127.0.0.1:{PORT}"\n')
    with served(create_app(pages.services)):
        with connected() as greedy:
            greedy.sendall(f"{HEAD}Content-Length: 10000000\r\n\r\n".encode() + b"x" * 200_000)
            assert greedy.recv(100).startswith(b"HTTP/1.1 413")
        with connected() as many:
            body = "&".join(f"field{number}=" for number in range(5_000)).encode()
            many.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            assert many.recv(100).startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
        with connected() as eager:
            asked = f"GET /health HTTP/1.1\r\nHost: localhost:{PORT}\r\n\r\n".encode()
            eager.sendall(asked * 20)
            received = b""
            while received.count(b"HTTP/1.1 200") < 20:
                received += eager.recv(65_536)
