"""What may be wrong with an installation: one function a check, each with what to do about it."""

import shutil
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from briefing.delivery.doors import Doors
from briefing.delivery.folder import FolderMailer
from briefing.delivery.smtp import SmtpMailer
from briefing.disk import disks
from briefing.errors import BriefingError
from briefing.mailbox import LOOPBACK
from briefing.model import DeliveryState
from briefing.pipeline import authentication, clock, edits, health, reaching, subscriptions, versions
from briefing.pipeline.overview import HEARTBEAT
from briefing.pipeline.services import Services
from briefing.store import backup
from briefing.store.entries import LISTEN, READ

LOW_DISK = 500_000_000
LOW_DISK_SHARE = 0.05
LARGE_LOG = 256_000_000
"""Of SQLite's write-ahead log, which is taken up into the database as soon as nobody reads what was before."""
LONG_READER = "some program has been reading the database for long: end what else has it open, a copy or a shell"
LATE_MAIL = timedelta(hours=1)
WRONG_CLOCK = timedelta(days=1)
UNASKED = ("new", "resting")
LONG_WAIT = timedelta(days=1)
STAGES = {"transcribed": LISTEN, "read": READ}
STUCK = "`briefing run` does what waits and names what fails; is `briefing serve` running, and has [speech] minutes left?"
IDLE = "start `briefing serve`, or let cron call `briefing run`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a check found; with a `remedy` it is a trouble."""

    check: str
    words: str
    remedy: str = ""


def diagnose(services: Services, now: datetime, names: Collection[str] | None = None) -> Iterator[Finding]:
    """Every check in turn, or those with these `names`. One that fails itself is a trouble too."""
    for name, check in CHECKS.items():
        if names is not None and name not in names:
            continue
        try:
            yield from (Finding(check=name, words=words, remedy=remedy) for words, remedy in check(services, now))
        except BriefingError as error:
            yield Finding(
                check=name,
                words=f"{error.subject}: {error.reason}",
                remedy=error.remedy or "mend that, then run `briefing doctor` again",
            )


Told = Iterator[tuple[str, str]]


def _store(services: Services, now: datetime) -> Told:
    if services.config.store.url.startswith("sqlite"):
        file = backup.file_of(services.config.store.url)
        backup.check(file)
        yield from _log(file.with_name(f"{file.name}-wal"))
    with services.store.read() as db:
        yield f"{services.store.name} is sound, {db.insights.count()} insights in it", ""


def _log(file: Path) -> Told:
    size = file.stat().st_size if file.exists() else 0
    if size > LARGE_LOG:
        yield f"the store's log {file.name} has {size / 1e6:.0f} MB", LONG_READER


def _disk(services: Services, now: datetime) -> Told:
    for folder in disks(services.config.written):
        free = shutil.disk_usage(folder)
        low = free.free < LOW_DISK or free.free < free.total * LOW_DISK_SHARE
        yield f"{free.free / 1e9:.1f} GB free at {folder}", "make room, or move the database" if low else ""


def _clock(services: Services, now: datetime) -> Told:
    """The newest thing that was read cannot lie in the future of a right clock."""
    with services.store.read() as db:
        ahead = clock.latest(db, now) - now > WRONG_CLOCK
    yield (
        f"it is {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        f"the store was last used later than that: {clock.SET}" if ahead else "",
    )


def _mail(services: Services, now: datetime) -> Told:
    mailer, mail = services.mailer, services.config.mail
    mailer = mailer.mail if isinstance(mailer, Doors) else mailer
    if isinstance(mailer, SmtpMailer):
        mailer.reach()
        yield f"{mailer.server} takes our mail", ""
    elif isinstance(mailer, FolderMailer):
        yield f"mail goes into {mailer.folder}", ""
    if mail.transport == "smtp" and mail.security == "none" and mail.host not in LOOPBACK:
        yield f"mail to {mail.host} goes over the wire unencrypted", 'set [mail] security = "starttls"'


def _sender(services: Services, now: datetime) -> Told:
    return authentication.check(services)


