"""`briefing admin`: a way into the admin pages without a password."""

import click

from briefing import app
from briefing.cli.desk import Desk, pass_desk
from briefing.editions.links import LIFETIMES
from briefing.store import Store


@click.group()
def admin() -> None:
    """Links for the admin."""


@admin.command()
@pass_desk
def login(desk: Desk) -> None:
    """Print a link that opens the admin pages once."""
    config = desk.config()
    store = Store(config.store.url)
    try:
        store.migrate()
        link = app.links(config, store).login(config.admin.email or "admin", desk.now())
    finally:
        store.close()
    lifetime = LIFETIMES["login"]
    click.echo(link)
    if lifetime:
        click.echo(f"It works once, within {int(lifetime.total_seconds() // 60)} minutes.", err=True)
