"""Libraries that the system brings, and what is known about them."""

import sqlite3
from collections.abc import Iterator
from pyexpat import version_info

WAL_RESET = (3, 51, 3)
"""Before it, two connections that checkpoint at once could corrupt a WAL (sqlite.org/wal.html, "WAL-reset"). Here one does."""
PATCHED_EXPAT = (2, 7, 2)
"""CVE-2025-59375: memory without bound. Feeds are parsed in a child process with a limit."""


def check() -> Iterator[tuple[str, str]]:
    """What is older than it should be, though held in check here: words, and no remedy that the admin must follow at once."""
    yield _judged("SQLite", sqlite3.sqlite_version_info, WAL_RESET, "one connection checkpoints, so its fault cannot show"), ""
    yield _judged("expat", version_info, PATCHED_EXPAT, "feeds are parsed in a process of limited memory"), ""


def _judged(name: str, version: tuple[int, ...], good: tuple[int, ...], held: str) -> str:
    shown = ".".join(map(str, version))
    return f"{name} {shown}" if version >= good else f"{name} {shown}, before {'.'.join(map(str, good))}: {held}"
