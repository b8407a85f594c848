"""An edit of feeds.toml while the program runs: good ones are taken up, bad ones are told once and change nothing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from briefing.config import load
from briefing.config.watching import SETTLED_SECONDS, Watch

GOOD = '[[feeds]]\nurl = "https://one.example/feed"\n'
MORE = f'{GOOD}[[feeds]]\nurl = "https://two.example/feed"\n'


class Desk:
    """A file that is watched, and a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "feeds.toml"
        self.seconds = 1_000_000.0
        self.write(GOOD)
        self.watch = Watch(load(self.path, {}), {}, clock=lambda: self.seconds)
        assert self.look() == "nothing"

    def write(self, content: str | bytes) -> None:
        self.path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(self.path, (self.seconds, self.seconds))

    def look(self, *, after: float = SETTLED_SECONDS) -> str:
        """What the next look finds, in words."""
        self.seconds += after
        edit = self.watch.look()
        if edit is None:
            return "nothing"
        return f"line {edit.error.problems[0].line}: {edit.error.problems[0].message}" if edit.error else "new"

    @property
    def feeds(self) -> int:
        return len(self.watch.config.feeds)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def replaced(desk: Desk) -> None:
    beside = desk.path.with_suffix(".new")
    beside.write_text(MORE)
    os.utime(beside, (desk.seconds, desk.seconds))
    beside.replace(desk.path)


@pytest.mark.parametrize(
    "edit",
    [
        lambda desk: desk.write(MORE),
        replaced,
        lambda desk: desk.write(b"\xef\xbb\xbf" + MORE.encode()),
        lambda desk: desk.write(MORE.replace("\n", "\r\n")),
        lambda desk: desk.write(MORE + "# " + "x" * 5_000_000),
    ],
    ids=["written", "replaced by rename", "byte order mark", "CRLF", "5 MB"],
)
def test_a_good_edit_is_taken_up_once(desk: Desk, edit: Callable[[Desk], None]) -> None:
    edit(desk)
    assert (desk.look(), desk.feeds) == ("new", 2)
    assert desk.look() == "nothing"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD + '[[feeds]]\nurl = "https://two', "line 4: a string is not closed"),
        (GOOD + "[briefing]\ntop = 99\n", "line 4: 99: expected a whole number"),
        ("", "line 1: there is no feed"),
        (GOOD.encode("utf-16"), "line 1: the file is encoded as UTF-16"),
        (b"\x00" * 100, "line 1: a zero byte"),
        ("a" * 5_000_000, "line 1: an equals sign (=) is missing after `aaa"),
        ("#" * 11_000_000, "line 0: the file is larger than 10 MB"),
    ],
    ids=["half-written", "wrong value", "emptied", "UTF-16", "NUL", "5 MB of nonsense", "11 MB"],
)
def test_a_bad_edit_is_told_once_and_changes_nothing(desk: Desk, content: str | bytes, told: str) -> None:
    desk.write(content)
    said = desk.look()
    assert said.startswith(told)
    assert len(said) < 250
    assert (desk.look(), desk.feeds) == ("nothing", 1)
    desk.write(MORE)
    assert (desk.look(), desk.feeds) == ("new", 2)


def test_a_deleted_file_is_told_once_and_its_return_too(desk: Desk) -> None:
    desk.path.unlink()
    assert "there is no such file" in desk.look()
    assert desk.look() == "nothing"
    desk.write(GOOD)
    assert (desk.look(), desk.feeds) == ("new", 1)


def test_what_is_being_written_is_left_alone_until_it_has_come_to_rest(desk: Desk) -> None:
    desk.write("")
    assert desk.look(after=0.5) == "nothing"
    desk.write(MORE)
    assert desk.look(after=SETTLED_SECONDS / 2) == "nothing"
    assert (desk.look(), desk.feeds) == ("new", 2)


def test_a_file_from_the_future_is_read_all_the_same(desk: Desk) -> None:
    desk.write(MORE)
    os.utime(desk.path, (desk.seconds + 9_999, desk.seconds + 9_999))
    assert (desk.look(), desk.feeds) == ("new", 2)


def test_touching_the_file_or_undoing_a_bad_edit_is_no_news_but_a_word(desk: Desk) -> None:
    os.utime(desk.path, (5, 5))
    assert desk.look() == "nothing"
    desk.write("nonsense")
    assert desk.look() != "nothing"
    desk.write(GOOD)
    assert (desk.look(), desk.feeds) == ("new", 1)


def test_each_of_two_bad_edits_is_told(desk: Desk) -> None:
    desk.write("nonsense")
    assert desk.look().startswith("line 1")
    desk.write("\nother nonsense")
    assert desk.look().startswith("line 2")


def test_what_nothing_can_change_while_it_runs_waits_for_the_next_start(desk: Desk) -> None:
    desk.write(f'{MORE}[store]\nurl = "sqlite:///other.db"\n[web]\nlisten = "127.0.0.1:9000"\npublic_url = "https://b.example"\n')
    desk.seconds += SETTLED_SECONDS
    edit = desk.watch.look()
    assert edit is not None
    assert edit.later == ("[store] url", "[web] listen")
    assert "other" not in edit.config.store.url
    assert (edit.config.web.listen.port, edit.config.web.public_url) == (8000, "https://b.example")
