"""Values at which databases differ: each gives back what it was given. NUL and surrogates are taken out where things are read."""

from datetime import UTC, datetime

import pytest

from briefing.model import FeedState
from briefing.store import Store

LONG = "ö" * 2_000_000
URL = "http://a/feed"


@pytest.mark.parametrize("text", ["'; --", "%s %(a)s :b {c}", "\u202e\ufeff\U0010ffff\u0001\u001f", "é" + "e\u0301", LONG])
def test_text_comes_back_as_it_went_in(store: Store, text: str) -> None:
    with store.write() as db:
        db.meta.set("key", text)
        db.feeds.save(FeedState(url=URL, next_poll_at=datetime(2026, 11, 21, tzinfo=UTC), title=text))
    with store.read() as db:
        state = db.feeds.state(URL)
        assert db.meta.setting("key") == text
    assert state is not None
    assert state.title == text


@pytest.mark.parametrize("moment", [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, 23, 59, 59, 999999, tzinfo=UTC)])
def test_the_first_and_the_last_year_come_back(store: Store, moment: datetime) -> None:
    with store.write() as db:
        db.feeds.save(FeedState(url=URL, next_poll_at=moment))
    with store.read() as db:
        state = db.feeds.state(URL)
    assert state is not None
    assert state.next_poll_at == moment
