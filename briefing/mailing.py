"""The composition root of what sends mail: `app` uses it, and a process that only sends needs nothing else."""

import importlib
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import FileSystemLoader

from briefing.config import Config
from briefing.config.tables import Channel
from briefing.delivery.chat import ChatChannel
from briefing.delivery.dkim import REMEDY, Signer
from briefing.delivery.doors import Doors
from briefing.delivery.folder import FolderMailer
from briefing.delivery.notes import NotesFolder
from briefing.delivery.smtp import SmtpMailer
from briefing.editions.links import Links
from briefing.editions.message import Postmark
from briefing.editions.render import Renderer
from briefing.errors import UsageError
from briefing.pipeline.mailroom import Mailroom, Progress, quietly
from briefing.pipeline.pace import Pace
from briefing.pipeline.postman import MailPostman
from briefing.ports import Mailer
from briefing.store import Store, backup, migrated
from briefing.store.attendance import Attendance
from briefing.store.presence import Presence


@contextmanager
def opened(config: Config, *, progress: Progress = quietly) -> Iterator[Mailroom]:
    """What sends mail, with the store migrated. Raises `BriefingError`."""
    with migrated(config.store.url) as store, mailroom(config, store, progress) as room:
        yield room


@contextmanager
def mailroom(config: Config, store: Store, progress: Progress) -> Iterator[Mailroom]:
    """What sends mail, on an open store; the connection to the mail server is closed at the end."""
    owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    presence = _presence(config, owner)
    try:
        room = fitted(config, store, progress, owner, presence)
        yield room
        room.mailer.close()
    finally:
        presence.close()


def _presence(config: Config, owner: str) -> Presence | Attendance:
    """Who shares a SQLite database is on one machine, where the dead are known at once; elsewhere they are missed in time."""
    if not config.store.url.startswith("sqlite"):
        return Attendance(config.store.url, owner)
    file = backup.file_of(config.store.url)
    return Presence(file.with_name(f"{file.name}.senders"), owner)


def fitted(config: Config, store: Store, progress: Progress, owner: str, presence: Presence | Attendance | None) -> Mailroom:
    """What sends mail under a configuration. Raises `UsageError` for one that cannot be used."""
    made_links, brief, mail = links(config, store), config.briefing, config.mail
    key = (config.secrets.secret or stored_secret(store)).encode()
    return Mailroom(
        config=config,
        store=store,
        links=made_links,
        mailer=Doors(mailer(config), channels(config)) if config.channels else mailer(config),
        postman=MailPostman(
            made_links,
            Postmark(sender=mail.sender, imprint=brief.imprint, unsubscribe_address=mail.bounce_address),
            renderer(config),
            title=brief.title,
            language=brief.language,
            bounces=(mail.bounce_address, key),
            signer=signer(config),
        ),
        progress=progress,
        message_key=key,
        pace=None if mail.transport == "folder" else Pace(store, mail),
        owner=owner,
        alive=presence.alive if presence else lambda owner: True,
    )


def mailer(config: Config) -> Mailer:
    """The transport that `[mail]` names. Raises `UsageError` for a dotted path that leads nowhere."""
    mail = config.mail
    if mail.transport == "folder":
        return FolderMailer(mail.folder)
    if mail.transport == "smtp":
        return SmtpMailer(mail.host, mail.port, mail.security, mail.username, config.secrets.smtp_password)
    made: Mailer = named(mail.transport)(config)
    return made


def channels(config: Config) -> dict[str, Mailer]:
    """The doors of `[[channels]]` by name. Raises `UsageError` for an address that Apprise cannot read."""
    return {each.name: _channel(config, each) for each in config.channels}


def _channel(config: Config, wanted: Channel) -> Mailer:
    if wanted.folder:
        return NotesFolder(wanted.folder)
    return ChatChannel(wanted.name, config.secrets.channels[wanted.url_env])


def signer(config: Config) -> Signer | None:
    """What signs mails for `[mail] dkim_domain`; None without one. Raises `UsageError` for a key that cannot be used."""
    mail = config.mail
    if not mail.dkim_key_file:
        return None
    try:
        key = mail.dkim_key_file.read_bytes()
    except OSError as error:
        raise UsageError(
            "[mail] dkim_key_file", f"{mail.dkim_key_file} cannot be read: {error.strerror}", remedy=REMEDY
        ) from None
    return Signer(mail.dkim_domain, mail.dkim_selector, key)


def renderer(config: Config) -> Renderer:
    """Templates from the folder beside feeds.toml first, then the packaged ones."""
    folder = config.folder / "templates"
    return Renderer(FileSystemLoader(folder) if folder.is_dir() else None, top=config.briefing.top)


def links(config: Config, store: Store) -> Links:
    keys = (config.secrets.secret or stored_secret(store), *config.secrets.earlier)
    with store.read() as db:
        kept = db.meta.setting("secret")
    return Links(config.web.public_url, [key.encode() for key in keys], retired=[kept.encode()] if kept else [])


def stored_secret(store: Store) -> str:
    """The signing secret; one is made at the first start and kept."""
    with store.write() as db:
        found = db.meta.setting("secret")
        if found is None:
            found = secrets.token_urlsafe(32)
            db.meta.set("secret", found)
        return found


def named(path: str) -> Callable[[Config], Any]:
    """What a dotted path names: called with the Config, it gives an implementation."""
    module, _, name = path.rpartition(".")
    try:
        made: Callable[[Config], Any] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise UsageError(path, f"cannot be loaded: {error}", remedy="write the dotted path of a class or function") from error
    return made
