"""The whole road, as a first visitor tries it."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from briefing.cli.demo import clear
from tests.cli.conftest import Command


def test_a_demo_whose_pages_were_served_can_be_played_again(tmp_path: Path) -> None:
    (tmp_path / "briefing.db").touch()
    (tmp_path / "briefing.db.senders").mkdir()
    (tmp_path / "briefing.db.senders" / "one").touch()
    clear(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.sqlite("the demo keeps its file beside its pages")
def test_demo_prints_a_briefing_and_leaves_it_in_every_form(briefing: Command, here: Path) -> None:
    said = briefing("--now", "2026-11-21T12:00:00+00:00", "demo")
    assert said.code == 0
    assert "6 mails went over SMTP" in said.out and "Why: " in said.out and "out/edition.html" in said.out
    forms = {file.suffix: file.read_bytes() for file in (here / "out").iterdir() if file.is_file()}
    assert forms.keys() == {".eml", ".html", ".txt", ".md", ".json"}
    edition = json.loads(forms[".json"])
    mail = message_from_bytes(forms[".eml"], policy=policy.default)
    assert edition["slot"] == mail["X-Slot"] == "2026-11-21"
    assert len(edition["picks"]) == 5
    assert len(list((here / "out" / "inbox").iterdir())) == 6
    assert "--config out/pages/feeds.toml serve" in said.out
    left = briefing("--config", "out/pages/feeds.toml", "status")
    assert left.code == 0 and "8 resting" in left.out
