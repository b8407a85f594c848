"""The few files that pages load: read once, named by what is in them, so that browsers may keep them for a year."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    type: str
    version: str


class Assets:
    """Files of `folders` by name; the first folder that holds a name wins."""

    def __init__(self, folders: Sequence[Path]) -> None:
        found = [path for folder in reversed(folders) if folder.is_dir() for path in sorted(folder.iterdir())]
        self._files = {path.name: _asset(path) for path in found if path.suffix in TYPES}

    def get(self, name: str) -> Asset | None:
        return self._files.get(name)

    def url(self, name: str) -> str:
        """The address that pages name; it changes with the file."""
        return f"/static/{name}?v={self._files[name].version}"


def _asset(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, TYPES[path.suffix], hashlib.sha256(body).hexdigest()[:12])
