"""The beginning: help, init, check, and how the program starts."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from briefing.cli.main import COMMANDS
from tests.cli.conftest import MINIMAL, ROOT, Command

HEAVY = ("numpy", "sqlalchemy", "lxml", "aiohttp", "trafilatura", "starlette")


def test_help_names_every_command_and_imports_none_of_them() -> None:
    code = (
        "import sys; from briefing.__main__ import main; main(['--help']);"
        f"print('HEAVY', [m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    assert "HEAVY []" in done.stdout
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_where_the_list_says_and_explains_itself(name: str) -> None:
    command = getattr(import_module(f"briefing.cli.{COMMANDS[name][0]}"), name.replace("-", "_"))
    assert isinstance(command, click.Command)
    assert command.help


def test_init_writes_a_configuration_that_check_likes_and_overwrites_nothing(briefing: Command, here: Path) -> None:
    assert briefing("init").code == 0
    ours = {file.relative_to(ROOT) for file in (ROOT / "templates").rglob("*") if file.is_file()}
    assert {file.relative_to(here) for file in (here / "templates").rglob("*") if file.is_file()} == ours
    assert briefing("check").code == 0
    again = briefing("init")
    assert again.code == 2 and "stands there already" in again.err


def test_a_misspelt_command_is_answered_with_the_nearest(briefing: Command) -> None:
    assert "Did you mean 'subscribers'?" in briefing("subscriber", "list").err
    assert "Did you mean" not in briefing("xyzzy").err


def test_init_into_a_folder_that_is_not_there_yet(briefing: Command, here: Path) -> None:
    made = briefing("init", "brief")
    assert made.code == 0 and "cd brief" in made.out
    assert briefing("--config", "brief/feeds.toml", "check").code == 0


def test_check_prints_each_problem_as_json_too(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text('[briefing]\ntop = 0\n[[feeds]]\nurl = "ftp://e.org"\n')
    said = briefing("check", "--json")
    assert said.code == 2
    assert [line.partition('"place"')[0] for line in said.out.splitlines()] == ['{"line": 2, ', '{"line": 4, ']


def test_check_online_says_what_a_feed_offers(briefing: Command, here: Path, served: dict[str, bytes]) -> None:
    item = "<item><guid>{n}</guid><pubDate>{n} Nov 2026 05:00:00 GMT</pubDate><description>Short.</description></item>"
    items = "".join(item.format(n=n) for n in range(10, 17))
    served["/feed"] = f"<rss version='2.0'><channel><title>Paper</title>{items}</channel></rss>".encode()
    url = served["url"].decode()
    (here / "feeds.toml").write_text(MINIMAL.format(url=f"{url}/feed") + f'\n[[feeds]]\nurl = "{url}/none"\n')
    said = briefing("check", "--online", "--json")
    assert said.code == 1
    paper, missing = said.out.splitlines()
    assert '"title": "Paper"' in paper and '"entries": 7' in paper and '"a_week": 7.0' in paper and '"full_text": false' in paper
    assert '"error": "answered 404' in missing


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_described_in_the_docs(name: str) -> None:
    assert f"`briefing {name}" in (ROOT / "docs" / "commands.md").read_text("utf-8")


def test_status_goes_on_under_the_last_good_file(briefing: Command, told: Path) -> None:
    file = told / "feeds.toml"
    file.write_text(file.read_text() + "\n[[feeds]\n")
    said = briefing("status")
    assert said.code == 2
    assert "a closing bracket (]) is missing" in said.err
    assert "the last good one: feeds.toml cannot be used as it is now" in said.out
    assert "1 ok" in said.out
    file.unlink()
    assert "1 ok" in briefing("status").out


def test_status_of_a_broken_file_that_never_ran_is_its_problem(briefing: Command, here: Path) -> None:
    (here / "feeds.toml").write_text('[store]\nurl = "sqlite:///elsewhere.db"\n[[feeds]\n')
    said = briefing("status")
    assert (said.code, said.out) == (2, "")
    assert "line 3" in said.err
