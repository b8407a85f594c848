"""Polling beside other programs: `python -m bench.poll [--feeds 1000] [--data DIR] [--peers PYTHON]`.

A server on loopback gives real feed documents (the folder `feeds` of the test data, repeated, mean 35 kB) after 50 ms, with
ETags; each feed has an address of its own. Prints for each program the seconds of a first and of an unchanged poll, the time of
the processor for both, and the most memory that its processes held together. `--peers` names an interpreter that has `reader`
and `rss2email` (pip install reader rss2email).
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from bench.data import DATA, ROOT
from bench.parse import documents

PAGE = os.sysconf("SC_PAGE_SIZE")


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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--data", type=Path, default=DATA)
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


if __name__ == "__main__":
    main()
