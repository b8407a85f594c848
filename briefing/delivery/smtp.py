"""A Mailer on yagmail's session: yagmail connects and logs in, we say MAIL, RCPT and DATA ourselves."""

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from functools import lru_cache, partial

import yagmail  # type: ignore[import-untyped]  # has annotations, but no py.typed

from briefing.delivery.dialogue import Dialogue, Envelope, Reply
from briefing.delivery.replies import CLOSING, refusal
from briefing.delivery.wire import envelope_sender, wire_bytes
from briefing.errors import DeliveryError
from briefing.ports import Letter

TIMEOUT, LAST_REPLY_TIMEOUT = 120.0, 600.0
"""Seconds to wait for a connection, a reply or a write, and for the reply after the dot (RFC 5321, 4.5.3.2)."""
UNSAFE = re.compile(r"[\x00-\x20\x7f<>]")


class SmtpMailer:
    """Sends over one connection that is kept for many messages and made anew when the server has closed it. For one thread.

    `security` is "starttls", "tls" or "none"; the server's certificate is verified against `context` (default: the system's).
    `hello` is the name that this machine gives itself (default: the sender's domain).
    """

    def __init__(
        self,
        host: str,
        port: int,
        security: str = "starttls",
        username: str = "",
        password: str = "",
        *,
        timeout: float = TIMEOUT,
        last_reply_timeout: float = LAST_REPLY_TIMEOUT,
        hello: str = "",
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.server = f"{host}:{port}"
        self.timeout = timeout
        self.last_reply_timeout = last_reply_timeout
        self._hello = hello
        self._needs_password = bool(username) and not password
        self._client = _client(host, port, security, username, password, timeout, context or ssl.create_default_context())
        self._line: Dialogue | None = None
        self._following: Callable[[], Letter | None] = _nothing

    def expect(self, following: Callable[[], Letter | None]) -> None:
        """How to get the message that comes after the one that is sent next: asked while the server makes ready for its words."""
        self._following = following

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        """One message to one recipient; the envelope's sender is the message's Return-Path, else its From."""
        content = wire_bytes(message)
        envelope = _envelope(message, envelope_to)
        following, self._following = self._following, _nothing
        line = self._begin(envelope)
        self._say(partial(line.rcpt, envelope), "RCPT", envelope.recipient, (250, 251))
        try:
            before_data()
        except BaseException:
            self._reset()
            raise
        self._say(partial(line.data, content, partial(_foreseen, following)), "DATA", envelope.recipient, (354,))
        self._finish(line, envelope.recipient)

    def reach(self) -> None:
        """Connect, log in and leave without a mail. Raises `DeliveryError`."""
        self._connect()
        self.close()

    def close(self) -> None:
        """End the connection, politely if it still stands."""
        line, self._line = self._line, None
        if line is not None:
            line.end()

    def _begin(self, envelope: Envelope) -> Dialogue:
        """MAIL, on a new connection if the one that was kept is gone or is ended by the server."""
        if self._line is not None:
            try:
                return self._mail(self._line, envelope)
            except DeliveryError:
                if self._line is not None:
                    raise
        return self._mail(self._connect(envelope.sender), envelope)

    def _mail(self, line: Dialogue, envelope: Envelope) -> Dialogue:
        self._say(partial(line.mail, envelope), "MAIL", self.server, (250,))
        return line

    def _say(self, command: Callable[[], Reply], stage: str, subject: str, good: tuple[int, ...]) -> None:
        """A command whose failure leaves no doubt: nothing was sent. After it the connection is fit for the next, or closed."""
        try:
            code, reply = command()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            reason = f"the connection was lost at {stage}: {_words(error)}"
            raise DeliveryError(subject, reason, ours=stage == "MAIL") from error
        self._check(code, reply, stage, subject, good)

    def _check(self, code: int, reply: bytes, stage: str, subject: str, good: tuple[int, ...]) -> None:
        if code not in good:
            self.close() if code == CLOSING else self._reset()
            raise refusal(subject, stage, code, reply)

    def _reset(self) -> None:
        """Clear a transaction that was broken off, so that the connection can be used again."""
        try:
            if self._line is not None and self._line.reset()[0] != 250:
                self.close()
        except (smtplib.SMTPException, OSError):
            self.close()

    def _finish(self, line: Dialogue, recipient: str) -> None:
        """From the first byte of the words to the last reply: a line lost in here leaves open whether the mail was taken."""
        try:
            code, reply = line.words()
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(
                recipient, f"the line was lost before the server's answer: {_words(error)}", uncertain=True
            ) from error
        self._check(code, reply, "dot", recipient, (250,))

    def _connect(self, sender: str = "") -> Dialogue:
        """Log in, under the sender's domain if no other name was given: to look up one's own may take long."""
        if self._needs_password:
            raise DeliveryError(self.server, "a username is set, but BRIEFING_SMTP_PASSWORD is not", permanent=True, ours=True)
        self._client.kwargs["local_hostname"] = self._hello or sender.rpartition("@")[2] or None
        try:
            self._client.login()
            self._client.smtp.ehlo_or_helo_if_needed()
        except (smtplib.SMTPException, OSError) as error:
            self._abandon()
            raise _no_session(self.server, error) from error
        self._line = Dialogue(self._client.smtp, self.timeout, self.last_reply_timeout)
        return self._line

    def _abandon(self) -> None:
        if self._client.smtp is not None:
            self._client.smtp.close()


def _client(
    host: str, port: int, security: str, username: str, password: str, timeout: float, context: ssl.SSLContext
) -> yagmail.SMTP:
    """yagmail's session, not yet connected. It takes a plain user name without `@` for a Gmail address, a mapping as it is."""
    tls = security == "tls"
    return yagmail.SMTP(
        user={username: username} if username else None,
        password=password,
        host=host,
        port=port,
        smtp_ssl=tls,
        smtp_starttls={"context": context} if security == "starttls" else False,
        smtp_skip_login=not username,
        soft_email_validation=False,
        timeout=timeout,
        **({"context": context} if tls else {}),
    )


def _envelope(message: EmailMessage, envelope_to: str) -> Envelope:
    return Envelope(sender=_command_safe(envelope_sender(message)), recipient=_command_safe(envelope_to))


def _nothing() -> None:
    """Nothing is known of what comes next."""


def _foreseen(following: Callable[[], Letter | None]) -> Envelope | None:
    """Of what comes next. What keeps it from being said now will be told in its turn."""
    with suppress(DeliveryError):
        if letter := following():
            return _envelope(*letter)
    return None


def _no_session(server: str, error: Exception) -> DeliveryError:
    """Why there is no session. All of it is about this installation or its server, none about a recipient."""
    if isinstance(error, smtplib.SMTPResponseException):
        stage = "login" if isinstance(error, smtplib.SMTPAuthenticationError) else "connect"
        return refusal(server, stage, error.smtp_code, error.smtp_error)
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = f"its certificate cannot be trusted: {error.verify_message}"
        return DeliveryError(server, reason, permanent=True, ours=True)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DeliveryError(server, f"{_words(error)} Look at [mail] security and username", permanent=True, ours=True)
    return DeliveryError(server, f"cannot be reached: {_words(error)}", ours=True)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__


def _command_safe(address: str) -> str:
    """An address as SMTP without SMTPUTF8 can say it. Raises `DeliveryError`: a line break in it would be a second command."""
    local, _, domain = address.rpartition("@")
    try:
        plain = f"{local}@{_ascii(domain)}"
        plain.encode("ascii")
    except UnicodeError:
        raise DeliveryError(ascii(address), "not an address that every mail server can take", permanent=True) from None
    if not local or UNSAFE.search(plain):
        raise DeliveryError(ascii(address), "not an address that mail can be sent to", permanent=True)
    return plain


@lru_cache(maxsize=1024)
def _ascii(domain: str) -> str:
    """Of a domain as it is looked up (RFC 5890). Raises `UnicodeError`."""
    return domain.encode("idna").decode("ascii")
