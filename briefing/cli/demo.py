"""`briefing demo`: the whole road on bundled samples, over real HTTP and SMTP on this machine alone."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.cli.formats import FORMATS, formatted, panel
from briefing.cli.printing import Bars, console
from briefing.config import parse
from briefing.demo import InboxServer, Received, SampleServer, fill
from briefing.errors import StoreError
from briefing.model import Edition, Subscriber
from briefing.packaged import packaged
from briefing.pipeline import roster
from briefing.pipeline.services import Progress, Report, Services, quietly
from briefing.pipeline.steps import cycle
from briefing.store import backup

OUT = Path("out")
PAGES = OUT / "pages"
"""An installation with all that the demo read, to be looked at: its feeds rest, since the sample server is gone."""
DAY = timedelta(days=1)
HOUR = time(7, 5, tzinfo=UTC)
"""Five minutes after the sample subscribers' editions are due."""
NEXT = """\
[bold]{mails} mails[/bold] went over SMTP to {people}; today's to {reader} lies in [bold]{out}[/bold] in five forms:
  {files}
Open [bold]{out}/edition.html[/bold] in a browser. The pages that go with it:
  [bold]{program} --config {pages} serve[/bold], then http://localhost:8000
Then make your own: [bold]{program} init[/bold]"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The two servers and the installation between them."""

    samples: SampleServer
    inbox: InboxServer
    services: Services


@click.command()
@pass_desk
def demo(desk: Desk) -> None:
    """Try the whole road on bundled samples: real HTTP and SMTP on this machine alone, no account and no key."""
    today = datetime.combine(desk.now().date(), HOUR)
    with _stage(today) as stage:
        for day, moment in (("Yesterday", today - DAY), ("Today", today)):
            stage.samples.move_to(moment)
            _tell_day(day, list(cycle(stage.services, moment)), stage.inbox)
        reader, edition = _issue(stage.services, today)
        console().print(panel(edition))
        _leave(stage, reader, edition)
        _leave_pages(stage)
    _say_next(stage, reader)


@contextmanager
def staged(folder: Path, today: datetime, *, progress: Progress = quietly, more: str = "") -> Iterator[Stage]:
    """The samples' installation in a folder, with `more` at the end of its feeds.toml, and its readers since two days."""
    samples = packaged("samples")
    with SampleServer(samples, today) as server, InboxServer() as inbox:
        path = folder / "feeds.toml"
        template = (samples / "feeds.toml").read_text("utf-8") + more
        path.write_text(fill(template, today, {"base": server.url, "smtp_port": str(inbox.port)}), "utf-8")
        with app.opened(parse(path.read_bytes(), path=path, environ={}), progress=progress) as services:
            table = samples / "subscribers.csv"
            roster.bring_in(services, table.read_bytes(), table.name, today - 2 * DAY, active=True)
            yield Stage(server, inbox, replace(services, fetcher=server.fetching(services.fetcher)))


@contextmanager
def _stage(today: datetime) -> Iterator[Stage]:
    with (
        TemporaryDirectory(prefix="briefing-demo-", ignore_cleanup_errors=True) as folder,
        Bars() as bars,
        staged(Path(folder), today, progress=bars) as stage,
    ):
        yield stage


def _tell_day(day: str, reports: list[Report], inbox: InboxServer) -> None:
    counts = [f"{report.counts[name]} {name}" for report in reports for name in report.counts if report.counts[name]]
    seconds = sum(report.took.total_seconds() for report in reports)
    told = ", ".join([*counts, f"{len(inbox.received)} mails by now ({seconds:.1f} s)"])
    console().print(f"[bold]{day}[/bold]: {told}", soft_wrap=True)
    for failure in (failure for report in reports for failure in report.failures):
        click.echo(f"  ! {failure.subject}: {failure.reason}")


def _issue(services: Services, today: datetime) -> tuple[Subscriber, Edition]:
    """Today's edition of the first reader who wants nothing but the brief's own language."""
    own = (services.config.briefing.language,)
    with services.store.read() as db:
        readers = sorted(db.subscribers.all(), key=lambda reader: reader.languages != own)
        for reader in readers:
            if edition := db.editions.of_slot(reader.id, today.date()):
                return reader, edition
    raise StoreError("the demo", "made no edition today", remedy="run it again with BRIEFING_DEBUG=1 and report what it prints")


def _leave(stage: Stage, reader: Subscriber, edition: Edition) -> None:
    """The mail as it came over SMTP, the same edition in the other forms, and all that was in the inbox."""
    inbox = OUT / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for received in stage.inbox.received:
        (inbox / f"{_name(received)}.eml").write_bytes(received.data)
    for form in FORMATS:
        (OUT / f"edition.{form}").write_bytes(formatted(stage.services, edition, reader, form))
    mail = next(received for received in reversed(stage.inbox.received) if received.recipients == (reader.email,))
    (OUT / "edition.eml").write_bytes(mail.data)


def _leave_pages(stage: Stage) -> None:
    PAGES.mkdir(parents=True, exist_ok=True)
    config = stage.services.config
    clear(PAGES)
    backup.copy(backup.file_of(config.store.url), PAGES / "briefing.db")
    resting = config.path.read_text("utf-8").replace("[[feeds]]", "[[feeds]]\nenabled = false")
    (PAGES / "feeds.toml").write_text(resting.replace('transport = "smtp"', 'transport = "folder"'), "utf-8")


def clear(pages: Path) -> None:
    """Take away the database of an earlier demo, and what `serve` put beside it."""
    for old in pages.glob("briefing.db*"):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink()


def _name(received: Received) -> str:
    message: EmailMessage = message_from_bytes(received.data, policy=policy.default)
    return f"{message['X-Slot']}-{received.recipients[0].partition('@')[0]}"


def _program() -> str:
    """How this program was called, so that the next command can be copied."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "briefing" and called.parent != Path() else "briefing"


def _say_next(stage: Stage, reader: Subscriber) -> None:
    people = sorted({address for received in stage.inbox.received for address in received.recipients})
    words = NEXT.format(
        mails=len(stage.inbox.received),
        people=", ".join(people),
        reader=reader.email,
        out=OUT,
        pages=PAGES / "feeds.toml",
        program=_program(),
        files="  ".join(f"edition.{form}" for form in FORMATS),
    )
    console().print(words, soft_wrap=True)