def _outbox(services: Services, now: datetime) -> Told:
    with services.store.read() as db:
        counts, oldest = db.deliveries.counts(), db.deliveries.oldest_due()
    unknown = counts.get(DeliveryState.UNKNOWN.value, 0)
    waiting = counts.get(DeliveryState.QUEUED.value, 0) + counts.get(DeliveryState.DEFERRED.value, 0)
    late = oldest is not None and now - oldest > LATE_MAIL
    yield f"{waiting} mails wait", "is `briefing serve` running, and does the mail server answer?" if late else ""
    if unknown:
        yield f"{unknown} mails may or may not have been taken", "`briefing deliver --held list` shows what waits for your word"


def _feeds(services: Services, now: datetime) -> Told:
    with services.store.read() as db:
        found = health.everything(db, services.config, now)
    for each in health.in_trouble(found):
        yield f"{each.title or each.url} is {each.status}: {each.remark}", "`briefing feeds health`; mend its URL, or remove it"
    asked = [each for each in found if each.status not in UNASKED]
    rest = f"{len(found) - len(asked)} not asked yet or resting"
    well = f"{sum(each.status == 'ok' for each in asked)} of {len(asked)} feeds are well"
    yield ", ".join(([well] if asked else []) + ([rest] if len(asked) < len(found) else [])), ""


def _mailboxes(services: Services, now: datetime) -> Told:
    """Who writes to the folders; a folder that cannot be read is told among the feeds."""
    for box in services.config.mailboxes:
        with services.store.read() as db:
            found = subscriptions.strangers(db, box)
        if found:
            yield f"{box.url}: {subscriptions.worded(found)}", "add those that you want to `senders` of this mailbox"
        if box.use == "newsletters" and not box.senders:
            yield f"{box.url}: everybody who writes to it becomes a source", "list those that may in `senders`"


def _web(services: Services, now: datetime) -> Told:
    public = services.config.web.public_url
    if urlsplit(public).scheme != "https":
        yield f"pages are reached at {public}", "one-click unsubscribe needs https: put a web server with a certificate in front"
    else:
        yield f"pages are reached at {public}", ""
    if not services.config.secrets.admin_password_hash:
        yield "the admin pages have no password", "set BRIEFING_ADMIN_PASSWORD_HASH, or use `briefing admin login`"


def _work(services: Services, now: datetime) -> Told:
    """What waits for longer than it should, and whether anybody works on it."""
    with services.store.read() as db:
        holder, edited = db.meta.holder(HEARTBEAT), edits.standing(db)
        overdue = [name for name, stage in STAGES.items() if db.entries.waiting(stage, now - LONG_WAIT, 1)]
        polled = max((s.last_success_at for s in db.feeds.states().values() if s.last_success_at), default=None)
    if overdue:
        yield f"entries have waited to be {' and '.join(overdue)} for over {LONG_WAIT.days} day", STUCK
    if holder is None and polled and now - polled > LONG_WAIT:
        yield f"nothing was polled since {polled:%Y-%m-%d %H:%M} UTC, and nobody works", IDLE
    yield f"{'steps are done by ' + holder if holder else 'no `briefing serve` or `worker` runs now'}", ""
    if edited and edited.problems:
        yield edited.words, "`briefing check` tells every problem; a mended file is taken up by itself"


def _brief(services: Services, now: datetime) -> Told:
    brief = services.config.briefing
    yield f"{brief.title}, {brief.send_at:%H:%M} {brief.timezone}", ""
    if not brief.imprint:
        yield "the mails have no postal address", "many countries ask for one: set [briefing] imprint"


def _versions(services: Services, now: datetime) -> Told:
    return versions.check()


CHECKS: dict[str, Callable[[Services, datetime], Told]] = {
    "brief": _brief,
    "store": _store,
    "disk": _disk,
    "clock": _clock,
    "mail": _mail,
    "sender": _sender,
    "outbox": _outbox,
    "feeds": _feeds,
    "mailboxes": _mailboxes,
    "folders": reaching.mailboxes,
    "work": _work,
    "web": _web,
    "pages": reaching.web,
    "models": reaching.models,
    "versions": _versions,
}
