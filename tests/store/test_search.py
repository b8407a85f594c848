"""The search index: which words find what, in every script; filters; and that it is what the archive is, whatever was written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from briefing.model import Document, Kind, Passage, Story
from briefing.store import Store
from briefing.store.entries import DONE
from briefing.store.search import Indexed, Wanted
from briefing.store.search_filling import fill
from briefing.store.search_schema import search_rows
from briefing.store.terms import Phrase, phrases, terms
from tests.contracts.test_store import NOW, entry, insight
from tests.databases import opened, url

CLAIM = "The battery café of 東京の検索エンジン runs state-of-the-art in Москва and กรุงเทพ since 2026."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = opened(url(tmp_path / "briefing.db"))
    with made.write() as db:
        db.entries.add([entry("e1"), replace(entry("e2"), feed_url="http://b/feed")], DONE)
        tell(made, db, "e1", "i1", CLAIM, 0)
        tell(made, db, "e2", "i2", "Another battery holds.", 1)
    return made


def tell(store: Store, db: object, entry_id: str, id_: str, claim: str, days: int) -> None:
    one = replace(insight(id_, entry_id), claim=claim)
    db.insights.replace(entry_id, [one], np.ones((1, 4), np.float32), embedder="x", shown_at=NOW - timedelta(days=days))  # type: ignore[attr-defined]


def found(store: Store, asked: str = "", kind: Indexed = Indexed.INSIGHT, **more: object) -> list[str]:
    with store.read() as db:
        return [hit.ref for hit in db.search.find(Wanted(kind=kind, phrases=phrases(asked), **more), 9)]  # type: ignore[arg-type]


SAID = [
    "cafe",
    "CAFÉ batt",
    "検索",
    "東京",
    "京の",
    "検",
    "ジ",
    "エンジン",
    "моск",
    '"state of the art"',
    "state-of",
    "กรุง",
    "東 cafe",
]


@pytest.mark.parametrize("asked", SAID)
def test_words_in_every_script_find(store: Store, asked: str) -> None:
    assert found(store, asked) == ["i1"]


@pytest.mark.parametrize("asked", ["batt café", '"café battery"', "索東", "attery", "2027", "ов"])
def test_what_is_not_said_is_not_found(store: Store, asked: str) -> None:
    assert found(store, asked) == []


def test_the_newest_come_first_and_pages_follow_each_other(store: Store) -> None:
    assert found(store, "battery") == ["i1", "i2"]
    with store.read() as db:
        (first,) = db.search.find(Wanted(kind=Indexed.INSIGHT), 1)
    assert found(store, "battery", before=first.number) == ["i2"]


@pytest.mark.parametrize(
    ("more", "ids"),
    [
        ({"feed_url": "http://b/feed"}, ["i2"]),
        ({"speaker": "ad"}, ["i1", "i2"]),
        ({"speaker": "bo"}, []),
        ({"since": NOW - timedelta(hours=1)}, ["i1"]),
        ({"until": NOW - timedelta(hours=1)}, ["i2"]),
        ({"any_feeds": ["http://b/feed"], "any_phrases": [Phrase(("holds",))]}, ["i2"]),
        ({"any_feeds": ["http://b/feed"], "any_phrases": [Phrase(("cafe",))]}, ["i1", "i2"]),
    ],
)
def test_filters_narrow(store: Store, more: dict[str, object], ids: list[str]) -> None:
    assert found(store, **more) == ids


def whole(store: Store) -> list[tuple[object, ...]]:
    with store.read() as db:
        if db.connection.dialect.name == "sqlite":
            db.connection.execute(text("INSERT INTO search_index(search_index) VALUES ('integrity-check')"))
        return sorted(tuple(row) for row in db.connection.execute(select(search_rows)))


def _document(store: Store) -> None:
    document = Document(entry_id="e1", kind=Kind.PODCAST, title="T", language="en", text="Night buses run. " * 200, passages=())
    passages = tuple(Passage(start=n * 17, end=n * 17 + 16, sentences=(), speaker="Bo", at=float(n)) for n in range(200))
    with store.write() as db:
        db.documents.save(replace(document, passages=passages), feed_url="http://a/feed", read_at=NOW, habits=frozenset())


def _story(store: Store) -> None:
    told = Story(id="st1", headline="Harbour", insights=(insight(),), sources=(), first_seen_at=NOW, updated_at=NOW)
    with store.write() as db:
        db.stories.save(told)
        db.insights.place("st1", ["i1"])


def _reread(store: Store) -> None:
    with store.write() as db:
        tell(store, db, "e1", "i3", "Something else.", 0)


def _emptied(store: Store) -> None:
    with store.write() as db:
        db.insights.replace("e2", [], np.zeros((0, 4), np.float32), embedder="x", shown_at=NOW)


@pytest.mark.parametrize("change", [_document, _story, _reread, _emptied])
def test_the_index_is_what_filling_it_anew_would_make(store: Store, change: Callable[[Store], None]) -> None:
    change(store)
    kept = whole(store)
    with store.write() as db:
        db.connection.execute(delete(search_rows))
        fill(db.connection)
    assert [row[:-1] for row in whole(store)] == [row[:-1] for row in kept]


def test_words_of_a_transcript_are_found_where_they_stand(store: Store) -> None:
    _document(store)
    assert set(found(store, "night buses", Indexed.STRETCH, speaker="Bo")) == {"e1"}
    assert found(store, "harbour", Indexed.STORY) == []
    _story(store)
    assert found(store, "harb", Indexed.STORY) == ["st1"]


@given(st.text(), st.text(max_size=12))
@example("\U0001d54a", "\U0001d54a").via("a capital only after its compatibility form is taken")
def test_any_text_becomes_small_letters_and_digits(said: str, asked: str) -> None:
    assert all(term.isascii() and term.isalnum() and term == term.lower() for term in terms(said))
    assert all(term.isascii() and term.isalnum() for phrase in phrases(asked) for term in phrase.terms)


HOSTILE = ['"', '""', '"*', "*", "NEAR(a b)", "a AND", "OR", "NOT a", "tokens:a", "^a", "a -b", "{a b}: c"]
BYTES = ["\x00", "a\x00b", "')--", "\ud800"]


@pytest.mark.parametrize("asked", [*HOSTILE, *BYTES, "a" * 10_000, "漢" * 10_000, '"' * 10_000, "a " * 5_000])
def test_no_question_breaks_it(store: Store, asked: str) -> None:
    assert isinstance(found(store, asked[:200]), list)
