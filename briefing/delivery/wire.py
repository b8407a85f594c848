"""A message as it goes out: the same bytes through every door and at every try."""

import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from functools import lru_cache

POLICY = SMTP.clone(cte_type="7bit")
"""7-bit, so that no server needs 8BITMIME and a second try through another one has the same bytes."""
AS_MADE = POLICY.clone(refold_source="none")
LINE_END = re.compile(rb"\r\n|\r|\n")
NEXT_HEADER = re.compile(r"\r\n(?![ \t])")
UNSENT = ("Return-Path", "Bcc")


class Prepared(EmailMessage):
    """A message whose bytes are made: they go out as they are. Its headers can be read; its body is one text."""

    def __init__(self, content: bytes, return_path: str = "") -> None:
        super().__init__(policy=AS_MADE)
        self.content, self.return_path = content, return_path
        head, _, body = content.decode("ascii").partition("\r\n\r\n")
        for line in NEXT_HEADER.split(head):
            name, _, value = line.partition(":")
            self.set_raw(name, value.lstrip(" "))
        if return_path:
            self.set_raw("Return-Path", return_path)
        self.set_payload(body)

    def raw(self, wanted: str) -> str:
        """A header as it goes out, or nothing."""
        return next((value for name, value in self.raw_items() if name == wanted), "")


def wire_bytes(message: EmailMessage) -> bytes:
    """The message with CRLF line ends, without the headers that only the envelope may have."""
    if isinstance(message, Prepared):
        return message.content
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


def return_path(message: EmailMessage) -> str:
    """The Return-Path that is set, or nothing."""
    return message.return_path if isinstance(message, Prepared) else str(message.get("Return-Path", ""))


def envelope_sender(message: EmailMessage) -> str:
    """Where delivery reports go: the Return-Path if one is set, else the From address."""
    if isinstance(message, Prepared):
        return message.return_path or _address(message.raw("From"))
    return _address(str(message.get("Return-Path") or message.get("From") or ""))


@lru_cache(maxsize=16)
def _address(said: str) -> str:
    return parseaddr(said)[1]
