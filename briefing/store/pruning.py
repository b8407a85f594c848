"""Dropping what is older than it is kept: mails and editions with what they were sent for, raw HTML, memos.

Insights and stories stay, and so do the fragments of editions: they hold what was told, not to whom.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Text, delete, select, type_coerce, update
from sqlalchemy.engine import Connection

from briefing.store.entries import DONE
from briefing.store.schema import (
    budgets,
    contents,
    deliveries,
    delivery_events,
    editions,
    entries,
    memos,
    notices,
    reminded,
    sent,
)

WITHOUT_HTML = '%"html":""%'
"""How the body of an entry without HTML looks as JSON text."""


def prune_mails(connection: Connection, before: datetime) -> int:
    """Drop editions of earlier slots and earlier notices with their deliveries, and memos and budgets; the number of editions."""
    old_editions = select(editions.c.id).where(editions.c.slot < before.date())
    old_notices = select(notices.c.id).where(notices.c.created_at < before)
    mails = deliveries.c.edition_id.in_(old_editions) | deliveries.c.notice_id.in_(old_notices)
    ids = select(deliveries.c.id).where(mails)
    connection.execute(delete(delivery_events).where(delivery_events.c.delivery_id.in_(ids)))
    connection.execute(delete(contents).where(contents.c.delivery_id.in_(ids)))
    connection.execute(delete(deliveries).where(mails))
    connection.execute(delete(notices).where(notices.c.created_at < before))
    connection.execute(delete(memos).where(memos.c.at < before))
    connection.execute(delete(budgets).where(budgets.c.day < before.date()))
    return connection.execute(delete(editions).where(editions.c.slot < before.date())).rowcount


def prune_ledger(connection: Connection, before: datetime) -> None:
    """Forget what was sent in earlier slots: it may be told again."""
    connection.execute(delete(sent).where(sent.c.slot < before.date()))
    connection.execute(delete(reminded).where(reminded.c.slot < before.date()))


def prune_html(connection: Connection, before: datetime, limit: int) -> int:
    """Drop the raw HTML of at most `limit` entries that were collected earlier and have been read; how many had some."""
    has_html = type_coerce(entries.c.body, Text).not_like(WITHOUT_HTML)
    old = select(entries.c.id, entries.c.body).where(entries.c.collected_at < before, entries.c.stage == DONE, has_html)
    rows = connection.execute(old.limit(limit)).all()
    for row in rows:
        connection.execute(update(entries).where(entries.c.id == row.id).values(body=replace(row.body, html="")))
    return len(rows)
