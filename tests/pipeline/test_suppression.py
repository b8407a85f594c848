"""Who was erased stays erased, whatever becomes of the signing secret; and the store does not tell who it was."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from briefing import app
from briefing.config import parse
from briefing.errors import UsageError
from briefing.pipeline import people, privacy
from briefing.pipeline.services import Services
from briefing.pipeline.wishes import wishes

from .conftest import NOW

CONFIG = b'[topics.ai]\n[[feeds]]\nurl = "https://example.org/feed"\n'
EMAIL = "ada@example.org"
OPENED = Callable[..., Services]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[OPENED]:
    """The same installation, opened with other secrets each time."""
    with ExitStack() as stack:

        def enter(**environ: str) -> Services:
            config = parse(CONFIG, path=tmp_path / "feeds.toml", environ=environ)
            return stack.enter_context(app.opened(config))

        yield enter


def add(services: Services) -> str:
    return people.add(services, wishes({"email": EMAIL}, services.config), NOW, active=True).id


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {}),
        ({}, {"BRIEFING_SECRET": "b" * 32}),
        ({"BRIEFING_SECRET": "a" * 32}, {"BRIEFING_SECRET": "b" * 32, "BRIEFING_SECRET_PREVIOUS": "a" * 32}),
        ({"BRIEFING_SECRET": "a" * 32}, {"BRIEFING_SECRET": "c" * 32, "BRIEFING_SECRET_PREVIOUS": f"{'b' * 32} {'a' * 32}"}),
    ],
    ids=["kept", "first set", "changed", "changed twice"],
)
def test_who_was_erased_is_not_brought_back_after_the_secret_is_changed(
    opened: OPENED, before: dict[str, str], after: dict[str, str]
) -> None:
    services = opened(**before)
    privacy.forget(services, add(services), NOW)
    with pytest.raises(UsageError, match="asked not to be mailed"):
        add(opened(**after))


def test_a_digest_made_without_a_secret_still_counts_and_goes_when_the_person_comes_back(opened: OPENED) -> None:
    services = opened()
    with services.store.write() as db:
        db.subscribers.suppress(hashlib.sha256(EMAIL.encode()).hexdigest(), "erased", NOW)
    with pytest.raises(UsageError, match="asked not to be mailed"):
        add(services)
    asked = wishes({"email": EMAIL}, services.config)
    people.confirm(services, people.sign_up(services, asked, NOW).id)
    with services.store.read() as db:
        assert db.connection.exec_driver_sql("SELECT count(*) FROM suppressions").scalar_one() == 0


def test_the_digest_in_the_store_cannot_be_guessed_without_the_secret(opened: OPENED) -> None:
    services = opened(BRIEFING_SECRET="a" * 32)
    privacy.forget(services, add(services), NOW)
    with services.store.read() as db:
        (kept,) = db.connection.exec_driver_sql("SELECT address_hash FROM suppressions").scalars()
    assert kept != hashlib.sha256(EMAIL.encode()).hexdigest()
    assert len(kept) == 64
