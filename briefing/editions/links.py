"""The addresses of our own pages, and signed tokens for those that act for one person."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from briefing.model import Kind, Source

VERSION = "1"
SIGNATURE_BYTES = 16
LONGEST_TOKEN = 1024
CLOCK_SKEW = timedelta(minutes=5)
LIFETIMES: dict[str, timedelta | None] = {
    "confirm": timedelta(hours=48),
    "unsubscribe": None,
    "preferences": timedelta(days=30),
    "feedback": timedelta(days=90),
    "edition": timedelta(days=400),
    "login": timedelta(minutes=15),
    "admin": timedelta(hours=12),
    "form": timedelta(days=1),
}
YOUTUBE = ("youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be")
TIMED_BY_QUERY = dict.fromkeys(YOUTUBE, "{}s") | {"open.spotify.com": "{}", "podcasts.apple.com": "{}", "pca.st": "{}"}
"""Players whose links to a moment carry `t=` in the query, and how they write seconds there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a genuine token says: who (or what) it is for, and since when."""

    purpose: str
    subject: str
    issued: datetime


class Links:
    """Makes and checks every address that the program gives out.

    `keys` holds the signing secrets, the current one first; older ones stay valid so that a secret can be changed without
    breaking mails already sent. With `retired` ones nothing is signed or verified, but digests that were made with them are
    found. `issued` makes links a function of their values: the same edition gives the same bytes.
    """

    def __init__(self, public_url: str, keys: Sequence[bytes], retired: Sequence[bytes] = ()) -> None:
        if not keys:
            raise ValueError("at least one signing key is needed")
        self.public_url = public_url.rstrip("/")
        self._keys, self._retired = tuple(keys), tuple(retired)
        self._derived: dict[tuple[bytes, str], hmac.HMAC] = {}

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).hostname or "localhost"

    def home(self) -> str:
        return f"{self.public_url}/"

    def insight(self, insight_id: str) -> str:
        return self._page("i", insight_id)

    def report(self, insight_id: str) -> str:
        """The form by which anybody reports a problem with an insight."""
        return f"{self.insight(insight_id)}/report"

    def story(self, story_id: str) -> str:
        return self._page("s", story_id)

    def edition(self, slot: date) -> str:
        return self._page("e", slot.isoformat())

    def personal_edition(self, subscriber_id: str, slot: date, issued: datetime) -> str:
        """A reader's own edition; the token's subject is `<subscriber id> <slot>`."""
        return f"{self.edition(slot)}/{self.token('edition', f'{subscriber_id} {slot.isoformat()}', issued)}"

    def unsubscribe(self, subscriber_id: str, issued: datetime) -> str:
        return self._act("unsubscribe", self.token("unsubscribe", subscriber_id, issued))

    def preferences(self, subscriber_id: str, issued: datetime) -> str:
        return self._act("preferences", self.token("preferences", subscriber_id, issued))

    def confirm(self, subscriber_id: str, issued: datetime) -> str:
        return self._act("confirm", self.token("confirm", subscriber_id, issued))

    def login(self, address: str, issued: datetime) -> str:
        return self._act("admin/login", self.token("login", address, issued))

    def feedback(self, subscriber_id: str, insight_id: str, more: bool, issued: datetime) -> str:
        """More or less like this; the token's subject is `<subscriber id> <insight id> more` or `... less`."""
        subject = f"{subscriber_id} {insight_id} {'more' if more else 'less'}"
        return self._act("feedback", self.token("feedback", subject, issued))

    def token(self, purpose: str, subject: str, issued: datetime) -> str:
        """base64url(version | purpose | subject | issued | HMAC-SHA256[:16]), without padding."""
        payload = f"{VERSION}|{purpose}|{subject}|{int(issued.timestamp())}|".encode()
        return _encode(payload + self._sign(self._keys[0], purpose, payload))

    def verify(self, token: str, purpose: str, now: datetime) -> Token | None:
        """The token's contents if it is genuine, made for `purpose` and still valid at `now`; None for all else."""
        payload, signature = _split(token)
        genuine = [hmac.compare_digest(self._sign(key, purpose, payload), signature) for key in self._keys]
        found = _read(payload) if any(genuine) else None
        return found if found and found.purpose == purpose and _valid(found, now) else None

    def digests(self, purpose: str, value: str) -> tuple[str, ...]:
        """HMAC-SHA256 of a value as 64 hexadecimal digits, with each key, the current one first."""
        return tuple(self._digest(key, purpose, value.encode()).hex() for key in (*self._keys, *self._retired))

    def _page(self, *parts: str) -> str:
        return "/".join((self.public_url, *(quote(part, safe="/") for part in parts)))

    def _act(self, page: str, token: str) -> str:
        """Nothing in a token needs quoting."""
        return f"{self.public_url}/{page}/{token}"

    def _sign(self, key: bytes, purpose: str, payload: bytes) -> bytes:
        return self._digest(key, purpose, payload)[:SIGNATURE_BYTES]

    def _digest(self, key: bytes, purpose: str, payload: bytes) -> bytes:
        keyed = self._derived.get((key, purpose))
        if keyed is None:
            keyed = self._derived[key, purpose] = hmac.new(_derive(key, purpose), digestmod="sha256")
        signed = keyed.copy()
        signed.update(payload)
        return signed.digest()


def _derive(key: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 (RFC 5869), one block of output: a key that is good for one purpose only."""
    extracted = hmac.digest(b"briefing links", key, hashlib.sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", hashlib.sha256)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _split(token: str) -> tuple[bytes, bytes]:
    """Payload and signature; both empty unless the token is spelt in the one way that `_encode` spells it."""
    try:
        raw = base64.urlsafe_b64decode(token[:LONGEST_TOKEN] + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b"", b""
    return (raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]) if _encode(raw) == token else (b"", b"")


def _read(payload: bytes) -> Token | None:
    version, purpose, *subject, issued, _ = payload.decode().split("|")
    moment = datetime.fromtimestamp(int(issued), UTC)
    return Token(purpose=purpose, subject="|".join(subject), issued=moment) if version == VERSION else None


def _valid(token: Token, now: datetime) -> bool:
    lifetime = LIFETIMES[token.purpose]
    return lifetime is None or token.issued - CLOCK_SKEW <= now <= token.issued + lifetime


def deep_link(source: Source, at: float | None) -> str:
    """The address of a source at `at` seconds: `t=` as its player wants it, `#t=` (W3C Media Fragments) on an episode's page."""
    url = source.url or source.enclosure
    if at is None or at < 0 or not url:
        return url
    parts = urlsplit(url)
    if form := TIMED_BY_QUERY.get(parts.hostname or ""):
        query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "t"]
        return parts._replace(query=urlencode([*query, ("t", form.format(int(at)))])).geturl()
    timed = source.kind is Kind.PODCAST and not parts.fragment
    return f"{url.rstrip('#')}#t={int(at)}" if timed else url
