"""Edition or Notice + links -> EmailMessage: text first, then HTML, the same bytes each time."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from briefing.editions import headers
from briefing.editions.letters import EPOCH
from briefing.editions.links import Links
from briefing.editions.render import Renderer, default
from briefing.editions.room import Detail, Room
from briefing.model import Edition, Notice, Subscriber
from briefing.text import stable_id

LARGEST = 100_000
ENVELOPE = 4_000
"""Bytes left for the headers of the mail and of its parts."""
BASE64_GROWTH = 1.37
BASE64 = re.compile(rb"[A-Za-z0-9+/\n]+={0,2}\n?")
POLICY = headers.policy()
WIRE = SMTP.clone(cte_type="7bit")
"""How header lines are folded on the wire: 7-bit, so that no server needs 8BITMIME or SMTPUTF8."""
PLAIN = re.compile(r"[A-Za-z0-9@<>.+_:/=-]+")
"""A header that needs neither folding nor quoting nor encoding, if its line is short."""
LONGEST_PLAIN = 76
ONE_CLICK = "List-Unsubscribe=One-Click"
NEVER_CUT = ("corrections",)
"""Sections that a mail has however little room there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postmark:
    """Who sends. `sender` is `Name <address>`; empty: the edition's title at the host of the public address.

    `unsubscribe_address` takes "unsubscribe" mails; empty: only the web link is offered.
    """

    sender: str = ""
    imprint: str = ""
    unsubscribe_address: str = ""


def build(
    edition: Edition,
    subscriber: Subscriber,
    links: Links,
    *,
    postmark: Postmark = Postmark(),
    renderer: Renderer | None = None,
    message_id: str = "",
    delivery_id: str = "",
) -> EmailMessage:
    """The mail of an edition to one reader, of at most 100,000 bytes; what had to be cut is said in it.

    The bytes are a function of the arguments. `message_id` comes from the delivery's row; without one it is derived from
    edition and reader.
    """
    fields = _fields(edition, subscriber, links, postmark, message_id, delivery_id)
    message = EmailMessage(policy=POLICY)
    for name, value in fields:
        message[name] = value
    text, html = _fitting(edition, subscriber, links, postmark.imprint, renderer or default())
    _alternatives(message, text, html, stable_id(edition.id, subscriber.id))
    return message


def assemble(
    edition: Edition,
    subscriber: Subscriber,
    links: Links,
    *,
    postmark: Postmark = Postmark(),
    renderer: Renderer | None = None,
    message_id: str = "",
    delivery_id: str = "",
) -> bytes:
    """What `build` makes, as it goes over the wire: several times as fast, for what is the same for all is folded once."""
    text, html = _fitting(edition, subscriber, links, postmark.imprint, renderer or default())
    boundary = f"=_{stable_id(edition.id, subscriber.id)}"
    fields = _fields(edition, subscriber, links, postmark, message_id, delivery_id)
    head = b"".join(_line(name, value) for name, value in fields)
    between = f"--{boundary}".encode()
    parts = [head + _multipart(boundary), _assembled("plain", text), _assembled("html", html)]
    return (b"\r\n" + between + b"\r\n").join(parts) + b"\r\n" + between + b"--\r\n"


def _multipart(boundary: str) -> bytes:
    return f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode()


def _assembled(kind: str, body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in _part_fields(kind, body))
    return head.encode() + b"\r\n" + body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def _line(name: str, value: str | Address) -> bytes:
    said = str(value)
    if PLAIN.fullmatch(said) and len(name) + len(said) <= LONGEST_PLAIN:
        return f"{name}: {said}\r\n".encode()
    return _folded_mailbox(name, value.display_name, value.addr_spec) if isinstance(value, Address) else _folded(name, value)


@lru_cache(maxsize=1024)
def _folded(name: str, value: str) -> bytes:
    return WIRE.fold_binary(*POLICY.header_store_parse(name, value))


@lru_cache(maxsize=64)
def _folded_mailbox(name: str, display_name: str, addr_spec: str) -> bytes:
    return WIRE.fold_binary(*POLICY.header_store_parse(name, Address(display_name=display_name, addr_spec=addr_spec)))


def _fields(
    edition: Edition, subscriber: Subscriber, links: Links, postmark: Postmark, message_id: str, delivery_id: str
) -> Iterator[tuple[str, str | Address]]:
    sender = headers.mailbox(postmark.sender, edition.title, links.host)
    yield "From", sender
    yield "To", Address(addr_spec=subscriber.email)
    yield "Date", format_datetime(edition.created_at)
    yield "Subject", headers.subject(edition.subject, f"{edition.title}, {edition.slot:%d %b}")
    yield "Message-ID", message_id or f"<{stable_id(edition.id, subscriber.id)}@{sender.domain or 'localhost'}>"
    yield from _list_headers(edition, subscriber, links, postmark)
    yield "X-Slot", edition.slot.isoformat()
    if delivery_id:
        yield "X-Delivery", delivery_id


