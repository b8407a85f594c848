"""`briefing preview`, `replay` and `plan`: an edition as it would be, as it was, and as an edit would make it."""

import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.formats import FORMATS, formatted, panel
from briefing.cli.opening import opened
from briefing.cli.printing import console, show
from briefing.errors import UsageError
from briefing.model import Edition, Status, Subscriber
from briefing.pipeline import compose, people, planning
from briefing.pipeline.services import Services

form_option = click.option("--format", "form", type=click.Choice(list(FORMATS)), help="What to make of it.")
for_option = click.option("--for", "email", metavar="EMAIL", help="Whose edition; the house edition if not given.")
output_option = click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write.")

NOTHING = "There is no insight for this day: `briefing run` reads the feeds, `briefing status` tells what there is."


@click.command()
@for_option
@form_option
@output_option
@click.option("--all", "folder", type=click.Path(path_type=Path, file_okay=False), help="Write every reader's into this folder.")
@pass_desk
def preview(desk: Desk, email: str | None, form: str | None, output: Path | None, folder: Path | None) -> None:
    """Show an edition as it would go out now, sent to nobody and stored nowhere."""
    if folder and (email or output):
        raise click.UsageError("--all is for every reader and a folder: leave --for and --output away.")
    with opened(desk) as services:
        if folder:
            _write_all(services, desk.now(), folder, [form] if form else list(FORMATS))
            return
        reader = _reader(services, email)
        _put(services, compose.preview(services, reader, desk.now()), reader, form, output)


@click.command()
@click.option(
    "--date", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="The day of the edition."
)
@for_option
@form_option
@output_option
@pass_desk
def replay(desk: Desk, day: datetime, email: str | None, form: str | None, output: Path | None) -> None:
    """Show an edition as it was."""
    with opened(desk) as services:
        reader = _reader(services, email)
        _put(services, _stored(services, reader, day.date()), reader, form, output)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
def plan(desk: Desk, as_json: bool) -> None:
    """Show what feeds.toml, as it is edited now, changes against the last run: settings, feeds, and the next edition.

    Feeds that only the edit names are read into a copy of the database, which is thrown away.
    """
    with opened(desk, declare=False) as services:
        changes = [asdict(change) for change in planning.changes(services, desk.now())]
    show(changes, ("what", "place", "before", "after"), as_json=as_json, empty="Nothing would change.")


def _reader(services: Services, email: str | None) -> Subscriber | None:
    if email is None:
        return None
    with services.store.read() as db:
        return people.find_email(db, email)


def _stored(services: Services, reader: Subscriber | None, day: date) -> Edition:
    with services.store.read() as db:
        edition = db.editions.of_slot(reader.id if reader else None, day)
        days = db.editions.slots(reader.id if reader else None)
    if edition is None:
        known = f"there are editions from {days[-1]} to {days[0]}" if days else "there is none yet"
        raise UsageError(f"the edition of {day}", "is not in the store", remedy=known)
    return edition


def _put(services: Services, edition: Edition, reader: Subscriber | None, form: str | None, output: Path | None) -> None:
    """Into a file, or on stdout: as a panel for a person at a terminal who named no format."""
    if not edition.picks:
        click.echo(NOTHING, err=True)
    name = form or (output.suffix.lstrip(".") if output and output.suffix.lstrip(".") in FORMATS else "")
    if output:
        output.write_bytes(formatted(services, edition, reader, name or "md"))
    elif name or not sys.stdout.isatty():
        sys.stdout.buffer.write(formatted(services, edition, reader, name or "md"))
    else:
        console().print(panel(edition))


def _write_all(services: Services, now: datetime, folder: Path, forms: list[str]) -> None:
    """`<email>.<format>` for each active reader, and `house.<format>`."""
    with services.store.read() as db:
        readers = [None, *(each for each in db.subscribers.all() if each.status is Status.ACTIVE)]
    folder.mkdir(parents=True, exist_ok=True)
    for reader in services.progress(readers, "composing", len(readers)):
        edition = compose.preview(services, reader, now)
        for form in forms:
            file = folder / f"{_file_name(reader)}.{form}"
            file.write_bytes(formatted(services, edition, reader, form))
    click.echo(f"{len(readers)} editions in {folder}")


def _file_name(reader: Subscriber | None) -> str:
    return reader.email.replace("/", "_") if reader else "house"
