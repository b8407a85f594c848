"""Poll the feeds of a file twice with this program: `python -m bench.polling.ours FOLDER URLS`. Prints seconds as JSON."""

import json
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from briefing import app
from briefing.config import load
from briefing.pipeline.services import Report
from briefing.pipeline.steps import run_step

FEEDS = '[poll]\nallow_addresses = ["127.0.0.0/8"]\n'


def poll(services: app.Services, now: datetime) -> tuple[float, Report]:
    with services.store.read() as db:
        ids = db.feeds.due(now)
    begun = time.perf_counter()
    report = run_step(services, "poll", ids, now)
    return time.perf_counter() - begun, report


def main() -> None:
    folder, urls = Path(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8").split()
    path = folder / "feeds.toml"
    path.write_text(FEEDS + "".join(f'[[feeds]]\nurl = "{url}"\n' for url in urls), "utf-8")
    now = datetime.now(UTC)
    with app.opened(load(path, {})) as services:
        first, told = poll(services, now)
        unchanged, again = poll(services, now + timedelta(days=2))
    print(
        json.dumps(
            {"first": first, "unchanged": unchanged, "entries": told.counts["new entries"], "failures": len(told.failures)}
        )
    )
    assert not again.counts["new entries"] and again.done == len(urls)


if __name__ == "__main__":
    main()
