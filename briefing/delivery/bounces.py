"""What mail that comes back says about which delivery: reports of failure, complaints, requests to leave. Pure.

A delivery's return path carries its id and a signature, so that nobody can make a report about somebody else's mail.
"""

import hmac
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from enum import StrEnum

from briefing.delivery.replies import BAD_ADDRESS, ENHANCED

LONGEST = 1_000_000
"""Bytes that are looked at: reports come first, the mail they return comes last."""
TAG = re.compile(rb"\+([A-Za-z0-9_-]{1,64})\.([0-9a-f]{10})@")
RECIPIENT_HEADERS = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
LEAVING = re.compile(r"unsubscribe ([A-Za-z0-9_-]{20,1024})$", re.IGNORECASE)
DAEMON = re.compile(r"mailer-daemon|postmaster|mail delivery", re.IGNORECASE)


class BounceKind(StrEnum):
    HARD = "hard"
    SOFT = "soft"
    COMPLAINT = "complaint"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """`recipients` are the addresses that a report names (original and final, lower case); empty where it names none."""

    delivery_id: str
    kind: BounceKind
    reason: str
    recipients: tuple[str, ...] = ()


def return_path(address: str, delivery_id: str, key: bytes) -> str:
    """`bounce@example.org` -> `bounce+<delivery id>.<10 hex digits>@example.org`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{delivery_id}.{_signature(delivery_id, key)}@{domain}"


def _signature(delivery_id: str, key: bytes) -> str:
    return hmac.digest(key, f"bounce|{delivery_id}".encode(), "sha256").hex()[:10]


def leave_token(message: bytes) -> str:
    """The token of a mail that the mailto of a List-Unsubscribe header made (RFC 2369); "" of any other, and of an auto-reply.

    It is not checked here: whoever signed it does that.
    """
    try:
        mail = message_from_bytes(message[:LONGEST])
    except RecursionError:
        return ""
    found = LEAVING.match(_header(mail, "Subject"))
    return found[1] if found and not _is_automatic(mail) else ""


def read(message: bytes, key: bytes) -> Bounce | None:
    """What a mail says about a delivery of ours; None for auto-replies, delays, forgeries and everything else.

    Never raises, never asks for an answer to be sent.
    """
    head = message[:LONGEST]
    delivery_id = _signed_id(head, key)
    if not delivery_id:
        return None
    try:
        mail = message_from_bytes(head)
        return next((found for reader in READERS if (found := reader(mail, delivery_id))), None)
    except RecursionError:
        return None


def _signed_id(text: bytes, key: bytes) -> str:
    for found in TAG.finditer(text):
        delivery_id = found[1].decode("ascii")
        if hmac.compare_digest(found[2].decode("ascii"), _signature(delivery_id, key)):
            return delivery_id
    return ""


def _report(mail: Message, delivery_id: str) -> Bounce | None:
    """RFC 3464: one block a recipient, with Action and Status."""
    for block in _blocks(mail, "message/delivery-status"):
        if _header(block, "Action").lower() == "failed":
            return Bounce(
                delivery_id=delivery_id,
                kind=_severity(_header(block, "Status"), _header(block, "Diagnostic-Code")),
                reason=(_header(block, "Diagnostic-Code") or _header(block, "Status"))[:300],
                recipients=_recipients(block),
            )
    return None


def _recipients(block: Message) -> tuple[str, ...]:
    named = (
        _header(block, name).rpartition(";")[2].strip().strip("<>").lower() for name in ("Original-Recipient", "Final-Recipient")
    )
    return tuple(dict.fromkeys(filter(None, named)))


def _severity(*texts: str) -> BounceKind:
    """Hard if a text names a status that says so; a Status of 5.0.0 leaves the word to the diagnostic code."""
    statuses = [found for text in texts for found in ENHANCED.findall(text) if not found.endswith(".0.0")]
    return BounceKind.HARD if statuses and BAD_ADDRESS.fullmatch(statuses[0]) else BounceKind.SOFT


def _complaint(mail: Message, delivery_id: str) -> Bounce | None:
    """RFC 5965: somebody pressed "this is spam"."""
    for block in _blocks(mail, "message/feedback-report"):
        kind = _header(block, "Feedback-Type").lower()
        if kind and kind != "not-spam":
            return Bounce(delivery_id=delivery_id, kind=BounceKind.COMPLAINT, reason=kind)
    return None


def _request_to_leave(mail: Message, delivery_id: str) -> Bounce | None:
    """RFC 2369: the mail that a List-Unsubscribe mailto link makes."""
    asks = _header(mail, "Subject").lower().startswith("unsubscribe")
    if asks and _is_addressed(mail, delivery_id) and not _is_automatic(mail):
        return Bounce(delivery_id=delivery_id, kind=BounceKind.LEAVE, reason="asked by mail")
    return None


def _plain_bounce(mail: Message, delivery_id: str) -> Bounce | None:
    """A mail system's own words, as old servers send: no report, but a status somewhere in the text."""
    if mail.is_multipart() or not DAEMON.search(_header(mail, "From")) or not _is_addressed(mail, delivery_id):
        return None
    words = str(mail.get_payload())[:5_000]
    status = ENHANCED.search(words)
    if not status or not status[1].startswith("5"):
        return None
    return Bounce(delivery_id=delivery_id, kind=_severity(status[1]), reason=status[1])


READERS: tuple[Callable[[Message, str], Bounce | None], ...] = (_report, _complaint, _request_to_leave, _plain_bounce)


def _blocks(mail: Message, kind: str) -> Iterator[Message]:
    """The header blocks inside the parts of a type."""
    for part in mail.walk():
        if part.get_content_type() == kind:
            payload = part.get_payload()
            yield from (block for block in payload if isinstance(block, Message)) if isinstance(payload, list) else ()


def _is_addressed(mail: Message, delivery_id: str) -> bool:
    return any(f"+{delivery_id}." in str(value) for name in RECIPIENT_HEADERS for value in mail.get_all(name, []))


def _is_automatic(mail: Message) -> bool:
    """RFC 3834, and what programs set that are older than it."""
    submitted = _header(mail, "Auto-Submitted").lower()
    marks = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
    return submitted not in {"", "no"} or any(name in mail for name in marks) or "auto" in _header(mail, "Precedence").lower()


def _header(mail: Message, name: str) -> str:
    return " ".join(str(mail.get(name, "")).split())
