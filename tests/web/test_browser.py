"""Pages made of hostile feeds in a real browser, with the policy on: nothing runs, nothing is asked of others."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest
import uvicorn

from briefing.web.app import create_app

from .conftest import TOML, Pages

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=3000 --enable-logging=stderr --dump-dom"
)
PORT = 18_473


@contextmanager
def _served(pages: Pages) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(create_app(pages.services), port=PORT, log_level="critical"))
    thread = Thread(target=server.run)
    thread.start()
    deadline = monotonic() + 10
    while not server.started and monotonic() < deadline:
        sleep(0.02)
    try:
        yield f"http://localhost:{PORT}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.slow
def test_nothing_runs_and_nothing_is_blocked(make_pages: object, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium")
    pages = make_pages(f'{TOML}listen = "127.0.0.1:{PORT}"\n')  # type: ignore[operator]
    with _served(pages) as address:
        for path in ("/", "/topics/cities", f"/i/{pages.insight_ids()[0]}"):
            command = [chromium, *FLAGS.split(), f"--user-data-dir={tmp_path / 'browser'}", address + path]
            done = subprocess.run(command, capture_output=True, timeout=60, check=False)
            shown, told = done.stdout.decode(), done.stderr.decode()
            assert "</html>" in shown and "alert(1)</script>" not in shown
            assert "Content Security Policy" not in told and "CONSOLE" not in told, told
