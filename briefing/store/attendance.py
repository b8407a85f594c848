"""Which workers of several machines live: each signs a row every few seconds, by the clock of the database they share."""

import logging
import threading
import time

from sqlalchemy import TextClause, text

from briefing.errors import StoreError
from briefing.store.database import Store
from briefing.text import stable_id

SIGN_SECONDS = 4.0
LENGTH_SECONDS = 20.0
"""A worker that has not signed for so long is dead: some signatures may be late, as its network or its machine may hang."""
LOOK_SECONDS = 1.0
"""How old may be what is known of the others."""
SIGN = text(
    "INSERT INTO leases (name, owner, fence, until) VALUES (:name, :owner, 0, now() + make_interval(secs => :length))"
    " ON CONFLICT (name) DO UPDATE SET until = excluded.until"
)
LEAVE = text("DELETE FROM leases WHERE name = :name OR (name LIKE 'alive %' AND until < now() - interval '1 day')")
LIVING = text("SELECT owner FROM leases WHERE name LIKE 'alive %' AND until > now()")
log = logging.getLogger(__name__)


class Attendance:
    """One process among those that share a PostgreSQL database. What `store.presence.Presence` is on one machine.

    Who was cut off for a while judges nobody until the others have had the time to sign again. Raises `StoreError` if the
    database cannot be reached at the beginning; later on it is waited for.
    """

    def __init__(self, url: str, owner: str, *, every: float = SIGN_SECONDS, length: float = LENGTH_SECONDS) -> None:
        """Signs on a connection of its own: those of the store may be busy for long."""
        self.owner = owner
        self._name, self._every, self._length = f"alive {stable_id(owner)}", every, length
        self._store, self._left = Store(url), threading.Event()
        self._since = self._signed = float("-inf")
        self._living, self._looked = frozenset[str](), float("-inf")
        self._sign()
        self._signing = threading.Thread(target=self._go_on, name="attendance", daemon=True)
        self._signing.start()

    def alive(self, owner: str) -> bool:
        """Whether the process of that name signs, as far as can be told."""
        return owner == self.owner or not self._may_judge() or owner in self._others()

    def close(self) -> None:
        self._left.set()
        self._signing.join()
        try:
            self._run(LEAVE)
        except StoreError as error:
            log.warning("this process could not sign off: %s", error)
        self._store.close()

    def _go_on(self) -> None:
        while not self._left.wait(self._every):
            try:
                self._sign()
            except StoreError as error:
                log.debug("not signed: %s", error)

    def _sign(self) -> None:
        self._run(SIGN, owner=self.owner, length=self._length)
        signed = time.monotonic()
        if signed - self._signed > self._length:
            self._since = signed
        self._signed = signed

    def _may_judge(self) -> bool:
        now = time.monotonic()
        return now - self._since >= self._length > now - self._signed

    def _others(self) -> frozenset[str]:
        if time.monotonic() - self._looked > LOOK_SECONDS:
            with self._store.read() as db:
                self._living = frozenset(db.connection.scalars(LIVING))
            self._looked = time.monotonic()
        return self._living

    def _run(self, statement: TextClause, **given: str | float) -> None:
        with self._store.write() as db:
            db.connection.execute(statement, {"name": self._name, **given})
