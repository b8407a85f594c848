"""`briefing subscribers`: who gets the brief, and what they asked for."""

from pathlib import Path

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.cli.opening import opened
from briefing.cli.printing import output_option, put, show
from briefing.model import Status, Subscriber
from briefing.pipeline import people, roster
from briefing.pipeline.wishes import as_asked, wishes

COLUMNS = ("email", "status", "topics", "zone", "at", "days", "languages", "next_edition")
CONFIRMS = "gets a mail with a link to confirm at the next `briefing run`"


@click.group()
def subscribers() -> None:
    """List, add, remove, import and export subscribers."""


@subscribers.command("list")
@click.option("--status", type=click.Choice([status.value for status in Status]), help="Only those.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON Lines.")
@pass_desk
def list_(desk: Desk, status: str | None, as_json: bool) -> None:
    """List subscribers with what they asked for."""
    with opened(desk) as services, services.store.read() as db:
        rows = [_row(each) for each in db.subscribers.all() if status in (None, each.status)]
    show(rows, COLUMNS, as_json=as_json, empty="Nobody is subscribed yet: briefing subscribers add you@example.org --active")


@subscribers.command()
@click.argument("email")
@click.option("--topics", default="", metavar="ai,bitcoin:2", help="Topics, with a weight behind a colon; all if not given.")
@click.option("--zone", default="", metavar="ZONE", help="Time zone, such as Europe/Berlin; the brief's if not given.")
@click.option("--at", default="", metavar="HH:MM", help="Local hour; the brief's if not given.")
@click.option("--days", default="", metavar="mon,thu", help='"daily", or the days of the week.')
@click.option("--languages", default="", metavar="en,de", help="Languages of the texts; the brief's if not given.")
@click.option("--mute", default="", metavar="WORDS", help="Words and feed URLs to leave out, with commas between them.")
@click.option("--top", default="", metavar="N", help="Insights in an edition, 1 to 10; the brief's number if not given.")
@click.option("--related", default="", metavar="N", help="Related insights below each, 0 to 5; the brief's if not given.")
@click.option("--active", is_flag=True, help="Active at once, without a mail to confirm: you have their consent.")
@pass_desk
def add(desk: Desk, /, active: bool, **asked: str) -> None:
    """Add a subscriber."""
    with opened(desk) as services:
        added = people.add(services, wishes(asked, services.config), desk.now(), active=active)
    hour = f"the brief comes at {added.send_at:%H:%M}, {added.zone}"
    click.echo(f"{added.email} is {added.status}: {hour if active else CONFIRMS}.")


@subscribers.command()
@click.argument("email")
@pass_desk
def remove(desk: Desk, email: str) -> None:
    """Forget a subscriber and what they asked for."""
    with opened(desk) as services:
        people.remove(services, email, desk.now())
    click.echo(f"{email} is forgotten.")


@subscribers.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--active", is_flag=True, help="Active at once, without a mail to confirm: you have their consent.")
@pass_desk
def import_(desk: Desk, file: Path, active: bool) -> None:
    """Add everybody in a CSV file. Its columns are named like the options of `add`; only `email` must be there."""
    with opened(desk) as services:
        result = roster.bring_in(services, file.read_bytes(), str(file), desk.now(), active=active)
    for column in result.ignored:
        click.echo(f'The column "{column}" means nothing here and was left out.', err=True)
    for skipped in result.skipped:
        click.echo(f"line {skipped.line}: {skipped.email or 'no address'}: {skipped.reason}", err=True)
    click.echo(f"{len(result.added)} added, {len(result.skipped)} skipped.")


@subscribers.command()
@output_option
@pass_desk
def export(desk: Desk, output: Path | None) -> None:
    """Write all subscribers as CSV."""
    with opened(desk) as services, services.store.read() as db:
        lines = "\n".join(roster.dump(db.subscribers.all())) + "\n"
    put(lines, output)


def _row(subscriber: Subscriber) -> dict[str, object]:
    row: dict[str, object] = {"id": subscriber.id, **as_asked(subscriber)}
    return row | {"status": subscriber.status, "next_edition": subscriber.next_edition_at}
