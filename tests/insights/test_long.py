"""An article of ten megabytes is read from its beginning, in bounded memory and time."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SUBJECTS = ["The mill", "Every third baker", "The council of Ghent", "A nurse", "The river", "Nobody in the valley"]
CLAIMS = ["lost half of its customers", "needs nine years for it", "pays 40 percent less", "sleeps better", "closed in 1998"]
REASONS = ["because the bridge was moved", "since flour came by train", "as night shifts are quieter", "though rents fell"]
LARGE = 10_000_000
"""Characters."""


def article(size: int) -> str:
    """Paragraphs of four sentences; counted, so that no two of them are the same."""
    pieces: list[str] = []
    length = 0
    while length < size:
        number = len(pieces)
        told = [
            f"{SUBJECTS[(number + i) % 6]} {CLAIMS[(number * 7 + i) % 5]} in house {number}, {REASONS[(number + i * i) % 4]}."
            for i in range(4)
        ]
        pieces.append(f"<p>{' '.join(told)}</p>")
        length += len(pieces[-1])
    return f"<html><body><article><h1>A long article</h1>{''.join(pieces)}</article></body></html>"


@pytest.mark.slow
def test_an_article_of_ten_megabytes_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "long.html"
    path.write_text(article(LARGE), "utf-8")
    command = [sys.executable, "-m", "briefing", "extract", str(path), "--top", "5", "--json"]
    with (tmp_path / "found.jsonl").open("w+b") as found:
        child = subprocess.Popen(command, stdout=found, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(child.pid, 0)
        found.seek(0)
        rows = [json.loads(line) for line in found if line.startswith(b"{")]
    assert status == 0
    assert rows
    assert used.ru_maxrss < 500 * 1024
    assert used.ru_utime + used.ru_stime < 30
