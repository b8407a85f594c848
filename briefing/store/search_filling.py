"""Filling the search index from what the archive holds already."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from briefing.model import Document, Insight, Story
from briefing.store.records import chunks
from briefing.store.schema import documents, insights, stories
from briefing.store.search import Search

BATCH = 200
"""Documents or stories held in memory at a time."""


def fill(connection: Connection) -> None:
    """Index every insight, document and story."""
    search = Search(connection)
    for entry_ids in _batches(connection, select(insights.c.entry_id).distinct().order_by(insights.c.entry_id)):
        _fill_insights(connection, search, entry_ids)
    for entry_ids in _batches(connection, select(documents.c.entry_id).order_by(documents.c.entry_id)):
        _fill_documents(connection, search, entry_ids)
    for story_ids in _batches(connection, select(stories.c.id).order_by(stories.c.id)):
        _fill_stories(connection, search, story_ids)


def _batches(connection: Connection, ids: Select[Any]) -> Iterator[list[str]]:
    yield from (list(part) for part in chunks([id_ for (id_,) in connection.execute(ids)], BATCH))


def _fill_insights(connection: Connection, search: Search, entry_ids: list[str]) -> None:
    columns = select(insights.c.entry_id, insights.c.shown_at, insights.c.body).where(insights.c.entry_id.in_(entry_ids))
    found: dict[str, list[Any]] = {}
    for row in connection.execute(columns):
        found.setdefault(row.entry_id, []).append(row)
    for entry_id, rows in found.items():
        search.keep_insights(entry_id, [row.body for row in rows], rows[0].shown_at)


def _fill_documents(connection: Connection, search: Search, entry_ids: list[str]) -> None:
    wanted = ("entry_id", "kind", "title", "language", "text", "passages")
    columns = select(*(documents.c[name] for name in (*wanted, "feed_url", "read_at")))
    for row in connection.execute(columns.where(documents.c.entry_id.in_(entry_ids))).all():
        document = Document(**{name: row._mapping[name] for name in wanted})
        search.keep_document(document, row.feed_url, row.read_at)


def _fill_stories(connection: Connection, search: Search, story_ids: list[str]) -> None:
    columns = select(insights.c.story_id, insights.c.body).where(insights.c.story_id.in_(story_ids), insights.c.position >= 0)
    members: dict[str, list[Insight]] = {}
    for row in connection.execute(columns.order_by(insights.c.position)):
        members.setdefault(row.story_id, []).append(row.body)
    told = select(stories.c.id, stories.c.headline, stories.c.first_seen_at, stories.c.updated_at)
    for one in connection.execute(told.where(stories.c.id.in_(story_ids))).all():
        search.keep_story(Story(sources=(), insights=tuple(members.get(one.id, ())), **one._mapping))
