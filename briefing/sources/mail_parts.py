"""One mail message -> its headers and its text, whatever is wrong with its MIME structure."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses

from briefing.errors import UnreadableError
from briefing.sources.encodings import decode
from briefing.text import one_line

MAX_BYTES = 20_000_000
_MOST_PARTS, _DEEPEST, _MOST_FORWARDS = 500, 30, 5
_LONGEST_HEADER = 4_000
_LONGEST_BODY = 2_000_000


@dataclass(frozen=True, slots=True)
class Body:
    html: str = ""
    plain: str = ""


def read(message: bytes, subject: str) -> Message:
    """The message as it came. Raises UnreadableError if its nesting cannot be followed."""
    try:
        return message_from_bytes(message[:MAX_BYTES])
    except RecursionError:
        raise UnreadableError(subject, "the parts of the message are nested too deeply") from None


def innermost(message: Message) -> Message:
    """The message that others carry for want of a text of their own."""
    for _ in range(_MOST_FORWARDS):
        inner = _forwarded(message)
        if inner is None:
            break
        message = inner
    return message


def _forwarded(message: Message) -> Message | None:
    """The message that this one carries, where it has no text of its own."""
    carried = [part for part in _parts(message) if part.get_content_type() == "message/rfc822"]
    own = body(message)
    inner = carried[0].get_payload() if carried and not own.html.strip() and not own.plain.strip() else None
    return inner[0] if isinstance(inner, list) and inner and isinstance(inner[0], Message) else None


def is_report(message: Message) -> bool:
    """A delivery report, an out-of-office notice or the like, not a newsletter."""
    automatic = str(message.get("Auto-Submitted", "no")).strip().lower()
    return message.get_content_type() == "multipart/report" or automatic.startswith(("auto-replied", "auto-notified"))


def body(message: Message) -> Body:
    """The text as HTML and as plain text; attachments stay closed."""
    html = plain = ""
    for part in _parts(message):
        kind = part.get_content_type()
        if kind == "text/html" and not html:
            html = _text(part)
        elif kind == "text/plain":
            plain = f"{plain}\n\n{_text(part)}" if plain else _text(part)
    return Body(html=html[:_LONGEST_BODY], plain=plain[:_LONGEST_BODY])


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of a message in order, without attachments; forwarded messages count as leaves."""
    waiting: list[tuple[Message, int]] = [(message, 0)]
    for _ in range(_MOST_PARTS):
        if not waiting:
            return
        part, depth = waiting.pop()
        payload = part.get_payload()
        if isinstance(payload, list) and part.get_content_type() != "message/rfc822":
            if depth < _DEEPEST:
                waiting.extend((child, depth + 1) for child in reversed(payload) if isinstance(child, Message))
        elif part.get_content_disposition() != "attachment" or part.get_content_type() == "message/rfc822":
            yield part


def _text(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return ""
    return decode(payload, part.get_content_charset() or "")[0] if isinstance(payload, bytes) else ""


def header(message: Message, name: str, limit: int = 300) -> str:
    """A header as one line of visible text, encoded words decoded as far as they can be."""
    raw = str(message.get(name, ""))[:_LONGEST_HEADER]
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return one_line(raw, limit)
    return one_line("".join(_piece(piece, charset) for piece, charset in pieces), limit)


def _piece(piece: bytes | str, charset: str | None) -> str:
    return decode(piece, charset or "")[0] if isinstance(piece, bytes) else piece


def sender(message: Message) -> tuple[str, str]:
    """(display name, address in lower case) of From; a name that poses as an address is dropped."""
    found = getaddresses([header(message, "From", 500)])
    name, address = found[0] if found else ("", "")
    return ("" if "@" in name else name.strip()), address.strip().lower()
