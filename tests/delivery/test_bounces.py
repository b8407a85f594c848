"""Mail that comes back, one file a case; the header X-Expect says what is to be made of it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefing.delivery import bounces

KEY = b"a key of the tests"
CASES = sorted((Path(__file__).parent / "bounces").glob("*.eml"))
RETURN_PATH = bounces.return_path("bounce@example.org", "d1", KEY)


def case(path: Path) -> tuple[bytes, str, tuple[str, ...]]:
    text = path.read_text("utf-8").replace("{return_path}", RETURN_PATH)
    first, _, mail = text.partition("\n")
    expected, *recipients = first.removeprefix("X-Expect:").split()
    return mail.replace("\n", "\r\n").encode(), expected, tuple(recipients)


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_what_a_mail_says(path: Path) -> None:
    mail, expected, recipients = case(path)
    found = bounces.read(mail, KEY)
    assert (found.kind if found else "none") == expected
    if found:
        assert found.delivery_id == "d1"
        assert found.recipients == recipients


def test_another_key_reads_nothing() -> None:
    mail, _, _ = case(Path(__file__).parent / "bounces" / "hard-postfix.eml")
    assert bounces.read(mail, b"another") is None


def test_a_long_mail_is_read_by_its_beginning() -> None:
    mail, _, _ = case(Path(__file__).parent / "bounces" / "hard-postfix.eml")
    found = bounces.read(mail + b"x" * 20_000_000, KEY)
    assert found
    assert found.kind == "hard"


def test_nested_without_end_is_nothing() -> None:
    part = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    assert bounces.read(f"To: {RETURN_PATH}\r\n".encode() + part * 5_000, KEY) is None


@given(st.binary(max_size=300), st.integers(0, 2_000))
def test_damage_never_raises(noise: bytes, at: int) -> None:
    mail, _, _ = case(Path(__file__).parent / "bounces" / "hard-postfix.eml")
    bounces.read(mail[:at] + noise + mail[at:], KEY)
