"""A PostgreSQL server for the tests: the one BRIEFING_TEST_POSTGRESQL names, or one started from what is installed here."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.ports import free_port

ADDRESS = "BRIEFING_TEST_POSTGRESQL"
SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
"""Tests lose nothing when the power goes."""
CONTRARY = {"DateStyle": "German", "IntervalStyle": "sql_standard", "timezone": "Asia/Kathmandu"}
"""What a server may prefer without being one that cannot be used."""


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; None where they are not installed."""
    found = shutil.which("pg_ctl")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return Path(found).resolve().parent if found else next(iter(folders), None)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server whose databases may be made and dropped. Raises `LookupError` where there is none."""
    if url := os.environ.get(ADDRESS):
        yield url
        return
    with cluster() as own:
        yield own.url


def database(url: str, name: str) -> str:
    """The URL of a new, empty database on the server."""
    with psycopg.connect(maintenance(url), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def maintenance(url: str) -> str:
    """How psycopg connects to the server to make and drop databases."""
    return make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server of our own, which may be stopped and started again."""

    programs: Path
    home: Path
    port: int
    settings: Mapping[str, str]

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        self._run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N")

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in self.settings.items())
        self._run(
            "pg_ctl", "-o", f"-p {self.port} -k {self.home} -h 127.0.0.1 {options}", "-l", str(self.home / "log"), "-w", "start"
        )

    def stop(self) -> None:
        """Cut every connection and end."""
        self._run("pg_ctl", "-m", "immediate", "-w", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        user = "postgres" if os.getuid() == 0 else None
        command = [str(self.programs / program), "-D", str(self.home / "data"), *arguments]
        subprocess.run(command, check=True, user=user, cwd=self.home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """A running server, with these settings over those of tests. Raises `LookupError` where PostgreSQL is not installed."""
    folder = programs()
    if folder is None:
        raise LookupError(f"no PostgreSQL: install it, or set {ADDRESS} to a server's URL")
    with tempfile.TemporaryDirectory(prefix="briefing-pg-", ignore_cleanup_errors=True) as home:
        if os.getuid() == 0:
            shutil.chown(home, "postgres")
        made = Cluster(folder, Path(home), free_port(), SPEED | CONTRARY | settings)
        made.make()
        made.start()
        try:
            yield made
        finally:
            made.stop()
