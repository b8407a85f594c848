"""The folder mailer: whole files or none, named by slot and delivery."""

import errno
import os
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import pytest

from briefing.delivery.folder import FolderMailer
from briefing.errors import DeliveryError

Build = Callable[..., EmailMessage]


def test_one_file_a_delivery_named_by_its_headers(tmp_path: Path, message: Build) -> None:
    mailer = FolderMailer(tmp_path / "outbox")
    for _ in range(2):
        mailer.send(message(), envelope_to="reader@example.com")
    mailer.close()
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "2026-11-21-d1.eml"
    assert message_from_bytes(file.read_bytes())["Message-ID"] == "<m1@example.org>"
    assert b"\r\n" in file.read_bytes()


def test_the_row_is_written_when_the_file_is_complete_but_not_yet_there(tmp_path: Path, message: Build) -> None:
    seen: list[list[str]] = []
    FolderMailer(tmp_path).send(
        message(), envelope_to="r@example.com", before_data=lambda: seen.append([p.name for p in tmp_path.iterdir()])
    )
    assert seen == [[".2026-11-21-d1.eml.tmp"]]


def test_a_row_that_cannot_be_written_leaves_nothing(tmp_path: Path, message: Build) -> None:
    def fail() -> None:
        raise RuntimeError("locked")

    with pytest.raises(RuntimeError):
        FolderMailer(tmp_path).send(message(), envelope_to="r@example.com", before_data=fail)
    assert not list(tmp_path.iterdir())


def test_a_name_cannot_leave_the_folder(tmp_path: Path, message: Build) -> None:
    mail = message()
    mail.replace_header("X-Delivery", "../../etc/passwd")
    FolderMailer(tmp_path / "outbox").send(mail, envelope_to="r@example.com")
    assert [p.name for p in (tmp_path / "outbox").iterdir()] == ["2026-11-21-etcpasswd.eml"]


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path, message: Build) -> None:
    (tmp_path / "outbox").write_text("")
    with pytest.raises(DeliveryError, match="it is no folder") as caught:
        FolderMailer(tmp_path / "outbox").send(message(), envelope_to="r@example.com")
    assert caught.value.ours
    assert not caught.value.permanent


@pytest.mark.parametrize(("code", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "error")])
def test_a_disk_that_fails_is_said_and_leaves_nothing(
    tmp_path: Path, message: Build, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    reached: list[bool] = []
    with pytest.raises(DeliveryError, match=words) as caught:
        FolderMailer(tmp_path).send(message(), envelope_to="r@example.com", before_data=lambda: reached.append(True))
    assert caught.value.ours
    assert not reached
    assert not list(tmp_path.iterdir())
