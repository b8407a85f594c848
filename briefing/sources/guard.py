"""The guard: which URLs, names and connections lead to the public internet, or to what the admin allowed."""

import socket
from collections.abc import Callable, Sequence

from briefing.errors import FetchError, RefusedAddressError
from briefing.sources import addresses
from briefing.sources.addresses import WEB_PORTS, Address, Allowance, Target

Resolve = Callable[[str], Sequence[str]]


def system_resolve(host: str) -> list[str]:
    """The addresses that this machine's resolver gives for a name; empty if there are none."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Guard:
    """Decides what may be fetched. The fetcher asks it for each URL, each redirect, each name and each connection.

    `allow` lists what may be fetched though it is private: ranges ("127.0.0.0/8") and places ("10.1.2.3:8080"). Public
    addresses are reached on the usual web ports, on `ports` and on the places of `allow` only.
    """

    def __init__(self, allow: Sequence[str] = (), resolve: Resolve | None = None, *, ports: Sequence[int] = ()) -> None:
        self._allowed = Allowance(allow)
        self._resolve = resolve or system_resolve
        self._ports = WEB_PORTS | set(ports)
        self._vouched: set[tuple[str, int]] = set()

    def check(self, url: str) -> list[str]:
        """The addresses that a URL may be fetched from, each of them checked. Raises RefusedAddressError.

        Blocks while the name is resolved.
        """
        return self.resolve(self.inspect(url))

    def inspect(self, url: str) -> Target:
        """As `check`, but without asking for the address of a name."""
        target = addresses.target(url)
        if target.literal is not None:
            self.resolve(target)
        return target

    def resolve(self, target: Target) -> list[str]:
        """The addresses of a target; all of them must be fit to connect to."""
        texts = [str(target.literal)] if target.literal is not None else self._resolve(target.host)
        found = addresses.addresses(texts)
        if not found:
            raise FetchError(target.host, "the host name was not found")
        if self._allowed.names(target.host, target.port):
            self._vouched.update((str(address), target.port) for address in found)
        elif addresses.is_local_name(target.host) and target.literal is None:
            found = [address for address in found if self._allowed.covers(address, target.port)]
        if not found or not all(self.permits(address, target.port) for address in found):
            raise _refused(target, "it leads into a private or reserved network")
        self._check_port(target, found)
        return [str(address) for address in found]

    def permits(self, address: Address, port: int) -> bool:
        """Whether a connection to this address may be opened."""
        return self._explicit(address, port) or addresses.is_public(address)

    def _explicit(self, address: Address, port: int) -> bool:
        plain = addresses.unwrapped(address)
        return self._allowed.covers(plain, port) or (str(address), port) in self._vouched

    def _check_port(self, target: Target, found: Sequence[Address]) -> None:
        if target.port not in self._ports and not all(self._explicit(address, target.port) for address in found):
            raise _refused(target, "it leads to a port that is not used for web pages")


def _refused(target: Target, reason: str) -> RefusedAddressError:
    place = f"[{target.host}]:{target.port}" if ":" in target.host else f"{target.host}:{target.port}"
    return RefusedAddressError(place, f"{reason} ({place}), and allow_addresses does not list it", permanent=True)
