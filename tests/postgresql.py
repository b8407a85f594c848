"""A PostgreSQL server for the tests: the one BRIEFING_TEST_POSTGRESQL names, or one started from what is installed here."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

SPEED = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}
"""Tests lose nothing when the power goes."""


def programs() -> Path | None:
    """The folder with `initdb` and `pg_ctl`; None where they are not installed."""
    found = shutil.which("pg_ctl")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return Path(found).resolve().parent if found else next(iter(folders), None)


@contextmanager
def server() -> Iterator[str]:
    """The URL of a server whose databases may be made and dropped. Raises `LookupError` where there is none."""
    if url := os.environ.get("BRIEFING_TEST_POSTGRESQL"):
        yield url
        return
    folder = programs()
    if folder is None:
        raise LookupError("no PostgreSQL: install it, or set BRIEFING_TEST_POSTGRESQL to a server's URL")
    with tempfile.TemporaryDirectory(prefix="briefing-pg-", ignore_cleanup_errors=True) as home:
        yield from _started(folder, Path(home))


def database(url: str, name: str) -> str:
    """The URL of a new, empty database on the server."""
    with psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')  # type: ignore[arg-type]
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)


def _started(folder: Path, home: Path) -> Iterator[str]:
    user = "postgres" if os.getuid() == 0 else None
    if user:
        shutil.chown(home, user)
    data, port = home / "data", _free_port()
    options = " ".join(f"-c {name}={value}" for name, value in SPEED.items())
    run = {"check": True, "user": user, "cwd": home, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.run([folder / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-N"], **run)  # type: ignore[call-overload]
    begin = ["-o", f"-p {port} -k {home} -h 127.0.0.1 {options}", "-l", str(home / "log"), "-w", "start"]
    subprocess.run([folder / "pg_ctl", "-D", data, *begin], **run)  # type: ignore[call-overload]
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"], **run)  # type: ignore[call-overload]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port
