"""Encrypted sessions: certificates are verified, and a password is said to nobody who has not shown a good one."""

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from briefing.delivery.smtp import SmtpMailer
from briefing.errors import DeliveryError

Build = Callable[..., EmailMessage]
TO = "reader@example.com"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for `localhost` that nobody has signed, and its key, in one file."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    made = ["-keyout", str(folder / "key"), "-out", str(folder / "cert")]
    command = [
        openssl,
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        *names,
        *made,
    ]
    subprocess.run(command, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "key").read_text() + (folder / "cert").read_text())
    return both


class Inbox:
    def __init__(self) -> None:
        self.taken: list[tuple[bytes, bool]] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.taken.append((envelope.content or b"", server.transport.get_extra_info("cipher") is not None))  # type: ignore[arg-type]  # bytes by default
        return "250 taken"

    def authenticate(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=self.logins[-1] == (b"desk", b"hush"), handled=False)


@contextmanager
def running(inbox: Inbox, certificate: Path, security: str) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    settings = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    login = {"authenticator": inbox.authenticate, "auth_required": True, "auth_require_tls": security != "tls"}
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    server = Controller(inbox, hostname="127.0.0.1", port=port, **settings, **login)
    server.start()
    try:
        yield port
    finally:
        server.stop()


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_mail_and_password_go_out_encrypted(certificate: Path, message: Build, security: str) -> None:
    inbox = Inbox()
    with running(inbox, certificate, security) as port:
        mailer = SmtpMailer("localhost", port, security, "desk", "hush", timeout=5, context=trusting(certificate))
        mailer.send(message(), envelope_to=TO)
        mailer.send(message(number=2), envelope_to=TO)
        mailer.close()
    assert [encrypted for _, encrypted in inbox.taken] == [True, True]
    assert inbox.logins == [(b"desk", b"hush")]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_ends_it(certificate: Path, message: Build, security: str) -> None:
    inbox = Inbox()
    with running(inbox, certificate, security) as port:
        mailer = SmtpMailer("localhost", port, security, "desk", "hush", timeout=5)
        with pytest.raises(DeliveryError, match="certificate cannot be trusted") as caught:
            mailer.send(message(), envelope_to=TO)
    assert (caught.value.ours, caught.value.permanent) == (True, True)
    assert not inbox.logins


def test_a_certificate_for_another_name_ends_it(certificate: Path, message: Build) -> None:
    inbox = Inbox()
    with running(inbox, certificate, "starttls") as port:
        mailer = SmtpMailer("127.0.0.1", port, "starttls", "desk", "hush", timeout=5, context=trusting(certificate))
        with pytest.raises(DeliveryError, match="certificate cannot be trusted"):
            mailer.send(message(), envelope_to=TO)
    assert not inbox.logins


def test_a_wrong_password_is_our_trouble(certificate: Path, message: Build) -> None:
    inbox = Inbox()
    with running(inbox, certificate, "starttls") as port:
        mailer = SmtpMailer("localhost", port, "starttls", "desk", "wrong", timeout=5, context=trusting(certificate))
        with pytest.raises(DeliveryError) as caught:
            mailer.send(message(), envelope_to=TO)
    assert (caught.value.code, caught.value.ours, caught.value.permanent) == (535, True, True)
    assert not inbox.taken
