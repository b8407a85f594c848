"""How fast mail goes out: buckets in the store, so that several senders never exceed the limits together."""

from datetime import timedelta
from threading import Event

from briefing.config.tables import Mail
from briefing.delivery.pacing import TokenBucket, per_hour, per_second
from briefing.store import Store
from briefing.store.adapters import wall_clock
from briefing.store.columns import pack, unpack

LONGEST_NAP = timedelta(seconds=30)
"""A limit may be changed or a stop asked for while a sender waits."""


class Pace:
    """Lets one mail go at a time. Judged by the wall clock, whatever moment is being replayed."""

    def __init__(self, store: Store, mail: Mail) -> None:
        self._store = store
        self._limits = {"second": per_second(mail.per_second, wall_clock()), "hour": per_hour(mail.per_hour, wall_clock())}

    def wait(self, stopping: Event) -> bool:
        """Return when a mail may go; False if it is to stop instead."""
        while not stopping.is_set():
            pause = self._take()
            if not pause:
                return True
            stopping.wait(min(pause, LONGEST_NAP).total_seconds())
        return False

    @property
    def limited(self) -> bool:
        return any(limit.rate > 0 for limit in self._limits.values())

    def _take(self) -> timedelta:
        """A token of each bucket, or none of any and how long to wait."""
        limited = {name: limit for name, limit in self._limits.items() if limit.rate > 0}
        if not limited:
            return timedelta()
        with self._store.write() as db:
            db.meta.hold("pace")
            taken = {name: _bucket(db.meta.setting(f"pace {name}"), limit).take(wall_clock()) for name, limit in limited.items()}
            pause = max(wait for _, wait in taken.values())
            for name, (bucket, _) in taken.items() if not pause else ():
                db.meta.set(f"pace {name}", pack(bucket))
            return pause


def _bucket(kept: str | None, limit: TokenBucket) -> TokenBucket:
    """The bucket as it was left, unless the admin has changed its limit since."""
    found = unpack(kept, TokenBucket) if kept else limit
    return found if found.rate == limit.rate else limit
