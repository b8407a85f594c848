"""Which URLs and addresses may be fetched: every spelling of an address, and the networks that are nobody's business."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from briefing.errors import RefusedAddressError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

WEB_PORTS = frozenset({80, 443, 8080, 8443})

# IANA special-purpose registries. `ipaddress.is_global` answers some of these wrongly and changes between Python releases.
# 203.0.113.0/24 (TEST-NET-3) is left out: it leads nowhere, and tests resolve names to it.
_REFUSED_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
        ),
    )
)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
_WRAPPING = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96")))
"""Networks whose last 32 bits are an IPv4 address that is really meant: mapped, and NAT64 (RFC 6052)."""

_LOCAL_SUFFIXES = (
    ".local",
    ".localhost",
    ".localdomain",
    ".internal",
    ".intranet",
    ".lan",
    ".corp",
    ".home",
    ".private",
    ".arpa",
)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a URL leads. `literal` is the address if the host is written as one."""

    scheme: str
    host: str
    port: int
    literal: Address | None = None


class Allowance:
    """What the admin lets be fetched though it is private: ranges, addresses, and host:port pairs."""

    def __init__(self, allow: Sequence[str]) -> None:
        self._networks: list[Network] = []
        self._places: set[tuple[str, int]] = set()
        for text in allow:
            self._add(text.strip())

    def _add(self, text: str) -> None:
        try:
            self._networks.append(ipaddress.ip_network(text, strict=False))
        except ValueError:
            host, _, port = text.rpartition(":")
            if not host or not port.isdecimal():
                raise ValueError(f'{text!r} is no address range, such as "10.0.0.0/8", and no "host:port"') from None
            self._places.add((host.strip("[]").lower(), int(port)))

    def covers(self, address: Address, port: int) -> bool:
        in_range = any(address.version == network.version and address in network for network in self._networks)
        return in_range or (str(address), port) in self._places

    def names(self, host: str, port: int) -> bool:
        """Whether the admin wrote this host with this port."""
        return (host, port) in self._places


def target(url: str) -> Target:
    """The parts of an http(s) URL that decide. Raises RefusedAddressError, whose message never shows a password."""
    if _FORBIDDEN.search(url):
        raise RefusedAddressError(_shown(url), "the address contains spaces, control characters or backslashes", permanent=True)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise RefusedAddressError(_shown(url), "this is not a valid address", permanent=True) from None
    if parts.scheme not in ("http", "https"):
        raise RefusedAddressError(_shown(url), "only http and https addresses are fetched", permanent=True)
    if parts.username is not None or parts.password is not None:
        raise RefusedAddressError(_shown(url), "the address contains a user name or password", permanent=True)
    canonical, literal = _host(host, url)
    return Target(scheme=parts.scheme, host=canonical, port=_port(port, parts.scheme), literal=literal)


def is_public(address: Address) -> bool:
    """Whether an address lies in the public internet; wrapped IPv4 addresses count as what they wrap."""
    plain = unwrapped(address)
    if isinstance(plain, ipaddress.IPv4Address):
        return not any(plain in network for network in _REFUSED_V4)
    return plain in _GLOBAL_V6 and plain.scope_id is None and not any(plain in network for network in _REFUSED_V6)


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside a mapped or NAT64 one, else the address itself."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in network for network in _WRAPPING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def is_local_name(host: str) -> bool:
    """Names that mean something in a local network only."""
    return "." not in host or host.endswith(_LOCAL_SUFFIXES)


def literal(host: str) -> Address | None:
    """The address that a host is written as, in any spelling a resolver takes for one: 127.1, 0x7f000001, 017700000001."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return _legacy_v4(host.split("."))


def _host(written: str, url: str) -> tuple[str, Address | None]:
    host = unicodedata.normalize("NFKC", written).replace("。", ".").lower()
    host = host.removesuffix(".")
    address = literal(host)
    if address is not None:
        return str(address), address
    name = _ascii(host)
    labels = name.split(".")
    if len(name) > 253 or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        raise RefusedAddressError(_shown(url), "the address names no valid host", permanent=True)
    return name, None


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii").lower() if not host.isascii() else host
    except UnicodeError:
        return ""


def _legacy_v4(parts: list[str]) -> Address | None:
    """One to four numbers, decimal, octal or hexadecimal, the last filling what is left, as inet_aton(3) reads them."""
    if not 1 <= len(parts) <= 4 or not all(map(_NUMBER.fullmatch, parts)):
        return None
    try:
        numbers = [_legacy_number(part) for part in parts]
        *heads, last = numbers
        if any(number > 255 for number in heads) or last >= 256 ** (4 - len(heads)):
            return None
        high = sum(number << (24 - 8 * place) for place, number in enumerate(heads))
        return ipaddress.IPv4Address(high + last)
    except ValueError:
        return None


def _legacy_number(text: str) -> int:
    if text[:2].lower() == "0x":
        return int(text[2:] or "0", 16)
    return int(text, 8) if text.startswith("0") and len(text) > 1 else int(text[:12])


def _port(port: int | None, scheme: str) -> int:
    return port if port is not None else (443 if scheme == "https" else 80)


def _shown(url: str) -> str:
    return without_password(url)[:200]


def without_password(url: str) -> str:
    """The URL as it may be logged: user name and password replaced."""
    return re.sub(r"(?<=//)[^/?#]*@", "***@", url)


def addresses(texts: Iterable[str]) -> list[Address]:
    """Resolver answers as addresses; what is none is left out."""
    found = []
    for text in texts:
        try:
            found.append(ipaddress.ip_address(text))
        except ValueError:
            continue
    return found
