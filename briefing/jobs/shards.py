"""How what is due is cut into jobs: no host is asked from two sides at a time, and a job is worth the trouble of a queue."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlsplit

from briefing.pipeline.compose import SHARD
from briefing.pipeline.services import Services
from briefing.store.records import chunks

Ids = tuple[str, ...]

QUEUES = ("poll", "listen", "read", "cluster", "compose", "deliver")
SIZES = {"listen": 1, "compose": SHARD, "deliver": 100}
"""Ids a job; a step that is not named here gets all of them in one."""
FEEDS = 50
"""Feeds a job of polling, so long as their hosts end there."""
CHARACTERS = 300_000
"""What a job of reading holds; about five transcripts."""
TRANSCRIPT, LEAST = 60_000, 5_000
"""Characters that an entry counts for a transcript still to be fetched, and for being taken up at all."""


@dataclass(frozen=True, slots=True)
class Piece:
    """An id that wants work: where it makes a worker call, and what share of a whole job it is."""

    id: str
    host: str
    share: float


def shards(services: Services, step: str, due: Sequence[str], in_hand: Collection[str]) -> list[Ids]:
    """Jobs for what is due and that no job has in hand yet."""
    if step in ("poll", "read") and due:
        pieces = {piece.id: piece for piece in _pieces(services, step, [*due, *in_hand])}
        busy = {pieces[id_].host for id_ in in_hand if id_ in pieces}
        return list(packed(pieces[id_] for id_ in due if id_ in pieces and pieces[id_].host not in busy))
    fresh = [id_ for id_ in due if id_ not in in_hand]
    return [tuple(some) for some in chunks(fresh, SIZES.get(step, len(fresh) or 1))]


def packed(pieces: Iterable[Piece]) -> Iterator[Ids]:
    """Jobs that are about full. All pieces of a host are in one job; what is over one job's share waits for another time."""
    job, full = list[str](), 0.0
    for _, group in groupby(sorted(pieces, key=_host), key=_host):
        ids, share = _cut(group)
        if job and full + share > 1:
            yield tuple(job)
            job, full = [], 0.0
        job += ids
        full += share
    if job:
        yield tuple(job)


def _host(piece: Piece) -> str:
    return piece.host


def _cut(pieces: Iterable[Piece]) -> tuple[list[str], float]:
    ids, share = list[str](), 0.0
    for piece in pieces:
        if ids and share + piece.share > 1:
            break
        ids.append(piece.id)
        share += piece.share
    return ids, share


def _pieces(services: Services, step: str, ids: Sequence[str]) -> Iterator[Piece]:
    if step == "poll":
        yield from (Piece(url, _host_of(url), 1 / FEEDS) for url in ids)
        return
    with services.store.read() as db:
        weights = db.entries.weights(ids)
    for id_ in ids:
        if id_ in weights:
            feed, size, spoken = weights[id_]
            yield Piece(id_, _host_of(feed), (max(size, LEAST) + TRANSCRIPT * spoken) / CHARACTERS)


def _host_of(url: str) -> str:
    return urlsplit(url).hostname or url
