"""What the pipeline relies on, whatever database stands below."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from briefing.model import (
    Card,
    Coverage,
    Delivery,
    DeliveryState,
    Document,
    Edition,
    EditionPick,
    Enclosure,
    Entry,
    FeedState,
    Fragment,
    Insight,
    Kind,
    Notice,
    Passage,
    Phase,
    Quote,
    Sentence,
    Status,
    Story,
    Subscriber,
)
from briefing.store import Store
from briefing.store.citations import Masthead, Outline, cited
from briefing.store.entries import DONE, READ
from briefing.store.ledger import SentRow, Told
from briefing.store.search import Indexed, Wanted
from briefing.store.terms import phrases

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(id_: str = "e1", **changes: object) -> Entry:
    base = Entry(id=id_, feed_url="http://a/feed", guid=id_, url="http://a/1", title="Nul and 文字", collected_at=NOW)
    return replace(base, enclosures=(Enclosure(url="http://a/1.mp3", length=3),), **changes)  # type: ignore[arg-type]


def insight(id_: str = "i1", entry_id: str = "e1") -> Insight:
    quote = Quote(entry_id=entry_id, start=0, end=5, text="Words", speaker="Ada", at=1.5)
    return Insight(
        id=id_, entry_id=entry_id, claim="Words.", headline="Words", quotes=(quote,), kind="claim", score=0.5, writer="x"
    )


def subscriber(id_: str = "s1", **changes: object) -> Subscriber:
    base = Subscriber(id=id_, email=f"{id_}@example.org", status=Status.ACTIVE, zone="Europe/Berlin", send_at=time(6, 30))
    return replace(base, created_at=NOW, topics={"ai": 1.5}, **changes)  # type: ignore[arg-type]


def fragment(hash_: str = "f1") -> Fragment:
    return Fragment(
        hash=hash_,
        claim="Words.",
        headline="Words",
        kind="claim",
        writer="extractive",
        quotes=(),
        insight_id="i1",
        insight_url="u",
        story_id="st1",
        story_headline="Words",
        story_url="u",
        phase=Phase.NEW,
        card=Card(hook="Hook"),
        sources=(),
    )


def edition(reader: str | None = "s1", slot: date = date(2026, 11, 21)) -> Edition:
    picks = (EditionPick(rank=1, fragment=fragment()),)
    return Edition(
        id=f"{reader}-{slot}", subscriber_id=reader, slot=slot, title="T", language="en", subject="S", preheader="P",
        picks=picks, coverage=Coverage(items=3, left_out={"floor": 2}), created_at=NOW,
    )  # fmt: skip


def delivery(id_: str = "d1", **changes: object) -> Delivery:
    base = Delivery(id=id_, address="a@example.org", message_id=f"<{id_}@example.org>", state=DeliveryState.QUEUED)
    return replace(base, **{"edition_id": f"ed-{id_}", "next_attempt_at": NOW} | changes)  # type: ignore[arg-type]


def test_feed_state_comes_back_as_it_went_in(store: Store) -> None:
    state = FeedState(
        url="http://a/feed", next_poll_at=NOW + HOUR, kind=Kind.PODCAST, etag='W/"1"', failures=2, usual_gap=timedelta(days=7),
        fingerprints=frozenset({0, 1 << 63}), gone_since=NOW, moving_to="http://b/feed", moving_times=2,
    )  # fmt: skip
    with store.write() as db:
        db.feeds.save(state)
    with store.read() as db:
        assert db.feeds.state("http://a/feed") == state
        assert db.feeds.states() == {"http://a/feed": state}


def test_only_declared_feeds_are_due_and_history_outlives_a_removal(store: Store) -> None:
    with store.write() as db:
        db.feeds.declare(["http://a/feed", "http://b/feed"])
        db.feeds.save(FeedState(url="http://a/feed", next_poll_at=NOW + HOUR, title="A"))
        db.feeds.declare(["http://a/feed"])
        assert db.feeds.due(NOW) == []
        assert db.feeds.due(NOW + HOUR) == ["http://a/feed"]
        db.feeds.declare(["http://b/feed"])
        assert db.feeds.due(NOW + HOUR) == ["http://b/feed"]
        state = db.feeds.state("http://a/feed")
        assert state is not None
        assert state.title == "A"


def test_a_retired_feed_is_due_again_once_it_was_taken_out_and_put_back(store: Store) -> None:
    with store.write() as db:
        db.feeds.save(FeedState(url="http://a/feed", next_poll_at=NOW, gone_since=NOW, retired_at=NOW))
        db.feeds.declare(["http://a/feed"])
        assert db.feeds.due(NOW) == []
        db.feeds.declare([])
        db.feeds.declare(["http://a/feed"])
        assert db.feeds.due(NOW) == ["http://a/feed"]


def test_an_entry_is_new_once(store: Store) -> None:
    with store.write() as db:
        db.entries.add([entry(published_at=NOW - HOUR)], READ)
        db.entries.add([entry(title="again")], READ)
        assert db.entries.waiting(READ, NOW) == ["e1"]
        assert db.entries.get(["e1", "missing"])[0].title == "Nul and 文字"
        assert db.entries.hashes(["e1", "e2"]) == {"e1": ""}
        db.entries.edit(entry(title="edited", content_hash="h"))
        assert db.entries.get(["e1"])[0].title == "edited"
        db.entries.try_later("e1", NOW + HOUR, "no answer")
        assert db.entries.waiting(READ, NOW) == []
        assert db.entries.attempts(["e1"]) == {"e1": 1}
        db.entries.move("e1", DONE)
        assert db.entries.waiting(READ, NOW + HOUR) == []
        assert db.entries.counts(NOW - 2 * HOUR, NOW) == {"http://a/feed": 1}


def test_the_newest_times_of_each_feed_are_told_apart(store: Store) -> None:
    def at(feed: str, hours: int) -> Entry:
        return entry(f"{feed}{hours}", feed_url=feed, published_at=NOW - hours * HOUR)

    with store.write() as db:
        db.entries.add([at("a", 2), at("a", 1), at("a", 3), at("b", 4), at("c", 1)], READ)
        assert db.entries.times(["a", "b", "d"], 2) == {"a": [NOW - HOUR, NOW - 2 * HOUR], "b": [NOW - 4 * HOUR], "d": []}


def test_a_document_and_the_habits_of_its_feed(store: Store) -> None:
    sentence = Sentence(start=0, end=5, at=1.5)
    passage = Passage(start=0, end=5, sentences=(sentence,), speaker="Ada", at=1.5)
    document = Document(
        entry_id="e1", kind=Kind.PODCAST, title="T", language="en", text="Words", passages=(passage,), quality=0.75
    )
    with store.write() as db:
        for number in range(3):
            copy = replace(document, entry_id=f"e{number}")
            keys = frozenset({2**64 - 1, number})
            db.documents.save(copy, feed_url="http://a", read_at=NOW, habits=keys)
        assert db.documents.get("e1") == replace(document, entry_id="e1")
        assert db.documents.habits("http://a")[2**64 - 1] == 3
        assert db.documents.habits("http://b") == {}
        assert db.documents.texts(["e1"]) == {"e1": "Words"}


def test_an_entry_is_cited_with_what_its_document_and_its_feed_say(store: Store) -> None:
    read, unread = entry("e1"), entry("e2", feed_url="http://unknown")
    document = Document(entry_id="e1", kind=Kind.NEWS, title="Repaired", language="en", text="", passages=(), quality=0.75)
    with store.write() as db:
        db.entries.add([read, unread], DONE)
        db.documents.save(document, feed_url=read.feed_url, read_at=NOW, habits=frozenset())
        db.feeds.save(FeedState(url=read.feed_url, next_poll_at=NOW, title="A", site="http://a", kind=Kind.NEWS))
        first, second = cited(db.connection, ["e2", "nobody", "e1"])
    assert (first.entry.id, first.outline, first.masthead) == ("e2", None, None)
    assert (second.entry.url, second.entry.title) == (read.url, read.title)
    assert second.outline == Outline(title="Repaired", quality=0.75, language="en")
    assert second.masthead == Masthead(title="A", site="http://a", kind=Kind.NEWS)


def test_insights_keep_their_story_when_an_entry_is_read_again(store: Store) -> None:
    vectors = np.eye(2, dtype=np.float32)
    with store.write() as db:
        db.insights.replace("e1", [insight("i1"), insight("i2")], vectors, embedder="m", shown_at=NOW)
        assert [k.id for k in db.insights.unplaced()] == ["i1", "i2"]
        db.insights.place("st1", ["i2", "i1"])
        assert [k.insight.id for k in db.insights.of_stories(["st1"])["st1"]] == ["i2", "i1"]
        db.insights.replace("e1", [insight("i2"), insight("i3")], vectors, embedder="m", shown_at=NOW)
        assert [k.id for k in db.insights.unplaced()] == ["i3"]
        db.insights.place("st1", ["i3"], copies=["i2"])
        assert [(k.insight.id, k.is_copy) for k in db.insights.of_stories(["st1"])["st1"]] == [("i2", True), ("i3", False)]
        assert db.insights.unplaced() == []
        ids, entries, rows = db.insights.archive("m")
        assert (ids, entries) == (["i2", "i3"], ["e1", "e1"])
        assert np.allclose(rows, vectors)
        assert db.insights.archive("other")[2].shape[0] == 0


def test_stories_by_their_last_news(store: Store) -> None:
    story = Story(id="st1", headline="H", insights=(insight(),), sources=(), first_seen_at=NOW, updated_at=NOW)
    with store.write() as db:
        db.stories.save(story)
        db.stories.save(replace(story, phase=Phase.DEVELOPING, updated_at=NOW + HOUR))
        assert [s.phase for s in db.stories.since(NOW)] == [Phase.DEVELOPING]
        assert db.stories.since(NOW + HOUR) == []
        assert db.stories.count() == 1


def test_subscribers_and_when_they_are_due(store: Store) -> None:
    reader = subscriber(muted=("sport",), days=(0, 4))
    with store.write() as db:
        db.subscribers.add(reader)
        db.subscribers.add(subscriber("s2", status=Status.PENDING))
        assert db.subscribers.by_email("s1@example.org") == reader
        assert db.subscribers.due(NOW) == ["s1"]
        db.subscribers.schedule(("s1", NOW + HOUR, date(2026, 11, 20)))
        assert db.subscribers.due(NOW) == []
        assert db.subscribers.due(NOW + HOUR) == ["s1"]
        assert db.subscribers.last_slots(["s1", "s2"]) == {"s1": date(2026, 11, 20), "s2": None}
        db.subscribers.set_status("s1", Status.UNSUBSCRIBED)
        assert db.subscribers.due(NOW + HOUR) == []
        db.subscribers.suppress("hash", "asked", NOW)
        assert db.subscribers.is_suppressed(["older", "hash"])
        db.subscribers.release(["hash"])
        assert not db.subscribers.is_suppressed(["older", "hash"])


def test_one_edition_a_reader_and_slot_and_fragments_once(store: Store) -> None:
    with store.write() as db:
        assert db.editions.add(edition())
        assert not db.editions.add(replace(edition(), id="other"))
        assert db.editions.add(edition(None))
        assert db.editions.of_slot("s1", date(2026, 11, 21)) == edition()
        assert db.editions.latest(None) == [edition(None)]
        assert db.editions.get(["s1-2026-11-21"]) == {"s1-2026-11-21": edition()}
        assert db.connection.exec_driver_sql("SELECT count(*) FROM fragments").scalar() == 1


def test_the_ledger_frees_what_never_arrived(store: Store) -> None:
    what = {"story_id": "st1", "slot": date(2026, 11, 21), "insight_ids": ("i1",), "claim": "Words.", "facts": ("48 %",)}
    with store.write() as db:
        db.ledger.add([SentRow(edition_id=f"ed{number}", reader=f"s{number}", **what) for number in (1, 2)])
        told = db.ledger.of(["s1", "s2", None])
        assert told == {"s1": [Told(**what)], "s2": [Told(**what)], None: []}
        assert told["s1"][0] is told["s2"][0]
        db.ledger.free("ed1")
        assert db.ledger.of(["s1"]) == {"s1": []}


def test_a_notice_goes_before_the_editions_that_have_waited_for_longer(store: Store) -> None:
    notice = replace(delivery("d3"), edition_id=None, notice_id="n1", next_attempt_at=NOW)
    with store.write() as db:
        db.deliveries.add([delivery("d1"), delivery("d2", attempts=1), notice, delivery("d4", next_attempt_at=NOW - HOUR)])
        assert db.deliveries.due(NOW) == ["d3", "d4", "d2", "d1"]
        assert db.deliveries.due(NOW, 2) == ["d3", "d4"]


def test_a_delivery_moves_only_from_where_it_stands(store: Store) -> None:
    queued = delivery()
    claimed = replace(queued, state=DeliveryState.CLAIMED, owner="a", fence=1, lease_until=NOW + HOUR)
    with store.write() as db:
        db.deliveries.add([queued])
        assert db.deliveries.due(NOW) == ["d1"]
        assert db.deliveries.move(queued, claimed, NOW, "claimed")
        assert not db.deliveries.move(queued, replace(claimed, owner="b"), NOW, "claimed by another")
        assert db.deliveries.get(["d1"]) == [claimed]
        assert db.deliveries.due(NOW) == []
        assert db.deliveries.in_question(NOW + 2 * HOUR) == [claimed]
        assert db.deliveries.counts() == {"claimed": 1}
        assert [(a, b) for _, a, b, _ in db.deliveries.events("d1")] == [("queued", "claimed")]


def test_a_notice_key_is_used_once(store: Store) -> None:
    notice = Notice(id="n1", kind="alert", address="a@example.org", key="down:2026-11-21", values={"feed": "A"}, created_at=NOW)
    with store.write() as db:
        assert db.notices.add(notice)
        assert not db.notices.add(replace(notice, id="n2"))
        assert db.notices.get(["n1"]) == {"n1": notice}


def test_a_budget_is_never_overspent(store: Store) -> None:
    day = date(2026, 11, 21)
    with store.write() as db:
        assert db.meta.spend("tokens", day, 60, allowance=100)
        assert not db.meta.spend("tokens", day, 60, allowance=100)
        assert db.meta.spend("tokens", day, 40, allowance=100)
        assert db.meta.spent("tokens", day) == 100


def test_a_lease_has_one_holder_and_a_growing_fence(store: Store) -> None:
    with store.write() as db:
        assert db.meta.lease("heartbeat", "a", NOW, HOUR) == 1
        assert db.meta.lease("heartbeat", "b", NOW, HOUR) is None
        assert db.meta.lease("heartbeat", "a", NOW, HOUR) == 1
        assert db.meta.lease("heartbeat", "b", NOW + 2 * HOUR, HOUR) == 2
        assert db.meta.holder("heartbeat") == "b"


def test_a_failed_transaction_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(RuntimeError), store.write() as db:
        db.meta.set("key", "value")
        raise RuntimeError
    with store.read() as db:
        assert db.meta.setting("key") is None


def test_writers_of_many_threads_wait_for_each_other(store: Store) -> None:
    def add() -> None:
        for _ in range(10):
            with store.write() as db:
                db.meta.set("count", str(int(db.meta.setting("count") or 0) + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as db:
        assert db.meta.setting("count") == "40"


ASKED = {"batt": ["i1"], "電池": ["i1"], '"of words"': [], "words": ["i1", "i2"], "NEAR(": []}


@pytest.mark.parametrize(("asked", "ids"), ASKED.items())
def test_words_are_found_newest_first_with_what_narrows_them(store: Store, asked: str, ids: list[str]) -> None:
    with store.write() as db:
        db.entries.add([entry("e1"), entry("e2")], DONE)
        first = replace(insight("i1", "e1"), claim="Battery 鉄の電池.")
        for days, one in enumerate((first, insight("i2", "e2"))):
            told = {"embedder": "x", "shown_at": NOW - days * HOUR}
            db.insights.replace(one.entry_id, [one], np.ones((1, 4), np.float32), **told)  # type: ignore[arg-type]
    with store.read() as db:
        wanted = Wanted(kind=Indexed.INSIGHT, phrases=phrases(asked), feed_url="http://a/feed", speaker="ada")
        assert [hit.ref for hit in db.search.find(wanted, 9)] == ids
