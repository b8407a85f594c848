"""Disks: what they hold for sure, and on which of them folders lie."""

import os
from collections.abc import Iterable
from pathlib import Path


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, would outlast a power failure. Raises `OSError`."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def disks(folders: Iterable[Path]) -> list[Path]:
    """One folder on each disk that these lie on, or will when they are made. Raises `OSError`."""
    existing = [next(path for path in (folder, *folder.parents) if path.exists()) for folder in folders]
    return list({path.stat().st_dev: path for path in reversed(existing)}.values())
