"""Workers of several machines that sign in the database: who is missed, and who may say so."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from briefing.store import Store, attendance
from briefing.store.attendance import Attendance

EVERY, LENGTH, PATIENCE = 0.05, 1.0, 60.0
pytestmark = pytest.mark.slow
Join = Callable[[str], Attendance]


@pytest.fixture
def join(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Join]:
    monkeypatch.setattr(attendance, "LOOK_SECONDS", 0.0)
    store = Store(postgresql)
    store.migrate()
    store.close()
    with ExitStack() as stack:

        def joined(owner: str) -> Attendance:
            made = Attendance(postgresql, owner, every=EVERY, length=LENGTH)
            stack.callback(made.close)
            return made

        yield joined


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(EVERY)


def until_it_judges(one: Attendance) -> None:
    until(lambda: not one.alive("nobody"))


def test_who_signs_lives_and_who_fell_silent_is_missed(join: Join) -> None:
    one, other = join("one"), join("other")
    until_it_judges(one)
    assert one.alive("other")
    assert one.alive("one")
    other._left.set()  # as if it had been killed: no signature, no good-bye
    until(lambda: not one.alive("other"))


def test_who_leaves_is_not_awaited(join: Join) -> None:
    one, other = join("one"), join("other")
    until_it_judges(one)
    other.close()
    assert not one.alive("other")


def test_who_was_cut_off_judges_nobody_until_the_others_had_time_to_sign(join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
    one = join("one")
    assert one.alive("nobody")
    until_it_judges(one)
    with monkeypatch.context() as cut:
        cut.setattr(one, "_sign", lambda: None)
        until(lambda: one.alive("nobody"))
    until_it_judges(one)
    assert time.monotonic() - one._since >= LENGTH
