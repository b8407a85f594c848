"""Parsers for the addresses of feeds.toml: URLs, networks, host and port, and who a mail is from."""

import ipaddress
import re
from dataclasses import dataclass
from email.headerregistry import Address
from urllib.parse import SplitResult, urlsplit

from briefing.config.keys import BadValueError
from briefing.config.values import line, text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
NUMBER = re.compile(r"\d+|0[xX][0-9a-fA-F]*")
"""A last label that is a number makes a host an IPv4 address to many programs (WHATWG URL, 3.5)."""
LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN = re.compile(r"[^\W_](?:[\w.-]*[^\W_])?")
NAMED = re.compile(r"(?P<name>[^<>]*)<(?P<named>[^<>]+)>|(?P<bare>[^<>]+)")
STORES = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


@dataclass(frozen=True, slots=True)
class Listen:
    """Where the pages are served."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _split(value: object, schemes: tuple[str, ...], example: str) -> SplitResult:
    url = text(value).strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadValueError(f'a URL such as "{example}"') from None
    if parts.scheme not in schemes:
        raise BadValueError(f'an address that begins with {" or ".join(f"{each}://" for each in schemes)}, such as "{example}"')
    if not host or re.search(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]", url):
        raise BadValueError(f'a URL without spaces and with a host name, such as "{example}"')
    return parts


def url(value: object, example: str = "https://example.org/feed.xml") -> str:
    """An http or https URL without user name and password."""
    parts = _split(value, ("http", "https"), example)
    if parts.username is not None or parts.password is not None:
        raise BadValueError("a URL without user name and password: it would show in logs and mails")
    if NUMBER.fullmatch((parts.hostname or "").rpartition(".")[2]) and not _is_address(parts.hostname or ""):
        raise BadValueError("a host name, or an IP address in its plain form")
    return text(value).strip()


def _is_address(host: str) -> bool:
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def endpoint(value: object) -> str:
    return url(value, "http://localhost:11434/v1").rstrip("/")


def public_url(value: object) -> str:
    if re.search("[?#]", text(value)):
        raise BadValueError("a URL without ? and #, since links begin with it")
    return url(value, "https://brief.example.org").rstrip("/")


def mailbox_url(value: object) -> str:
    """`imaps://user@host/Folder`: the password is a secret and comes from the environment."""
    parts = _split(value, ("imaps", "imap"), "imaps://reader@imap.example.org/Newsletters")
    if parts.password is not None:
        raise BadValueError(
            "a URL without the password: it comes from BRIEFING_MAILBOX_PASSWORD or the variable that password_env names"
        )
    if not parts.username:
        raise BadValueError('the user name before the host, such as "imaps://reader@imap.example.org/Newsletters"')
    return text(value).strip()


def store_url(value: object) -> str:
    """The URL with the name of the driver that this program brings, where it names none."""
    scheme, colon, rest = text(value).partition("://")
    is_whole = rest.strip("/") if scheme.startswith("sqlite") else _is_port_a_number(rest)
    if not colon or scheme.partition("+")[0] not in STORES or not is_whole:
        raise BadValueError('a database URL such as "sqlite:///briefing.db" or "postgresql://user@host/briefing"')
    return f"{STORES.get(scheme, scheme)}://{rest}"


def _is_port_a_number(rest: str) -> bool:
    """Of what stands behind `://`: a password before the first @ may hold anything."""
    host = (rest.partition("@")[2] or rest).partition("/")[0]
    return re.fullmatch(r"(\[.*\]|[^:]*)(:\d*)?", host) is not None


def network(value: object) -> str:
    """A network in CIDR form, or one address with or without a port; what `allow_addresses` holds."""
    name = text(value).strip()
    if allowed_network(name) is None:
        raise BadValueError('a network or address such as "127.0.0.0/8", "10.1.2.3" or "10.1.2.3:8080"')
    return name


def allowed_network(name: str) -> tuple[Network, int | None] | None:
    """The network that an item of `allow_addresses` names, with its port if it has one; None if it names none."""
    host, _, port = name.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    for candidate, its_port in ((name, None), (host, port)):
        try:
            found = ipaddress.ip_network(candidate, strict=False)
        except ValueError:
            continue
        if its_port is None or (its_port.isdecimal() and 0 < int(its_port) < 65536):
            return found, int(its_port) if its_port else None
    return None


def listen(value: object) -> Listen:
    host, _, port = text(value).rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) < 65536 or re.search(r"[\s/@]", host):
        raise BadValueError('host and port, such as "127.0.0.1:8000"')
    return Listen(host.removeprefix("[").removesuffix("]"), int(port))


def host(value: object) -> str:
    name = text(value).strip()
    if not re.fullmatch(r"[A-Za-z0-9_.:-]+", name) or name.count(":") == 1:
        raise BadValueError('a host name such as "smtp.example.org"')
    return name


def mail_address(value: object) -> str:
    """An address alone; its domain in the form that DNS knows."""
    local, at, domain = text(value).strip().rpartition("@")
    if not at or not LOCAL.fullmatch(local) or len(local) > 64 or not DOMAIN.fullmatch(domain):
        raise BadValueError('a mail address such as "brief@example.org"')
    try:
        return f"{local}@{domain.encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        raise BadValueError('a mail address whose domain exists, such as "brief@example.org"') from None


def sender(value: object) -> str:
    """`Name <address>` or an address alone; the name comes back quoted where a header needs it."""
    found = NAMED.fullmatch(line(value))
    try:
        address = mail_address(found["named"] or found["bare"] if found else "")
    except BadValueError:
        raise BadValueError('a mail address, such as "The Daily Brief <brief@example.org>"') from None
    name = (found["name"] or "").strip().strip('"').strip() if found else ""
    return str(Address(display_name=name, addr_spec=address))
