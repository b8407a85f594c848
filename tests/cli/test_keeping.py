"""The installation: how it is, kept, put back and moved."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import NEXT_DAY, NOW, Command
from tests.databases import url


def mails(folder: Path) -> int:
    return len(list((folder / "outbox").glob("*.eml")))


def test_status_counts(briefing: Command, told: Path) -> None:
    status = json.loads(briefing("--now", NOW, "status", "--json").out)
    assert status["feeds"] == {"ok": 1} and status["subscribers"] == {"active": 1} and status["deliveries"] == {"accepted": 1}
    assert status["latest_edition"] == "2026-11-21" and status["next_edition"] == "2026-11-22T07:00:00+00:00"
    assert "insights" in briefing("--now", NOW, "status").out


def test_doctor_names_each_trouble_with_its_remedy(briefing: Command, told: Path, served: dict[str, bytes]) -> None:
    del served["/feed"]
    briefing("--now", NEXT_DAY, "run")
    said = briefing("--now", NEXT_DAY, "doctor", "--json")
    found = [json.loads(line) for line in said.out.splitlines()]
    feeds = [each for each in found if each["check"] == "feeds"]
    assert said.code == 1
    assert "Paper is failing: answered 404" in feeds[0]["words"] and "feeds health" in feeds[0]["remedy"]
    assert all(each["remedy"] == "" for each in found if each["check"] in ("store", "clock", "outbox"))


def test_doctor_of_a_new_installation_blames_no_feed(briefing: Command, configured: Path) -> None:
    assert "ok  feeds     1 not asked yet or resting" in briefing("doctor").out


@pytest.mark.sqlite("a backup is a copy of its file")
def test_backup_into_a_folder_that_is_not_there_names_that_place(briefing: Command, told: Path) -> None:
    said = briefing("backup", "nowhere/copy.db")
    assert said.code == 2 and said.err.startswith("nowhere/copy.db: its folder does not exist\n  -> ")


@pytest.mark.sqlite("a backup is a copy of its file")
def test_backup_is_whole_and_restore_sends_nothing_twice(briefing: Command, told: Path, served: dict[str, bytes]) -> None:
    assert briefing("backup", "copy.db").code == 0
    with sqlite3.connect(told / "copy.db") as copy:
        assert copy.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        assert copy.execute("SELECT count(*) FROM deliveries").fetchone()[0] == 1
    served["/feed"] = (
        served["/feed"].replace(b"Bridge", b"Bridge again").replace(b"21 Nov", b"22 Nov").replace(b"old bridge", b"new pier")
    )
    assert briefing("--now", NEXT_DAY, "run").code == 0
    sent = mails(told)
    said = briefing("--now", "2026-11-22T08:00:00+00:00", "restore", "copy.db")
    assert said.code == 0 and "before-restore" in said.out
    assert briefing("--now", "2026-11-22T08:05:00+00:00", "run").code == 0
    assert mails(told) == sent
    assert json.loads(briefing("status", "--json").out)["next_edition"] == "2026-11-23T07:00:00+00:00"


@pytest.mark.sqlite("a backup is a copy of its file")
def test_restore_holds_mail_that_was_under_way_until_a_person_says_so(briefing: Command, told: Path) -> None:
    briefing("subscribers", "add", "bob@example.org")
    assert briefing("backup", "copy.db").code == 0
    said = briefing("restore", "copy.db")
    assert said.code == 0 and "1 mails that were under way are held" in said.out
    briefing("run")
    assert mails(told) == 1
    assert "1 mails go out" in briefing("restore", "--release-held").out
    assert json.loads(briefing("status", "--json").out)["deliveries"]["queued"] == 1


@pytest.mark.sqlite("a backup is a copy of its file")
def test_restore_refuses_what_is_no_backup_and_a_database_in_use(briefing: Command, told: Path) -> None:
    (told / "letter.db").write_text("Dear aunt, " * 1_000)
    said = briefing("restore", "letter.db")
    assert said.code == 1 and "letter.db" in said.err
    assert briefing("backup", "copy.db").code == 0
    user = sqlite3.connect(told / "briefing.db")
    user.execute("SELECT count(*) FROM entries").fetchone()
    said = briefing("restore", "copy.db")
    user.close()
    assert said.code == 1 and "is in use" in said.err
    assert json.loads(briefing("status", "--json").out)["editions"] == 1


def test_the_store_moves_to_another_database_with_every_row(briefing: Command, told: Path) -> None:
    other = url(told / "other.db")
    said = briefing("migrate-store", other)
    assert said.code == 0
    again = briefing("migrate-store", other)
    assert again.code == 2 and "holds rows already" in again.err
    file = told / "feeds.toml"
    file.write_text(f'{file.read_text()}\n[store]\nurl = "{other}"\n')
    assert json.loads(briefing("--now", NOW, "status", "--json").out)["deliveries"] == {"accepted": 1}


@pytest.mark.parametrize("address", ["nonsense", "mysql://db/briefing", "postgresql://me@db:port/briefing"])
def test_a_store_moves_to_no_address_that_is_none(briefing: Command, configured: Path, address: str) -> None:
    said = briefing("migrate-store", address)
    assert said.code == 2 and "expected a database URL such as" in said.err


def test_admin_login_is_a_link_to_our_own_pages(briefing: Command, told: Path) -> None:
    said = briefing("admin", "login")
    assert said.code == 0 and said.out.startswith("http://localhost:8000/admin/login/")
