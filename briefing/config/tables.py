# ruff: noqa: RUF009  (key() makes dataclass fields)
"""The tables of feeds.toml as frozen dataclasses: attribute, parser, default and meaning of every key."""

from dataclasses import dataclass, field
from datetime import time, timedelta
from pathlib import Path

from briefing.config import addresses, values
from briefing.config.addresses import Listen
from briefing.config.environment import Secrets
from briefing.config.keys import REQUIRED, key
from briefing.model import Feed, Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """The brief: its name, its hour and what goes into it."""

    title: str = key(values.filled, "The Daily Brief", "name of the brief, in subjects and on the pages")
    timezone: str = key(values.zone, "Europe/London", "time zone of the brief; a subscriber may have their own")
    send_at: time = key(values.clock, "07:00", "local hour at which an edition is due; a subscriber may have their own")
    days: tuple[int, ...] = key(values.days, "daily", 'days with an edition: "daily", or a list such as ["mon", "thu"]')
    top: int = key(values.whole(1, 20), 5, "insights in an edition")
    related: int = key(values.whole(0, 10), 3, "related insights shown with each")
    language: str = key(values.language, "en", "language of the brief, and of subscribers who chose none")
    weekly_recap: int | None = key(values.day_or_off, "sun", 'day of the weekly recap, or "off"')
    on_empty: str = key(
        values.choice("skip", "send"), "skip", "what to do on a day without insights: skip the edition, or send a short word"
    )
    late_limit: timedelta = key(
        values.duration("5m", "7d"),
        "6h",
        "an edition that is later than this is skipped; its insights stay candidates for the next",
    )
    archive: str = key(values.choice("public", "off"), "public", "whether the pages show past house editions to everybody")
    keep: timedelta = key(
        values.duration("1d", "10000d"), "400d", "how long deliveries, editions and raw HTML are kept; insights and stories stay"
    )
    imprint: str = key(values.text, "", "postal address for the footer of every mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """How feeds are fetched."""

    every: timedelta = key(values.duration("1m", "7d"), "30m", "time between two polls of a feed, unless it names its own")
    per_host: int = key(values.whole(1, 32), 2, "connections to one host at a time")
    host_gap: timedelta = key(values.duration("0s", "1h"), "1s", "pause between two requests to a host")
    max_bytes: int = key(values.size, "8MB", "largest answer that is read, unpacked")
    allow_addresses: tuple[str, ...] = key(
        values.several(addresses.network),
        [],
        'private networks or addresses that may be fetched, such as ["127.0.0.0/8", "10.1.2.3:8080"]',
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """How editions reach their readers."""

    transport: str = key(
        values.implementation("folder", "smtp"),
        "folder",
        '"folder" writes .eml files, "smtp" sends; or the dotted path of a Mailer',
    )
    folder: Path = key(values.path, "outbox", 'folder of the "folder" transport')
    sender: str = key(addresses.sender, "The Daily Brief <brief@example.org>", "From of every mail", name="from")
    host: str = key(addresses.host, "localhost", "SMTP server")
    port: int = key(values.whole(1, 65535), 587, "port of the SMTP server")
    security: str = key(
        values.choice("starttls", "tls", "none"), "starttls", "encryption of the connection; the certificate is always verified"
    )
    username: str = key(values.line, "", "SMTP login; the password comes from BRIEFING_SMTP_PASSWORD. Empty: no login")
    per_second: float = key(values.number(10_000, zero=True), 10, "mails a second at most, over all workers; 0: no limit")
    per_hour: int = key(values.whole(0, 10_000_000), 0, "mails an hour at most, over all workers; 0: no limit")
    when_unknown: str = key(
        values.choice("resend", "hold"),
        "resend",
        "what to do when the line broke before the server's answer: send again with the same Message-ID, or hold and report",
    )
    bounce_address: str = key(
        values.or_empty(addresses.mail_address), "", "address that delivery reports go to; empty: the From address"
    )
    dkim_domain: str = key(
        values.or_empty(addresses.host),
        "",
        "domain that signs mails, that of the From address or one above it; empty: the mail server signs, or nobody",
    )
    dkim_selector: str = key(values.or_empty(addresses.host), "", "selector of the DKIM record in DNS")
    dkim_key_file: Path | None = key(values.maybe(values.path), "", "PEM file of the private DKIM key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The pages."""

    public_url: str = key(
        addresses.public_url, "http://localhost:8000", "address of the pages as readers reach them; links in mails begin with it"
    )
    listen: Listen = key(addresses.listen, "127.0.0.1:8000", "host and port that the pages are served on")
    metrics: str = key(
        values.choice("loopback", "everybody", "off"),
        "loopback",
        "who may read /metrics (Prometheus): programs on this machine, everybody who reaches the pages, or nobody",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """Who looks after the installation."""

    email: str = key(
        values.or_empty(addresses.mail_address), "", "address for alerts; the pages' password is BRIEFING_ADMIN_PASSWORD_HASH"
    )
    log: str = key(values.choice("plain", "json"), "plain", "how `serve` and `worker` log: lines for people, or JSON lines")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The database."""

    url: str = key(
        addresses.store_url,
        "sqlite:///briefing.db",
        "database; BRIEFING_STORE_URL wins over it and may hold a password",
        shown=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Where the steps run."""

    engine: str = key(
        values.implementation("local", "queue"),
        "local",
        '"local" runs them in this process, "queue" hands them to workers; or a dotted path',
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Llm:
    """A language model that words insights. Without this table none is used."""

    url: str = key(
        addresses.endpoint, "http://localhost:11434/v1", "OpenAI-compatible server; its key comes from BRIEFING_LLM_KEY"
    )
    model: str = key(values.line, REQUIRED, "name of the model, as the server knows it")
    daily_tokens: int = key(values.whole(0, 10**10), 200_000, "tokens a day at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """Speech to text for feeds that set `transcribe`. Without this table there is none."""

    engine: str = key(
        values.implementation("faster-whisper", "endpoint"),
        "faster-whisper",
        '"faster-whisper" runs here, "endpoint" asks `url`; or a dotted path',
    )
    model: str = key(values.line, "small", "name of the speech model, or its folder")
    url: str = key(
        values.or_empty(addresses.endpoint),
        "",
        'OpenAI-compatible server of the "endpoint" engine; its key comes from BRIEFING_SPEECH_KEY',
    )
    daily_minutes: int = key(values.whole(0, 100_000), 240, "minutes of audio a day at most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Embeddings:
    """An embedding server. Without this table the packaged vectors are used."""

    url: str = key(addresses.endpoint, REQUIRED, "OpenAI-compatible server; its key comes from BRIEFING_EMBEDDINGS_KEY")
    model: str = key(values.line, REQUIRED, "name of the embedding model, as the server knows it")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicTable:
    """A subject that feeds carry and subscribers choose; its short name stands in the table's: `[topics.ai]`."""

    title: str = key(values.line, "", "name that readers see; empty: made from the short name")
    words: tuple[str, ...] = key(values.several(values.line), [], "words that find the topic in texts whose feed names no topic")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTable:
    """One feed."""

    url: str = key(addresses.url, REQUIRED, "address of the feed, http or https")
    title: str = key(values.line, "", "name that readers see; empty: the feed's own")
    kind: str = key(
        values.or_empty(values.choice("podcast", "newsletter", "news")), "", '"podcast", "newsletter" or "news"; empty: found out'
    )
    publisher: str = key(values.line, "", "who owns it, for counting independent sources; empty: the site's registrable domain")
    topics: tuple[str, ...] = key(values.several(values.topic), [], "short names of its topics")
    weight: float = key(values.number(10), 1.0, "how much its insights count, against 1 for the others")
    language: str = key(values.or_empty(values.language), "", "language of its texts; empty: found out")
    country: str = key(values.or_empty(values.country), "", "country of the publisher, two letters")
    every: timedelta | None = key(values.maybe(values.duration("1m", "30d")), "", "time between two polls; empty: that of [poll]")
    transcribe: bool = key(values.flag, False, "whether audio without a published transcript is transcribed; needs [speech]")
    enabled: bool = key(values.flag, True, "false: kept in the list, not polled")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxConfig:
    """A mail folder that is read: newsletters in, or delivery reports."""

    url: str = key(addresses.mailbox_url, REQUIRED, "imaps://user@host/Folder; the password comes from BRIEFING_MAILBOX_PASSWORD")
    use: str = key(
        values.choice("newsletters", "bounces"),
        "newsletters",
        '"newsletters": each sender becomes a feed; "bounces": delivery reports are read',
    )
    senders: tuple[str, ...] = key(
        values.several(values.filled),
        [],
        "addresses, domains or List-Ids that may become feeds; others are counted and named. Empty: everybody who writes",
    )
    verified_by: str = key(
        values.or_empty(addresses.host),
        "",
        "name of your own mail server, as its Authentication-Results say: only mails whose DKIM or DMARC it found right count",
    )
    password_env: str = key(
        values.variable, "BRIEFING_MAILBOX_PASSWORD", "name of the environment variable that holds its password"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """Another door for the house edition, beside mail: a folder of notes, or a webhook or chat."""

    name: str = key(values.topic, REQUIRED, "short name, by which the ledger knows it")
    kind: str = key(
        values.choice("markdown", "apprise"), REQUIRED, '"markdown": one file a day; "apprise": a webhook or chat, needs [chat]'
    )
    folder: Path | None = key(values.maybe(values.path), "", "folder of a markdown channel, such as one of an Obsidian vault")
    url_env: str = key(
        values.or_empty(values.variable), "", "name of the environment variable with the Apprise address, which is a secret"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """feeds.toml and the environment, checked; all paths are absolute. `digest` is that of the file's content."""

    path: Path
    folder: Path
    digest: str = field(default="", compare=False)
    briefing: Briefing = field(default_factory=Briefing)
    poll: Poll = field(default_factory=Poll)
    mail: Mail = field(default_factory=Mail)
    web: Web = field(default_factory=Web)
    admin: Admin = field(default_factory=Admin)
    store: Store = field(default_factory=Store)
    jobs: Jobs = field(default_factory=Jobs)
    llm: Llm | None = None
    speech: Speech | None = None
    embeddings: Embeddings | None = None
    topics: tuple[Topic, ...] = ()
    feeds: tuple[Feed, ...] = ()
    mailboxes: tuple[MailboxConfig, ...] = ()
    channels: tuple[Channel, ...] = ()
    secrets: Secrets = field(default_factory=Secrets, repr=False)

    @property
    def written(self) -> tuple[Path, ...]:
        """The folders that must have room for work to go on: this one, and the one that mail is put into."""
        return (self.folder, *([self.mail.folder] if self.mail.transport == "folder" else []))


TABLES: dict[str, type] = {
    kind.__name__.lower(): kind for kind in (Briefing, Poll, Mail, Web, Admin, Store, Jobs, Llm, Speech, Embeddings)
}
