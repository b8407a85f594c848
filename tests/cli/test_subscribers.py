"""Subscribers by hand and by table."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Command


def listed(briefing: Command) -> dict[str, dict[str, str]]:
    rows = [json.loads(line) for line in briefing("subscribers", "list", "--json").out.splitlines()]
    return {row["email"]: row for row in rows}


def test_add_with_every_wish(briefing: Command, configured: Path) -> None:
    wishes = ("--topics", "ai:2", "--zone", "Europe/Berlin", "--at", "06:30", "--days", "mon,Thursday", "--languages", "en,de")
    said = briefing("subscribers", "add", "ada@Example.org", *wishes, "--mute", "crypto,golf", "--active")
    assert said.code == 0 and "ada@example.org is active: the brief comes at " in said.out
    ada = listed(briefing)["ada@example.org"]
    assert {key: ada[key] for key in ("topics", "zone", "at", "days", "languages", "mute", "status")} == {
        "topics": "ai:2",
        "zone": "Europe/Berlin",
        "at": "06:30",
        "days": "mon,thu",
        "languages": "en,de",
        "mute": "crypto,golf",
        "status": "active",
    }


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("ada",), "not a complete mail address"),
        (("ada@example.org", "--topics", "aii"), 'did you mean "ai"?'),
        (("ada@example.org", "--topics", "ai:lots"), "a weight above 0"),
        (("ada@example.org", "--zone", "Berlin"), "a time zone such as"),
        (("ada@example.org", "--at", "25:00"), "a time of day as HH:MM"),
        (("ada@example.org", "--days", "someday"), '"daily", or days with commas between them: mon,tue'),
    ],
)
def test_a_wish_that_cannot_be_is_explained(briefing: Command, configured: Path, arguments: tuple[str, ...], words: str) -> None:
    said = briefing("subscribers", "add", *arguments)
    assert said.code == 2
    assert words in said.err
    assert not listed(briefing)


def test_nobody_is_added_twice(briefing: Command, configured: Path) -> None:
    assert briefing("subscribers", "add", "ada@example.org", "--active").code == 0
    said = briefing("subscribers", "add", "ada@example.org", "--active")
    assert said.code == 2 and "is subscribed already" in said.err


def test_without_active_a_mail_to_confirm_is_queued_once(briefing: Command, configured: Path) -> None:
    said = briefing("subscribers", "add", "ada@example.org")
    assert said.code == 0 and "pending" in said.out and "confirm" in said.out
    assert listed(briefing)["ada@example.org"]["status"] == "pending"
    assert '"queued": 1' in briefing("status", "--json").out


def test_a_table_goes_out_and_comes_back(briefing: Command, configured: Path) -> None:
    people = ["ada@example.org;ai:2;Europe/Paris;06:15;38", "bob;;;;", "ada@example.org;;;;", "cy@example.org;ai;Nowhere;;"]
    (configured / "in.csv").write_text("\n".join(["\ufeffEmail;Topics;zone;at;shoe size", *people]))
    said = briefing("subscribers", "import", "in.csv", "--active")
    assert said.code == 0 and "1 added, 3 skipped." in said.out
    assert "line 3: bob: it is not a complete mail address" in said.err
    assert "line 4: ada@example.org: is subscribed already" in said.err and "line 5: cy@example.org: zone:" in said.err
    assert '"shoe size" means nothing here' in said.err
    assert briefing("subscribers", "export", "--output", "out.csv").code == 0
    before = listed(briefing)
    assert briefing("subscribers", "remove", "ada@example.org").code == 0
    assert "1 added, 0 skipped." in briefing("subscribers", "import", "out.csv", "--active").out
    after = listed(briefing)
    assert after["ada@example.org"] | {"id": ""} == before["ada@example.org"] | {"id": ""}


def test_a_table_without_addresses(briefing: Command, configured: Path) -> None:
    (configured / "in.csv").write_text("name,topics\nAda,ai\n")
    said = briefing("subscribers", "import", "in.csv")
    assert said.code == 1 and 'no column "email"' in said.err


def test_a_table_brings_nobody_back_who_left_elsewhere(briefing: Command, configured: Path) -> None:
    (configured / "in.csv").write_text("email,status\nada@example.org,unsubscribed\ncy@example.org,active\n")
    said = briefing("subscribers", "import", "in.csv", "--active")
    assert "1 added, 1 skipped." in said.out and "not to be mailed" in said.err
