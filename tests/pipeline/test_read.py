"""Reading beside another process that reads the same entries."""

from datetime import timedelta

import pytest

from briefing.errors import FetchError
from briefing.pipeline import read
from briefing.ports import Fetched, Validators
from briefing.testing import FakeFetcher

from .conftest import NOW, Desk

PAGE = "http://paper.example/battery"


def test_two_processes_that_try_one_page_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    busy = FetchError(PAGE, "answered 503 Service Unavailable", status=503)
    fetch = FakeFetcher.fetch

    async def beside(fetcher: FakeFetcher, url: str, validators: Validators = Validators()) -> Fetched:
        if url == PAGE:
            with desk.services.store.write() as db:
                for id_ in db.entries.waiting(read.READ, NOW):
                    for _ in read.TRIES:
                        db.entries.try_later(id_, NOW + timedelta(minutes=15), busy.reason)
            raise busy
        return await fetch(fetcher, url, validators)

    monkeypatch.setattr(FakeFetcher, "fetch", beside)
    assert "asked again after 2026-11-21 13:00 UTC" in str(desk.run()["read"].failures)
