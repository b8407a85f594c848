"""What is said over one SMTP connection, in as few writes as its server allows, and what is yet to be answered."""

import smtplib
from collections.abc import Callable
from typing import NamedTuple

from briefing.delivery.replies import CLOSING

Reply = tuple[int, bytes]
"""Its code and words."""


class Envelope(NamedTuple):
    """Who a message comes from and goes to, by addresses that SMTP can say."""

    sender: str
    recipient: str

    @property
    def commands(self) -> bytes:
        return f"MAIL FROM:<{self.sender}>\r\nRCPT TO:<{self.recipient}>\r\n".encode("ascii")


class Dialogue:
    """Whatever is said, a line that is lost raises `OSError` or `smtplib.SMTPException`.

    A server that offers PIPELINING (RFC 2920) is told MAIL and RCPT in one write, and those of the next message in the write
    that ends the words of the one before: then nothing but the replies to DATA and to the dot is waited for.
    """

    def __init__(self, smtp: smtplib.SMTP, timeout: float, last_reply_timeout: float) -> None:
        self._smtp = smtp
        self._timeout, self._last_reply_timeout = timeout, last_reply_timeout
        self._together = smtp.has_extn("pipelining")
        self._ahead: Envelope | None = None
        self._following: Envelope | None = None
        self._words = b""

    def mail(self, envelope: Envelope) -> Reply:
        if self._ahead not in (None, envelope):
            self.reset()
        if not self._together:
            return self._smtp.mail(envelope.sender)
        if self._ahead is None:
            self._smtp.send(envelope.commands)
        self._ahead = None
        code, words = self._smtp.getreply()
        if code not in (250, CLOSING):
            self._smtp.getreply()  # of the RCPT that was said with it: nothing more to learn from that
        return code, words

    def rcpt(self, envelope: Envelope) -> Reply:
        return self._smtp.getreply() if self._together else self._smtp.rcpt(envelope.recipient)

    def data(self, content: bytes, following: Callable[[], Envelope | None] = lambda: None) -> Reply:
        """DATA alone; while the server answers, the words are made fit to be sent, and what comes after them is asked for."""
        self._smtp.putcmd("DATA")
        self._words = _dot_stuffed(content) + b".\r\n"
        self._following = following()
        return self._smtp.getreply()

    def words(self) -> Reply:
        """From the first byte of the words to the last reply."""
        self._ahead = self._following if self._together else None
        self._smtp.send(self._words + (self._ahead.commands if self._ahead else b""))
        self._wait_at_most(self._last_reply_timeout)
        reply = self._smtp.getreply()
        self._wait_at_most(self._timeout)
        return reply

    def reset(self) -> Reply:
        """Take back what was begun, and what was said ahead."""
        if self._ahead is not None:
            self._ahead = None
            for _ in ("MAIL", "RCPT"):
                self._smtp.getreply()
        return self._smtp.rset()

    def end(self) -> None:
        """Politely, if the line still stands."""
        try:
            self._smtp.quit()
        except (smtplib.SMTPException, OSError):
            self._smtp.close()

    def _wait_at_most(self, seconds: float) -> None:
        if self._smtp.sock is not None:
            self._smtp.sock.settimeout(seconds)


def _dot_stuffed(content: bytes) -> bytes:
    """No line of the words may be taken for their end (RFC 5321, 4.5.2)."""
    stuffed = content.replace(b"\n.", b"\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
