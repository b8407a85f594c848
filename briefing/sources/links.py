"""Links as feeds write them -> absolute http(s) addresses, or nothing; and which of them lead to something to hear."""

import re
from urllib.parse import quote, urljoin, urlsplit

from briefing.text import visible

MAX_LINK = 2_000
_AUDIO = ("audio/", "video/")
_AUDIO_FILE = re.compile(r"\.(?:mp3|m4a|mp4|ogg|opus|aac|wav|m4b|flac)(?:\?|\Z)", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s\"<>\\^`{|}\x00-\x1f\x7f-\x9f]")


def web_link(address: str, base: str = "") -> str:
    """The absolute http or https address; "" for another scheme, for what is no address and for more than 2,000 characters."""
    cleaned = visible(address).strip()
    if not cleaned or len(cleaned) > MAX_LINK:
        return ""
    try:
        joined = urljoin(base, cleaned) if base else cleaned
        parts = urlsplit(joined)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return ""
    safe = _UNSAFE.sub(lambda match: quote(match[0]), joined)
    return safe if usable and len(safe) <= MAX_LINK else ""


def is_audio(address: str, media_type: str) -> bool:
    """By the type, or by the file's name where the type says nothing."""
    return media_type.lower().startswith(_AUDIO) or bool(_AUDIO_FILE.search(address))
