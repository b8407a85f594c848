"""An element with more attributes than anybody writes costs no more than its length."""

from datetime import UTC, datetime
from time import process_time

from briefing.sources import feeds

ITEM = '<channel><item><guid isPermaLink="false">1</guid><title>One</title></item></channel></rss>'


def seconds(attributes: int) -> float:
    body = "<rss " + " ".join(f'a{n}="1"' for n in range(attributes)) + f">{ITEM}"
    began = process_time()
    parsed = feeds.parse(body.encode(), url="http://e.example/feed", collected_at=datetime(2026, 11, 21, tzinfo=UTC))
    assert [entry.title for entry in parsed.entries] == ["One"]
    return process_time() - began


def test_a_hundred_thousand_attributes() -> None:
    seconds(1)
    assert seconds(100_000) < 10 * seconds(20_000) + 0.1
