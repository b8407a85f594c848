"""Speech to text for entries whose feed asks for it and that come without a transcript."""

import asyncio
import math
from datetime import datetime, timedelta

from briefing.errors import BriefingError
from briefing.model import Entry, Transcript
from briefing.pipeline.services import Failure, Report, Services
from briefing.ports import TranscriptSource
from briefing.store import Session
from briefing.store.columns import pack, unpack
from briefing.store.entries import LISTEN, READ

MINUTES = "speech minutes"
"""The budget of a day."""
TRIES = 3
AGAIN = timedelta(hours=2)
SECONDS_A_MINUTE = 60


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return db.entries.waiting(LISTEN, now)


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Transcribe these entries, within the day's minutes.

    Without a transcriber, and where an entry alone is longer than a day's minutes, it is read from its notes.
    """
    failures, done = list[Failure](), 0
    with services.store.read() as db:
        entries = db.entries.get(ids)
    for entry in services.progress(entries, "listening", len(entries)):
        if services.stopping.is_set():
            break
        speech = services.speech if _minutes(entry) <= _allowance(services) else None
        if speech is None or _afford(services, entry, now):
            failures += _hear(services, speech, entry, now)
            done += 1
    return Report(step="listen", done=done, failures=tuple(failures))


def heard(db: Session, entry_id: str) -> Transcript | None:
    """The transcript that listening made of an entry, if it did."""
    found = db.meta.memo(_key(entry_id))
    return unpack(found, Transcript) if found else None


def _hear(services: Services, speech: TranscriptSource | None, entry: Entry, now: datetime) -> list[Failure]:
    try:
        transcript = asyncio.run(speech.transcript(entry)) if speech else None
    except BriefingError as error:
        with services.store.write() as db:
            if error.permanent or db.entries.attempts([entry.id])[entry.id] + 1 >= TRIES:
                db.entries.move(entry.id, READ, error=error.words)
            else:
                db.entries.try_later(entry.id, now + AGAIN, error.words)
        return [Failure(subject=entry.title, reason=error.words)]
    with services.store.write() as db:
        if transcript:
            _charge(db, _length(transcript) - _minutes(entry), now)
            db.meta.remember(_key(entry.id), pack(transcript), now)
        db.entries.move(entry.id, READ)
    return []


def _afford(services: Services, entry: Entry, now: datetime) -> bool:
    """Spend an entry's minutes; False, and nothing spent, if the day has not as many left."""
    with services.store.write() as db:
        return db.meta.spend(MINUTES, now.date(), _minutes(entry), _allowance(services))


def _charge(db: Session, more: int, now: datetime) -> None:
    """Minutes that were heard beyond those that the feed told of; they may go beyond the day's."""
    if more > 0:
        db.meta.spend(MINUTES, now.date(), more, db.meta.spent(MINUTES, now.date()) + more)


def _length(transcript: Transcript) -> int:
    """Begun minutes until the last word."""
    return math.ceil(max((segment.end or 0 for segment in transcript.segments), default=0) / SECONDS_A_MINUTE)


def _allowance(services: Services) -> int:
    return services.config.speech.daily_minutes if services.config.speech else 0


def _minutes(entry: Entry) -> int:
    """Begun minutes; one where the feed does not say how long it is."""
    return math.ceil(entry.duration / SECONDS_A_MINUTE) if entry.duration else 1


def _key(entry_id: str) -> str:
    return f"transcript:{entry_id}"
