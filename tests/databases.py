"""A new database with every table and no row: for SQLite the migrations run once, and their file is copied."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url

from briefing.store import Store


def opened(url: str) -> Store:
    """A store with all its tables; a SQLite file is made if there is none."""
    place = make_url(url)
    if place.drivername == "sqlite" and not Path(str(place.database)).exists():
        Path(str(place.database)).write_bytes(_migrated())
    return _at_head(url)


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "briefing.db"
        _at_head(f"sqlite:///{file}").close()
        return file.read_bytes()


def _at_head(url: str) -> Store:
    store = Store(url)
    store.migrate()
    return store
