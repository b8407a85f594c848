"""What must hold between tables: one function a rule, all of them run on every file."""

import ipaddress
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from briefing.config.addresses import allowed_network
from briefing.config.lines import Path
from briefing.config.reader import Reader
from briefing.config.tables import Channel, Config, FeedTable, MailboxConfig
from briefing.config.values import nearest, shown

PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What was read, with the place of each list item."""

    config: Config
    feeds: Sequence[tuple[Path, FeedTable]]
    mailboxes: Sequence[tuple[Path, MailboxConfig]]
    channels: Sequence[tuple[Path, Channel]] = ()


def check(reader: Reader, tables: Tables) -> None:
    """Add what breaks a rule to the reader's problems."""
    for rule in RULES:
        rule(reader, tables)


def _something_to_read(reader: Reader, tables: Tables) -> None:
    misspelt = any("feed" in name.lower() for name in reader.data if name != "feeds")
    if not reader.data.get("feeds") and not reader.data.get("mailboxes") and not misspelt:
        reader.problem(("feeds",), "there is no feed: `briefing feeds add URL` writes one, or write a [[feeds]] table")


def _no_feed_twice(reader: Reader, tables: Tables) -> None:
    _once(reader, "url", [(path, feed.url) for path, feed in tables.feeds], _same)


def _once(reader: Reader, key: str, values: Iterable[tuple[Path, str]], same: Callable[[str], str] = str) -> None:
    """Of values that are the `same`, the first alone may stand in the file."""
    seen: dict[str, Path] = {}
    for path, value in values:
        first = seen.setdefault(same(value), path)
        if first != path:
            place = f"{reader.place(first)} on line {reader.lines.of(first)}"
            reader.problem((*path, key), f"{shown(value)} stands here twice: {place} has it already")


def _same(url: str) -> str:
    """A key that is equal for spellings of one address: case of the host, default port, fragment."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port and parts.port != PORTS.get(parts.scheme) else ""
    return f"{parts.scheme}://{parts.hostname}{port}{parts.path or '/'}?{parts.query}"


def _no_mailbox_twice(reader: Reader, tables: Tables) -> None:
    _once(reader, "url", [(path, mailbox.url) for path, mailbox in tables.mailboxes])


def _no_private_address(reader: Reader, tables: Tables) -> None:
    """Literal addresses only; names are looked up when they are fetched, and checked then."""
    for path, feed in tables.feeds:
        parts = urlsplit(feed.url)
        address = _address(parts.hostname or "")
        port = parts.port or PORTS[parts.scheme]
        if address and not address.is_global and not _allowed(address, port, tables.config.poll.allow_addresses):
            hint = f'if that is meant, add "{address}" to [poll] allow_addresses'
            reader.problem((*path, "url"), f"{shown(feed.url)}: {parts.hostname} is a private or loopback address; {hint}")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if host == "localhost" or host.endswith(".localhost"):
        return ipaddress.ip_address("127.0.0.1")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address, port: int, allowed: Sequence[str]) -> bool:
    networks = [found for found in map(allowed_network, allowed) if found]
    return any(address in network and its_port in (None, port) for network, its_port in networks)


def _topics_are_declared(reader: Reader, tables: Tables) -> None:
    known = [topic.id for topic in tables.config.topics]
    for path, feed in tables.feeds:
        for name in feed.topics:
            if name not in known:
                hint = nearest(name, known) or f": add a table [topics.{name}]"
                reader.problem((*path, "topics"), f'unknown topic "{name}"{hint}')


def _dkim_is_whole(reader: Reader, tables: Tables) -> None:
    parts = {name: getattr(tables.config.mail, name) for name in ("dkim_domain", "dkim_selector", "dkim_key_file")}
    missing = [name for name, value in parts.items() if not value]
    if missing and len(missing) < len(parts):
        given = next(name for name, value in parts.items() if value)
        reader.problem(("mail", given), f"{given} needs {' and '.join(missing)} too")


def _speech_has_a_server(reader: Reader, tables: Tables) -> None:
    if tables.config.speech and tables.config.speech.engine == "endpoint" and not tables.config.speech.url:
        reader.problem(("speech", "engine"), 'engine "endpoint" needs url, the address of its server')


def _transcribing_has_an_engine(reader: Reader, tables: Tables) -> None:
    if "speech" not in reader.data:
        for path, feed in tables.feeds:
            if feed.transcribe:
                reader.problem((*path, "transcribe"), "true needs a table [speech] that says how to transcribe")


def _channels_are_whole(reader: Reader, tables: Tables) -> None:
    wanted = {"markdown": "folder", "apprise": "url_env"}
    for path, channel in tables.channels:
        needed = wanted[channel.kind]
        if not getattr(channel, needed):
            reader.problem((*path, "kind"), f'kind "{channel.kind}" needs {needed}')
        elif needed == "url_env" and not tables.config.secrets.channels.get(channel.url_env):
            reader.problem((*path, "url_env"), f"the environment variable {channel.url_env} is not set: put the address there")


def _no_channel_twice(reader: Reader, tables: Tables) -> None:
    _once(reader, "name", [(path, channel.name) for path, channel in tables.channels])


RULES: tuple[Callable[[Reader, Tables], None], ...] = (
    _something_to_read,
    _no_feed_twice,
    _no_mailbox_twice,
    _no_private_address,
    _topics_are_declared,
    _dkim_is_whole,
    _speech_has_a_server,
    _transcribing_has_an_engine,
    _channels_are_whole,
    _no_channel_twice,
)