def build_notice(
    notice: Notice,
    links: Links,
    *,
    postmark: Postmark = Postmark(),
    renderer: Renderer | None = None,
    title: str = "",
    language: str = "en",
    message_id: str = "",
    delivery_id: str = "",
) -> EmailMessage:
    """A mail that is no edition: confirm, welcome, alert, login or correction."""
    name = title or links.host
    letter = (renderer or default()).letters.write(notice, links, title=name, language=language, imprint=postmark.imprint)
    message = _letter(name, notice.address, notice.created_at or EPOCH, links, postmark)
    message["Subject"] = headers.subject(letter.subject, name)
    message["Message-ID"] = message_id or f"<{notice.id}@{_domain(message)}>"
    message["Auto-Submitted"] = "auto-generated"
    if delivery_id:
        message["X-Delivery"] = delivery_id
    _alternatives(message, _encoded(letter.text), _encoded(letter.html), stable_id("notice", notice.id))
    return message


def _letter(title: str, to: str, date: datetime, links: Links, postmark: Postmark) -> EmailMessage:
    message = EmailMessage(policy=POLICY)
    message["From"] = headers.mailbox(postmark.sender, title, links.host)
    message["To"] = Address(addr_spec=to)
    message["Date"] = format_datetime(date)
    return message


def _list_headers(edition: Edition, subscriber: Subscriber, links: Links, postmark: Postmark) -> Iterator[tuple[str, str]]:
    web = links.unsubscribe(subscriber.id, edition.created_at)
    ways = [f"<{web}>"]
    if postmark.unsubscribe_address:
        token = links.token("unsubscribe", subscriber.id, edition.created_at)
        ways.append(f"<mailto:{postmark.unsubscribe_address}?subject=unsubscribe%20{token}>")
    yield "List-Id", headers.list_id(edition.title, links.host)
    yield "List-Unsubscribe", ", ".join(ways)
    if links.secure:
        yield "List-Unsubscribe-Post", ONE_CLICK
    yield "Precedence", "bulk"
    yield "Auto-Submitted", "auto-generated"


def _fitting(edition: Edition, subscriber: Subscriber, links: Links, imprint: str, renderer: Renderer) -> tuple[bytes, bytes]:
    """Both bodies, encoded, of as much of the edition as a mail has room for."""
    for room in _rooms(len(edition.picks)):
        text = _encoded(renderer.text(edition, links, subscriber, imprint=imprint, room=room))
        html = _encoded(renderer.html(edition, links, subscriber, imprint=imprint, room=room))
        if _sent(text) + _sent(html) <= LARGEST - ENVELOPE:
            break
    return text, html


def _sent(body: bytes) -> int:
    """Bytes on the wire, where a line ends with two."""
    return len(body) + body.count(b"\n")


def _rooms(picks: int) -> Iterator[Room]:
    """All, then without related insights, then short, then with corrections alone below the picks, then ever fewer picks."""
    yield from (Room(detail) for detail in sorted(Detail, reverse=True))
    yield from (Room(Detail.SHORT, count, NEVER_CUT) for count in reversed(range(picks + 1)))


def _alternatives(message: EmailMessage, text: bytes, html: bytes, key: str) -> None:
    """Text first, then HTML. The boundary holds `=_`, which neither encoding can produce."""
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = f'multipart/alternative; boundary="=_{key}"'
    message.set_payload([_part("plain", text), _part("html", html)])


def _part(kind: str, body: bytes) -> EmailMessage:
    part = EmailMessage(policy=POLICY)
    for name, value in _part_fields(kind, body):
        part[name] = value
    part.set_payload(body.decode("ascii"))
    return part


def _part_fields(kind: str, body: bytes) -> tuple[tuple[str, str], tuple[str, str]]:
    encoding = "base64" if BASE64.fullmatch(body) else "quoted-printable"
    return ("Content-Type", f'text/{kind}; charset="utf-8"'), ("Content-Transfer-Encoding", encoding)


def _encoded(text: str) -> bytes:
    """Quoted-printable, which stays legible, or base64 where that is shorter."""
    raw = text.encode()
    legible = binascii.b2a_qp(raw, istext=True)
    return legible if len(legible) < BASE64_GROWTH * len(raw) else base64.encodebytes(raw)


def _domain(message: EmailMessage) -> str:
    sender: Address = message["From"].addresses[0]
    return sender.domain or "localhost"
