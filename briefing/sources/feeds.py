"""One feed document -> its entries, whatever format and state it is in."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import datetime

from briefing.errors import UnreadableError
from briefing.sources import feeds_json, feeds_xml
from briefing.sources.encodings import decode
from briefing.sources.entries import ParsedFeed

__all__ = ["FeedDocument", "ParsedFeed", "parse"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """What `parse` is to be given, as one value that can be handed to another process."""

    body: bytes
    url: str
    collected_at: datetime
    content_type: str = ""
    charset: str = ""
    known: frozenset[int] = frozenset()

    def read(self) -> ParsedFeed:
        return parse(
            self.body,
            url=self.url,
            collected_at=self.collected_at,
            content_type=self.content_type,
            charset=self.charset,
            known=self.known,
        )


def parse(
    body: bytes,
    *,
    url: str,
    collected_at: datetime,
    content_type: str = "",
    charset: str = "",
    known: Container[int] = (),
) -> ParsedFeed:
    """RSS, Atom, RDF or JSON Feed, told apart by content first. Raises UnreadableError with a sentence for the admin.

    `url` is the feed's own: part of each entry's identity, and what relative links refer to. A date later than a day after
    `collected_at` becomes `collected_at`. Items whose fingerprint is `known` from an earlier reading are passed over: they are
    neither new nor edited, and reading them is nearly all of the work.
    """
    if not body.strip():
        raise UnreadableError(url, "the answer is empty")
    text, sound = decode(body, charset)
    read = feeds_json.read if _is_json(text, content_type) else feeds_xml.read
    parsed = read(text, url=url, collected_at=collected_at, known=known)
    return parsed if sound else _with_warning(parsed, "some characters did not fit the encoding and were repaired")


def _is_json(text: str, content_type: str) -> bool:
    start = text.lstrip()[:1]
    return start in ("{", "[") or (start != "<" and "json" in content_type)


def _with_warning(parsed: ParsedFeed, warning: str) -> ParsedFeed:
    return replace(parsed, warnings=(*parsed.warnings, warning))
