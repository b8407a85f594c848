"""What a new admin gets wrong: each mistake is one clear sentence and the right exit code, and nothing is lost."""

import errno
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, NOW, Command, paper


def test_no_feeds_toml(briefing: Command) -> None:
    said = briefing("run")
    assert said.code == 2
    assert "feeds.toml" in said.err and "no such file" in said.err and "briefing init" in said.err


def test_an_empty_file(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text("")
    said = briefing("check")
    assert said.code == 2
    assert "no feed" in said.err and "[[feeds]]" in said.err


def test_a_typo_in_a_key_and_a_bad_zone_are_told_together_with_their_lines(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text(f'[briefing]\ntimezon = "Europe/London"\n[web]\n\n{MINIMAL.format(url="https://e.org/f")}')
    said = briefing("check")
    assert said.code == 2
    assert "line 2: [briefing] timezon" in said.err and 'did you mean "timezone"?' in said.err
    (here / "feeds.toml").write_text(
        f'[briefing]\ntimezone = "Europe/Lundon"\nsend_at = "7"\n{MINIMAL.format(url="https://e.org/f")}'
    )
    said = briefing("check")
    assert said.code == 2
    assert "2 problems" in said.err and "Europe/Lundon" in said.err and "Europe/London" in said.err and "line 3" in said.err


def test_a_password_in_the_place_of_its_hash(briefing: Command, configured: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIEFING_ADMIN_PASSWORD_HASH", "correct horse battery")
    said = briefing("check")
    assert said.code == 2 and "briefing admin hash" in said.err and "horse" not in said.err


def test_one_reader_and_all_readers_at_once(briefing: Command, configured: Path) -> None:
    said = briefing("preview", "--for", "ada@example.org", "--all", "editions")
    assert said.code == 2 and "leave --for" in said.err and not (configured.parent / "editions").exists()


def test_a_feed_that_cannot_be_reached_is_named_and_the_cycle_goes_on(briefing: Command, configured: Path) -> None:
    said = briefing("--now", NOW, "run")
    assert said.code == 0
    assert "http://127.0.0.1:9/feed.xml: no connection could be made" in said.out


def test_a_web_page_in_the_place_of_a_feed(briefing: Command, here: Path, served: dict[str, bytes]) -> None:
    served["/feed"] = b"<!doctype html><html><head><title>Hello</title></head><body><p>Welcome.</p></body></html>"
    (here / "feeds.toml").write_text(MINIMAL.format(url=served["url"].decode() + "/feed"))
    said = briefing("--now", NOW, "run")
    assert said.code == 0
    assert "/feed: " in said.out and "HTML" in said.out


def test_an_outbox_that_cannot_be_written_keeps_the_mail_for_later(
    briefing: Command, here: Path, served: dict[str, bytes]
) -> None:
    served["/feed"] = paper()
    (here / "feeds.toml").write_text(MINIMAL.format(url=served["url"].decode() + "/feed"))
    (here / "outbox").write_text("a file where the folder should be")
    assert briefing("subscribers", "add", "ada@example.org", "--zone", "UTC", "--active").code == 0
    said = briefing("--now", NOW, "run")
    assert said.code == 1
    assert "the mail cannot be written into " in said.out and "choose another [mail] folder" in said.out
    (here / "outbox").unlink()
    said = briefing("--now", "2026-11-21T08:05:00+00:00", "run")
    assert said.code == 0
    assert len(list((here / "outbox").glob("*.eml"))) == 1


def test_a_full_disk_is_named_and_the_mail_goes_out_when_there_is_room(
    briefing: Command, here: Path, served: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    served["/feed"] = paper()
    (here / "feeds.toml").write_text(MINIMAL.format(url=served["url"].decode() + "/feed"))
    briefing("subscribers", "add", "ada@example.org", "--zone", "UTC", "--active")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("briefing.delivery.folder._write_durably", full)
        said = briefing("--now", NOW, "run")
    assert said.code == 1 and "the disk is full: make room" in said.out
    assert briefing("--now", "2026-11-21T08:05:00+00:00", "run").code == 0
    assert len(list((here / "outbox").glob("*.eml"))) == 1


def test_an_unknown_command_or_option_is_wrong_usage(briefing: Command) -> None:
    assert briefing("frobnicate").code == 2
    assert briefing("check", "--onlin").code == 2


def test_a_secret_address_of_the_database_that_is_none(
    briefing: Command, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRIEFING_STORE_URL", "postgresql://me:hunter2@db:port/briefing")
    for command in ("status", "run", "doctor"):
        said = briefing(command)
        assert said.code == 2 and "BRIEFING_STORE_URL: expected a database URL" in said.err
        assert "hunter2" not in said.err + said.out


def test_passwords_that_are_not_set_are_named_by_check(briefing: Command, configured: Path) -> None:
    with (configured / "feeds.toml").open("a") as file:
        file.write('[mail]\ntransport = "smtp"\nusername = "ada"\n[[mailboxes]]\nurl = "imaps://ada@imap.example.org/News"\n')
    said = briefing("check")
    assert said.code == 0
    assert "BRIEFING_SMTP_PASSWORD is not set" in said.out and "BRIEFING_MAILBOX_PASSWORD is not set" in said.out


@pytest.mark.parametrize("moment", ["tomorrow", "2026-11-21T07:00:00"])
def test_a_moment_without_date_or_offset(briefing: Command, moment: str) -> None:
    said = briefing("--now", moment, "check")
    assert said.code == 2
    assert "--now" in said.err and "+00:00" in said.err


@pytest.mark.sqlite("its file")
def test_a_database_of_another_program(briefing: Command, configured: Path) -> None:
    (configured / "briefing.db").write_text("This is no database, but a letter to my aunt. " * 100)
    said = briefing("status")
    assert said.code == 1
    assert "briefing.db" in said.err and "not a database" in said.err and "->" in said.err


def test_what_nobody_foresaw_is_a_sentence_with_a_way_to_report_it(
    briefing: Command, configured: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("briefing.cli.check._contents", fail)
    said = briefing("check")
    assert said.code == 1
    assert "ZeroDivisionError: by nought" in said.err and "BRIEFING_DEBUG=1" in said.err
