"""Links as feeds write them -> absolute http(s) addresses, or nothing."""

import re
from urllib.parse import quote, urljoin, urlsplit

from briefing.text import visible

MAX_LINK = 2_000
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
