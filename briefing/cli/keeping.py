"""`briefing backup`, `restore` and `migrate-store`: the database, kept, put back and moved."""

from pathlib import Path

import click

from briefing.cli.desk import Desk, pass_desk
from briefing.config.addresses import store_url
from briefing.config.keys import BadValueError
from briefing.errors import UsageError
from briefing.pipeline import restoring
from briefing.pipeline.overview import LAST_BACKUP
from briefing.store import backup as copies
from briefing.store import migrated
from briefing.store.moving import move


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_desk
def backup(desk: Desk, file: Path) -> None:
    """Copy the database to FILE, also while the program runs; the copy is checked before it gets its name."""
    database = copies.file_of(desk.config().store.url)
    if not database.exists():
        raise UsageError(str(database), "is not there yet", remedy="`briefing run` makes it")
    copies.copy(database, file)
    _remember(desk, database)
    click.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB, checked.")


def _remember(desk: Desk, database: Path) -> None:
    """For whoever watches the age of the last backup."""
    with migrated(f"sqlite:///{database}") as store, store.write() as db:
        db.meta.set(LAST_BACKUP, desk.now().isoformat())


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--release-held", is_flag=True, help="Send the mails that a restore held.")
@pass_desk
def restore(desk: Desk, file: Path | None, release_held: bool) -> None:
    """Put the backup FILE in the place of the database. Nothing that was sent since the backup is sent again."""
    if (file is None) is not release_held:
        raise UsageError("restore", "takes a FILE, or --release-held without one")
    if file is None:
        _release(desk)
        return
    done = restoring.restore(desk.config(), file, desk.now())
    click.echo(f"Restored from {file}." + (f" The database before lies in {done.former}." if done.former else ""))
    if done.held:
        click.echo(f"{done.held} mails that were under way are held, as they may have been sent since.")
        click.echo("`briefing restore --release-held` sends them all the same.")


def _database(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return store_url(value)
    except BadValueError as error:
        raise click.BadParameter(f"expected {error}") from None


@click.command("migrate-store")
@click.argument("url", callback=_database)
@pass_desk
def migrate_store(desk: Desk, url: str) -> None:
    """Copy everything into the empty database at URL, table by table; then write it into [store] url."""
    with migrated(desk.config().store.url) as source, migrated(url) as target:
        move(source, target, lambda table, rows: click.echo(f"{table:20}{rows:>10}"))
    click.echo(f"Everything is in {target.name} now. Set [store] url (or BRIEFING_STORE_URL) to it.")


def _release(desk: Desk) -> None:
    with migrated(desk.config().store.url) as store:
        click.echo(f"{restoring.release(store, desk.now())} mails go out with the next run.")
