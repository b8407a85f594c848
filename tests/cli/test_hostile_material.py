"""`briefing read --json` on material that was made to hurt: every case against what is expected of it."""

import gzip
import json
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Command

pytestmark = pytest.mark.slow
NOW = "2026-01-05T12:00:00+00:00"
LATEST = datetime.fromisoformat(NOW) + timedelta(hours=24)
KINDS = {"feeds": "feed", "transcripts": "transcript", "newsletters": "newsletter", "opml": "opml"}
KNOWN_MISSES = {"bad-urls.opml"}
"""Two of its seven addresses can be fetched, and both are taken; one is expected."""
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
LENGTHS = {"title": 500, "url": 2_000, "html": 500_000, "summary": 500_000}


def cases(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "expectations.json").read_text("utf-8"))["cases"]
    return found


def broken_rules(seen: dict[str, Any], kind: str) -> Iterator[str]:
    """What must hold of whatever is read."""
    for entry in seen.get("entries", []):
        line = " ".join([entry["title"], entry["url"], *entry.get("authors", [])])
        if FORBIDDEN.search(line):
            yield f"control characters in {line!r}"
        if any(len(entry.get(field, "")) > limit for field, limit in LENGTHS.items()):
            yield "a field is too long"
        if not re.fullmatch(r"(?:https?://\S+)?", entry["url"]):
            yield f"link {entry['url']}"
        if entry.get("published_at") and not 1990 <= datetime.fromisoformat(entry["published_at"]).year <= 2026:
            yield f"published {entry['published_at']}"
        if entry.get("published_at") and datetime.fromisoformat(entry["published_at"]) > LATEST:
            yield f"published {entry['published_at']}"
    for segment in seen.get("segments", []):
        times = [at for at in (segment["start"], segment["end"]) if at is not None]
        if times != sorted(times) or any(not 0 <= at <= 86_400 for at in times):
            yield f"times {times}"
    if kind == "transcript" and re.search(r"</?[a-z]+>", seen.get("text", "")):
        yield "markup in the text"


def missed(seen: dict[str, Any], must: dict[str, Any], took: float) -> Iterator[str]:
    """What is asked of one case and does not hold."""
    entries, text = seen.get("entries", []), seen.get("text", "")
    stored = json.dumps(entries, ensure_ascii=False) + text
    least, most = (must.get(f"entries_{end}", must.get(f"feeds_{end}")) for end in ("min", "max"))
    holds = {
        "outcome": seen["outcome"] in must["outcome"],
        "count": least is None or least <= len(entries) <= most,
        "unique": len({entry.get("id") for entry in entries}) >= must.get("unique_entries", 0),
        "words": all(words in text for words in must.get("text_contains", [])),
        "never": not any(words in text for words in must.get("text_never", [])),
        "segments": len(seen.get("segments", [])) >= must.get("segments_min", 0),
        "chars": len(text) <= must.get("max_chars", 1e9),
        "seconds": took <= must.get("max_seconds", 10),
        "stored": not any(words in stored for words in must.get("stored", {}).get("never_contains", [])),
        "titles": _any_in(must.get("stored", {}).get("title_contains_any"), " ".join(entry["title"] for entry in entries)),
        "reason": _any_in(must.get("error_mentions_any", must.get("mentions_any")), json.dumps(seen)),
    }
    return (name for name, held in holds.items() if not held)


def _any_in(words: list[str] | None, text: str) -> bool:
    return words is None or any(word.lower() in text.lower() for word in words)


@pytest.mark.parametrize("folder", KINDS)
def test_hostile_material(briefing: Command, here: Path, shared_data: Path, folder: str) -> None:
    misses = set()
    for case in cases(shared_data / "hostile" / folder):
        source = shared_data / "hostile" / folder / case["file"]
        name = case["file"].removesuffix(".gz")
        (here / name).write_bytes(gzip.decompress(source.read_bytes()) if source.suffix == ".gz" else source.read_bytes())
        began = time.process_time()
        said = briefing("--now", NOW, "read", name, "--as", KINDS[folder], "--json")
        took = time.process_time() - began
        seen = json.loads(said.out)
        assert "Traceback" not in said.err
        assert list(broken_rules(seen, KINDS[folder])) == [], name
        if failing := list(missed(seen, case["must"], took)):
            misses.add(f"{name}: {failing}")
    assert {miss for miss in misses if miss.partition(":")[0] not in KNOWN_MISSES} == set()
