"""What every test may ask for."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, event

from briefing.config import loader, salvage
from tests import databases
from tests.postgresql import ADDRESS, database, server

settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("thorough", max_examples=500, deadline=None)
ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--store", choices=("sqlite", "postgresql"), default="sqlite", help="where tests keep what they store")


def pytest_configure(config: pytest.Config) -> None:
    """Properties get a few examples, always the same, where slow tests are left out, and many new ones where they run."""
    settings.load_profile("quick" if config.option.markexpr == "not slow" else "thorough")
    if config.option.store == "postgresql" and not hasattr(config, "workerinput"):
        _serve_all(config)


def _serve_all(config: pytest.Config) -> None:
    """One server for this process and the workers that it starts, which inherit its environment."""
    running = ExitStack()
    config.add_cleanup(running.close)
    try:
        os.environ[ADDRESS] = running.enter_context(server())
    except LookupError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.NO_TESTS_COLLECTED)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        meant = item.get_closest_marker("sqlite")
        if meant and config.option.store != "sqlite":
            item.add_marker(pytest.mark.skip(reason=f"about SQLite: {meant.args[0]}"))


@pytest.fixture(scope="session", autouse=True)
def every_store(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """With `--store postgresql`, each SQLite that a configuration names means a database of the server."""
    if pytestconfig.option.store == "sqlite":
        yield
        return
    chosen = databases.Server(os.environ[ADDRESS], tmp_path_factory.getbasetemp())
    databases.chosen.append(chosen)
    event.listen(Engine, "do_connect", chosen.connecting)
    sys.addaudithook(chosen.audit)
    with pytest.MonkeyPatch.context() as patch:
        in_place = loader.with_store_in_place
        for module in (loader, salvage):
            patch.setattr(module, "with_store_in_place", lambda config: databases.moved(in_place(config)))
        yield
    chosen.drop(chosen.folder)


@pytest.fixture(autouse=True)
def own_databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test made on the server goes with it. One that opened a SQLite all the same, also in a child, has failed."""
    yield
    for chosen in databases.chosen:
        opened, chosen.refused = chosen.refused, []
        if folder := request.node.funcargs.get("tmp_path"):
            chosen.drop(folder)
            opened += folder.rglob("*.db")
        assert opened == []


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """A folder of real feeds and transcripts kept outside the project; tests that want it skip without it."""
    folder = Path(os.environ.get("BRIEFING_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no test data at {folder} (set BRIEFING_DATA)")
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server; tests that want one skip where there is none."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(server())
        except LookupError as error:
            pytest.skip(str(error))
        yield url


@pytest.fixture
def postgresql(postgresql_server: str) -> str:
    """The URL of a database of this test's own."""
    return database(postgresql_server, f"briefing_test_{os.environ.get('PYTEST_XDIST_WORKER', '')}")


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
