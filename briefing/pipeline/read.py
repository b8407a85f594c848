"""Entries -> documents and insights: transcripts and articles are fetched, read side by side, and saved one by one."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from briefing.errors import FetchError
from briefing.model import Entry, Feed
from briefing.pipeline.citing import by_url, kind
from briefing.pipeline.gathering import gather
from briefing.pipeline.listen import heard
from briefing.pipeline.reading import Read, ReadTask
from briefing.pipeline.services import Failure, Report, Services
from briefing.store import Session
from briefing.store.entries import DONE, READ, shown_at
from briefing.store.records import chunks
from briefing.stories.foretold import foretold

BATCH = 48
"""Entries between two commits: what is read when the power goes is not read again."""
BUSY = (408, 425, 429)
TRIES = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6))
"""Pauses before a transcript or page that did not come is asked again; then the entry is read without it."""


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return db.entries.waiting(READ, now)


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Read the entries with these ids."""
    done, found, failures = 0, 0, list[Failure]()
    for read in services.progress(_read_all(services, ids, now, failures), "reading entries", len(ids)):
        done += 1
        found += len(read.insights)
        failures += [Failure(subject=read.entry.title or read.entry.id, reason=warning) for warning in read.warnings]
    return Report(step="read", done=done, failures=tuple(failures), counts={"insights": found})


def _read_all(services: Services, ids: Sequence[str], now: datetime, failures: list[Failure]) -> Iterator[Read]:
    for batch in chunks(ids, BATCH):
        if services.stopping.is_set():
            return
        tasks, missing = _gathered(services, batch, now)
        for entry, error in missing:
            again = _later(services, entry, error, now)
            told = f"{error.subject}: {error.reason}; asked again after {again:%Y-%m-%d %H:%M} UTC"
            failures.append(Failure(subject=entry.title or entry.id, reason=told))
        for task in tasks:
            if services.stopping.is_set():
                return
            read = services.reader().read(task)
            _save(services, read, now)
            yield read


def _save(services: Services, read: Read, now: datetime) -> None:
    entry, embedder = read.entry, services.embedder().name
    with services.store.write() as db:
        db.entries.keep_chapters(entry)
        db.documents.save(read.document, feed_url=entry.feed_url, read_at=now, habits=read.habits, signature=read.signature)
        db.insights.replace(entry.id, read.insights, read.vectors, embedder=embedder, shown_at=shown_at(entry))
        db.predictions.replace(entry.id, [one for insight in read.insights for one in foretold(insight)])
        db.entries.move(entry.id, DONE)


def _later(services: Services, entry: Entry, error: FetchError, now: datetime) -> datetime:
    """When the entry is taken up again. Another process may have tried and counted it meanwhile."""
    with services.store.write() as db:
        again = now + TRIES[min(db.entries.attempts([entry.id]).get(entry.id, 0), len(TRIES) - 1)]
        db.entries.try_later(entry.id, again, error.reason)
    return again


def _gathered(services: Services, ids: Sequence[str], now: datetime) -> tuple[list[ReadTask], list[tuple[Entry, FetchError]]]:
    """Fetch what the entries need: tasks ready to read, and entries whose material did not come but may yet."""
    with services.store.read() as db:
        entries, attempts = db.entries.get(ids), db.entries.attempts(ids)
        tasks = _tasks(db, services, entries)
    fetched = asyncio.run(gather(services, tasks, now))
    missing = [
        (task.entry, error) for task, error in fetched if error and _may_come_yet(error) and attempts[task.entry.id] < len(TRIES)
    ]
    waiting = {entry.id for entry, _ in missing}
    return [task for task, _ in fetched if task.entry.id not in waiting], missing


def _may_come_yet(error: FetchError) -> bool:
    """Whether a transcript or page that did not come is worth another try: a refusal (4xx) is not, a busy server is."""
    return not error.permanent and (error.status in BUSY or not 400 <= error.status < 500)


def _tasks(db: Session, services: Services, entries: Sequence[Entry]) -> list[ReadTask]:
    """A task for each entry, with what its feed says in every issue."""
    states, feeds = db.feeds.states(), by_url(services.config)
    habits = {url: db.documents.habits(url) for url in {entry.feed_url for entry in entries}}

    def task(entry: Entry) -> ReadTask:
        feed = feeds.get(entry.feed_url) or Feed(url=entry.feed_url)
        return ReadTask(
            entry=entry,
            kind=kind(feed, states.get(entry.feed_url)),
            language=feed.language or entry.language,
            transcript=heard(db, entry.id),
            habits=habits[entry.feed_url],
        )

    return [task(entry) for entry in entries]
