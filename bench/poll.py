"""Polling beside other programs: `python -m bench.poll [--feeds 1000] [--data DIR] [--peers PYTHON]`.

A server on loopback gives real feed documents (the folder `feeds` of the test data, repeated, mean 35 kB) after 50 ms, with
ETags; each feed has an address of its own. Prints for each program the seconds of a first and of an unchanged poll, the time of
the processor for both, and the most memory that its processes held together. `--peers` names an interpreter that has `reader`
and `rss2email` (pip install reader rss2email). Then the time to parse documents of which one item is new, beside feedparser on
the whole documents.
"""

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import feedparser

from briefing.errors import UnreadableError
from briefing.sources.feeds import FeedDocument, ParsedFeed

ROOT = Path(__file__).resolve().parent.parent
MEAN_BYTES = 35_000
PAGE = os.sysconf("SC_PAGE_SIZE")


def documents(folder: Path) -> list[Path]:
    """The largest of the documents, as many as have a mean size of 35 kB."""
    found = sorted((path for path in folder.iterdir() if path.suffix in (".xml", ".json")), key=lambda path: path.stat().st_size)
    while sum(path.stat().st_size for path in found) < MEAN_BYTES * len(found):
        found.pop(0)
    return found


def memory(process: int) -> int:
    """Bytes that a process and its descendants hold."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        threads = Path(f"/proc/{process}/task").glob("*/children")
        children = [int(child) for thread in threads for child in thread.read_text().split()]
    except OSError:
        return 0
    return pages * PAGE + sum(map(memory, children))


def run(name: str, command: Sequence[str]) -> dict[str, float]:
    """What a program prints, and the most memory it held."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    most = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.05):
            most = max(most, memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, err = process.communicate()
    ended.set()
    watcher.join()
    if process.returncode:
        print(f"{name}: skipped: {err.decode().strip().splitlines()[-1]}")
        return {}
    found: dict[str, float] = json.loads(out)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    times = f"first {found['first']:.1f} s, unchanged {found['unchanged']:.1f} s, processor {spent:.1f} s"
    print(f"{name}: {times}, {most / 1e6:.0f} MB, {found.get('entries', 0):.0f} entries")
    return found


def races(port: int, feeds: int, peers: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        urls = Path(folder) / "urls"
        addresses = (f"127.1.{number // 250}.{number % 250 + 1}" for number in range(feeds))
        urls.write_text("\n".join(f"http://{address}:{port}/{number}/feed" for number, address in enumerate(addresses)))
        ours = run("briefing", [sys.executable, "-m", "bench.polling.ours", folder, str(urls)])
        for name in ("reader", "rss2email") if peers else ():
            theirs = run(name, [peers, "bench/polling/peers.py", name, folder, str(urls)])
            if ours and theirs:
                first, after = (theirs[key] / ours[key] for key in ("first", "unchanged"))
                print(f"briefing is {first:.1f} times as fast as {name} on the first poll, {after:.1f} times after")


def parsed(document: FeedDocument) -> ParsedFeed | None:
    try:
        return document.read()
    except UnreadableError:
        return None


def news(paths: Sequence[Path]) -> None:
    """Time of the processor for documents of which one item is new, and for feedparser on the whole of them."""
    now = datetime.now(UTC)
    whole = [FeedDocument(body=path.read_bytes(), url=f"http://example.org/{path.name}", collected_at=now) for path in paths]
    known = [found.fingerprints if (found := parsed(document)) else frozenset() for document in whole]
    partly = [
        FeedDocument(body=one.body, url=one.url, collected_at=now, known=frozenset(sorted(prints)[1:]))
        for one, prints in zip(whole, known, strict=True)
    ]
    begun = time.process_time()
    for document in partly:
        parsed(document)
    ours = time.process_time() - begun
    begun = time.process_time()
    for document in whole:
        feedparser.parse(io.BytesIO(document.body))
    theirs = time.process_time() - begun
    print(f"one new item in each of {len(paths)} documents: {ours:.2f} s")
    print(f"feedparser on the whole of them: {theirs:.2f} s, {theirs / ours:.1f} times as long")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--data", type=Path, default=Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data")))
    options.add_argument("--peers", default="")
    asked = options.parse_args()
    paths = documents(asked.data / "feeds")
    mean = sum(path.stat().st_size for path in paths) / len(paths)
    print(f"{asked.feeds} feeds of {len(paths)} documents, mean {mean / 1000:.0f} kB")
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            (Path(folder) / path.name).symlink_to(path.resolve())
        server = subprocess.Popen(
            [sys.executable, "-m", "bench.polling.server", folder, "0.05"], stdout=subprocess.PIPE, cwd=ROOT
        )
        try:
            assert server.stdout
            races(int(server.stdout.readline()), asked.feeds, asked.peers)
        finally:
            server.kill()
            server.wait()
    news(paths)


if __name__ == "__main__":
    main()
