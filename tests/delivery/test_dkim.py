"""Signatures: they hold, cover what RFC 8058 asks for, and are the same at every try."""

import shutil
import subprocess
from pathlib import Path

import pytest

from briefing.delivery.dkim import Signer, covers_one_click, verified
from briefing.delivery.wire import Prepared, wire_bytes
from briefing.errors import UsageError

MAIL = (
    b"From: The Brief <brief@example.org>\r\nTo: <ana@example.org>\r\nSubject: A word\r\n"
    b"Date: Sat, 21 Nov 2026 07:00:00 +0000\r\n"
    b"Message-ID: <1@example.org>\r\nList-Unsubscribe: <https://brief.example.org/u/1>,\r\n <mailto:b@example.org>\r\n"
    b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n\r\nHello.\r\n"
)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("openssl is not installed")
    file = tmp_path_factory.mktemp("dkim") / "dkim.pem"
    subprocess.run([openssl, "genrsa", "-out", str(file), "1024"], check=True, capture_output=True)
    return file


@pytest.fixture(scope="module")
def record(key: Path) -> str:
    """The DNS record of the key, made without our code."""
    der = subprocess.run(["openssl", "rsa", "-in", str(key), "-pubout"], check=True, capture_output=True, text=True).stdout
    return "v=DKIM1; k=rsa; p=" + "".join(der.splitlines()[1:-1])


@pytest.fixture(scope="module")
def signer(key: Path) -> Signer:
    return Signer("example.org", "s1", key.read_bytes())


def test_a_signature_holds_and_covers_one_click(signer: Signer, record: str) -> None:
    signed = signer.sign(MAIL)
    assert signed.endswith(MAIL)
    assert verified(signed, record)
    assert covers_one_click(signed)
    assert not covers_one_click(MAIL)
    assert b"s=s1" in signed and b"d=example.org" in signed


@pytest.mark.parametrize(
    ("said", "put"),
    [
        (b"Hello", b"Hullo"),
        (b"/u/1", b"/u/2"),
        (b"One-Click", b"Two-Click"),
        (b"Subject: A", b"Subject: B"),
        (b"From: The", b"From: <x@evil.example>\r\nFrom: The"),
    ],
)
def test_what_is_changed_on_the_way_is_seen(signer: Signer, record: str, said: bytes, put: bytes) -> None:
    assert not verified(signer.sign(MAIL).replace(said, put), record)


def test_a_second_try_has_the_same_bytes(signer: Signer, key: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = signer.sign(MAIL)
    monkeypatch.setattr("time.time", lambda: 1e9)
    assert Signer("example.org", "s1", key.read_bytes().replace(b"\n", b"\r\n")).sign(MAIL) == first


def test_a_signed_mail_goes_out_as_it_was_signed(signer: Signer, record: str) -> None:
    ready = Prepared(signer.sign(MAIL), "bounce+d1.abc@example.org")
    assert wire_bytes(ready) == ready.content == ready.as_bytes().replace(b"Return-Path: bounce+d1.abc@example.org\r\n", b"")
    assert str(ready["Subject"]) == "A word"
    assert verified(wire_bytes(ready), record)


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_no_key_is_told(content: bytes) -> None:
    with pytest.raises(UsageError, match="holds no RSA key"):
        Signer("example.org", "s1", content)
