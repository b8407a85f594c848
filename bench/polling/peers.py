"""Other programs, run by an interpreter that has them: `PYTHON peers.py reader|rss2email FOLDER URLS`. Prints seconds as JSON."""

import json
import subprocess
import sys
import time
from pathlib import Path


def reader(folder: Path, urls: list[str]) -> dict[str, float]:
    from reader import make_reader

    with make_reader(str(folder / "reader.sqlite")) as made:
        for url in urls:
            made.add_feed(url)
        took = [_timed(lambda: made.update_feeds(scheduled=False, workers=16)) for _ in range(2)]
        entries = made.get_entry_counts().total
    return {"first": took[0], "unchanged": took[1], "entries": entries}


def rss2email(folder: Path, urls: list[str]) -> dict[str, float]:
    config, data = folder / "rss2email.cfg", folder / "rss2email.json"
    feeds = "".join(f"[feed.f{number}]\nurl = {url}\n" for number, url in enumerate(urls))
    config.write_text(f"[DEFAULT]\nto = a@example.org\nuse-publisher-email = False\n{feeds}", "utf-8")
    data.write_text(json.dumps({"version": 2, "feeds": []}), "utf-8")
    command = [str(Path(sys.executable).parent / "r2e"), "-c", str(config), "-d", str(data), "run", "--no-send"]
    took = [_timed(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(2)]
    return {"first": took[0], "unchanged": took[1]}


def _timed(work: object) -> float:
    begun = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(
        json.dumps(
            {"reader": reader, "rss2email": rss2email}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]).read_text().split())
        )
    )
