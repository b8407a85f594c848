"""A command line as its user sees it: what it prints, and its exit code."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from briefing.__main__ import main
from tests.databases import copy

MINIMAL = """\
[poll]
allow_addresses = ["127.0.0.0/8"]
host_gap = "0s"

[topics.ai]
title = "Artificial intelligence"

[[feeds]]
url = "{url}"
"""


DATABASE = "briefing.db"
ROOT = Path(__file__).resolve().parents[2]
NOW = "2026-11-21T07:05:00+00:00"
NEXT_DAY = "2026-11-22T07:05:00+00:00"
BRIDGE = (
    "The council decided on Friday that the old bridge over the river will close for 14 months from March, because two of "
    "its seven piers have sunk by 31 centimetres since 2019. The detour adds 25 minutes to the way of 9,000 commuters a day, "
    "and a temporary bridge for buses would cost 6 million euros, which the council refused to pay by eleven votes to ten. "
)
HARVEST = (
    "Wheat farmers in the north expect the smallest harvest in 22 years, after a spring in which only 40 millimetres of rain "
    "fell between March and June. The growers' union puts the loss at 1.2 million tonnes, a third of an ordinary year, and "
    "says that mills will have to import flour at prices that are already 18 percent higher than last autumn. "
)


def paper(**items: str) -> bytes:
    """A feed with these texts by title, all of the morning of the first day; one about a bridge if there are none."""
    item = (
        "<item><title>{title}</title><guid>{title}</guid><pubDate>Sat, 21 Nov 2026 05:00:00 GMT</pubDate>"
        "<description>{words}</description></item>"
    )
    told = "".join(item.format(title=title, words=words) for title, words in (items or {"Bridge": BRIDGE}).items())
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Paper</title>{told}</channel></rss>'.encode()


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


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, bytes]]:
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

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    pages["url"] = f"http://127.0.0.1:{http.server_address[1]}".encode()
    yield pages
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def served(server: dict[str, bytes]) -> dict[str, bytes]:
    """The pages of the loopback server, none of them left by another test."""
    for path in [path for path in server if path != "url"]:
        del server[path]
    return server


@pytest.fixture(scope="session")
def one_day(server: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which one day was read and mailed to ada@example.org."""
    folder = tmp_path_factory.mktemp("one-day")
    server["/feed"] = paper(Bridge=BRIDGE, Harvest=HARVEST)
    config = '[briefing]\ntimezone = "UTC"\n' + MINIMAL.format(url=server["url"].decode() + "/feed")
    (folder / "feeds.toml").write_text(config)
    with chdir(folder):
        assert main(("subscribers", "add", "ada@example.org", "--active")) == 0
        assert main(("--now", NOW, "run")) == 0
    assert len(list((folder / "outbox").glob("*.eml"))) == 1
    return folder


@pytest.fixture
def told(one_day: Path, here: Path, served: dict[str, bytes]) -> Path:
    """A copy of `one_day` to work in, with its feed still served."""
    served["/feed"] = paper(Bridge=BRIDGE, Harvest=HARVEST)
    shutil.copytree(one_day, here, dirs_exist_ok=True, ignore=shutil.ignore_patterns(f"{DATABASE}*"))
    copy(one_day / DATABASE, here / DATABASE)
    return here
