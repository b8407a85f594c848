"""Talk that nobody has annotated, to teach the student by: transcripts of other shows, and of the replayed world of podcasts."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.insights.train.data import DATA, DEVELOPMENT
from briefing import text
from briefing.errors import BriefingError
from briefing.insights.encoder import LANGUAGES
from briefing.model import Document
from briefing.pipeline import adhoc, material
from briefing.ports import Fetcher

FOLDERS = (DATA / "transcripts", DATA / "world" / "content")
LISTS = {"MANIFEST.tsv", "SOURCES.md"}
LEAST = 1_000
"""Runs of words in a text that is worth a window or two."""

RUN, SHARED = 8, 0.02
"""Words of a run, and the share of a text's runs that stand in the development set from which on it is left out as a copy."""

Runs = set[tuple[str, ...]]


def load() -> Iterator[Document]:
    """The English texts of the folders, without what stands in the development set."""
    scored = Runs().union(*(_runs(path.read_text("utf-8")) for path in (DEVELOPMENT / "docs").glob("*.txt")))
    paths = (path for folder in FOLDERS for path in sorted(folder.rglob("*")) if path.is_file() and path.name not in LISTS)
    for document in filter(None, map(read, paths)):
        runs = _runs(document.text)
        if document.language in LANGUAGES and len(runs) >= LEAST and len(runs & scored) < SHARED * len(runs):
            yield document


def read(path: Path) -> Document | None:
    """A file as the program reads it; None where it cannot."""
    found = material.obtain(str(path), _no_fetcher)
    try:
        return adhoc.read(found, material.recognise(found), datetime.now(UTC)).document
    except BriefingError:
        return None


def _no_fetcher() -> Fetcher:
    raise AssertionError("files only")


def _runs(said: str) -> Runs:
    words = text.words(said)
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))
