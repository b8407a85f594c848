"""The composition root: a Config becomes wired services. With `mailing`, the only module that picks implementations."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime
from functools import cache
from urllib.parse import urlsplit

from briefing import __version__, mailing
from briefing.config import Config
from briefing.embedding import EndpointEmbedder, PackagedEmbedder
from briefing.endpoint import Endpoint
from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.llm import ModelWriter
from briefing.insights.scorer import Scorer
from briefing.mailing import mailroom, named
from briefing.pipeline.mailroom import Mailroom
from briefing.pipeline.patience import patience
from briefing.pipeline.reading import Reader
from briefing.pipeline.services import Progress, Services, quietly
from briefing.ports import Embedder, InsightWriter, TranscriptSource
from briefing.sources.feed_pool import FeedPool
from briefing.sources.guard import Guard
from briefing.sources.http import HttpFetcher
from briefing.sources.speech import EndpointSpeech, WhisperSpeech
from briefing.store import Store, migrated
from briefing.store.adapters import StoredBudget, StoredMemo


@contextmanager
def opened(config: Config, *, progress: Progress = quietly, declare: bool = True) -> Iterator[Services]:
    """Services for a configuration, with the store migrated and, if wanted, the feeds declared. Raises `BriefingError`."""
    with migrated(config.store.url) as store:
        if declare:
            _declare(store, config)
        with mailroom(config, store, progress) as room, closing(FeedPool()) as parser:
            yield replace(_services(config, room), parser=parser)


def refitted(services: Services, config: Config) -> Services:
    """The same installation under an edited configuration: what is loaded stays where the edit does not touch it.

    Raises `UsageError` for a configuration that cannot be used; then nothing has changed.
    """
    room = mailing.fitted(config, services.store, services.progress, services.owner, None)
    room = replace(room, stopping=services.stopping, alive=services.alive)
    new = replace(_services(config, room), parser=services.parser)
    if _reads_alike(services.config, config):
        new = replace(new, reader=services.reader, embedder=services.embedder)
    _declare(services.store, config)
    services.mailer.close()
    return new


def _reads_alike(old: Config, new: Config) -> bool:
    return (old.llm, old.embeddings, old.briefing.language) == (new.llm, new.embeddings, new.briefing.language)


def fetcher(config: Config) -> HttpFetcher:
    poll = config.poll
    return HttpFetcher(
        guard=Guard(poll.allow_addresses, ports=[urlsplit(feed.url).port or 443 for feed in config.feeds]),
        per_host=poll.per_host,
        host_gap=poll.host_gap,
        max_bytes=poll.max_bytes,
        user_agent=f"briefing/{__version__} (+{config.web.public_url})",
    )


def embedder(config: Config) -> Embedder:
    """The packaged vectors, or the endpoint that `[embeddings]` names."""
    if config.embeddings is None:
        return PackagedEmbedder()
    return EndpointEmbedder(Endpoint(config.embeddings.url, config.secrets.embeddings_key), config.embeddings.model)


def writer(config: Config, store: Store | None = None) -> InsightWriter:
    """The extractive writer; with `[llm]` and a store to remember and count in, a model words what it chose."""
    extractive = ExtractiveWriter(Scorer())
    if config.llm is None or store is None:
        return extractive
    return ModelWriter(
        extractive,
        Endpoint(config.llm.url, config.secrets.llm_key),
        memo=StoredMemo(store, "llm"),
        budget=StoredBudget(store, {"tokens": config.llm.daily_tokens}),
        language=config.briefing.language,
        model=config.llm.model,
        patience=lambda: patience(store, config, datetime.now(UTC)),
    )


def speech(config: Config) -> TranscriptSource | None:
    """The transcriber of `[speech]`; None without one."""
    wanted = config.speech
    if wanted is None:
        return None
    if wanted.engine == "endpoint":
        return EndpointSpeech(Endpoint(wanted.url, config.secrets.speech_key), wanted.model, lambda: fetcher(config))
    if wanted.engine == "faster-whisper":
        return WhisperSpeech(wanted.model, lambda: fetcher(config))
    made: TranscriptSource = named(wanted.engine)(config)
    return made


def _services(config: Config, room: Mailroom) -> Services:
    loaded, store = cache(lambda: embedder(config)), room.store
    return Services(
        **{each.name: getattr(room, each.name) for each in fields(Mailroom)},
        fetcher=lambda: fetcher(config),
        reader=cache(lambda: Reader(writer=writer(config, store), embedder=loaded())),
        embedder=loaded,
        speech=speech(config),
    )


def _declare(store: Store, config: Config) -> None:
    with store.write() as db:
        feeds = [feed.url for feed in config.feeds if feed.enabled]
        db.feeds.declare([*feeds, *(mailbox.url for mailbox in config.mailboxes)])
