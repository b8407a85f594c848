"""The front of the measurements: every name leads to a module that can be run."""

import importlib.util
from pathlib import Path

import pytest

from bench import __main__ as front


@pytest.mark.parametrize("name", front.BENCHES)
def test_every_name_leads_to_a_measurement(name: str) -> None:
    found = importlib.util.find_spec(front.BENCHES[name].module)
    assert found and found.origin and "def main(" in Path(found.origin).read_text("utf-8")


def test_every_measurement_has_its_line() -> None:
    assert all(
        line.startswith(name) and len(line) <= 120 for name, line in zip(front.BENCHES, front.listing().splitlines(), strict=True)
    )


def test_a_name_that_there_is_not_shows_the_list(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "nothing"])
    assert front.main() == 2 and "deliver" in capsys.readouterr().out
