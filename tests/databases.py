"""Which database a place on disk means: a SQLite file, or with `--store postgresql` a database of the tests' server.

`opened` gives one with every table and no row: the migrations run once, and what they made is copied.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import make_url

from briefing.config.tables import Store as Table
from briefing.store import Session, Store
from briefing.store.schema import metadata
from tests.postgresql import maintenance

ASIDE = "briefing-plan-"
"""The folder in which the product tries feeds: in a SQLite of its own, wherever its store is."""


@dataclass
class Server:
    """PostgreSQL in the place of every SQLite file beneath a folder. A database is made when it is first connected to."""

    address: str
    folder: Path
    places: dict[str, Path] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)

    def url(self, place: Path) -> str:
        name = f"briefing_{sha256(str(place.absolute()).encode()).hexdigest()[:24]}"
        self.places[name] = place.absolute()
        return make_url(self.address).set(database=name).render_as_string(hide_password=False)

    def connecting(self, dialect: object, record: object, arguments: object, options: Mapping[str, object]) -> None:
        """Called by SQLAlchemy before it connects anywhere."""
        if str(options.get("dbname")) in self.places:
            self.make(str(options["dbname"]))

    def audit(self, happens: str, arguments: tuple[object, ...]) -> None:
        """Called by Python before anything opens a SQLite, in whatever way."""
        if happens == "sqlite3.connect" and f"/{ASIDE}" not in str(arguments[0]):
            self.refused.append(str(arguments[0]))
            raise AssertionError(f"{arguments[0]} is a SQLite: ask tests.databases for its URL, or mark the test `sqlite`")

    def make(self, name: str, template: str = "template0") -> None:
        if name not in self.made:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
            self.made.add(name)

    def drop(self, folder: Path) -> None:
        """Every database whose place is this one or beneath it."""
        for name in [each for each in self.made if self.places[each].is_relative_to(folder)]:
            self._run(f'DROP DATABASE "{name}" WITH (FORCE)')
            self.made.remove(name)

    def _run(self, statement: str) -> None:
        with psycopg.connect(maintenance(self.address), autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[arg-type]


chosen: list[Server] = []
"""The server that takes the place of SQLite files; none where they are meant."""


def url(place: Path) -> str:
    """The URL of the database whose file, were it a SQLite, would be this one."""
    return chosen[0].url(place) if chosen else f"sqlite:///{place}"


def moved(store: Table) -> Table:
    """What the `[store]` of a configuration means in this run."""
    scheme, _, name = store.url.partition(":///")
    file = Path(name).absolute()
    return replace(store, url=url(file)) if scheme == "sqlite" and chosen and file.is_relative_to(chosen[0].folder) else store


def environment(place: Path) -> dict[str, str]:
    """What a child process must be told, to have its store there."""
    if not chosen:
        return {}
    told = chosen[0].url(place)
    chosen[0].make(str(make_url(told).database))
    return {"BRIEFING_STORE_URL": told}


def copy(source: Path, target: Path) -> None:
    """A database that nobody is connected to, once more; the target is written over."""
    if not chosen:
        shutil.copy(source, target)
        return
    server = chosen[0]
    names = [str(make_url(server.url(place)).database) for place in (source, target)]
    server.drop(target)
    server.make(names[1], names[0])


def spoil(place: Path) -> None:
    """Whoever connects from now on is told that there is no such database."""
    if not chosen:
        for suffix in ("-wal", "-shm"):
            place.with_name(place.name + suffix).unlink(missing_ok=True)
        place.write_bytes(b"no database at all, but long enough to be looked at" * 40)
        return
    chosen[0].drop(place)
    del chosen[0].places[str(make_url(url(place)).database)]


def emptied(db: Session) -> None:
    """Every row goes."""
    for table in reversed(metadata.sorted_tables):
        db.connection.execute(table.delete())


def opened(url: str) -> Store:
    """A store with all its tables; a database is made if there is none."""
    place = make_url(url)
    if place.get_backend_name() == "sqlite" and not Path(str(place.database)).exists():
        Path(str(place.database)).write_bytes(_migrated_file())
    elif chosen and place.database in chosen[0].places:
        chosen[0].make(str(place.database), _migrated_database())
    return _at_head(url)


@cache
def _migrated_file() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "briefing.db"
        _at_head(f"sqlite:///{file}").close()
        return file.read_bytes()


@cache
def _migrated_database() -> str:
    found = url(chosen[0].folder / "migrated.db")
    _at_head(found).close()
    return str(make_url(found).database)


def _at_head(url: str) -> Store:
    store = Store(url)
    store.migrate()
    return store
