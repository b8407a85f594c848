"""The hash of a password for the admin pages."""

import io
import sys

import pytest
from click import termui

from briefing.web.passwords import matches

from .conftest import Command


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())


def test_a_program_may_hand_the_password_over(briefing: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(" a long password \n"))
    said = briefing("admin", "hash")
    assert said.code == 0 and matches(" a long password ", said.out)


@pytest.mark.usefixtures("terminal")
def test_the_hash_is_of_the_password_that_was_typed(briefing: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(termui, "hidden_prompt_func", lambda _: " a long password ")
    said = briefing("admin", "hash")
    assert said.code == 0 and matches(" a long password ", said.out)
    assert briefing("admin", "hash").out != said.out


@pytest.mark.usefixtures("terminal")
def test_a_short_password_is_refused(briefing: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(termui, "hidden_prompt_func", lambda _: "short")
    said = briefing("admin", "hash")
    assert (said.code, said.out) == (2, "") and "fewer than 12 characters" in said.err
