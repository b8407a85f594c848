"""Forgetting a person: every row that holds the address, or that says what was sent to it."""

from sqlalchemy import delete, select, text
from sqlalchemy.engine import Connection

from briefing.model import Subscriber
from briefing.store.schema import contents, deliveries, delivery_events, editions, memos, notices, reminded, sent, subscribers


def erase(connection: Connection, subscriber: Subscriber) -> None:
    """Delete all of it in this transaction; SQLite overwrites the bytes, too."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA secure_delete=ON"))
    mails = (deliveries.c.subscriber_id == subscriber.id) | (deliveries.c.address == subscriber.email)
    ids = select(deliveries.c.id).where(mails)
    connection.execute(delete(delivery_events).where(delivery_events.c.delivery_id.in_(ids)))
    connection.execute(delete(contents).where(contents.c.delivery_id.in_(ids)))
    connection.execute(delete(deliveries).where(mails))
    connection.execute(delete(notices).where(notices.c.address == subscriber.email))
    connection.execute(delete(editions).where(editions.c.reader == subscriber.id))
    connection.execute(delete(sent).where(sent.c.reader == subscriber.id))
    connection.execute(delete(reminded).where(reminded.c.reader == subscriber.id))
    own = memos.c.key.startswith(f"feedback:{subscriber.id}:", autoescape=True) | (memos.c.key == f"soft bounces:{subscriber.id}")
    connection.execute(delete(memos).where(own))
    connection.execute(delete(subscribers).where(subscribers.c.id == subscriber.id))
