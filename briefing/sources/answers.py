"""What an HTTP answer means: statuses in words, waiting times, bounded unpacking."""

import re
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

LONGEST_WAIT = timedelta(days=31)
USUAL_WAIT = timedelta(minutes=15)
"""For a Retry-After that nobody can read, and for 429 without one."""

PERMANENT_REDIRECTS = frozenset({301, 308})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
BUSY = frozenset({429, 503})
_REMARKS = {
    401: "it needs a password",
    403: "it refuses us",
    404: "there is nothing at this address",
    410: "it is gone for good",
    429: "we ask too often",
}
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,12})", re.IGNORECASE)
_UNPACKED_RATIO, _RATIO_COUNTS_FROM = 100, 1_000_000
_PIECE = 65_536


class TooLargeError(Exception):
    """More bytes than the limit allows."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"more than {limit} bytes")


class DamagedError(Exception):
    """The compressed stream is broken or cut off."""


def sentence(status: int) -> str:
    """What to tell an admin: "answered 404 Not Found: there is nothing at this address"."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    remark = _REMARKS.get(status, "it does not say where to" if status in REDIRECTS else "")
    return f"answered {status}{phrase}" + (f": {remark}" if remark else "")


def retry_after(status: int, header: str, now: datetime) -> timedelta | None:
    """How long a server asks to be left alone: seconds or a date, at most 31 days; 15 minutes where it cannot be read.

    None if it does not ask, which 429 always does (RFC 6585, section 4).
    """
    if not header.strip():
        return USUAL_WAIT if status == 429 else None
    wait = _seconds(header.strip()) if header.strip().isdecimal() else _until(header, now)
    return min(wait, LONGEST_WAIT) if wait is not None and wait >= timedelta(0) else USUAL_WAIT


def max_age(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the answer stays fresh by Cache-Control or Expires, at most 31 days; None if neither says."""
    control = headers.get("Cache-Control", "")
    found = _MAX_AGE.search(control)
    if found:
        return min(_seconds(found[1]), LONGEST_WAIT)
    expires = _until(headers.get("Expires", ""), now)
    return min(max(expires, timedelta(0)), LONGEST_WAIT) if expires is not None else None


def charset(content_type: str) -> tuple[str, str]:
    """Media type and charset of a Content-Type header, both lower case, "" where it does not say."""
    media, _, parameters = content_type.partition(";")
    found = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", parameters, re.IGNORECASE)
    return media.strip().lower()[:100], found[1].lower() if found else ""


class Unpacker:
    """Takes the pieces of a body off the wire and gives them unpacked, within limits on both sides.

    Raises TooLargeError and DamagedError. One gzip or deflate layer is all that is unpacked.
    """

    def __init__(self, encoding: str, *, wire_limit: int, unpacked_limit: int) -> None:
        self._zlib = _decompressor(encoding)
        self._wire_limit, self._unpacked_limit = wire_limit, unpacked_limit
        self._wire = self._unpacked = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        self._wire += len(piece)
        if self._wire > self._wire_limit:
            raise TooLargeError(self._wire_limit)
        if self._zlib is None:
            yield piece
        else:
            yield from self._inflate(self._zlib, piece)

    def finish(self) -> None:
        """To be called at the end of the body: a stream that is not complete is an error, not a short feed."""
        if self._zlib is not None and self._wire and not self._zlib.eof:
            raise DamagedError

    def _inflate(self, decompressor: "zlib._Decompress", piece: bytes) -> Iterator[bytes]:
        while piece and not decompressor.eof:
            try:
                unpacked = decompressor.decompress(piece, _PIECE)
            except zlib.error:
                raise DamagedError from None
            self._count(len(unpacked))
            yield unpacked
            piece = decompressor.unconsumed_tail

    def _count(self, size: int) -> None:
        self._unpacked += size
        out_of_proportion = self._unpacked > _RATIO_COUNTS_FROM and self._unpacked > self._wire * _UNPACKED_RATIO
        if self._unpacked > self._unpacked_limit or out_of_proportion:
            raise TooLargeError(self._unpacked_limit)


def _decompressor(encoding: str) -> "zlib._Decompress | None":
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name not in ("gzip", "x-gzip", "deflate"):
        raise DamagedError
    return zlib.decompressobj(zlib.MAX_WBITS | 32)


def _seconds(digits: str) -> timedelta:
    return timedelta(seconds=min(int(digits), int(LONGEST_WAIT.total_seconds()) + 1))


def _until(date: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(date)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
