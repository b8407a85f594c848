"""Tables: no word is broken, a narrow terminal gets blocks, a pipe gets one line a row."""

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from briefing.cli.formats import panel
from briefing.cli.printing import lay_out
from briefing.model import Edition
from tests.editions.test_sections import WHOLE

FEED = {"title": "Bitcoin, Explained", "newest": "2026-11-20 17:49 UTC", "url": "http://feeds.example.org/bitcoin-explained/feed"}


def printed(capsys: pytest.CaptureFixture[str], *rows: dict[str, object]) -> list[str]:
    lay_out(rows, ("title", "newest", "remark", "url"))
    return capsys.readouterr().out.splitlines()


def test_a_pipe_gets_each_row_on_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    lines = printed(capsys, FEED | {"remark": "x" * 200}, FEED)
    assert sum("17:49 UTC" in line and str(FEED["url"]) in line for line in lines) == 2


@pytest.mark.parametrize("columns", [70, 80, 120])
def test_short_values_are_never_broken(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = "\n".join(lines := printed(capsys, FEED))
    assert "Bitcoin, Explained" in text and "2026-11-20 17:49 UTC" in text and "remark" not in text
    assert all(len(line) <= columns for line in lines)


def test_a_narrow_terminal_gets_a_value_a_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert printed(capsys, FEED) == [
        "title   Bitcoin, Explained",
        "newest  2026-11-20 17:49 UTC",
        "url     http://feeds.example.org/bitcoin-explained/feed",
        "",
    ]


def shown(edition: Edition) -> str:
    console = Console(width=100, record=True, file=StringIO())
    console.print(panel(edition))
    return " ".join(console.export_text().replace("│", " ").split())


def test_a_moment_of_audio_is_written_as_in_a_mail() -> None:
    first, *others = WHOLE.picks
    quote = replace(first.fragment.quotes[0], at=307.0, approximate=True)
    pick = replace(first, fragment=replace(first.fragment, quotes=(quote,)))
    assert "· about 05:07" in shown(replace(WHOLE, picks=(pick, *others)))


def test_the_panel_shows_what_stands_below_the_picks() -> None:
    words_shown = shown(WHOLE)
    for words in (
        "The week in review",
        "most corroborated: 4",
        "Predictions due",
        "Nov 2026",
        "Corrections",
        "It is seven in ten",
    ):
        assert words in words_shown, words
