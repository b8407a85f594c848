"""What reading costs: python -m bench.insights.speed [--episodes N].

An hour of talk (10,000 words) in a process that begins with nothing, and N episodes one after another in another. Seconds are of
the processor, all threads together, so that a crowded machine says the same; the wall clock stands beside them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.insights.train.data import TRAIN

HOUR = 10_000
"""Words."""
READER = """
import json, resource, sys, time
from pathlib import Path
begun = time.monotonic()
from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.grounding import ground
from briefing.insights.scorer import Scorer
from briefing.sources.documents import from_text
writer = ExtractiveWriter(Scorer())
for name in sys.argv[1:]:
    document = from_text(Path(name).read_text("utf-8"), language="en", entry_id=name)
    found = [ground(document, draft) for draft in writer.write(document, 8)]
used = resource.getrusage(resource.RUSAGE_SELF)
spent = used.ru_utime + used.ru_stime
print(json.dumps({"processor": spent, "wall": time.monotonic() - begun, "megabytes": used.ru_maxrss / 1024}))
"""


def measured(files: list[Path]) -> dict[str, float]:
    """Processor and wall-clock seconds and peak memory of reading files in a fresh process."""
    command = [sys.executable, "-c", READER, *map(str, files)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def an_hour(episodes: list[Path]) -> str:
    """The turns of as many episodes as make up 10,000 words."""
    turns: list[str] = []
    words = 0
    for turn in (turn for episode in episodes for turn in episode.read_text("utf-8").split("\n\n")):
        turns.append(turn)
        words += len(turn.split())
        if words >= HOUR:
            break
    return "\n\n".join(turns)


def told(name: str, found: dict[str, float]) -> str:
    return f"{name}: {found['processor']:.1f} s of the processor, {found['wall']:.1f} s, {found['megabytes']:.0f} MB"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--episodes", type=int, default=100)
    count = asked.parse_args().episodes
    episodes = sorted((TRAIN / "docs").glob("*.txt"))
    with tempfile.TemporaryDirectory() as folder:
        hour = Path(folder) / "hour.txt"
        hour.write_text(an_hour(episodes), "utf-8")
        print(told("an hour of talk from cold", measured([hour])), flush=True)
    many = [episodes[number % len(episodes)] for number in range(count)]
    print(told(f"{count} episodes in one process", measured(many)))


if __name__ == "__main__":
    main()
