"""A message as it goes out: the same bytes through every door and at every try."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

POLICY = SMTP.clone(cte_type="7bit")
"""7-bit, so that no server needs 8BITMIME and a second try through another one has the same bytes."""
LINE_END = re.compile(rb"\r\n|\r|\n")
UNSENT = ("Return-Path", "Bcc")


def wire_bytes(message: EmailMessage) -> bytes:
    """The message with CRLF line ends, without the headers that only the envelope may have."""
    if any(name in message for name in UNSENT):
        message = _without_envelope(message)
    return LINE_END.sub(b"\r\n", message.as_bytes(policy=POLICY))


def _without_envelope(message: EmailMessage) -> EmailMessage:
    copy = EmailMessage(policy=message.policy)
    copy.set_payload(message.get_payload())  # type: ignore[no-untyped-call,unused-ignore]  # untyped in some typesheds
    for name, value in message.raw_items():
        if name.title() not in UNSENT:
            copy.set_raw(name, value)
    return copy


def envelope_sender(message: EmailMessage) -> str:
    """Where delivery reports go: the Return-Path if one is set, else the From address."""
    return parseaddr(str(message.get("Return-Path") or message.get("From") or ""))[1]
