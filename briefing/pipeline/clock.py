"""A clock that stands before what was done already: seen by what was read last, told to the admin once."""

from datetime import UTC, datetime, timedelta

from briefing.pipeline import notices
from briefing.pipeline.mailroom import Mailroom
from briefing.store import Session

BACK = timedelta(minutes=30)
"""More than the clocks of several machines differ, less than a wrong zone."""
TOLD = "clock told of"
"""The setting that names the moment the clock had reached before it went back, when the admin was last told."""
SET = "set the clock"
HEADLINE = "The clock of this machine went back"
TEXT = "It is {now:%Y-%m-%d %H:%M} UTC here, but feeds were read at {latest:%Y-%m-%d %H:%M} UTC. No edition is sent twice."
REMEDY = f"{SET}, best by NTP. If the later time was the wrong one, nothing needs to be done."


def latest(db: Session, now: datetime) -> datetime:
    """The newest moment at which something was read; `now` if nothing was."""
    return max((state.last_success_at for state in db.feeds.states().values() if state.last_success_at), default=now)


def is_untold(room: Mailroom, db: Session, now: datetime) -> bool:
    """Whether the clock went back, and the admin does not know of it."""
    reached = latest(db, now)
    return bool(room.config.admin.email) and reached - now > BACK and (db.meta.setting(TOLD) or "") < _key(reached)


def tell(room: Mailroom, db: Session, now: datetime) -> None:
    """Queue the mail that tells of it."""
    reached = latest(db, now)
    db.meta.set(TOLD, _key(reached))
    text = TEXT.format(now=now.astimezone(UTC), latest=reached.astimezone(UTC))
    notices.alert(db, room, key=f"clock {_key(reached)}", headline=HEADLINE, text=text, remedy=REMEDY, now=now)


def _key(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
