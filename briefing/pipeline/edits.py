"""What became of the last edit of feeds.toml while the program ran, kept in the store for `status` and the pages."""

from dataclasses import dataclass
from datetime import UTC, datetime

from briefing.config.watching import Edit
from briefing.errors import Problem
from briefing.pipeline import notices, planning
from briefing.pipeline.services import Services
from briefing.store import Session
from briefing.store.columns import pack, unpack

LAST = "last edit of feeds.toml"
"""The setting that holds a `Standing`."""
TOLD_PROBLEMS = 10
REMEDY = "The settings before this edit stay in force. `briefing check` tells every problem; a mended file is taken up by itself."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The last edit: when it was seen, what is wrong with it, and which keys wait for the next start."""

    at: datetime
    problems: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        moment = f"{self.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        if self.problems:
            more = f" and {len(self.problems) - 1} more" if len(self.problems) > 1 else ""
            return f"the edit of {moment} is not in force: {self.problems[0]}{more}"
        waits = f"; {', '.join(self.later)} waits for the next start" if self.later else ""
        return f"as edited {moment}{waits}"


def note(services: Services, edit: Edit, now: datetime) -> Standing:
    """Keep what became of an edit; of a bad one the admin is told by mail, once for each content of the file."""
    problems = tuple(map(worded, edit.error.problems)) if edit.error else ()
    standing = Standing(at=now, problems=problems, later=edit.later)
    with services.store.write() as db:
        db.meta.set(LAST, pack(standing))
        if problems:
            key = f"feeds.toml {edit.digest or f'{now:%Y-%m-%d}'}"
            text = "\n\n".join(problems[:TOLD_PROBLEMS])
            notices.alert(db, services, key=key, headline="feeds.toml cannot be used", text=text, remedy=REMEDY, now=now)
    if not problems:
        planning.remember(services)
    return standing


def standing(db: Session) -> Standing | None:
    """The last edit that a running program saw; None if there was none since it began."""
    found = db.meta.setting(LAST)
    return unpack(found, Standing) if found else None


def begin_anew(services: Services) -> None:
    """What is in force at a start is no edit."""
    with services.store.write() as db:
        db.meta.set(LAST, "")


def worded(problem: Problem) -> str:
    line = f"line {problem.line}: " if problem.line else ""
    return f"{line}{problem.place}: {problem.message}"
