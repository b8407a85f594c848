"""robots.txt (RFC 9309): whether its owner lets us fetch a page."""

from urllib.parse import urlsplit

from protego import Protego

AGENT = "briefing"
LARGEST = 512_000
"""Bytes of a robots.txt that count (RFC 9309, section 2.5, asks for 500 KiB at least)."""


def address(url: str) -> str:
    """Where the rules for a page stand."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def allows(rules: str, url: str) -> bool:
    """Whether these rules let us fetch a page; rules that cannot be understood forbid nothing."""
    try:
        return bool(Protego.parse(rules[:LARGEST]).can_fetch(url, AGENT))
    except (ValueError, RecursionError):
        return True
