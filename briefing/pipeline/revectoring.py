"""A new embedder takes over: vectors that another one made are made again, some in each cycle, the newest first."""

from briefing.errors import EndpointError
from briefing.pipeline.reading import embedded
from briefing.pipeline.services import Failure, Services

EMBEDDER = "embedder"
"""The setting that names the embedder that has seen everything."""
BATCH, BATCHES = 200, 10
"""Insights a transaction, and transactions a cycle."""


def waits(services: Services) -> bool:
    """Whether there may be vectors of another embedder than the present one."""
    with services.store.read() as db:
        return db.meta.setting(EMBEDDER) != services.embedder().name


def renew(services: Services) -> tuple[int, tuple[Failure, ...]]:
    """How many vectors were made again; a server that does not answer is named and asked again in the next cycle."""
    done = 0
    try:
        for _ in range(BATCHES):
            found = 0 if services.stopping.is_set() else _batch(services)
            done += found
            if not found:
                break
    except EndpointError as error:
        return done, (Failure(subject=services.embedder().name, reason=str(error)),)
    return done, ()


def _batch(services: Services) -> int:
    embedder = services.embedder()
    with services.store.read() as db:
        old = [kept.insight for kept in db.insights.not_embedded_by(embedder.name, BATCH)]
    vectors = embedded(embedder, old)
    with services.store.write() as db:
        db.insights.embed([insight.id for insight in old], vectors, embedder.name)
        if not old:
            db.meta.set(EMBEDDER, embedder.name)
    return len(old)
