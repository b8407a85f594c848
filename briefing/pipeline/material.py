"""A file or a URL somebody points at: its bytes, and what they seem to be."""

import asyncio
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from briefing.errors import UnreadableError, UsageError
from briefing.ports import Fetcher

GZIP = b"\x1f\x8b"
GZIP_WINDOW = 31
LARGEST = 64_000_000
"""Bytes of a local file that are read, unpacked: what is on one's own disk may be larger than what a stranger may send."""
HEAD = 4_096


class Form(StrEnum):
    """What a piece of material is."""

    FEED = "feed"
    TRANSCRIPT = "transcript"
    NEWSLETTER = "newsletter"
    ARTICLE = "article"
    OPML = "opml"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """`name` is the path or URL as it was given; `url` is where it came from, empty for a file."""

    name: str
    body: bytes
    url: str = ""
    content_type: str = ""
    charset: str = ""


SIGNS: tuple[tuple[Form, re.Pattern[bytes]], ...] = (
    (Form.OPML, re.compile(rb"<opml[\s>]", re.IGNORECASE)),
    (Form.FEED, re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)),
    (Form.FEED, re.compile(rb'\A\s*\{.*"(?:version"\s*:\s*"https?:\W+jsonfeed|items"\s*:)', re.DOTALL)),
    (Form.TRANSCRIPT, re.compile(rb"\A\s*(?:WEBVTT|[\[{])")),
    (Form.TRANSCRIPT, re.compile(rb"^\s*(?:\d+:)?\d\d:\d\d[.,]\d+\s*-->", re.MULTILINE)),
    (Form.TRANSCRIPT, re.compile(rb"<cite>[^<]{1,80}</cite>\s*<(?:time|p)[\s>]")),
    (Form.ARTICLE, re.compile(rb"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|article|main|div|p|h1)[\s>]", re.I | re.S)),
    (
        Form.NEWSLETTER,
        re.compile(rb"\A(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*?(?:MIME-Version|Received|Return-Path|Message-ID):", re.I),
    ),
)
"""What the first bytes give away, asked in this order."""

SURE_SUFFIXES = {".eml": Form.NEWSLETTER, ".vtt": Form.TRANSCRIPT, ".srt": Form.TRANSCRIPT, ".opml": Form.OPML}
"""Names that are believed whatever the bytes say: a web page in the place of subtitles is a broken transcript."""
SUFFIXES = {
    ".xml": Form.FEED,
    ".rss": Form.FEED,
    ".atom": Form.FEED,
    ".html": Form.ARTICLE,
    ".htm": Form.ARTICLE,
    ".json": Form.TRANSCRIPT,
}


def is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def obtain(source: str, fetcher: Callable[[], Fetcher]) -> Material:
    """Read a file or fetch a URL; what is gzipped comes unpacked. Raises `UsageError`, `FetchError`, `UnreadableError`."""
    material = asyncio.run(_fetched(source, fetcher)) if is_url(source) else _on_disk(source)
    return replace(material, body=unpacked(material.name, material.body)) if material.body.startswith(GZIP) else material


def recognise(material: Material) -> Form:
    """What the material seems to be: by a name that is sure, else by what stands in the bytes, else by the name."""
    suffix = Path(material.name.removesuffix(".gz").partition("?")[0]).suffix.lower()
    head = material.body[:HEAD].removeprefix(b"\xef\xbb\xbf")
    seen = next((form for form, sign in SIGNS if sign.search(head)), None)
    return SURE_SUFFIXES.get(suffix) or seen or SUFFIXES.get(suffix, Form.TEXT)


def unpacked(name: str, body: bytes) -> bytes:
    """The content of gzipped bytes. Raises `UnreadableError` if they are damaged or swell beyond measure."""
    inflater = zlib.decompressobj(wbits=GZIP_WINDOW)
    try:
        content = inflater.decompress(body, LARGEST)
    except zlib.error:
        raise UnreadableError(name, "is damaged: it cannot be unpacked") from None
    if inflater.unconsumed_tail:
        raise UnreadableError(name, f"is larger than {LARGEST // 1_000_000} MB when unpacked")
    return content


def _on_disk(source: str) -> Material:
    try:
        return Material(name=source, body=Path(source).read_bytes())
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "is no file name"
        raise UsageError(source, reason, remedy="give a file, or a URL that begins with http:// or https://") from None


async def _fetched(url: str, make: Callable[[], Fetcher]) -> Material:
    fetcher = make()
    try:
        answer = await fetcher.fetch(url)
    finally:
        await fetcher.close()
    return Material(name=url, url=answer.url, body=answer.body, content_type=answer.content_type, charset=answer.charset)
