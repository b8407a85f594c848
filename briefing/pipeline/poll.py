"""Feeds -> new entries. One broken feed never stops or delays the others, and is named with its reason."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import datetime

from briefing.errors import BriefingError, FetchError, UnreadableError
from briefing.model import FeedState
from briefing.pipeline.keeping import Outcome, body_hash, keep
from briefing.pipeline.mailboxes import Brought, collect, is_mailbox
from briefing.pipeline.services import Report, Services
from briefing.ports import Fetched, Fetcher
from briefing.sources.entries import ParsedFeed
from briefing.sources.feed_state import POISONINGS, is_poison, validators
from briefing.sources.feeds import FeedDocument

BATCH = 50
"""Outcomes that are saved in one transaction, at most."""
GATHERING_SECONDS = 0.25
"""How long an outcome may wait for others to be saved with."""
LOOK_UP_SECONDS = 0.5
"""How often a poll that waits for slow servers looks whether it is to stop."""
log = logging.getLogger(__name__)


def due(services: Services, now: datetime) -> list[str]:
    with services.store.read() as db:
        return db.feeds.due(now)


def run(services: Services, ids: tuple[str, ...], now: datetime) -> Report:
    """Ask the feeds and mail folders with these URLs and keep what is new."""
    with services.store.read() as db:
        states = list(db.feeds.states(ids).values())
    brought = [collect(services, state, now) for state in states if is_mailbox(state.url)]
    brought += asyncio.run(_poll(services, [state for state in states if not is_mailbox(state.url)], now))
    failures = tuple(failure for each in brought for failure in each.failures)
    return Report(step="poll", done=len(states), failures=failures, counts={"new entries": sum(each.new for each in brought)})


async def _poll(services: Services, states: list[FeedState], now: datetime) -> list[Brought]:
    """Ask all at once: the fetcher itself holds back what a host or this machine should not bear. What came is kept at once."""
    fetcher = services.fetcher()
    outcomes: asyncio.Queue[Outcome] = asyncio.Queue()
    running = [asyncio.ensure_future(_ask(services, fetcher, state, now, outcomes)) for state in states]
    shown = iter(services.progress(states, "asking feeds", len(states)))
    brought = []
    try:
        async for batch in _batches(services, outcomes, len(states)):
            brought += await asyncio.to_thread(keep, services, batch, now)
            _show(shown, len(batch))
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await fetcher.close()
    _show(shown, 1)
    return brought


async def _batches(services: Services, outcomes: asyncio.Queue[Outcome], expected: int) -> AsyncIterator[list[Outcome]]:
    """All outcomes soon after they come, some together; ends early if the program is to stop."""
    while expected and not services.stopping.is_set():
        batch: list[Outcome] = []
        with suppress(TimeoutError):
            batch.append(await asyncio.wait_for(outcomes.get(), LOOK_UP_SECONDS))
            async with asyncio.timeout(GATHERING_SECONDS):
                while len(batch) < min(BATCH, expected):
                    batch.append(await outcomes.get())
        expected -= len(batch)
        if batch:
            yield batch


def _show(shown: Iterator[FeedState], count: int) -> None:
    for _ in range(count):
        next(shown, None)


async def _ask(services: Services, fetcher: Fetcher, state: FeedState, now: datetime, outcomes: asyncio.Queue[Outcome]) -> None:
    answer = None
    try:
        answer = await fetcher.fetch(state.moved_to or state.url, validators(state, now))
        outcome = Outcome(state=state, answer=answer, parsed=await _parsed(services, state, answer, now))
    except BriefingError as error:
        outcome = Outcome(state=state, answer=answer, error=error)
    except Exception as error:  # a defect that one feed brings to light is no reason to lose the others
        log.exception("%s could not be polled", state.url)
        outcome = Outcome(state=state, error=FetchError(state.url, f"could not be polled ({type(error).__name__})"))
    outcomes.put_nowait(outcome)


async def _parsed(services: Services, state: FeedState, answer: Fetched, now: datetime) -> ParsedFeed | None:
    """What a document holds; None if it is the one that was read before."""
    hashed = "" if answer.not_modified else body_hash(answer.body)
    if answer.not_modified or (hashed == state.body_hash and state.validators_at):
        return None
    if is_poison(state, hashed):
        raise UnreadableError(state.url, f"reading this document failed {POISONINGS} times; it is read again when it changes")
    document = FeedDocument(
        body=answer.body,
        url=state.url,
        collected_at=now,
        content_type=answer.content_type,
        charset=answer.charset,
        known=state.fingerprints or frozenset(),
    )
    return await services.parser.parse(document)
