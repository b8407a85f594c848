"""How often a network or a mailbox may ask for something: sliding windows that stay bounded however many ask."""

import hashlib
import ipaddress
from collections import OrderedDict, deque
from datetime import datetime, timedelta

MOST_KEYS = 10_000
MINUTE, TEN_MINUTES, HOUR = timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1)
API_ANSWERS = 120
"""A minute, for programs of one network."""
NETWORK_BITS = {4: 24, 6: 56}
"""What one person may have at hand: addresses are counted by the block they lie in."""
DOTLESS = frozenset({"gmail.com", "googlemail.com"})


class Window:
    """At most `limit` events of a key within `length`; the keys least lately seen are forgotten first."""

    def __init__(self, limit: int, length: timedelta, most_keys: int = MOST_KEYS) -> None:
        self._limit, self._length, self._most = limit, length, most_keys
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, key: str, now: datetime) -> bool:
        """Count an event; False, and not counted, if the window is full."""
        times = self._seen.setdefault(key, deque())
        self._seen.move_to_end(key)
        while times and times[0] <= now - self._length:
            times.popleft()
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        if len(times) >= self._limit:
            return False
        times.append(now)
        return True

    def forget(self, key: str) -> None:
        """Begin anew with a key."""
        self._seen.pop(key, None)

    def __len__(self) -> int:
        return len(self._seen)


class Limits:
    """The windows of this process."""

    def __init__(self) -> None:
        self.sign_ups = Window(5, TEN_MINUTES)
        self.all_sign_ups = Window(60, HOUR)
        self.reports = Window(5, TEN_MINUTES)
        self.all_reports = Window(60, HOUR)
        self.mailboxes = Window(1, TEN_MINUTES)
        self.bad_tokens = Window(100, TEN_MINUTES)
        self.passwords = Window(5, TEN_MINUTES)
        self.all_passwords = Window(100, TEN_MINUTES)
        self.api = Window(API_ANSWERS, MINUTE)


def network(host: str) -> str:
    """The block a client's address lies in: /24 of IPv4, /56 of IPv6; what is no address stands for itself."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{NETWORK_BITS[address.version]}", strict=False))


def mailbox(email: str) -> str:
    """A digest of the mailbox behind an address: case, `+tags` and the dots of Gmail make no second one."""
    local, _, domain = email.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return hashlib.sha256(f"{local}@{domain}".encode()).hexdigest()[:32]
