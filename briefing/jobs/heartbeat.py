"""The lease of the heartbeat: whoever holds it asks what is due, one at a time for a store."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from briefing.errors import BriefingError
from briefing.pipeline.overview import HEARTBEAT
from briefing.pipeline.services import Services

LEASE = timedelta(seconds=60)
T = TypeVar("T")
log = logging.getLogger(__name__)


def held(services: Services, now: datetime) -> bool:
    """Take or renew the lease; False while another holds it."""
    with services.store.write() as db:
        return db.meta.lease(HEARTBEAT, services.owner, now, LEASE, services.alive) is not None


def is_ours(services: Services) -> bool:
    """Whether the lease was ours when it was last taken; asks without renewing it."""
    with services.store.read() as db:
        return db.meta.holder(HEARTBEAT) == services.owner


def release(services: Services) -> None:
    with services.store.write() as db:
        db.meta.release(HEARTBEAT, services.owner)


def safely(call: Callable[[], T]) -> T | None:
    """The heartbeat goes on, whatever one beat came upon."""
    try:
        return call()
    except BriefingError as error:
        log.error("heartbeat failed: %s", error)
        return None
