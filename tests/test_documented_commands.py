"""Every command that README and docs name exists, with the options that they give it."""

import re
from pathlib import Path

import click
import pytest

from briefing.cli.main import briefing

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
OURS = re.compile(r"(?:`|^\$ (?:\.venv/bin/)?)briefing ([^`#\n]+)", re.MULTILINE)
BENCH = re.compile(r"python -m (bench[\w.]*)([^`#\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][\w-]*")


def named(pattern: re.Pattern[str]) -> list[tuple[str, ...]]:
    return sorted({match.groups() for page in PAGES for match in pattern.finditer(page.read_text("utf-8"))})


def options(command: click.Command) -> set[str]:
    return {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}


@pytest.mark.parametrize("line", [line for (line,) in named(OURS)])
def test_a_command_of_ours_is_one(line: str) -> None:
    command: click.Command = briefing
    known = options(command)
    for word in re.findall(r"[a-z][\w-]*", line.partition("--")[0] if not line.startswith("--") else ""):
        if not isinstance(command, click.Group):
            break
        found = command.get_command(click.Context(command), word)
        assert found, f"there is no `{word}` in `briefing {line}`"
        command, known = found, known | options(found)
    assert set(OPTION.findall(line)) <= known


@pytest.mark.parametrize(("module", "words"), named(BENCH))
def test_a_measurement_is_one(module: str, words: str) -> None:
    place = ROOT / module.replace(".", "/")
    sources = [place.with_suffix(".py")] if place.with_suffix(".py").exists() else sorted(place.glob("*.py"))
    assert sources and (place.with_suffix(".py").exists() or (place / "__main__.py").exists())
    told = "".join(source.read_text("utf-8") for source in sources)
    assert not [option for option in OPTION.findall(words) if option not in told]


def test_every_page_is_linked_where_people_begin() -> None:
    begin = "".join((ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"docs/{page.name}" not in begin] == []
