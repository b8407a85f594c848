"""Passwords of the admin pages, kept only as scrypt hashes: `scrypt$n$r$p$salt$hash`, salt and hash in base64."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass

COST, BLOCK, LANES = 2**14, 8, 5
"""N, r and p of RFC 7914, as the OWASP Password Storage Cheat Sheet gives them for 16 MiB."""
MOST_MEMORY = 128 * 1024 * 1024
"""Bytes that a check may take; a hash that wants more is refused."""
SCHEME = "scrypt"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hash:
    cost: int
    block: int
    lanes: int
    salt: bytes
    digest: bytes

    def of(self, password: str) -> bytes:
        return _derived(password, self.salt, self.cost, self.block, self.lanes)


def hashed(password: str, salt: bytes) -> str:
    """The text to keep instead of a password; `salt` is 16 random bytes."""
    digest = _derived(password, salt, COST, BLOCK, LANES)
    return "$".join((SCHEME, str(COST), str(BLOCK), str(LANES), _text(salt), _text(digest)))


def matches(password: str, stored: str) -> bool:
    """Whether `stored` was made of this password. Raises `ValueError` if it is no hash at all."""
    known = _read(stored)
    return hmac.compare_digest(known.of(password), known.digest)


def _derived(password: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, n=cost, r=block, p=lanes, maxmem=MOST_MEMORY, dklen=32)


def _read(stored: str) -> _Hash:
    scheme, cost, block, lanes, salt, digest = stored.strip().split("$")
    if scheme != SCHEME:
        raise ValueError(f"{SCHEME} is the only kind of hash")
    return _Hash(cost=int(cost), block=int(block), lanes=int(lanes), salt=_bytes(salt), digest=_bytes(digest))


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("salt and hash are base64") from error
