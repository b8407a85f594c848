"""`briefing serve` and its end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from briefing.cli.serve import bound
from briefing.config import Listen
from tests.cli.conftest import DATABASE, ROOT, Command, paper
from tests.databases import environment
from tests.ports import free_port

PATIENCE = 120.0


@pytest.mark.parametrize("number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
def test_serve_shows_pages_and_ends_when_told_so(configured: Path, number: signal.Signals) -> None:
    port = free_port()
    file = configured / "feeds.toml"
    file.write_text(f'[web]\nlisten = "127.0.0.1:{port}"\n' + file.read_text())
    command = [sys.executable, "-m", "briefing", "serve"]
    serving = subprocess.Popen(command, cwd=configured, stderr=subprocess.PIPE, text=True, env=childs(configured))
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        serving.send_signal(number)
        _, said = serving.communicate(timeout=PATIENCE)
    finally:
        serving.kill()
    assert serving.returncode == 0
    assert "Traceback" not in said
    assert "pages at http://127.0.0.1" in said and said.count("Stopping as soon as") == 1


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            urlopen(url, timeout=PATIENCE).close()
            return
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                return
            time.sleep(0.1)
    raise AssertionError(f"nothing answers at {url}")


def test_serve_follows_the_clock_alone(briefing: Command, configured: Path) -> None:
    said = briefing("--now", "2026-11-21T07:00:00+00:00", "serve")
    assert said.code == 2 and "--now" in said.err


@pytest.mark.slow
def test_an_edited_file_is_taken_up_by_steps_and_pages_while_it_serves(configured: Path, served: dict[str, bytes]) -> None:
    port = free_port()
    file = configured / "feeds.toml"
    before = f'[web]\nlisten = "127.0.0.1:{port}"\n' + file.read_text()
    file.write_text(before)
    served["/new.xml"] = paper()
    serving = subprocess.Popen(
        [sys.executable, "-m", "briefing", "serve"],
        cwd=configured,
        stderr=subprocess.PIPE,
        text=True,
        env=childs(configured),
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        file.write_text(before + "[[feeds]\n")
        wait_until(lambda: "the last good one" in status(configured))
        file.write_text(f'{before}[briefing]\ntitle = "Renamed"\n[[feeds]]\nurl = "{served["url"].decode()}/new.xml"\n')
        wait_until(lambda: "Renamed" in urlopen(f"http://127.0.0.1:{port}/", timeout=5).read().decode())
        wait_until(lambda: "1 ok" in status(configured))
        assert serving.poll() is None
    finally:
        serving.terminate()
        serving.communicate(timeout=PATIENCE)


def childs(folder: Path) -> dict[str, str]:
    """The environment of a process that finds this program, and the store of a folder."""
    return os.environ | {"PYTHONPATH": str(ROOT)} | environment(folder / DATABASE)


def status(folder: Path) -> str:
    command = [sys.executable, "-m", "briefing", "status"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=childs(folder)).stdout


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 2 * PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)


def test_pages_are_sent_without_waiting_for_the_visitor_to_confirm_their_head() -> None:
    with bound(Listen("127.0.0.1", 0)) as door, socket.create_connection(door.getsockname()):
        visitor, _ = door.accept()
        with visitor:
            assert visitor.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
