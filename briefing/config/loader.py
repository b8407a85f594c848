"""Loads feeds.toml: bytes -> TOML -> tables -> checks between tables -> Config."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from briefing.config import environment, rules
from briefing.config.keys import BadValueError
from briefing.config.lines import Lines
from briefing.config.lines import Path as Place
from briefing.config.reader import SECRET, Reader, home, misplaced_secret, values_of
from briefing.config.syntax import NotTomlError, decode, parse_toml
from briefing.config.tables import (
    TABLES,
    Admin,
    Briefing,
    Channel,
    Config,
    Embeddings,
    FeedTable,
    Jobs,
    Llm,
    Mail,
    MailboxConfig,
    Poll,
    Speech,
    Store,
    TopicTable,
    Web,
)
from briefing.config.values import nearest, shown, topic, topic_title
from briefing.errors import ConfigError, Problem
from briefing.model import Feed, Kind, Topic

T = TypeVar("T")
LARGEST = 10_000_000
"""Bytes of a configuration file: twenty times what five thousand feeds take."""
LISTS = ("feeds", "mailboxes", "channels", "topics")


def load(path: Path, environ: Mapping[str, str]) -> Config:
    """Read a configuration file and its secrets. Raises `ConfigError` with every problem of the file."""
    path = path.absolute()
    return parse(content_of(path), path=path, environ=environ)


def content_of(path: Path) -> bytes:
    """The bytes of a configuration file. Raises `ConfigError` for one that is not there, cannot be read, or is far too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise _unreadable(path, f"the file is larger than {LARGEST // 1_000_000} MB: that is no list of feeds")
        return path.read_bytes()
    except FileNotFoundError:
        raise _unreadable(path, "there is no such file; `briefing init` writes one to start from") from None
    except OSError as error:
        raise _unreadable(path, f"the file cannot be read: {error.strerror or error}") from error


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unreadable(path: Path, message: str) -> ConfigError:
    return ConfigError(str(path), (Problem(line=0, place="the file", message=message),))


def parse(content: bytes, *, path: Path, environ: Mapping[str, str]) -> Config:
    """A Config from the content of a file at `path`, which decides what relative paths mean. Raises `ConfigError`."""
    try:
        text = decode(content)
        data = parse_toml(text)
    except NotTomlError as error:
        raise ConfigError(str(path), (error.problem,)) from None
    reader = Reader(data, Lines(text))
    config = _config(reader, path, environ)
    if reader.problems:
        raise ConfigError(str(path), tuple(sorted(reader.problems, key=lambda each: each.line)))
    return replace(config, digest=digest_of(content))


def _config(reader: Reader, path: Path, environ: Mapping[str, str]) -> Config:
    """The Config as far as it could be read; it is only good if the reader has no problems."""
    _unknown_tables(reader)
    feeds, mailboxes = reader.tables(FeedTable, "feeds"), reader.tables(MailboxConfig, "mailboxes")
    channels = reader.tables(Channel, "channels")
    topics = _topics(reader) or _undeclared(feeds)
    config = Config(
        path=path,
        folder=path.parent,
        topics=topics,
        feeds=tuple(_feed(table) for _, table in feeds),
        mailboxes=tuple(table for _, table in mailboxes),
        channels=tuple(_in_place(table, path.parent) for _, table in channels),
        secrets=_secrets(environ, [table for _, table in mailboxes], [table for _, table in channels], reader),
        briefing=_single(reader, Briefing) or Briefing(),
        poll=_single(reader, Poll) or Poll(),
        mail=_absolute(_single(reader, Mail) or Mail(), path.parent),
        web=_single(reader, Web) or Web(),
        admin=_single(reader, Admin) or Admin(),
        store=_single(reader, Store) or Store(),
        jobs=_single(reader, Jobs) or Jobs(),
        llm=_single(reader, Llm),
        speech=_single(reader, Speech),
        embeddings=_single(reader, Embeddings),
    )
    rules.check(reader, rules.Tables(config=config, feeds=feeds, mailboxes=mailboxes, channels=channels))
    return replace(config, store=with_store_in_place(config))


def _secrets(
    environ: Mapping[str, str], mailboxes: Sequence[MailboxConfig], channels: Sequence[Channel], reader: Reader
) -> environment.Secrets:
    passwords, urls = [box.password_env for box in mailboxes], [each.url_env for each in channels if each.url_env]
    return environment.read(environ, tuple(passwords), reader.problems, tuple(urls))


def _in_place(channel: Channel, folder: Path) -> Channel:
    return replace(channel, folder=folder / channel.folder) if channel.folder else channel


def _single(reader: Reader, kind: type[T]) -> T | None:
    name = kind.__name__.lower()
    return reader.table(kind, reader.data[name], (name,)) if name in reader.data else None


def _unknown_tables(reader: Reader) -> None:
    known = (*TABLES, *LISTS)
    for name, value in reader.data.items():
        if name in known:
            continue
        if isinstance(value, dict | list):
            reader.problem((name,), "unknown table" + (nearest(name, known) or f"; known are {', '.join(known)}"))
        elif SECRET.search(name):
            reader.problem((name,), misplaced_secret(name))
        else:
            reader.problem((name,), "unknown key outside of any table" + (home(name) or nearest(name, known)))


def _topics(reader: Reader) -> tuple[Topic, ...]:
    raw = reader.data.get("topics", {})
    if not isinstance(raw, dict):
        reader.problem(("topics",), "expected tables such as [topics.ai]")
        return ()
    return tuple(found for name, table in raw.items() if (found := _topic(reader, name, table)))


def _topic(reader: Reader, name: str, raw: object) -> Topic | None:
    try:
        topic(name)
    except BadValueError as error:
        reader.problem(("topics", name), f"{shown(name)}: expected {error}")
    table = reader.table(TopicTable, raw, ("topics", name))
    return Topic(id=name, title=table.title or topic_title(name), words=table.words) if table else None


def _undeclared(feeds: list[tuple[Place, FeedTable]]) -> tuple[Topic, ...]:
    """Where no topic is declared, those that feeds carry are taken as they stand."""
    names = dict.fromkeys(name for _, feed in feeds for name in feed.topics)
    return tuple(Topic(id=name, title=topic_title(name)) for name in names)


def _feed(table: FeedTable) -> Feed:
    return Feed(**{**values_of(table), "kind": Kind(table.kind) if table.kind else None})  # type: ignore[arg-type]  # same names


def _absolute(mail: Mail, folder: Path) -> Mail:
    """The table with its relative paths counted from `folder`."""
    key_file = folder / mail.dkim_key_file if mail.dkim_key_file else None
    return replace(mail, folder=folder / mail.folder, dkim_key_file=key_file)


def with_store_in_place(config: Config) -> Store:
    """The table with the URL that counts: the secret one wins, and a relative path is counted from the folder."""
    url = config.secrets.store_url or config.store.url
    prefix, slashes, name = url.partition(":///")
    if prefix.split("+")[0] != "sqlite" or not name or name.startswith(("/", ":memory:", "file:")):
        return replace(config.store, url=url)
    return replace(config.store, url=f"{prefix}{slashes}{config.folder / name}")
