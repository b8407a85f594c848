"""A sender that dies, or whose store fails, before and after every transaction and every step of the dialogue."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import cast

import pytest

from briefing.errors import BriefingError, StoreError
from briefing.model import DeliveryState
from briefing.pipeline import insisting, notices
from briefing.pipeline.deliver import everything
from briefing.pipeline.mailroom import Mailroom
from briefing.store import Session, Store

from .conftest import NOW, TOML, Desk

MAILS = 2
WORDS = {"headline": "A feed is silent", "text": "Since Monday.", "remedy": "Look at it."}
FULL = StoreError("briefing.db", "database or disk is full")


class KilledError(BaseException):
    """The process ends here."""


class Strike:
    """Raises at the given one of the points it is asked at, once."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.left, self.error = at, error

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.error


class StruckStore:
    """A store whose transactions may be struck before they begin and, by death alone, after they are committed."""

    def __init__(self, store: Store, strike: Strike) -> None:
        self._store, self._strike = store, strike
        self.read = store.read
        self.flush = store.flush

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        self._strike()
        with self._store.write(durable=durable) as db:
            yield db
        if isinstance(self._strike.error, KilledError):
            self._strike()


class StruckMailer:
    """Takes mail; may die before RCPT, between DATA and the dot, and between the dot and the answer."""

    def __init__(self, strike: Strike, taken: list[tuple[str, str]]) -> None:
        self._strike, self._taken = strike, taken

    def send(self, message: EmailMessage, *, envelope_to: str, before_data: Callable[[], None] = lambda: None) -> None:
        self._strike()
        before_data()
        self._strike()
        self._taken.append((envelope_to, str(message["Message-ID"])))
        self._strike()

    def close(self) -> None:
        """Nothing is held open."""


def queued(room: Mailroom, number: int) -> None:
    with room.store.write() as db:
        for mail in range(MAILS):
            address = f"{number}-{mail}@example.org"
            notices.queue(db, room, kind="alert", address=address, key=address, values=WORDS, now=NOW)


def struck(desk: Desk, number: int, error: BaseException, taken: list[tuple[str, str]]) -> bool:
    """Whether the strike came; after it another sender does the rest."""
    room = desk.services
    queued(room, number)
    strike = Strike(number, error)
    mailer = StruckMailer(strike if isinstance(error, KilledError) else Strike(0, error), taken)
    dying = replace(room, owner="dying", mailer=mailer, store=cast(Store, StruckStore(room.store, strike)))
    moment = NOW
    with suppress(KilledError, BriefingError):
        everything(dying, moment)
    survivor = replace(room, mailer=StruckMailer(Strike(0, error), taken), alive=lambda owner: owner != "dying")
    for _ in range(6):
        moment += timedelta(minutes=10)
        everything(survivor, moment)
    return strike.left <= 0


@pytest.mark.parametrize("error", [pytest.param(KilledError(), marks=pytest.mark.slow), FULL], ids=["killed", "disk full"])
@pytest.mark.parametrize("when_unknown", ["resend", "hold"])
def test_at_every_point_nothing_is_lost_and_doubles_are_known(
    make_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, error: BaseException, when_unknown: str
) -> None:
    monkeypatch.setattr(insisting, "INSISTENCE", (0.0,))
    desk = make_desk(f'[mail]\nwhen_unknown = "{when_unknown}"\n{TOML}')
    taken: list[tuple[str, str]] = []
    points = 1
    while struck(desk, points, error, taken):
        points += 1
    copies = Counter(address for address, _ in taken)
    with desk.services.store.read() as db:
        rows = db.deliveries.in_states(tuple(DeliveryState))
        held = {row.address for row in db.deliveries.held()}
    assert points > 2 * MAILS
    assert len(rows) == points * MAILS
    assert len(set(taken)) == len(copies)
    for row in rows:
        assert row.state is DeliveryState.ACCEPTED or row.address in held
        assert copies[row.address] <= row.unknowns + (row.state is DeliveryState.ACCEPTED)
        assert copies[row.address] >= (row.state is DeliveryState.ACCEPTED)
    doubles = sum(count - 1 for count in copies.values())
    assert doubles == 0 if when_unknown == "hold" or isinstance(error, StoreError) else 0 < doubles <= points
    assert len(held) <= (points if when_unknown == "hold" and isinstance(error, KilledError) else 0)
