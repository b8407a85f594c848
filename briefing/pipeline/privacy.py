"""What a reader may ask of an installation: everything it knows of them, and to be forgotten."""

from datetime import datetime

from briefing.editions.view import Json, view
from briefing.pipeline import suppression
from briefing.pipeline.people import find
from briefing.pipeline.services import Services
from briefing.pipeline.wishes import as_asked
from briefing.store.erasing import erase

ERASED = "erased"
EDITIONS = 400


def export(services: Services, subscriber_id: str) -> dict[str, Json]:
    """Wishes, what was learnt, every mail and every edition of one reader. Raises `UsageError` for an unknown id."""
    with services.store.read() as db:
        reader = find(db, subscriber_id)
        return {
            "subscriber": as_asked(reader) | {"id": reader.id, "status": reader.status.value, "since": str(reader.created_at)},
            "learnt": dict(reader.learnt),
            "mails": [{"address": each.address, "state": each.state.value} for each in db.deliveries.of_subscriber(reader.id)],
            "editions": [view(edition) for edition in db.editions.latest(reader.id, EDITIONS)],
        }


def forget(services: Services, subscriber_id: str, now: datetime) -> None:
    """Erase a reader; a digest of the address stays, so that no import brings it back. Raises `UsageError`."""
    with services.store.write(durable=True) as db:
        reader = find(db, subscriber_id)
        suppression.suppress(db, services.links, reader.email, ERASED, now)
        erase(db.connection, reader)
