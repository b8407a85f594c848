"""The composition root: a Config becomes wired services. The only module that picks implementations."""

import importlib
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import FileSystemLoader

from briefing import __version__
from briefing.config import Config
from briefing.delivery.folder import FolderMailer
from briefing.delivery.smtp import SmtpMailer
from briefing.editions.links import Links
from briefing.editions.message import Postmark
from briefing.editions.render import Renderer
from briefing.embedding import EndpointEmbedder, PackagedEmbedder
from briefing.endpoint import Endpoint
from briefing.errors import UsageError
from briefing.insights.extractive import ExtractiveWriter
from briefing.insights.llm import ModelWriter
from briefing.insights.scorer import Scorer
from briefing.pipeline.pace import Pace
from briefing.pipeline.postman import MailPostman
from briefing.pipeline.reading import Reader
from briefing.pipeline.services import Progress, Services, quietly
from briefing.ports import Embedder, InsightWriter, Mailer, TranscriptSource
from briefing.sources.guard import Guard
from briefing.sources.http import HttpFetcher
from briefing.sources.speech import EndpointSpeech, WhisperSpeech
from briefing.store import Store
from briefing.store.adapters import StoredBudget, StoredMemo


@contextmanager
def opened(config: Config, *, progress: Progress = quietly) -> Iterator[Services]:
    """Services for a configuration, with the store migrated and the feeds declared. Raises `BriefingError`."""
    store = Store(config.store.url)
    try:
        store.migrate()
        _declare(store, config)
        services = _services(config, store, progress)
        yield services
        services.mailer.close()
    finally:
        store.close()


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
    )


def mailer(config: Config) -> Mailer:
    """The transport that `[mail]` names. Raises `UsageError` for a dotted path that leads nowhere."""
    mail = config.mail
    if mail.dkim_domain:
        raise UsageError(
            "[mail] dkim_domain", "mails are not signed by this version", remedy="let the mail server sign, and remove the key"
        )
    if mail.transport == "folder":
        return FolderMailer(mail.folder)
    if mail.transport == "smtp":
        return SmtpMailer(mail.host, mail.port, mail.security, mail.username, config.secrets.smtp_password)
    made: Mailer = _named(mail.transport)(config)
    return made


def speech(config: Config) -> TranscriptSource | None:
    """The transcriber of `[speech]`; None without one."""
    wanted = config.speech
    if wanted is None:
        return None
    if wanted.engine == "endpoint":
        return EndpointSpeech(Endpoint(wanted.url, config.secrets.speech_key), wanted.model, lambda: fetcher(config))
    if wanted.engine == "faster-whisper":
        return WhisperSpeech(wanted.model, lambda: fetcher(config))
    made: TranscriptSource = _named(wanted.engine)(config)
    return made


def renderer(config: Config) -> Renderer:
    """Templates from the folder beside feeds.toml first, then the packaged ones."""
    folder = config.folder / "templates"
    return Renderer(FileSystemLoader(folder) if folder.is_dir() else None, top=config.briefing.top)


def links(config: Config, store: Store) -> Links:
    keys = [config.secrets.secret or stored_secret(store), config.secrets.previous_secret]
    return Links(config.web.public_url, [key.encode() for key in keys if key])


def stored_secret(store: Store) -> str:
    """The signing secret; one is made at the first start and kept."""
    with store.write() as db:
        found = db.meta.setting("secret")
        if found is None:
            found = secrets.token_urlsafe(32)
            db.meta.set("secret", found)
        return found


def _services(config: Config, store: Store, progress: Progress) -> Services:
    made_links, loaded = links(config, store), cache(lambda: embedder(config))
    brief, mail = config.briefing, config.mail
    key = (config.secrets.secret or stored_secret(store)).encode()
    postmark = Postmark(sender=mail.sender, imprint=brief.imprint, unsubscribe_address=mail.bounce_address)
    return Services(
        config=config,
        store=store,
        links=made_links,
        fetcher=lambda: fetcher(config),
        reader=cache(lambda: Reader(writer=writer(config, store), embedder=loaded())),
        embedder=loaded,
        mailer=mailer(config),
        postman=MailPostman(
            made_links,
            postmark,
            renderer(config),
            title=brief.title,
            language=brief.language,
            bounces=(mail.bounce_address, key),
        ),
        speech=speech(config),
        progress=progress,
        message_key=key,
        pace=None if mail.transport == "folder" else Pace(store, mail),
        owner=f"{socket.gethostname()}:{os.getpid()}",
    )


def _declare(store: Store, config: Config) -> None:
    with store.write() as db:
        feeds = [feed.url for feed in config.feeds if feed.enabled]
        db.feeds.declare([*feeds, *(mailbox.url for mailbox in config.mailboxes)])


def _named(path: str) -> Callable[[Config], Any]:
    """What a dotted path names: called with the Config, it gives an implementation."""
    module, _, name = path.rpartition(".")
    try:
        made: Callable[[Config], Any] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(path, f"cannot be loaded: {error}", remedy="write the dotted path of a class or function") from error
    return made
