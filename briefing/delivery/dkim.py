"""DKIM signatures (RFC 6376) over bytes as they go out, by dkimpy. Pure: the same mail and key give the same signature."""

import re
from collections.abc import Sequence
from email.utils import mktime_tz, parsedate_tz

import dkim

from briefing.errors import UsageError

COVERED = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "List-Id",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Precedence",
    "Auto-Submitted",
)
"""RFC 6376 5.4.1, and both headers that RFC 8058 4 asks for; each is signed where it stands."""
TIME = b"t"
SIGNATURE = re.compile(rb"DKIM-Signature:((?:[^\r\n]|\r\n[ \t])*)")
REMEDY = "make one with `openssl genrsa -out dkim.pem 2048`; docs/delivery.md has the DNS record"


class Signer:
    """Signs as `selector._domainkey.domain` with an RSA key in PEM. Raises `UsageError` for a key that is none."""

    def __init__(self, domain: str, selector: str, key: bytes) -> None:
        self.domain, self.selector = domain, selector
        self._key = b"\n".join(key.split(b"\r\n")).strip() + b"\n"
        self._try()

    def sign(self, content: bytes) -> bytes:
        """The mail with its signature in front. From is signed once more than it stands there, so that none can be added.

        The signature's time is the mail's Date, so that a mail sent again has the same bytes.
        """
        signing = _Dated(content)
        names = [*_present(signing, COVERED), "From"]
        header: bytes = signing.sign(self.selector.encode(), self.domain.encode(), self._key, include_headers=names)
        return header + content

    def _try(self) -> None:
        try:
            self.sign(b"From: a@b.example\r\nDate: Thu, 01 Jan 1970 00:00:00 +0000\r\n\r\n")
        except (dkim.DKIMException, ValueError, IndexError) as error:
            raise UsageError("[mail] dkim_key_file", f"holds no RSA key in PEM: {error}", remedy=REMEDY) from error


class _Dated(dkim.DKIM):  # type: ignore[misc]  # untyped base
    """dkimpy takes the time of signing from the clock; this takes it from the mail."""

    def gen_header(self, fields: Sequence[tuple[bytes, bytes]], *rest: object, **more: object) -> bytes:
        dated = [(name, _moment(self.headers) if name == TIME else value) for name, value in fields]
        made: bytes = super().gen_header(dated, *rest, **more)
        return made


def _present(message: _Dated, names: Sequence[str]) -> list[str]:
    there = {name.lower() for name, _ in message.headers}
    return [name for name in names if name.lower().encode() in there]


def _moment(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    date = next((value for name, value in headers if name.lower() == b"date"), b"")
    parsed = parsedate_tz(date.decode("ascii", "replace"))
    return str(mktime_tz(parsed) if parsed else 0).encode()


def covers_one_click(content: bytes) -> bool:
    """Whether the signature in front of a mail names both headers that RFC 8058 4 asks to be signed."""
    found = SIGNATURE.match(content)
    tags = dkim.parse_tag_value(b"".join(found[1].split())) if found else {}
    signed = {name.lower() for name in tags.get(b"h", b"").split(b":")}
    return {b"list-unsubscribe", b"list-unsubscribe-post"} <= signed


def verified(content: bytes, record: str) -> bool:
    """Whether a mail's first signature holds, given the TXT record of its key."""
    try:
        return bool(dkim.verify(content, dnsfunc=lambda name, timeout=0: record.encode()))
    except (dkim.DKIMException, ValueError):
        return False
