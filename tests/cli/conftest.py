"""A command line as its user sees it: what it prints, and its exit code."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from briefing.__main__ import main

MINIMAL = """\
[poll]
allow_addresses = ["127.0.0.0/8"]
host_gap = "0s"

[topics.ai]
title = "Artificial intelligence"

[[feeds]]
url = "{url}"
"""


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which commands run; no setting of the tester's own leaks in."""
    for name in ("BRIEFING_CONFIG", "BRIEFING_DEBUG", "BRIEFING_STORE_URL", "BRIEFING_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def briefing(here: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Run one command line in `here`. No command may ever print a traceback."""

    def run(*arguments: str) -> Said:
        code = main(arguments)
        printed = capfdbinary.readouterr()
        said = Said(code, printed.out.decode(), printed.err.decode())
        assert "Traceback" not in said.out + said.err
        return said

    return run


@pytest.fixture
def configured(here: Path) -> Path:
    """A folder with a feeds.toml whose one feed cannot be reached."""
    (here / "feeds.toml").write_text(MINIMAL.format(url="http://127.0.0.1:9/feed.xml"))
    return here


@pytest.fixture
def served() -> Iterator[dict[str, bytes]]:
    """Path -> body of a loopback server; its address stands under the key `url`."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Tests read stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    pages["url"] = f"http://127.0.0.1:{server.server_address[1]}".encode()
    yield pages
    server.shutdown()
    server.server_close()
    thread.join()
