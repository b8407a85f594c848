"""Hostile words and markup shown in a real browser: nothing runs, nothing is fetched. Skipped without Chromium."""

import json
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from briefing.editions import render
from tests.editions import samples
from tests.editions.test_render import everywhere

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --virtual-time-budget=4000 --dump-dom"
)
ALARM = "<script>window.alert=window.confirm=window.prompt=function(){document.title='ran'}</script>"


class _Asked(BaseHTTPRequestHandler):
    paths: list[str]
    page: bytes

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(self.page if self.path == "/page" else b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.slow
def test_nothing_runs_in_a_browser(shared_data: Path, tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium")
    files = sorted((shared_data / "hostile" / "html").glob("vectors-*.json"))
    vectors = [v["input"] for file in files for v in json.loads(file.read_text("utf-8"))["vectors"]]
    cleaned = "".join(f"<div>{render.clean(vector, 'https://feed.invalid/')}</div>" for vector in vectors)
    mails = "".join(render.default().html(everywhere(vector), samples.LINKS, samples.READER) for vector in vectors[::100])
    page = f"<!doctype html><title>quiet</title>{ALARM}{cleaned}{mails}".encode("utf-8", "replace")
    handler = type("Asked", (_Asked,), {"paths": [], "page": page})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_address[1]}/page"
        command = [chromium, *FLAGS.split(), "--host-resolver-rules=MAP * 127.0.0.1", f"--user-data-dir={tmp_path}", address]
        shown = subprocess.run(command, capture_output=True, timeout=120, check=False).stdout.decode("utf-8", "replace")
    finally:
        server.shutdown()
        server.server_close()
    assert "<title>quiet</title>" in shown
    assert set(handler.paths) <= {"/page", "/favicon.ico"}
