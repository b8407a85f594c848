"""Links of a mail -> what they lead to, without what tells the recipient; found by parsing alone, nothing is ever fetched."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit, urlunsplit

from briefing.sources.links import web_link

URL = re.compile(r"https?://[^\s<>\"')\]]+")
_PERSONAL_WORDS = re.compile(
    r"unsub|opt-?out|optout|desabonn|désabonn|desinscri|abmeld|abbestell|preference|manage|subscription|webversion|view-?in-?browser|viewonline"
    r"|view-?online|email-?view|mirror|confirm|verify|optin|opt-in|signin|log-?in|magic|account|profile|forward|share-?email|abuse|track/open",
    re.IGNORECASE,
)
_TRACKING = re.compile(
    r"^(?:utm_\w+|mc_[ce]id|fbclid|gclid|dclid|msclkid|_hs\w+|vero_\w+|ck_\w+|_bhlid|sh_kit|s_cid|spm|trk\w*|ref|ref_src|cid|eid|sid|uid|user\w*"
    r"|e?mail\w*|token|subscriber\w*|recipient\w*|member\w*|contact\w*|r|si|isFreemail|publication_id|post_id|triedRedirect)$",
    re.IGNORECASE,
)
_TARGETS = ("url", "u", "target", "to", "dest", "destination", "redirect", "redirect_url", "link", "r", "q", "goto", "out")
_TOKEN = re.compile(r"[A-Za-z0-9_.~+=-]{20,}")
_WORDS = re.compile(
    r"(?:[A-Za-z]{1,18}|\d{1,8})(?:[-_.+](?:[A-Za-z]{1,18}|\d{1,8}|[A-Za-z]{1,12}\d{1,4}|\d{1,4}[A-Za-z]{1,12}))*"
)
_MOST_WRAPS = 4


def public_link(address: str) -> str:
    """Where a link leads without tracking parameters; "" where it was made for one reader."""
    link = web_link(address)
    for _ in range(_MOST_WRAPS):
        inner = next(_wrapped(link), "")
        if not inner:
            break
        link = inner
    return _impersonal(link) if link else ""


def _wrapped(link: str) -> Iterator[str]:
    """The addresses that a redirecting link carries in itself."""
    parts = urlsplit(link)
    values = {name.lower(): value for name, value in parse_qsl(parts.query)}
    yield from _addresses(values[name] for name in _TARGETS if name in values)
    path = unquote(parts.path)
    at = max(path.find("http://", 1), path.find("https://", 1))
    if at > 0:
        yield from _addresses([path[at:]])
    yield from _addresses(_decoded(segment) for segment in re.split(r"[/.]", parts.path))


def _addresses(values: Iterator[str] | list[str]) -> Iterator[str]:
    return (found for value in values if value.startswith(("http://", "https://")) and (found := web_link(value)))


def _decoded(segment: str) -> str:
    """The address in a base64 path segment, plain or as the `e` of a JSON object as Substack writes it."""
    if len(segment) < 16 or not segment.startswith(("aHR0c", "eyJ")):
        return ""
    try:
        text = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)).decode("utf-8")
        return str(json.loads(text).get("e", "")) if text.startswith("{") else text
    except (binascii.Error, UnicodeDecodeError, ValueError, AttributeError):
        return ""


def _impersonal(link: str) -> str:
    parts = urlsplit(link)
    if _PERSONAL_WORDS.search(parts.path) or any(is_token(segment) for segment in re.split("[/;,]", unquote(parts.path))):
        return ""
    if (
        parts.username
        or _PERSONAL_WORDS.search(parts.query)
        or any(is_token(label) for label in (parts.hostname or "").split("."))
    ):
        return ""
    query = [
        (name, value) for name, value in parse_qsl(parts.query) if not (_TRACKING.match(name) or is_token(value) or "@" in value)
    ]
    fragment = "" if any(map(is_token, _TOKEN.findall(parts.fragment))) else parts.fragment
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), fragment))


def is_token(text: str) -> bool:
    """Whether 20 or more characters stand together that are no words joined by hyphens."""
    return any(not _WORDS.fullmatch(found) for found in _TOKEN.findall(text))
