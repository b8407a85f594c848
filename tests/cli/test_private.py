"""Secrets are printed nowhere, and what is written is for nobody else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import MINIMAL, NOW, Command

SECRETS = {
    "BRIEFING_SMTP_PASSWORD": "canary-smtp-1f7a",
    "BRIEFING_LLM_KEY": "canary-llm-2b8c",
    "BRIEFING_SECRET": "canary-secret-3c9d-0123456789abcdef",
    "BRIEFING_ADMIN_PASSWORD_HASH": "scrypt$2$8$1$canary4d0e$canary4d0e",
    "BRIEFING_MAILBOX_PASSWORD": "canary-box-5e1f",
    "ROOM_URL": "json://canary-room-6f2a@127.0.0.1:1/",
}
MORE = """
[mail]
transport = "{transport}"
host = "127.0.0.1"
port = 1
username = "me"
[llm]
url = "http://127.0.0.1:1/v1"
model = "m"
[[mailboxes]]
url = "imap://me@127.0.0.1:1/INBOX"
use = "bounces"
[[channels]]
name = "room"
kind = "apprise"
url_env = "ROOM_URL"
"""
COMMANDS = (
    *("check", "status", "status --json", "run", "doctor", "doctor --json"),
    *("backup copy.db", "subscribers list", "feeds list"),
)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def install(here: Path, transport: str) -> None:
    (here / "feeds.toml").write_text(MINIMAL.format(url="http://127.0.0.1:1/feed") + MORE.format(transport=transport))


@pytest.mark.slow
def test_no_command_prints_a_secret_or_keeps_one(briefing: Command, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    install(here, "smtp")
    printed = briefing("--now", NOW, "subscribers", "add", "ana@readers-of-ours.com", "--active")
    said = printed.out + printed.err
    for command in COMMANDS:
        each = briefing("--now", NOW, *command.split())
        said += each.out + each.err
    (here / "feeds.toml").write_text("[mail]\npassword = 1\n")
    said += briefing("check").err
    kept = b"".join(path.read_bytes() for path in here.rglob("*") if path.is_file())
    assert "canary" not in said
    assert b"canary" not in kept


@pytest.mark.sqlite("the mode of its file and of a backup")
def test_what_is_written_is_for_this_user_alone(briefing: Command, here: Path) -> None:
    install(here, "folder")
    (here / "feeds.toml").write_text((here / "feeds.toml").read_text().partition("[mail]")[0])
    for command in (("run",), ("backup", "copy.db")):
        briefing("--now", NOW, *command)
    (here / "feeds.toml").chmod(0o600)
    open_to_others = [path for path in here.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert (here / "briefing.db").exists()
    assert open_to_others == []
